import { expect, test } from 'vitest';
import { autoScalingGroup } from '../../lib/resource-types/auto-scaling-group.ts';
import type { Target } from '../../lib/resource-types/define.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const settings = { finalSnapshot: false, keepUntil: 0, stripKeys: [], objectsPerPass: 1000 };
const arn = 'arn:aws:autoscaling:eu-west-1:222222222222:autoScalingGroup:guid:autoScalingGroupName/web';
const target: Target = { kind: 'present', id: 'web', arn, identity: arn, tags: {}, facts: {} };
const group = { AutoScalingGroupName: 'web', AutoScalingGroupARN: arn };

async function bind(answers: Record<string, Answer>) {
  const { source, sent } = answeredClients(answers);
  const shard = { account: '222222222222', region: 'eu-west-1', partition: 'aws' };
  return { bound: await autoScalingGroup.bind(source, shard), sent };
}

async function describe(extra: object, DescribeWarmPool: Answer = awsError('ResourceContention')) {
  const DescribeAutoScalingGroups = { AutoScalingGroups: [{ ...group, ...extra }] };
  const { bound } = await bind({ DescribeAutoScalingGroups, DescribeWarmPool });
  const [answer] = await bound.describe(['web']);
  return answer;
}

test.each([
  [{ Status: 'Delete in progress' }, { kind: 'leaving' }],
  [{ DeletionProtection: 'prevent-force-deletion' }, { protection: 'deletion protection (prevent-force-deletion)' }],
  [{ Operator: { Principal: 'eks.amazonaws.com' } }, { owner: { kind: 'controller', name: 'eks.amazonaws.com' } }],
  [
    { Tags: [{ Key: 'elasticbeanstalk:environment-name', Value: 'shop' }] },
    { owner: { kind: 'controller', name: 'elasticbeanstalk:environment-name shop' } },
  ],
])('%j is seen as %j', async (extra, expected) => {
  expect(await describe(extra)).toMatchObject(expected);
});

test('instances of the group and of its warm pool go with it', async () => {
  const extra = { Instances: [{ InstanceId: 'i-1' }], WarmPoolConfiguration: { MinSize: 1 } };
  const found = await describe(extra, { Instances: [{ InstanceId: 'i-2' }] });
  expect(found).toMatchObject({ carries: [{ id: 'i-1' }, { id: 'i-2', type: 'ec2:instance' }] });
});

test('a group whose warm pool can not be read is unreadable', async () => {
  expect(await describe({ WarmPoolConfiguration: {} })).toMatchObject({ kind: 'unreadable' });
});

test.each([
  ["AutoScalingGroup name not found - AutoScalingGroup 'web' not found", 'gone'],
  ['The group has deletion protection enabled', 'blocked'],
  ['1 validation error detected', 'failed'],
])('the validation error "%s" means %s', async (message, kind) => {
  const { bound } = await bind({ DeleteAutoScalingGroup: awsError('ValidationError', message) });
  expect(await bound.remove([target], settings)).toMatchObject([{ kind, id: 'web' }]);
});

test.each([true, false])('a tag that is propagated (%s) stays so', async (PropagateAtLaunch) => {
  const present = { ResourceId: 'web', Key: 'expires-at', PropagateAtLaunch };
  const { bound, sent } = await bind({ DescribeTags: { Tags: [present] }, CreateOrUpdateTags: {} });
  await bound.tag?.(target, { key: 'expires-at', value: '2030-01-01' });
  expect(sent.at(-1)?.input['Tags']).toEqual([
    {
      ResourceId: 'web',
      ResourceType: 'auto-scaling-group',
      Key: 'expires-at',
      Value: '2030-01-01',
      PropagateAtLaunch,
    },
  ]);
});

test('the list leaves out groups that are being deleted', async () => {
  const leaving = { ...group, AutoScalingGroupName: 'old', Status: 'Delete in progress' };
  const { bound } = await bind({ DescribeAutoScalingGroups: { AutoScalingGroups: [group, leaving] } });
  expect(await bound.list?.()).toMatchObject([{ id: 'web' }]);
});

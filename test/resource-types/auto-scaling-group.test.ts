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

const unprotected = { DisableApiTermination: { Value: false } };

async function describe(extra: object, answers: Record<string, Answer> = {}) {
  const { bound } = await bind({
    DescribeAutoScalingGroups: { AutoScalingGroups: [{ ...group, ...extra }] },
    DescribeWarmPool: awsError('ResourceContention'),
    DescribeInstanceAttribute: unprotected,
    ...answers,
  });
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
  const found = await describe(extra, { DescribeWarmPool: { Instances: [{ InstanceId: 'i-2' }] } });
  const place = 'arn:aws:ec2:eu-west-1:222222222222:instance';
  expect(found).toHaveProperty('carries', [
    { id: 'i-1', arn: `${place}/i-1`, type: 'ec2:instance' },
    { id: 'i-2', arn: `${place}/i-2`, type: 'ec2:instance' },
  ]);
});

test('an instance shows the protection that a forced removal of its group would not respect', async () => {
  const Instances = [{ InstanceId: 'i-1', ProtectedFromScaleIn: true }, { InstanceId: 'i-2' }, { InstanceId: 'i-3' }];
  const asked: string[] = [];
  const found = await describe(
    { Instances },
    {
      DescribeInstanceAttribute: ({ InstanceId }: { InstanceId: string }) => {
        asked.push(InstanceId);
        return { InstanceId, DisableApiTermination: { Value: InstanceId === 'i-2' } };
      },
    },
  );
  expect(found).toMatchObject({
    carries: [
      { id: 'i-1', protection: 'it is protected from scale in' },
      { id: 'i-2', protection: 'its termination protection is on' },
      expect.not.objectContaining({ protection: expect.anything() }),
    ],
  });
  expect(asked).toEqual(['i-2', 'i-3']);
});

test.each([
  ['is gone already', awsError('InvalidInstanceID.NotFound'), { kind: 'present', carries: [{ id: 'i-1' }] }],
  ['can not be read', awsError('UnauthorizedOperation', 'not you'), { kind: 'unreadable', why: /not you/ }],
])('a group with an instance whose protection %s', async (_, DescribeInstanceAttribute, expected) => {
  const found = await describe({ Instances: [{ InstanceId: 'i-1' }] }, { DescribeInstanceAttribute });
  expect(found).toMatchObject('why' in expected ? { ...expected, why: expect.stringMatching(expected.why) } : expected);
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

test('a resize sends the sizes that are given, and leaves the others as they are', async () => {
  const { bound, sent } = await bind({ UpdateAutoScalingGroup: {} });
  expect(await bound.resize?.(target, { max: 3 })).toEqual({ kind: 'done', id: 'web' });
  expect(await bound.resize?.(target, { min: 0, desired: 0, max: 0 })).toEqual({ kind: 'done', id: 'web' });
  expect(sent.map(({ input }) => JSON.parse(JSON.stringify(input)))).toEqual([
    { AutoScalingGroupName: 'web', MaxSize: 3 },
    { AutoScalingGroupName: 'web', MinSize: 0, DesiredCapacity: 0, MaxSize: 0 },
  ]);
});

test.each([
  ['ValidationError', "AutoScalingGroup name not found - AutoScalingGroup 'web' not found", 'gone'],
  ['ValidationError', 'Max bound, 1, must be greater than or equal to min bound, 2', 'refused'],
  ['AccessDenied', 'not authorized', 'refused'],
  ['ScalingActivityInProgressFault', 'busy', 'transient'],
  ['ResourceContentionFault', 'busy', 'transient'],
  ['Throttling', 'rate exceeded', 'transient'],
])('a resize that ends with %s "%s" is %s', async (code, message, kind) => {
  const { bound } = await bind({ UpdateAutoScalingGroup: awsError(code, message) });
  expect(await bound.resize?.(target, { max: 1 })).toMatchObject({ kind, id: 'web' });
});

test('alone, a group is described in one call, without its instances', async () => {
  const full = { ...group, Instances: [{ InstanceId: 'i-1' }], WarmPoolConfiguration: { MinSize: 1 } };
  const { bound, sent } = await bind({ DescribeAutoScalingGroups: { AutoScalingGroups: [full] } });
  expect(await bound.describeAlone(['web', 'old'])).toMatchObject([{ kind: 'present' }, { kind: 'gone', id: 'old' }]);
  expect(sent.map(({ command, input }) => [command, input['IncludeInstances']])).toEqual([
    ['DescribeAutoScalingGroups', false],
  ]);
});

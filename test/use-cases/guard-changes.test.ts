import { describe, expect, test } from 'vitest';
import { keyOfPart, type Part } from '../../lib/core/guard-parts.ts';
import { undo } from '../../lib/core/guard-release.ts';
import { presentParts } from '../../lib/use-cases/guard-changes.ts';
import { arns, type GuardAccount, shard } from '../fakes/guard-account.ts';
import { anAccount, before, cap, change, cluster, database, server, whole, zero } from '../fakes/guard-parts.ts';
import { awsError } from '../samples/sample.ts';

const yes = { 'mayfly:protect': 'true' };

describe('just before', () => {
  const cases: [string, Part, (aws: GuardAccount) => void, string][] = [
    ['protected', server('i-1'), (aws) => aws.instances.set('i-1', { tags: yes }), 'mayfly:protect'],
    ['a protected group', cap, (aws) => aws.groups.set('web', { ...before, tags: yes }), 'mayfly:protect'],
    [
      'a group with a protected instance',
      zero,
      (aws) => aws.instances.set('i-9', { tags: yes }),
      'its member i-9 is protected',
    ],
    [
      'a group with an instance protected from scale in',
      zero,
      (aws) => aws.groups.set('web', { ...before, instances: ['i-8'], keeps: ['i-8'] }),
      'scale in',
    ],
    [
      'a cluster with a protected instance',
      cluster,
      (aws) => aws.databases.set('shop-1', { cluster: 'shop', tags: yes }),
      'its member shop-1',
    ],
    ['Spot', server('i-1'), (aws) => aws.instances.set('i-1', { lifecycle: 'spot' }), 'Spot'],
    ['with local disks', server('i-1'), (aws) => aws.instances.set('i-1', { type: 'm5d.large' }), 'local disks'],
    [
      'with stop protection',
      server('i-1'),
      (aws) => aws.instances.set('i-1', { stopProtected: true }),
      'stop protection',
    ],
    ['stopped', database('orders'), (aws) => aws.databases.set('orders', { state: 'stopped' }), 'does not run'],
    ['on its way', database('orders'), (aws) => aws.databases.set('orders', { state: 'backing-up' }), 'changing'],
    ['resized', zero, (aws) => aws.groups.set('web', { ...before, max: 20 }), '1, 2, 20'],
  ];

  test.each(cases)('%s: it is refused, and left as it is', async (_, part, meanwhile, why) => {
    const aws = anAccount();
    meanwhile(aws);
    const start = whole(aws);
    expect(await change(aws, part)).toEqual([
      { key: keyOfPart(part), kind: 'refused', why: expect.stringContaining(why) },
    ]);
    expect(whole(aws)).toEqual(start);
  });

  test('grown: it is left as it is, and the next try knows its size', async () => {
    const aws = anAccount();
    aws.groups.set('web', { ...before, desired: 3 });
    expect(await change(aws, cap)).toMatchObject([{ kind: 'transient', why: expect.stringContaining('grown to 3') }]);
    expect(aws.groups.get('web')).toMatchObject({ desired: 3, max: before.max });
  });

  test.each<[string, Part, (aws: GuardAccount) => void]>([
    ['deleted', database('orders'), (aws) => aws.databases.delete('orders')],
    ['terminated', server('i-1'), (aws) => aws.instances.set('i-1', { state: 'terminated' })],
    ['another of its name', database('orders'), (aws) => aws.databases.set('orders', { identity: 'db-NEW' })],
    ['another group of its name', cap, (aws) => aws.groups.set('web', { ...before, guid: '2' })],
  ])('%s: it is gone, to be changed and to be taken back', async (_, part, meanwhile) => {
    const aws = anAccount();
    meanwhile(aws);
    const start = whole(aws);
    expect(await change(aws, part)).toMatchObject([{ kind: 'gone' }]);
    const [there] = (await presentParts(aws.ports, shard, [part])).values();
    expect(undo(part, there ?? { kind: 'gone', says: '' })).toMatchObject({ kind: 'differs' });
    expect(whole(aws)).toEqual(start);
  });

  test('unreadable: nothing is done, and the next try tells', async () => {
    const aws = anAccount();
    aws.faults.set('DescribeDBInstances', awsError('AccessDenied', 'not you'));
    const results = await change(aws, database('orders'), server('i-1'));
    expect(results).toMatchObject([
      { kind: 'transient', why: expect.stringContaining('not you') },
      { kind: 'changed' },
    ]);
    const present = await presentParts(aws.ports, shard, [database('orders')]);
    expect(present.get(arns.database('orders'))).toMatchObject({ kind: 'unreadable' });
  });
});

describe('the session', () => {
  test('is pinned to what it is for, with the protect tag as it was read', async () => {
    const aws = anAccount();
    aws.instances.set('i-1', { tags: { owner: 'ana', 'mayfly:protect': '2026-11-01' } });
    await change(aws, server('i-1'), cap);
    expect(aws.scopes).toHaveLength(1);
    const [scope] = aws.scopes;
    expect(scope?.keys).toEqual(['mayfly:protect']);
    expect(scope?.pins).toEqual([
      { arn: arns.instance('i-1'), tags: { 'mayfly:protect': '2026-11-01' }, actions: ['ec2:StopInstances'] },
      { arn: arns.group('web'), tags: {}, actions: ['autoscaling:UpdateAutoScalingGroup'] },
    ]);
    expect(scope?.besides).toEqual([{ actions: ['ec2:DescribeInstanceTypes'], on: '*' }]);
  });

  test('what is protected after the last look is kept by AWS itself, and told as such', async () => {
    const aws = anAccount();
    aws.instances.set('i-2', {});
    aws.meanwhile = () => {
      aws.instances.set('i-1', { tags: yes });
      aws.databases.set('orders', { tags: yes });
    };
    expect(await change(aws, server('i-1'), server('i-2'), database('orders'))).toMatchObject([
      { kind: 'refused', why: expect.stringMatching(/mayfly:protect.*since a moment ago/) },
      { kind: 'changed' },
      { kind: 'refused', why: expect.stringContaining('since a moment ago') },
    ]);
    expect(aws.instances.get('i-1')).not.toHaveProperty('state');
  });

  test('a denial of what is not protected names what AWS said', async () => {
    const aws = anAccount();
    aws.faults.set('StopDBInstance', awsError('AccessDenied', 'an SCP says no'));
    expect(await change(aws, database('orders'))).toMatchObject([
      { kind: 'refused', why: expect.stringContaining('an SCP says no') },
    ]);
  });

  test('that can not be had leaves all as it is', async () => {
    const aws = anAccount();
    const start = whole(aws);
    aws.ports.cloud.guard = async () => {
      throw new Error('assuming mayfly-guard failed');
    };
    expect(await change(aws, server('i-1'), cap)).toMatchObject([
      { kind: 'refused', why: expect.stringContaining('mayfly-guard') },
      { kind: 'refused' },
    ]);
    expect(whole(aws)).toEqual(start);
  });

  test('one part that fails for reasons of AWS holds up no other', async () => {
    const aws = anAccount();
    aws.faults.set('StopDBInstance', awsError('ThrottlingException'));
    aws.faults.set('UpdateAutoScalingGroup', awsError('ScalingActivityInProgressFault'));
    const results = await change(aws, database('orders'), zero, cluster, server('i-1'));
    expect(results.map(({ kind }) => kind)).toEqual(['transient', 'transient', 'changed', 'changed']);
  });

  test('a denial of service control policies is none of a shard', async () => {
    const scp: Part = { kind: 'scp', account: shard.account, policy: 'p-1', stage: 'freeze' };
    expect(await change(anAccount(), scp)).toMatchObject([{ kind: 'refused' }]);
  });
});

import { describe, expect, test } from 'vitest';
import type { GuardTarget } from '../../lib/core/guard-steps.ts';
import { readTargets } from '../../lib/use-cases/guard-targets.ts';
import { aPolicy } from '../fakes/builders.ts';
import { aGuardAccount, arns, type GuardAccount, shard } from '../fakes/guard-account.ts';
import { awsError } from '../samples/sample.ts';

// A day is a day in Berlin; it is noon UTC of 23 November.
const policy = aPolicy({ guard: {}, types: [] });
const inGroup = { 'aws:autoscaling:groupName': 'web' };
const yes = { 'mayfly:protect': 'true' };

async function read(aws: GuardAccount, only?: 'groups') {
  const { targets, problems } = await readTargets(aws.ports, shard, policy, only);
  return { problems, byArn: Object.fromEntries(targets.map((one) => [one.arn, one])) as Record<string, GuardTarget> };
}

async function oneServer(instance: Parameters<GuardAccount['instances']['set']>[1]) {
  const aws = aGuardAccount();
  aws.instances.set('i-1', instance);
  const { byArn } = await read(aws);
  return byArn[arns.instance('i-1')];
}

describe('a server', () => {
  test('that runs, with its environment and what a stop loses', async () => {
    expect(await oneServer({ tags: { Environment: 'load' }, publicIp: true })).toEqual({
      arn: arns.instance('i-1'),
      type: 'ec2:instance',
      region: 'eu-west-1',
      identity: 'i-1',
      environment: 'load',
      loses: ['its public IPv4 address, which is no Elastic IP address', 'what is in its memory'],
      what: { kind: 'server', state: 'running' },
    });
  });

  test.each<[string, Parameters<GuardAccount['instances']['set']>[1], object]>([
    ['is protected', { tags: yes }, { protectedBy: 'its tag mayfly:protect protects it' }],
    [
      'is protected by what can not be read',
      { tags: { 'mayfly:protect': 'maybe' } },
      { protectedBy: expect.stringContaining('taken for protected') },
    ],
    ['is Spot', { lifecycle: 'spot' }, { unstoppable: expect.stringContaining('Spot') }],
    ['has local disks', { type: 'm5d.large' }, { unstoppable: expect.stringContaining('local disks') }],
    ['has stop protection', { stopProtected: true }, { unstoppable: 'its stop protection is on' }],
    [
      'is run by a service',
      { tags: { 'aws:elasticmapreduce:job-flow-id': 'j-1' } },
      { unstoppable: 'it is run by j-1, which would start another one' },
    ],
    ['is stopped', { state: 'stopped' }, { what: { kind: 'server', state: 'stopped' } }],
    ['is on its way', { state: 'pending' }, { what: { kind: 'server', state: 'changing' } }],
  ])('that %s', async (_, instance, expected) => {
    expect(await oneServer(instance)).toMatchObject(expected);
  });

  test('whose protection ran out a moment ago may be stopped', async () => {
    expect(await oneServer({ tags: { 'mayfly:protect': '2026-11-23T12:00:00Z' } })).not.toHaveProperty('protectedBy');
    expect(await oneServer({ tags: { 'mayfly:protect': '2026-11-23' } })).toHaveProperty('protectedBy');
  });

  test('that is gone is none', async () => {
    expect(await oneServer({ state: 'terminated' })).toBeUndefined();
    expect(await oneServer({ state: 'shutting-down' })).toBeUndefined();
  });

  test('is asked about in more calls only where it would be stopped', async () => {
    const aws = aGuardAccount();
    aws.instances.set('i-1', { tags: yes });
    aws.instances.set('i-2', { state: 'stopped' });
    aws.instances.set('i-3', { lifecycle: 'spot' });
    aws.instances.set('i-4', { tags: inGroup });
    await read(aws);
    expect(aws.calls('DescribeInstanceAttribute')).toBe(0);
  });

  test('that nobody can tell about is not stopped', async () => {
    const aws = aGuardAccount();
    aws.instances.set('i-1', {});
    aws.faults.set('DescribeInstanceTypes', awsError('UnauthorizedOperation', 'not you'));
    const { byArn } = await read(aws);
    expect(byArn[arns.instance('i-1')]).toMatchObject({
      unstoppable: expect.stringMatching(/^whether it may be stopped can't be read: .*not you/),
    });
  });
});

describe('a database', () => {
  test('and a cluster lose nothing by a stop', async () => {
    const aws = aGuardAccount();
    aws.databases.set('orders', {});
    aws.clusters.set('shop', {});
    aws.databases.set('shop-1', { cluster: 'shop' });
    const { byArn } = await read(aws);
    expect(byArn).toMatchObject({
      [arns.database('orders')]: { identity: 'db-orders', loses: [], what: { kind: 'database', state: 'running' } },
      [arns.cluster('shop')]: { type: 'rds:cluster', loses: [], what: { kind: 'database', state: 'running' } },
    });
    expect(Object.keys(byArn)).toHaveLength(2);
  });

  test('that is a replica is not stopped', async () => {
    const aws = aGuardAccount();
    aws.databases.set('copy', { replicaOf: 'orders' });
    const { byArn } = await read(aws);
    expect(byArn[arns.database('copy')]).toMatchObject({ unstoppable: expect.stringContaining('replica of orders') });
  });

  test.each<[string, Parameters<GuardAccount['databases']['set']>[1] | undefined]>([
    ['is protected', { cluster: 'shop', tags: yes }],
    ["can't be read", undefined],
  ])('that is a member of a cluster and %s keeps the cluster', async (_, member) => {
    const aws = aGuardAccount();
    aws.clusters.set('shop', {});
    aws.databases.set('shop-1', member ?? { cluster: 'shop' });
    if (member === undefined) {
      aws.faults.set('DescribeDBInstances', ((input: { Filters?: { Name: string }[] }) =>
        input.Filters?.[0]?.Name === 'db-instance-id' ? awsError('AccessDenied') : { DBInstances: [] }) as never);
    }
    const { byArn } = await read(aws);
    expect(byArn[arns.cluster('shop')]).toMatchObject({ protectedBy: expect.stringContaining('its member shop-1') });
  });
});

describe('a group', () => {
  const withGroup = (group: Partial<Parameters<GuardAccount['groups']['set']>[1]> = {}) => {
    const aws = aGuardAccount();
    aws.groups.set('web', { min: 1, desired: 2, max: 9, instances: ['i-1', 'i-2'], ...group });
    aws.instances.set('i-1', { tags: inGroup, lifecycle: 'spot', type: 'm5d.large' });
    aws.instances.set('i-2', { tags: inGroup });
    return aws;
  };

  test('with its sizes, and its instances by it: what a start is about does not matter to them', async () => {
    const { byArn, problems } = await read(withGroup({ tags: { environment: 'load', 'eks:cluster-name': 'k' } }));
    const what = { kind: 'server', state: 'running', group: arns.group('web') };
    expect(byArn[arns.group('web')]).toMatchObject({
      environment: 'load',
      what: { kind: 'group', sizes: { min: 1, desired: 2, max: 9 } },
    });
    expect(byArn[arns.group('web')]).not.toHaveProperty('unstoppable');
    expect(byArn[arns.instance('i-1')]).toMatchObject({ what });
    expect(byArn[arns.instance('i-1')]).not.toHaveProperty('unstoppable');
    expect(problems).toEqual([]);
  });

  test('an instance that is protected from scale in, or by its tag, shows it', async () => {
    const aws = withGroup({ keeps: ['i-1'] });
    aws.instances.set('i-2', { tags: { ...inGroup, ...yes } });
    const { byArn } = await read(aws);
    expect(byArn[arns.instance('i-1')]).toMatchObject({ unstoppable: expect.stringContaining('scale in') });
    expect(byArn[arns.instance('i-2')]).toMatchObject({ protectedBy: expect.any(String) });
  });

  test('alone, for a freeze: one call, whatever runs', async () => {
    const aws = withGroup();
    const { byArn } = await read(aws, 'groups');
    expect(Object.keys(byArn)).toEqual([arns.group('web')]);
    expect(aws.sent.map(({ command }) => command)).toEqual(['DescribeAutoScalingGroups']);
  });

  test.each([
    ['instances', 'DescribeInstances', 'ec2:instance'],
    ['protection of instances', 'DescribeInstanceAttribute', 'autoscaling:autoScalingGroup web'],
  ])('whose %s can not be read is unread, and that is said', async (_, command, said) => {
    const aws = withGroup();
    aws.faults.set(command, awsError('UnauthorizedOperation', 'not you'));
    const { byArn, problems } = await read(aws);
    expect(byArn[arns.group('web')]?.what).toMatchObject({ unread: true });
    expect(problems).toEqual([expect.stringContaining(said)]);
  });

  test('that is not known still keeps its instances from being stopped alone', async () => {
    const aws = withGroup();
    aws.faults.set('DescribeAutoScalingGroups', awsError('AccessDenied', 'not you'));
    const { byArn, problems } = await read(aws);
    expect(byArn[arns.instance('i-2')]?.what).toMatchObject({ group: 'web' });
    expect(problems).toEqual([expect.stringContaining('autoscaling:autoScalingGroup')]);
  });
});

describe('what can not be read', () => {
  test('is a problem, and the rest is told', async () => {
    const aws = aGuardAccount();
    aws.instances.set('i-1', {});
    aws.faults.set('DescribeDBInstances', awsError('AccessDenied', 'not you'));
    const { byArn, problems } = await read(aws);
    expect(Object.keys(byArn)).toEqual([arns.instance('i-1')]);
    expect(problems).toEqual([expect.stringMatching(/^rds:db: AccessDenied: not you/)]);
  });

  test('an account without a way in is a problem, too', async () => {
    const aws = aGuardAccount();
    aws.ports.cloud.reader = async () => {
      throw new Error('no way in');
    };
    expect(await read(aws)).toEqual({ byArn: {}, problems: [expect.stringContaining('no way in')] });
  });
});

import { describe, expect, test } from 'vitest';
import { keyOfPart, type Part } from '../../lib/core/guard-parts.ts';
import { undo } from '../../lib/core/guard-release.ts';
import { presentParts, takeBack } from '../../lib/use-cases/guard-changes.ts';
import { arns, type GuardAccount, shard } from '../fakes/guard-account.ts';
import {
  anAccount,
  before,
  cap,
  change,
  cluster,
  database,
  policy,
  release,
  server,
  whole,
  zero,
} from '../fakes/guard-parts.ts';
import { awsError } from '../samples/sample.ts';

const yes = { 'mayfly:protect': 'true' };

describe('a change and its release', () => {
  test('end where they began', async () => {
    const aws = anAccount();
    const start = whole(aws);
    const parts = [server('i-1'), database('orders'), cluster, zero];
    expect(await change(aws, ...parts)).toEqual(parts.map((part) => ({ key: keyOfPart(part), kind: 'changed' })));
    expect(aws.instances.get('i-1')).toMatchObject({ state: 'stopped' });
    expect(aws.groups.get('web')).toMatchObject({ min: 0, desired: 0, max: 0 });
    expect(await presentParts(aws.ports, shard, parts)).toEqual(
      new Map<string, object>([
        [arns.instance('i-1'), { kind: 'server', state: 'stopped', identity: 'i-1' }],
        [arns.database('orders'), { kind: 'server', state: 'stopped', identity: 'db-orders' }],
        [arns.cluster('shop'), { kind: 'server', state: 'stopped', identity: 'cluster-shop' }],
        [arns.group('web'), { kind: 'group', sizes: { min: 0, desired: 0, max: 0 } }],
      ]),
    );
    expect((await release(aws, ...parts)).map(({ kind }) => kind)).toEqual(Array(4).fill('changed'));
    for (const map of [aws.instances, aws.databases, aws.clusters]) {
      for (const one of map.values()) if ('state' in one) delete one.state;
    }
    expect(whole(aws)).toEqual(start);
  });

  test('a cap changes the maximum alone', async () => {
    const aws = anAccount();
    await change(aws, cap);
    expect(aws.groups.get('web')).toMatchObject({ min: 1, desired: 2, max: 2 });
    await release(aws, cap);
    expect(aws.groups.get('web')).toMatchObject(before);
  });

  test('once more, is done already', async () => {
    const aws = anAccount();
    const again = [server('i-1'), zero].map((part): Part => ({ ...part, isAgain: true }));
    await change(aws, ...again);
    aws.sent.splice(0);
    expect((await change(aws, ...again)).map(({ kind }) => kind)).toEqual(['changed', 'changed']);
    expect(aws.sent.filter(({ command }) => !command.startsWith('Describe'))).toEqual([]);
  });

  test('forty servers are few calls, in few sessions that fit', async () => {
    const aws = anAccount();
    const parts = Array.from({ length: 40 }, (_, index) => `i-${(index + 0x0a1b2c3d4e5f60000).toString(16)}`).map(
      (id) => {
        aws.instances.set(id, {});
        return server(id);
      },
    );
    const results = await change(aws, ...parts);
    expect(results.map(({ kind }) => kind)).toEqual(Array(40).fill('changed'));
    expect(aws.scopes.length).toBeLessThanOrEqual(3);
    expect(aws.sent.length).toBeLessThanOrEqual(2 + 2 * aws.scopes.length);
  });
});

describe('a release', () => {
  test('starts what was protected since, and gives its group the sizes of before', async () => {
    const aws = anAccount();
    await change(aws, server('i-1'), zero);
    aws.instances.set('i-1', { tags: yes, state: 'stopped' });
    Object.assign(aws.groups.get('web') ?? {}, { tags: yes });
    expect((await release(aws, server('i-1'), zero)).map(({ kind }) => kind)).toEqual(['changed', 'changed']);
    expect(aws.instances.get('i-1')).toMatchObject({ state: 'running' });
    expect(aws.groups.get('web')).toMatchObject(before);
  });

  test('looks at a group in one call, whatever it has', async () => {
    const aws = anAccount();
    await presentParts(aws.ports, shard, [zero]);
    expect(aws.sent.map(({ command }) => command)).toEqual(['DescribeAutoScalingGroups']);
  });

  test.each<[string, (aws: GuardAccount) => void, object]>([
    ['a person started it', (aws) => aws.instances.set('i-1', {}), { kind: 'changed' }],
    ['it is on its way', (aws) => aws.instances.set('i-1', { state: 'stopping' }), { kind: 'transient' }],
    ['it is gone', (aws) => aws.instances.delete('i-1'), { kind: 'gone' }],
    [
      'there is no capacity',
      (aws) => aws.faults.set('StartInstances', awsError('InsufficientInstanceCapacity', 'no room')),
      { kind: 'refused', why: expect.stringContaining('no room') },
    ],
  ])('between the look and the call, %s', async (_, meanwhile, expected) => {
    const aws = anAccount();
    await change(aws, server('i-1'));
    const [present] = (await presentParts(aws.ports, shard, [server('i-1')])).values();
    const item = { part: server('i-1'), undo: undo(server('i-1'), present ?? { kind: 'gone', says: '' }) };
    meanwhile(aws);
    expect(await takeBack(aws.ports, shard, policy, [item])).toMatchObject([expected]);
  });

  test('sizes that a person gave it meanwhile stay', async () => {
    const aws = anAccount();
    await change(aws, zero);
    const [present] = (await presentParts(aws.ports, shard, [zero])).values();
    aws.groups.set('web', { min: 0, desired: 1, max: 4 });
    const item = { part: zero, undo: undo(zero, present ?? { kind: 'gone', says: '' }) };
    expect(await takeBack(aws.ports, shard, policy, [item])).toMatchObject([
      { kind: 'refused', why: expect.stringContaining('0, 1, 4') },
    ]);
    expect(aws.groups.get('web')).toMatchObject({ min: 0, desired: 1, max: 4 });
  });
});

import { beforeEach, expect, test } from 'vitest';
import { removalsOf } from '../../lib/core/plan.ts';
import { hour, minute } from '../../lib/core/time.ts';
import { finalSnapshotName } from '../../lib/resource-types/rds-final-snapshot.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { type ReapRequest, reapShard } from '../../lib/use-cases/reap-shard.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy, someRules } from '../fakes/builders.ts';
import { account, aWorld, region, type World } from '../fakes/world.ts';

// What the service takes an order for and does not end at once: what this run reads later, and the next.

const due = { ttl: '2026-11-20' };
const shard = { account, region };
const policy = aPolicy({ mode: 'enforce', expiry: { requireWarning: false } });

let world: World;
beforeEach(() => {
  world = aWorld();
});

async function planned() {
  const { plan } = await sweep(world.ports, { policy, filters: noFilters, enforce: false });
  return async (more: Partial<ReapRequest> = {}) => {
    const lease = await world.ports.ledger.acquireLease('run-2', hour / 2);
    return reapShard(world.ports, {
      run: 'run-2',
      fence: lease.ok ? lease.fence : 0,
      shard,
      removals: removalsOf(plan),
      rules: someRules({ policy }),
      plannedAt: plan.now,
      stopAt: world.clock.now() + hour,
      ...more,
    });
  };
}

/** The database is gone, or another, once it has been looked at this often. */
function afterLooks(looks: number, change: () => void): void {
  let seen = 0;
  world.refuse.set('DescribeDBInstances', () => {
    seen += 1;
    if (seen === looks) change();
    return undefined;
  });
}

const kinds = async (arn: string) => (await world.ports.ledger.history(arn)).map(({ kind }) => kind);
const commands = () => world.sent.map(({ command }) => command).filter((command) => /^(Delete|AddTags)/.test(command));

/** A run that was killed after RDS had taken its order. */
async function killedAfterOrdering(arn: string): Promise<string> {
  const at = world.clock.now();
  await world.ports.ledger.record([{ arn, at, kind: 'removal-requested', identity: 'db-orders', ...shard }]);
  const { databases, snapshots } = world.place();
  const database = databases.get('orders');
  if (database !== undefined) database.state = 'deleting';
  const name = finalSnapshotName({ id: 'orders', identity: 'db-orders' });
  const copy = `arn:aws:rds:${region}:${account}:snapshot:${name}`;
  snapshots.set(name, { arn: copy, tags: due, createdAt: at });
  return copy;
}

test('what an earlier run ordered and AWS still deletes ends as removed, and its copy is tagged', async () => {
  const arn = world.database('orders', due);
  const reap = await planned();
  const copy = await killedAfterOrdering(arn);
  afterLooks(3, () => world.place().databases.delete('orders'));
  expect(await reap()).toMatchObject([{ arn, outcome: 'removed', detail: 'it was asked for before' }]);
  expect(world.tagsOf(copy)).toEqual({ 'mayfly:copy-of': arn, 'mayfly:keep-until': expect.any(String) });
  expect(await kinds(arn)).toEqual(['removal-requested', 'removed']);
  expect(commands()).not.toContain('DeleteDBInstance');
});

test('what somebody else deletes is gone, and nobody tags a copy of it', async () => {
  const arn = world.database('orders', due, { state: 'deleting' });
  const reap = await planned();
  afterLooks(3, () => world.place().databases.delete('orders'));
  expect(await reap()).toMatchObject([{ arn, outcome: 'gone' }]);
  expect(commands()).toEqual([]);
});

test('what got its name meanwhile stays, and the order has ended', async () => {
  const arn = world.database('orders', due);
  const reap = await planned();
  const copy = await killedAfterOrdering(arn);
  afterLooks(3, () => void world.database('orders', due, { identity: 'db-new', createdAt: world.clock.now() }));
  const [outcome] = await reap();
  expect(outcome).toMatchObject({
    outcome: 'removed',
    detail: expect.stringContaining('another resource has its name'),
  });
  expect(world.tagsOf(arn)).toEqual(due);
  expect(world.tagsOf(copy)).toEqual({ 'mayfly:copy-of': arn, 'mayfly:keep-until': expect.any(String) });
  expect(commands()).not.toContain('DeleteDBInstance');
});

test('a stack that fails to go is failed at once, and counts towards quarantine', async () => {
  const arn = world.stack('web', due, { failsWith: 'the bucket files is not empty' });
  const before = world.clock.now();
  const detail = 'its deletion failed: the bucket files is not empty';
  expect(await (await planned())()).toMatchObject([{ arn, outcome: 'failed', detail }]);
  expect(world.clock.now() - before).toBeLessThan(minute);
  expect(await kinds(arn)).toEqual(['removal-requested', 'refused']);
  expect((await world.ports.ledger.memories([arn])).get(arn)).toMatchObject({ refusals: 1 });
});

test('a stack that failed after an earlier run ended is failed in this one, and not ordered again', async () => {
  const arn = world.stack('web', due, { failsWith: 'the bucket files is not empty' });
  const reap = await planned();
  const at = world.clock.now();
  await world.ports.ledger.record([{ arn, at, kind: 'removal-requested', identity: arn, ...shard }]);
  const stack = world.place().stacks.get(arn);
  if (stack !== undefined) stack.failedAt = at + hour / 2;
  expect(await reap()).toMatchObject([{ outcome: 'failed', detail: expect.stringContaining('not empty') }]);
  expect(await kinds(arn)).toEqual(['removal-requested', 'refused']);
  expect(commands()).toEqual([]);
});

test('an old failure is tried again', async () => {
  const arn = world.stack('web', due, { failedAt: world.clock.now() - hour });
  expect(await (await planned())()).toMatchObject([{ arn, outcome: 'removed' }]);
});

test('a stack that fails each time is put aside after three runs', async () => {
  const arn = world.stack('web', due, { failsWith: 'the bucket files is not empty' });
  for (let run = 1; run <= 3; run += 1) {
    expect(await (await planned())()).toMatchObject([{ outcome: 'failed' }]);
    await world.clock.sleep(hour);
  }
  const { quarantinedUntil = 0 } = (await world.ports.ledger.memories([arn])).get(arn) ?? {};
  expect(quarantinedUntil).toBeGreaterThan(world.clock.now());
});

test.each([
  ['in another account', `arn:aws:rds:${region}:333333333333:db:replica`],
  ['in another region', `arn:aws:rds:us-east-1:${account}:db:replica`],
  ['of another type', `arn:aws:sqs:${region}:${account}:replica`],
])('what was settled %s frees no source of its name', async (_, settled) => {
  world.database('orders', due, { replicas: ['replica'] });
  const reap = await planned();
  expect(await reap({ settled: new Set([settled]) })).toMatchObject([{ outcome: 'blocked' }]);
  expect(commands()).toEqual([]);
});

test('a queue that this run removes frees no database of the same words', async () => {
  world.queue('replica', due);
  const arn = world.database('orders', due, { replicas: ['replica'] });
  const outcomes = await (await planned())();
  expect(outcomes.find((one) => one.arn === arn)).toMatchObject({ outcome: 'blocked' });
  expect(commands()).toEqual(['DeleteQueue']);
});

test('the replica itself frees its source, though RDS lists it a while longer', async () => {
  world.database('orders', due, { replicas: ['replica'] });
  const reap = await planned();
  await reap({ settled: new Set([`arn:aws:rds:${region}:${account}:db:replica`]), stopAt: world.clock.now() + minute });
  expect(commands()).toEqual(['DeleteDBInstance']);
});

import { beforeEach, describe, expect, test } from 'vitest';
import { finalSnapshotName } from '../../lib/resource-types/rds-final-snapshot.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy } from '../fakes/builders.ts';
import { heldClock } from '../fakes/clocks.ts';
import { account, aWorld, region, type World } from '../fakes/world.ts';
import { awsError } from '../samples/sample.ts';

// An earlier run asked for removals and was killed before it wrote their end into the ledger.
let world: World;
beforeEach(() => {
  world = aWorld(heldClock());
});

const other = '333333333333';
const policyWith = (accounts: string[], mode = 'enforce') =>
  aPolicy({ mode, accounts: accounts.map((id) => ({ id })), expiry: { requireWarning: false } });
const sweeping = (accounts = [account]) =>
  sweep(world.ports, { policy: policyWith(accounts), filters: noFilters, enforce: true });

async function askedFor(arn: string, more: { identity?: string; account?: string } = {}): Promise<string> {
  const at = world.clock.now();
  await world.ports.ledger.record([{ arn, at, kind: 'removal-requested', account, region, ...more }]);
  return arn;
}

const openArns = async () => (await world.ports.ledger.openRemovals()).map(({ arn }) => arn);

test('what is gone now was removed by that run, and is told once', async () => {
  const arn = await askedFor(`arn:aws:sqs:${region}:${account}:orders`);
  expect((await sweeping()).outcomes).toMatchObject([{ arn, outcome: 'removed' }]);
  expect((await world.ports.ledger.history(arn)).map(({ kind }) => kind)).toEqual(['removal-requested', 'removed']);
  expect((await sweeping()).outcomes).toEqual([]);
});

test('what is still there is no removal', async () => {
  const arn = await askedFor(world.queue('orders', { ttl: '2026-12-24' }));
  expect((await sweeping()).outcomes).toEqual([]);
  expect(world.tagsOf(arn)).toBeDefined();
});

test('what is still there and due is removed by this run', async () => {
  const arn = await askedFor(world.queue('orders', { ttl: '2026-11-20' }));
  expect((await sweeping()).outcomes).toMatchObject([{ arn, outcome: 'removed' }]);
  expect(await openArns()).toEqual([]);
});

test('what can not be read stays open, and holds no other', async () => {
  const locked = await askedFor(`arn:aws:sqs:${region}:${account}:locked`);
  const gone = await askedFor(`arn:aws:sqs:${region}:${account}:orders`);
  world.refuse.set('GetQueueAttributes', ({ QueueUrl }) =>
    String(QueueUrl).endsWith('locked') ? awsError('AccessDenied') : undefined,
  );
  expect((await sweeping()).outcomes).toMatchObject([{ arn: gone, outcome: 'removed' }]);
  expect(await openArns()).toEqual([locked]);
});

test('a bucket is asked for in the account that it was in: elsewhere it would only look gone', async () => {
  const arn = await askedFor('arn:aws:s3:::logs', { account: other });
  const listed: string[] = [];
  world.buckets = (id) => {
    listed.push(id);
    return id === other ? [{ Name: 'logs', CreationDate: new Date(0) }] : [];
  };
  expect((await sweeping([account, other])).outcomes).toEqual([]);
  expect(await openArns()).toEqual([arn]);
  expect(listed).toEqual([other]);
});

test('a bucket whose account this run does not cover stays open', async () => {
  const arn = await askedFor('arn:aws:s3:::logs', { account: other });
  world.buckets = () => [];
  expect((await sweeping([account])).outcomes).toEqual([]);
  expect(await openArns()).toEqual([arn]);
});

test('a bucket that is gone from its account was removed', async () => {
  const arn = await askedFor('arn:aws:s3:::logs', { account: other });
  world.buckets = () => [];
  expect((await sweeping([account, other])).outcomes).toMatchObject([{ arn, outcome: 'removed' }]);
});

/** The tags of a copy that Mayfly has marked as its own: the keys that would make it expire are off. */
const marked = {
  'mayfly:copy-of': `arn:aws:rds:${region}:${account}:db:orders`,
  'mayfly:keep-until': expect.any(String),
};

/** A final snapshot as RDS leaves it, of a database that is not there any more. */
function copyOf(identity: string): string {
  const name = finalSnapshotName({ id: 'orders', identity });
  const arn = `arn:aws:rds:${region}:${account}:snapshot:${name}`;
  world.place().snapshots.set(name, { arn, tags: { ttl: '2026-11-20' }, createdAt: world.clock.now() });
  return arn;
}

test('the copy of what is gone is tagged, by the identity that was ordered', async () => {
  const copy = copyOf('db-old');
  const arn = await askedFor(`arn:aws:rds:${region}:${account}:db:orders`, { identity: 'db-old' });
  expect((await sweeping()).outcomes).toMatchObject([{ arn, outcome: 'removed' }]);
  expect(world.tagsOf(copy)).toEqual(marked);
});

describe('an account that is only observed by now', () => {
  const db = `arn:aws:rds:${region}:${account}:db:orders`;
  const observing = () =>
    sweep(world.ports, { policy: policyWith([account], 'observe'), filters: noFilters, enforce: true });
  const kinds = async (arn: string) => (await world.ports.ledger.history(arn)).map(({ kind }) => kind);
  const writes = () => world.sent.filter(({ command }) => !/^(List|Get|Describe)/.test(command));

  test('is only looked at: what is gone is told once, its copy stays until the account is enforced', async () => {
    const copy = copyOf('db-old');
    await askedFor(db, { identity: 'db-old' });
    const detail = expect.stringContaining('its copy, if there is one, is tagged once the account is enforced again');
    expect((await observing()).outcomes).toMatchObject([{ arn: db, outcome: 'removed', detail }]);
    expect((await observing()).outcomes).toEqual([]);
    expect([writes(), world.scopes]).toEqual([[], []]);
    expect(await openArns()).toEqual([db]);
    expect((await sweeping()).outcomes).toMatchObject([{ arn: db, outcome: 'gone' }]);
    expect(world.tagsOf(copy)).toEqual(marked);
    expect(await kinds(db)).toEqual(['removal-requested', 'removed', 'finished']);
    expect(await openArns()).toEqual([]);
    expect((await sweeping()).outcomes).toEqual([]);
  });

  test('by an order of this moment stays as it is, too', async () => {
    const copy = copyOf('db-old');
    await askedFor(db, { identity: 'db-old' });
    const cloud = { ...world.ports.cloud };
    world.ports.cloud.reader = async (shard) => {
      await world.ports.ledger.lowerMode(account, 'observe', 'ana');
      return cloud.reader(shard);
    };
    expect((await sweeping()).outcomes).toMatchObject([{ arn: db, outcome: 'removed', unfinished: true }]);
    expect(world.tagsOf(copy)).toEqual({ ttl: '2026-11-20' });
  });

  test.each([
    ['a queue, which leaves no copy', `arn:aws:sqs:${region}:${account}:orders`],
    ['a stack that failed to go', `arn:aws:cloudformation:${region}:${account}:stack/web/0a1b2c3d`],
  ])('ends the order for %s', async (_, arn) => {
    world.stack('web', {}, { failedAt: world.clock.now(), failsWith: 'the bucket is not empty' });
    await askedFor(arn, { identity: arn });
    expect((await observing()).outcomes).toMatchObject([{ arn, outcome: arn.includes('sqs') ? 'removed' : 'failed' }]);
    expect(await openArns()).toEqual([]);
  });

  test('a copy that can not be tagged once it is enforced is told, and the order has ended', async () => {
    copyOf('db-old');
    await askedFor(db, { identity: 'db-old' });
    await observing();
    world.refuse.set('AddTagsToResource', () => awsError('AccessDenied'));
    const detail = expect.stringContaining('its copy could not be tagged');
    expect((await sweeping()).outcomes).toMatchObject([{ arn: db, outcome: 'gone', detail }]);
    expect(await openArns()).toEqual([]);
  });

  test('what has the name by then keeps what is known of it', async () => {
    await askedFor(db, { identity: 'db-old' });
    await observing();
    world.database('orders', { ttl: '2026-12-24' }, { identity: 'db-new' });
    await observing();
    const known = (await world.ports.ledger.memories([db])).get(db)?.sighting;
    expect((await sweeping()).outcomes).toMatchObject([{ arn: db, outcome: 'gone', replaced: true }]);
    expect((await world.ports.ledger.memories([db])).get(db)?.sighting).toEqual(known);
  });
});

test('what got the name of a removed one stays, and the order has ended', async () => {
  const copy = copyOf('db-old');
  const arn = world.database('orders', { ttl: '2026-12-24' }, { identity: 'db-new' });
  await askedFor(arn, { identity: 'db-old' });
  const [outcome, ...more] = (await sweeping()).outcomes;
  expect(outcome).toMatchObject({
    arn,
    outcome: 'removed',
    detail: expect.stringContaining('another resource has its'),
  });
  expect(more).toEqual([]);
  expect(world.tagsOf(copy)).toEqual(marked);
  expect(await openArns()).toEqual([]);
  expect((await sweeping()).outcomes).toEqual([]);
  expect(world.place().databases.get('orders')).toMatchObject({ state: 'available' });
});

test('a replica that was made anew holds its source, though one of its name was removed', async () => {
  const replica = world.database('replica', {}, { identity: 'db-new' });
  const source = world.database('orders', { ttl: '2026-11-20' }, { replicas: ['replica'] });
  await askedFor(replica, { identity: 'db-old' });
  expect((await sweeping()).outcomes).toMatchObject([
    { arn: replica, outcome: 'removed' },
    { arn: source, outcome: 'blocked', detail: expect.stringContaining('read replica replica') },
  ]);
});

test('a relative expiry of the new one, which makes its scan look closer, hides no end', async () => {
  const arn = world.queue('orders', { ttl: '2h' });
  await askedFor(arn, { identity: 'created 1' });
  expect((await sweeping()).outcomes).toMatchObject([{ arn, outcome: 'removed' }]);
});

test('a bucket whose date has moved may be the same one: the order stays open', async () => {
  const arn = await askedFor('arn:aws:s3:::logs', { identity: 'created 2026-11-01T00:00:00.000Z' });
  world.buckets = () => [{ Name: 'logs', CreationDate: new Date('2026-11-23T11:00:00Z') }];
  expect((await sweeping()).outcomes).toEqual([]);
  expect(await openArns()).toEqual([arn]);
});

test('what is being deleted stays open', async () => {
  const arn = world.database('orders', { ttl: '2026-12-24' }, { state: 'deleting' });
  await askedFor(arn, { identity: 'db-orders' });
  expect((await sweeping()).outcomes).toEqual([]);
  expect(await openArns()).toEqual([arn]);
});

test('a stack that failed to go and was extended since is failed, and its order has ended', async () => {
  const failedAt = world.clock.now() + 60_000;
  const arn = world.stack('web', { ttl: '2026-12-24' }, { failedAt, failsWith: 'the bucket is not empty' });
  await askedFor(arn, { identity: arn });
  const detail = expect.stringContaining('the bucket is not empty');
  expect((await sweeping()).outcomes).toMatchObject([{ arn, outcome: 'failed', detail }]);
  expect(await openArns()).toEqual([]);
  expect((await world.ports.ledger.memories([arn])).get(arn)).toMatchObject({ refusals: 1 });
});

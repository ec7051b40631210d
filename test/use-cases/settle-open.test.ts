import { beforeEach, expect, test } from 'vitest';
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
const policyWith = (accounts: string[]) =>
  aPolicy({ mode: 'enforce', accounts: accounts.map((id) => ({ id })), expiry: { requireWarning: false } });
const sweeping = (accounts = [account]) =>
  sweep(world.ports, { policy: policyWith(accounts), filters: noFilters, enforce: true });

async function askedFor(arn: string, place = { account, region }): Promise<string> {
  await world.ports.ledger.record([{ arn, at: world.clock.now(), kind: 'removal-requested', ...place }]);
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
  const arn = await askedFor('arn:aws:s3:::logs', { account: other, region });
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
  const arn = await askedFor('arn:aws:s3:::logs', { account: other, region });
  world.buckets = () => [];
  expect((await sweeping([account])).outcomes).toEqual([]);
  expect(await openArns()).toEqual([arn]);
});

test('a bucket that is gone from its account was removed', async () => {
  const arn = await askedFor('arn:aws:s3:::logs', { account: other, region });
  world.buckets = () => [];
  expect((await sweeping([account, other])).outcomes).toMatchObject([{ arn, outcome: 'removed' }]);
});

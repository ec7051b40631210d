import { beforeEach, expect, test } from 'vitest';
import { hour, minute } from '../../lib/core/time.ts';
import type { BoundType, Description, Present } from '../../lib/resource-types/define.ts';
import { recheck, traces } from '../../lib/use-cases/recheck.ts';
import { aDecision, aPolicy, someRules } from '../fakes/builders.ts';
import { account, aWorld, region, type World } from '../fakes/world.ts';

const shard = { account, region };
const due = { ttl: '2026-11-20' };
const policy = aPolicy({ mode: 'enforce', expiry: { requireWarning: false } });
const source = `arn:aws:rds:${region}:${account}:db:orders`;
const decision = aDecision(1, 'expired', { arn: source, type: 'rds:db', decidedOn: due });

let world: World;
beforeEach(() => {
  world = aWorld();
});

function database(more: Partial<Present> = {}): Present {
  const createdAt = world.clock.now() - 12 * hour;
  return { kind: 'present', id: 'orders', arn: source, identity: 'db-1', createdAt, tags: due, facts: {}, ...more };
}

async function recheckOf(description: Description, removed: readonly string[] = []) {
  const session = await world.ports.cloud.reader(shard);
  const bound: BoundType = {
    describe: async () => [description],
    describeAlone: () => Promise.reject(new Error('a recheck reads what goes with it, too')),
    facts: async () => new Map(),
    remove: async () => [],
    finish: async () => {},
  };
  const context = {
    ports: world.ports,
    session,
    shard,
    rules: someRules({ policy }),
    plannedAt: world.clock.now(),
    removed: new Set(removed.flatMap(traces)),
  };
  const [one] = await recheck(context, bound, [decision]);
  return one;
}

/** An order that an earlier run gave and whose end nobody wrote down. */
async function ordered(identity = 'db-1', at = world.clock.now()) {
  await world.ports.ledger.record([{ arn: source, at, kind: 'removal-requested', identity, ...shard }]);
}

const replica = { words: 'read replica replica', type: 'rds:db', id: 'replica' };

test('a user that this run saw go holds nothing, by its ARN or by its type and id', async () => {
  const gone = `arn:aws:rds:${region}:${account}:db:replica`;
  expect(await recheckOf(database({ usedBy: [replica] }), [gone])).toMatchObject({ kind: 'go' });
  const byArn = { words: 'a replica', arn: gone };
  expect(await recheckOf(database({ usedBy: [byArn] }), [gone])).toMatchObject({ kind: 'go' });
});

test.each([
  ['a queue of the same name', `arn:aws:sqs:${region}:${account}:replica`],
  ['a cluster of the same name', `arn:aws:rds:${region}:${account}:cluster:replica`],
  ['a database whose name is one of the words', `arn:aws:rds:${region}:${account}:db:read`],
])('%s that went is not the user', async (_, gone) => {
  expect(await recheckOf(database({ usedBy: [replica] }), [gone])).toMatchObject({
    kind: 'in-use',
    why: expect.stringContaining('read replica replica'),
  });
});

test('a user without ARN or id holds, whatever went', async () => {
  const usedBy = [{ words: 'global cluster replica' }];
  expect(await recheckOf(database({ usedBy }), [`arn:aws:rds:${region}:${account}:db:replica`])).toMatchObject({
    kind: 'in-use',
  });
});

test('what an earlier order asked for is known by what the ledger remembers of it', async () => {
  await ordered();
  const remembered = { id: 'orders', arn: source, identity: 'db-1' };
  expect(await recheckOf({ kind: 'leaving', id: 'orders' })).toMatchObject({ kind: 'leaving', ordered: remembered });
  expect(await recheckOf({ kind: 'gone', id: 'orders' })).toMatchObject({
    kind: 'over',
    outcome: { outcome: 'gone' },
    ordered: remembered,
  });
});

test('what nobody ordered is nothing that was ordered', async () => {
  expect(await recheckOf({ kind: 'leaving', id: 'orders' })).not.toHaveProperty('ordered');
  expect(await recheckOf({ kind: 'gone', id: 'orders' })).not.toHaveProperty('ordered');
  expect(await recheckOf(database({ identity: 'db-2' }))).not.toHaveProperty('ordered');
});

test('another resource under the name ends the order and stays', async () => {
  await ordered();
  expect(await recheckOf(database({ identity: 'db-2' }))).toMatchObject({
    kind: 'over',
    outcome: { outcome: 'changed', detail: expect.stringContaining('another resource has its name') },
    ordered: { identity: 'db-1' },
  });
});

test.each([
  ['began after the order', 1, { kind: 'refused', failure: { why: 'the bucket is not empty' } }],
  ["began a little before it, by the service's clock", -2, { kind: 'refused' }],
  ['is older than the order', -60, { kind: 'go' }],
])('a failure that %s', async (_, minutes, expected) => {
  await ordered();
  const at = world.clock.now() + minutes * minute;
  const found = database({ removalFailure: { why: 'the bucket is not empty', at } });
  expect(await recheckOf(found)).toMatchObject(expected);
});

test('a failure that nobody here ordered is no refusal', async () => {
  const removalFailure = { why: 'the bucket is not empty', at: world.clock.now() };
  expect(await recheckOf(database({ removalFailure }))).toMatchObject({ kind: 'go' });
});

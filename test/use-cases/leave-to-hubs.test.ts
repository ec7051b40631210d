import { beforeEach, describe, expect, test } from 'vitest';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy } from '../fakes/builders.ts';
import { heldClock } from '../fakes/clocks.ts';
import { account, aWorld, type World } from '../fakes/world.ts';

// A deployed hub sweeps the account; this command line does not know of its ledger.
const hub = '111111111111';
const other = '333333333333';
const table = { table: 'ledger', bucket: 'runs' };

let world: World;
beforeEach(() => {
  world = aWorld(heldClock());
  world.queue('here', { ttl: '2026-11-20' });
  world.queue('there', { ttl: '2026-11-20' }, { account: other });
  world.hubs.set(account, { hubs: [hub], unread: [] });
});

const policyWith = (more: object = {}) =>
  aPolicy({
    mode: 'enforce',
    accounts: [{ id: account }, { id: other }],
    expiry: { requireWarning: false },
    ...more,
  });
const sweeping = (more: object = {}, enforce = true) =>
  sweep(world.ports, { policy: policyWith(more), filters: noFilters, enforce });

const here = `arn:aws:sqs:eu-west-1:${account}:here`;
const there = `arn:aws:sqs:eu-west-1:${other}:there`;

test('the account is left to the hub and named with what to do, and the others are swept', async () => {
  const { plan, outcomes, notes } = await sweeping();
  expect(outcomes).toMatchObject([{ arn: there, outcome: 'removed' }]);
  const [left] = plan.shards.filter(({ error }) => error !== undefined);
  expect(left).toMatchObject({ account, error: expect.stringMatching(`hub in account ${hub}.*state: {`) });
  expect(notes).toEqual([]);
  expect(world.sent.filter(({ account: asked }) => asked === account)).toEqual([]);
  expect(world.tagsOf(here)).toBeDefined();
});

test('a stored plan does nothing there either', async () => {
  const { plan: stored } = await sweeping({}, false);
  const { outcomes } = await sweep(world.ports, {
    policy: policyWith(),
    filters: noFilters,
    enforce: true,
    plan: stored,
  });
  expect(outcomes.map(({ arn, outcome }) => [arn, outcome])).toEqual([
    [here, 'skipped'],
    [there, 'removed'],
  ]);
});

test('where nothing else is left the run does not start, and gives its lease back', async () => {
  const alone = sweeping({ accounts: [{ id: account }] });
  await expect(alone).rejects.toMatchObject({ name: 'CouldNotStart', message: expect.stringContaining(hub) });
  expect(await world.ports.ledger.acquireLease('run-x', 1000)).toMatchObject({ ok: true });
  expect(world.tagsOf(here)).toBeDefined();
});

test('removals that earlier runs asked for there are not settled either', async () => {
  const gone = here.replace('here', 'gone');
  await world.ports.ledger.record([{ arn: gone, at: 1, kind: 'removal-requested', account, region: 'eu-west-1' }]);
  expect((await sweeping()).outcomes.map(({ arn }) => arn)).toEqual([there]);
});

describe('nobody asks', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['in a dry run', () => sweeping({}, false)],
    ['in accounts that are only observed', () => sweeping({ mode: 'observe' })],
    [
      'in accounts that the filters leave out',
      () => sweep(world.ports, { policy: policyWith(), filters: { ...noFilters, accounts: [other] }, enforce: true }),
    ],
  ])('%s', async (_, run) => {
    const asked: string[] = [];
    const cloud = { ...world.ports.cloud };
    world.ports.cloud.hubsOf = (id, regions) => {
      asked.push(id);
      return cloud.hubsOf(id, regions);
    };
    await run();
    expect(asked).not.toContain(account);
  });
});

test('all regions of the policy are asked, whatever this run is restricted to', async () => {
  const asked: string[] = [];
  world.ports.cloud.hubsOf = async (_, regions) => {
    asked.push(...regions);
    return { hubs: [], unread: [] };
  };
  const policy = policyWith({ accounts: [{ id: account }], regions: ['eu-west-1', 'us-east-1'] });
  await sweep(world.ports, { policy, filters: { ...noFilters, regions: ['us-east-1'] }, enforce: true });
  expect(asked.toSorted()).toEqual(['eu-west-1', 'us-east-1']);
});

describe('a policy whose state names a table', () => {
  test.each([
    ['in the account of the hub, by its name', table, hub, 'removed'],
    ['in the account of the hub, by its ARN', { ...table, table: tableIn(hub) }, other, 'removed'],
    ['in another account, by its name', table, other, undefined],
    ['in another account, by its ARN', { ...table, table: tableIn(other) }, hub, undefined],
  ])('%s', async (_, state, caller, outcome) => {
    world.caller = caller;
    const { outcomes } = await sweeping({ state });
    expect(outcomes.find(({ arn }) => arn === here)?.outcome).toBe(outcome);
  });

  test('of one hub is refused where the account names two', async () => {
    world.caller = hub;
    world.hubs.set(account, { hubs: [hub, '999999999999'], unread: [] });
    const { plan, outcomes } = await sweeping({ state: table });
    expect(outcomes.map(({ arn }) => arn)).toEqual([there]);
    expect(plan.shards.find(({ error }) => error)?.error).toMatch('the hub in account 999999999999');
  });
});

describe('a mark that can not be read', () => {
  const unread = ['asking eu-west-1 failed (AccessDenied)'];

  test('keeps nobody from removing, and is noted where something is removed', async () => {
    world.hubs.set(account, { hubs: [], unread });
    const { outcomes, notes, problems } = await sweeping();
    expect(outcomes).toHaveLength(2);
    expect(notes).toEqual([expect.stringMatching(`${account}.*AccessDenied`)]);
    expect(problems).toEqual([]);
  });

  test('is nothing to note where nothing is removed', async () => {
    world.hubs.set(account, { hubs: [], unread });
    world.place().queues.clear();
    expect((await sweeping()).notes).toEqual([]);
  });

  test('in one region hides no mark in another', async () => {
    world.hubs.set(account, { hubs: [hub], unread });
    expect((await sweeping()).outcomes.map(({ arn }) => arn)).toEqual([there]);
  });
});

function tableIn(id: string): string {
  return `arn:aws:dynamodb:eu-west-1:${id}:table/ledger`;
}

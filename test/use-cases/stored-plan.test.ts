import { beforeEach, describe, expect, test } from 'vitest';
import { hashOf, type Plan } from '../../lib/core/plan.ts';
import { planDocument, readPlanDocument } from '../../lib/core/plan-document.ts';
import { approve } from '../../lib/use-cases/approve.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aDecision, aPolicy } from '../fakes/builders.ts';
import { type HeldClock, heldClock } from '../fakes/clocks.ts';
import { account, aWorld, region, type World } from '../fakes/world.ts';

const other = '333333333333';
const due = { ttl: '2026-11-01' };

/** Two accounts and two regions, enforced, with generous limits. */
const policyWith = (overrides: Record<string, unknown> = {}) =>
  aPolicy({
    mode: 'enforce',
    accounts: [{ id: account }, { id: other }],
    regions: [region, 'us-east-1'],
    expiry: { requireWarning: false },
    ...overrides,
  });
const generous = policyWith();

let clock: HeldClock;
let world: World;
beforeEach(() => {
  clock = heldClock();
  world = aWorld(clock);
});

/** A dry run's plan, as it comes back from its file. */
async function stored(policy = generous, filters = noFilters): Promise<Plan> {
  const { plan } = await sweep(world.ports, { policy, filters, enforce: false });
  return readPlanDocument(JSON.parse(JSON.stringify(planDocument(plan, { all: false }))));
}

const carriedOut = (plan: Plan, policy = generous, filters = noFilters) =>
  sweep(world.ports, { policy, filters, enforce: true, plan });

const deleted = () => world.sent.filter(({ command }) => command.startsWith('Delete')).length;
const queues = (count: number, birth: { account?: string; region?: string } = {}) =>
  Array.from({ length: count }, (_, n) => world.queue(`q-${n}`, due, birth));

describe('the limits of a stored plan are those of now', () => {
  test('a lower limit of the run holds what an earlier, higher one let through', async () => {
    queues(3);
    const plan = await stored();
    const now = await carriedOut(plan, policyWith({ limits: { removalsPerRun: 1 } }));
    expect(now.plan.held).toEqual([{ limit: 'removalsPerRun', allowed: 1, wanted: 3 }]);
    expect([now.outcomes, deleted()]).toEqual([[], 0]);
  });

  test('so does one of an account, for that account alone', async () => {
    queues(2);
    const [there] = queues(1, { account: other });
    const now = await carriedOut(await stored(), policyWith({ limits: { removalsPerAccount: 1 } }));
    expect(now.plan.held).toMatchObject([{ limit: 'removalsPerAccount', account }]);
    expect(now.outcomes).toMatchObject([{ arn: there, outcome: 'removed' }]);
  });

  test('the share is of what was tracked when the plan was made, kept resources included', async () => {
    queues(6);
    for (let n = 0; n < 24; n++) world.queue(`live-${n}`, { ttl: '2027-01-01' });
    const share = (shareOfTracked: number) => policyWith({ limits: { shareOfTracked } });
    const held = await carriedOut(await stored(), share(0.19));
    expect(held.plan.held).toEqual([{ limit: 'shareOfTracked', allowed: 5, wanted: 6, account }]);
    const passed = await carriedOut(await stored(), share(0.2));
    expect(passed.outcomes.map(({ outcome }) => outcome)).toEqual(Array(6).fill('removed'));
  });

  test('an approval allows what it allows a fresh plan', async () => {
    queues(3);
    const strict = policyWith({ limits: { removalsPerRun: 1 } });
    const plan = await stored();
    await approve(world.ports, strict, (await stored(strict)).id, 'ana');
    expect((await carriedOut(plan, strict)).outcomes).toHaveLength(3);
    expect(await world.ports.ledger.approvals()).toEqual([]);
  });

  test('what they hold now can be approved under the id of the plan', async () => {
    queues(3);
    const strict = policyWith({ limits: { removalsPerRun: 1 } });
    const plan = await stored();
    expect((await carriedOut(plan, strict)).outcomes).toEqual([]);
    await approve(world.ports, strict, plan.id, 'ana');
    expect((await carriedOut(plan, strict)).outcomes).toHaveLength(3);
  });

  test('what the plan itself held stays held under a higher limit: it showed less', async () => {
    queues(3);
    const plan = await stored(policyWith({ limits: { removalsPerRun: 1 } }));
    const now = await carriedOut(plan);
    expect(now.plan.held).toEqual(plan.held);
    expect(deleted()).toBe(0);
  });

  test('so does one of stops', async () => {
    const stop = (n: number) =>
      aDecision(n, 'idle-copied', { arn: `arn:aws:ec2:${region}:${account}:instance/i-${n}`, type: 'ec2:instance' });
    const { hash: _, ...plan } = { ...(await stored()), decisions: [stop(1), stop(2)] };
    const now = await carriedOut({ ...plan, hash: hashOf(plan) }, policyWith({ limits: { stopsPerRun: 1 } }));
    expect(now.plan.held).toEqual([{ limit: 'stopsPerRun', allowed: 1, wanted: 2 }]);
    expect(now.outcomes).toEqual([]);
  });

  test('a dry run of it shows the same', async () => {
    queues(3);
    const plan = await stored();
    const policy = policyWith({ limits: { removalsPerRun: 1 } });
    const shown = await sweep(world.ports, { policy, filters: noFilters, enforce: false, plan });
    expect(shown.plan).toMatchObject({ mode: 'dry-run', held: [{ limit: 'removalsPerRun', wanted: 3 }] });
  });
});

describe('what this run does not sweep is not removed, and says why', () => {
  test('a region that the policy does not name any more', async () => {
    const [there] = queues(1, { region: 'us-east-1' });
    const [here] = queues(1);
    const { plan, outcomes } = await carriedOut(await stored(), policyWith({ regions: [region] }));
    expect(outcomes.toSorted((a, b) => (a.outcome < b.outcome ? -1 : 1))).toMatchObject([
      { arn: here, outcome: 'removed' },
      { arn: there, outcome: 'skipped', detail: expect.stringContaining('us-east-1') },
    ]);
    expect(plan.shards.find((one) => one.region === 'us-east-1')?.error).toBeDefined();
  });

  test('an account whose regions or unit can not be listed', async () => {
    const unit = policyWith({ accounts: [{ ou: 'ou-a1b2-c3d4e5f6' }] });
    world.units.set('ou-a1b2-c3d4e5f6', { ids: [account], skipped: [] });
    const [arn] = queues(1);
    const before = await stored(unit);
    world.units.clear();
    const { plan, outcomes } = await carriedOut(before, unit);
    expect(outcomes).toMatchObject([{ arn, outcome: 'skipped' }]);
    expect(plan.shards).toContainEqual({
      account: 'ou-a1b2-c3d4e5f6',
      region: '',
      scanned: 0,
      error: expect.stringContaining('listing the accounts of'),
    });
  });

  test('an account that is only observed, and what the filters leave out', async () => {
    const [observed] = queues(1, { account: other });
    const [filtered] = queues(1);
    const lowered = policyWith({ accounts: [{ id: account }, { id: other, mode: 'observe' }] });
    const plan = await stored();
    const one = await carriedOut(plan, lowered, { ...noFilters, accounts: [other] });
    expect(one.outcomes.toSorted((a, b) => (a.arn < b.arn ? -1 : 1))).toMatchObject([
      { arn: filtered, outcome: 'skipped', detail: expect.stringContaining('filters') },
      { arn: observed, outcome: 'skipped', detail: expect.stringContaining('observed') },
    ]);
    expect(one.plan.shards.every(({ error }) => error === undefined)).toBe(true);
    expect(deleted()).toBe(0);
  });

  test('does not count towards the limits', async () => {
    queues(1);
    queues(5, { region: 'us-east-1' });
    const policy = policyWith({ regions: [region], limits: { removalsPerRun: 1 } });
    const { plan, outcomes } = await carriedOut(await stored(), policy);
    expect(plan.held).toEqual([]);
    expect(outcomes.filter(({ outcome }) => outcome === 'removed')).toHaveLength(1);
  });
});

test('what an enforcing run gives is called so, and is whole: its hash fits what it holds', async () => {
  queues(3);
  const before = await stored();
  const { plan } = await carriedOut(before, policyWith({ limits: { removalsPerRun: 1 } }));
  expect([before.mode, plan.mode, plan.id]).toEqual(['dry-run', 'enforce', before.id]);
  const again = readPlanDocument(JSON.parse(JSON.stringify(planDocument(plan, { all: false }))));
  expect(hashOf(again)).toBe(plan.hash);
});

test('the hash covers what the share is counted from', async () => {
  queues(2);
  const plan = await stored();
  expect(plan.tracked).toEqual({ [account]: 2 });
  expect(hashOf({ ...plan, tracked: { [account]: 2000 } })).not.toBe(plan.hash);
  expect(hashOf(plan)).toBe(plan.hash);
});

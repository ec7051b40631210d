import { beforeEach, expect, test } from 'vitest';
import { hour, minute } from '../../lib/core/time.ts';
import { approve } from '../../lib/use-cases/approve.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy } from '../fakes/builders.ts';
import { type HeldClock, heldClock } from '../fakes/clocks.ts';
import { account, aWorld, type World } from '../fakes/world.ts';

const other = '333333333333';
const policy = aPolicy({
  mode: 'enforce',
  accounts: [{ id: account }, { id: other }],
  expiry: { requireWarning: false },
  limits: { removalsPerAccount: 1, planAge: '2h' },
});

let clock: HeldClock;
let world: World;
beforeEach(() => {
  clock = heldClock();
  world = aWorld(clock);
});

function expired(count: number, id = account): string[] {
  return Array.from({ length: count }, (_, n) => world.queue(`q-${n}`, { ttl: '2026-11-01' }, { account: id }));
}

const dryRun = async () => (await sweep(world.ports, { policy, filters: noFilters, enforce: false })).plan;
const reap = () => sweep(world.ports, { policy, filters: noFilters, enforce: true });
const left = (arns: string[]) => arns.filter((arn) => world.tagsOf(arn) !== undefined).length;

test('what a limit held goes through after a person approved it, and only once', async () => {
  const arns = expired(3);
  expect((await reap()).outcomes).toEqual([]);
  const plan = await dryRun();
  expect(plan.held).toEqual([{ limit: 'removalsPerAccount', allowed: 1, wanted: 3, account }]);
  await approve(world.ports, policy, plan.id, 'ana');
  expect((await reap()).outcomes.map(({ outcome }) => outcome)).toEqual(['removed', 'removed', 'removed']);
  expect(left(arns)).toBe(0);
  const again = expired(2);
  expect((await reap()).plan.held).toMatchObject([{ wanted: 2, allowed: 1 }]);
  expect(left(again)).toBe(2);
});

test('it goes up to the approved count and no further', async () => {
  expired(3);
  await approve(world.ports, policy, (await dryRun()).id, 'ana');
  const arns = expired(4);
  expect((await reap()).plan.held).toMatchObject([{ wanted: 4, allowed: 3 }]);
  expect(left(arns)).toBe(4);
});

test('an approval that was used is spent, also while another account is still held', async () => {
  const here = expired(2);
  await approve(world.ports, policy, (await dryRun()).id, 'ana');
  const there = expired(2, other);
  expect((await reap()).plan.held).toMatchObject([{ account: other }]);
  expect([left(here), left(there)]).toEqual([0, 2]);
  expired(2);
  expect((await reap()).plan.held.map((held) => held.account)).toEqual([account, other]);
});

test('an approval for one account is not spent by a run that removed in another only', async () => {
  const here = expired(2);
  await approve(world.ports, policy, (await dryRun()).id, 'ana');
  expired(1, other);
  const filters = { ...noFilters, accounts: [other] };
  expect((await sweep(world.ports, { policy, filters, enforce: true })).outcomes).toHaveLength(1);
  await reap();
  expect(left(here)).toBe(0);
});

test('a plan that nobody knows can not be approved', async () => {
  await expect(approve(world.ports, policy, 'plan-9', 'ana')).rejects.toThrow(/no plan plan-9/);
});

test('a plan that nothing held needs no approval', async () => {
  expired(1);
  const { id } = await dryRun();
  await expect(approve(world.ports, policy, id, 'ana')).rejects.toThrow(/no limit holds/);
});

test('a plan beyond the plan age is stale, and one at it is not', async () => {
  expired(3);
  const { id } = await dryRun();
  clock.pass(2 * hour);
  await approve(world.ports, policy, id, 'ana');
  clock.pass(minute);
  await expect(approve(world.ports, policy, id, 'ana')).rejects.toMatchObject({
    name: 'CouldNotStart',
    message: expect.stringContaining('121 minutes old'),
  });
});

test('an unused approval ends by itself', async () => {
  const arns = expired(3);
  await approve(world.ports, policy, (await dryRun()).id, 'ana');
  clock.pass(2 * hour);
  expect((await reap()).plan.held).toHaveLength(1);
  expect(left(arns)).toBe(3);
});

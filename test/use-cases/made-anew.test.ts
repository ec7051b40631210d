import { beforeEach, expect, test } from 'vitest';
import { day, hour } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy, at } from '../fakes/builders.ts';
import { type HeldClock, heldClock } from '../fakes/clocks.ts';
import { aWorld, type World } from '../fakes/world.ts';

/** A scan sees tags and no creation: only the recheck finds out that another resource has the name. */
const ttl = '2026-11-27T12:00Z';

let clock: HeldClock;
let world: World;
beforeEach(() => {
  clock = heldClock(at('2026-11-23T12:00Z'));
  world = aWorld(clock);
});

async function sweeping(expiry: object) {
  const policy = aPolicy({ mode: 'enforce', expiry });
  const { outcomes } = await sweep(world.ports, { policy, filters: noFilters, enforce: true });
  return outcomes.map(({ outcome }) => outcome);
}

/** Seen, warned about where somebody is to be, and made anew a day later with the very tags of the first. */
async function madeAnew(expiry: object): Promise<string> {
  const arn = world.queue('orders', { ttl });
  await sweeping(expiry);
  clock.pass(3 * day);
  await sweeping(expiry);
  world.queue('orders', { ttl }, { createdAt: clock.now() - 2 * day });
  clock.pass(day);
  return arn;
}

const sightings = async (arn: string) =>
  (await world.ports.ledger.history(arn)).filter(({ kind }) => kind === 'seen').length;

test('what was made anew with the tags of the earlier one waits for its lead once, and not for ever', async () => {
  const off = { requireWarning: false };
  const arn = await madeAnew(off);
  expect(await sweeping(off)).toEqual(['waiting']);
  clock.pass(day - 1);
  expect(await sweeping(off)).toEqual([]);
  expect(await sightings(arn)).toBe(2);
  clock.pass(1);
  expect(await sweeping(off)).toEqual(['removed']);
});

test('its owner is warned, whoever was warned of the earlier one', async () => {
  const on = { requireWarning: true };
  const arn = await madeAnew(on);
  expect(world.warnings).toHaveLength(1);
  expect(await sweeping(on)).toEqual(['changed']);
  expect(await sweeping(on)).toEqual(['warned']);
  clock.pass(day - hour);
  expect(await sweeping(on)).toEqual([]);
  clock.pass(hour);
  expect(await sweeping(on)).toEqual(['removed']);
  expect(await sightings(arn)).toBe(2);
});

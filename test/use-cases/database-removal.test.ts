import { beforeEach, expect, test } from 'vitest';
import type { Event } from '../../lib/core/history.ts';
import { copiesIn } from '../../lib/core/idle-copies.ts';
import { day, hour, toIso } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy } from '../fakes/builders.ts';
import { type HeldClock, heldClock } from '../fakes/clocks.ts';
import { aWorld, type World } from '../fakes/world.ts';

let clock: HeldClock;
let world: World;
let arn: string;

const identity = 'db-ORDERS';
const policy = aPolicy({
  mode: 'enforce',
  expiry: { requireWarning: false },
  removal: { finalSnapshot: false, keepFinalSnapshots: '1d' },
  idle: { match: { environment: 'staging' }, warnings: [], keepCopies: '90d', removeAfter: '14d', cloudTrail: 'off' },
});

/** A database that Mayfly stopped 15 days ago and that expired an hour ago. */
beforeEach(async () => {
  clock = heldClock();
  world = aWorld(clock);
  const now = clock.now();
  const tags = { environment: 'staging', 'expires-at': toIso(now - hour) };
  arn = world.database('orders', tags, { createdAt: now - 60 * day, identity, state: 'stopped' });
  const about = { arn, at: now - 15 * day, identity };
  const events: Event[] = [
    {
      ...about,
      kind: 'configured',
      configuration: { version: 1, fields: {} },
      since: now - 60 * day,
      from: 'creation',
    },
    { ...about, kind: 'stopped' },
    { ...about, kind: 'dated', expiresAt: now - hour },
    {
      ...about,
      kind: 'seen',
      sighting: {
        values: `expires-at=${tags['expires-at']}`,
        firstSeenAt: about.at,
        expiresAt: now - hour,
        needsFullLead: false,
        byMayfly: true,
      },
    },
  ];
  await world.ports.ledger.record(events);
});

const enforced = () => sweep(world.ports, { policy, filters: noFilters, enforce: true });
const deletion = () => world.sent.find(({ command }) => command === 'DeleteDBInstance');
const copies = async () => copiesIn(await world.ports.ledger.history(arn));

/** RDS takes its time: the run waits, and the database goes while it does. */
async function sweptWhileItGoes() {
  const run = enforced();
  for (let turn = 0; turn < 400 && world.place().databases.get('orders')?.state !== 'deleting'; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  world.place().databases.clear();
  for (const _ of clock.sleepers()) clock.pass(hour / 120);
  let ended = false;
  void run.finally(() => {
    ended = true;
  });
  while (!ended) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    clock.pass(1000);
  }
  return run;
}

test('its removal leaves a copy, whatever the policy says of others, and the ledger knows it as complete', async () => {
  const { plan, outcomes } = await sweptWhileItGoes();
  expect(plan.decisions).toMatchObject([{ action: 'remove', reason: 'idle-done' }]);
  expect(outcomes).toMatchObject([{ outcome: 'removed' }]);
  const { FinalDBSnapshotIdentifier: name } = deletion()?.input ?? {};
  expect(name).toMatch(/^mayfly-orders-/);
  expect(await copies()).toMatchObject([{ id: name, name, of: arn, verifiedAt: expect.any(Number) }]);
  expect(world.recipes.get(String(name))?.recipe).toMatchObject({ type: 'rds:db', of: arn });
  const { tags } = world.place().snapshots.get(String(name)) ?? {};
  expect(tags).toEqual({
    environment: 'staging',
    'mayfly:copy-of': arn,
    'mayfly:keep-until': toIso(plan.now + 90 * day),
  });
});

test('what RDS still deletes when the run ends is looked at by the next one', async () => {
  const lasting = sweep(world.ports, { policy, filters: noFilters, enforce: true, lasts: hour / 60 });
  let ended = false;
  void lasting.finally(() => {
    ended = true;
  });
  while (!ended) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    clock.pass(5000);
  }
  expect((await lasting).outcomes).toMatchObject([{ outcome: 'waiting' }]);
  expect(await copies()).toMatchObject([{ of: arn }]);
  expect((await copies())[0]?.verifiedAt).toBeUndefined();
  world.place().databases.clear();
  const { outcomes } = await enforced();
  expect(outcomes).toMatchObject([{ outcome: 'removed' }]);
  expect(await copies()).toMatchObject([{ verifiedAt: expect.any(Number) }]);
  const [snapshot] = world.place().snapshots.values();
  expect(snapshot?.tags['mayfly:keep-until']).toBe(toIso(clock.now() + 90 * day));
});

test('it stays where it runs by now', async () => {
  const database = world.place().databases.get('orders');
  const { runStore } = world.ports;
  world.ports.runStore = {
    ...runStore,
    async savePlan(plan) {
      await runStore.savePlan(plan);
      if (database) database.state = 'available';
    },
  };
  expect((await enforced()).outcomes).toMatchObject([{ outcome: 'changed', detail: 'it is not stopped any more' }]);
  expect(deletion()).toBeUndefined();
});

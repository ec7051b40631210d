import { beforeEach, expect, test } from 'vitest';
import { minute } from '../../lib/core/time.ts';
import { withLease } from '../../lib/use-cases/lease.ts';
import { type HeldClock, heldClock } from '../fakes/clocks.ts';
import { account, aWorld, type World } from '../fakes/world.ts';

const quarter = 15_000;

let clock: HeldClock;
let world: World;
beforeEach(() => {
  clock = heldClock();
  world = aWorld(clock);
});

/** Lets all promises that are ready go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Work that lasts until it is told to end. */
function longWork() {
  let fence = 0;
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = withLease(world.ports, 'run-1', async (given) => {
    fence = given;
    await ended;
    return 'done';
  });
  return { run, end: () => end(), fence: () => fence };
}

async function passMinutes(minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes * 4; passed++) {
    clock.pass(quarter);
    await settle();
  }
}

const gate = (fence: number) => world.ports.ledger.gate('run-1', fence, account);

test('the lease is renewed for as long as the work lasts, and given back at its end', async () => {
  const work = longWork();
  await settle();
  await passMinutes(10);
  expect(await gate(work.fence())).toBe('open');
  expect((await world.ports.ledger.acquireLease('run-2', minute)).ok).toBe(false);
  work.end();
  expect(await work.run).toBe('done');
  expect((await world.ports.ledger.acquireLease('run-2', minute)).ok).toBe(true);
});

test('while another run holds it nothing is started, and the message says who and until when', async () => {
  await world.ports.ledger.acquireLease('run-9', minute);
  let started = false;
  const run = withLease(world.ports, 'run-1', async () => {
    started = true;
  });
  await expect(run).rejects.toMatchObject({
    name: 'CouldNotStart',
    message: expect.stringMatching(/run-9.*2026-11-23T12:01:00Z/),
  });
  expect(started).toBe(false);
});

test('work that fails gives it back, too', async () => {
  const run = withLease(world.ports, 'run-1', () => Promise.reject(new Error('broken')));
  await expect(run).rejects.toThrow('broken');
  expect((await world.ports.ledger.acquireLease('run-2', minute)).ok).toBe(true);
  expect(clock.sleepers()).toEqual([]);
});

test('who slept too long has lost it, does not take it back, and leaves it to the new holder', async () => {
  const work = longWork();
  await settle();
  clock.pass(minute);
  const other = await world.ports.ledger.acquireLease('run-2', 10 * minute);
  await passMinutes(1);
  expect(await gate(work.fence())).toBe('lease-lost');
  work.end();
  await work.run;
  expect(other).toMatchObject({ ok: true });
  expect(await world.ports.ledger.gate('run-2', other.ok ? other.fence : 0, account)).toBe('open');
});

test('a renewal that fails once is tried again, and ends no run', async () => {
  const { ledger } = world.ports;
  const renew = ledger.renewLease.bind(ledger);
  let failures = 0;
  ledger.renewLease = (...args) =>
    failures++ === 0 ? Promise.reject(new Error('database is locked')) : renew(...args);
  const work = longWork();
  await settle();
  await passMinutes(3);
  expect(failures).toBeGreaterThan(1);
  expect(await gate(work.fence())).toBe('open');
  work.end();
  expect(await work.run).toBe('done');
});

test('a lease that can not be given back ends by itself, and the result of the run is not lost', async () => {
  world.ports.ledger.releaseLease = () => Promise.reject(new Error('database is locked'));
  expect(await withLease(world.ports, 'run-1', async () => 'done')).toBe('done');
});

import { beforeEach, expect, test } from 'vitest';
import { heartbeatKey } from '../../lib/core/sweep-report.ts';
import { hour } from '../../lib/core/time.ts';
import { loadLatest, markLatest } from '../../lib/use-cases/latest-sweep.ts';
import { tellSweep } from '../../lib/use-cases/report-sweep.ts';
import { aDecision, at } from '../fakes/builders.ts';
import { type HeldClock, heldClock } from '../fakes/clocks.ts';
import { aPlan, policy } from '../fakes/tellings.ts';
import { aWorld, type World } from '../fakes/world.ts';

let clock: HeldClock;
let world: World;
beforeEach(() => {
  clock = heldClock();
  world = aWorld(clock);
});

const mark = (run: string, plan = 'plan-1') => markLatest(world.ports, { run, plan, at: clock.now() });

test('the newest sweep is the one that ended last', async () => {
  expect(await loadLatest(world.ports)).toBeUndefined();
  await mark('run-1', 'plan-1');
  clock.pass(hour);
  await mark('run-2', 'plan-2');
  expect(await loadLatest(world.ports)).toMatchObject({ run: 'run-2', plan: 'plan-2', at: clock.now() });
});

test('one that is told late takes nobody that place', async () => {
  const late = { run: 'run-1', plan: 'plan-1', at: clock.now() };
  clock.pass(hour);
  await mark('run-2', 'plan-2');
  expect(await markLatest(world.ports, late)).toEqual({ problems: [] });
  expect(await loadLatest(world.ports)).toMatchObject({ run: 'run-2' });
});

test('sweeps are counted since the last heartbeat, each one once', async () => {
  const start = clock.now();
  expect((await mark('run-1')).counted).toEqual({ since: start, sweeps: 1 });
  clock.pass(hour);
  expect((await mark('run-2')).counted).toEqual({ since: start, sweeps: 2 });
  expect((await mark('run-2')).counted).toEqual({ since: start, sweeps: 2 });
  const told = clock.now() + 60_000;
  await world.ports.ledger.markTold([heartbeatKey], told);
  clock.pass(hour);
  expect((await mark('run-3')).counted).toEqual({ since: told, sweeps: 1 });
  clock.pass(hour);
  expect((await mark('run-4')).counted).toEqual({ since: told, sweeps: 2 });
});

test.each([
  ['is damaged', 'load', async () => ({ run: 7 })],
  ['can not be read', 'load', () => Promise.reject(new Error('SlowDown'))],
  ['can not be written', 'save', () => Promise.reject(new Error('SlowDown'))],
] as const)('where the latest one %s, this one is counted, and that is a problem', async (_, name, broken) => {
  Object.assign(world.ports.runStore, { [name]: broken });
  const { counted, problems } = await mark('run-2');
  expect(counted).toEqual({ since: clock.now(), sweeps: 1 });
  expect(problems).toHaveLength(1);
});

test('where the ledger can not be read, it is counted on', async () => {
  await mark('run-1');
  world.ports.ledger.toldAt = () => Promise.reject(new Error('table is gone'));
  expect(await mark('run-2')).toMatchObject({ counted: { sweeps: 2 }, problems: [expect.stringContaining('table')] });
});

test('hourly sweeps give one heartbeat a day, which counts them', async () => {
  const plan = aPlan([aDecision(9, 'not-due', { expiresAt: at('2027-01-01') })]);
  for (let number = 1; number <= 50; number++) {
    const run = `run-${number}`;
    const { counted } = await mark(run);
    clock.pass(60_000);
    await tellSweep(world.ports, policy, {
      run,
      plan,
      outcomes: [],
      outlook: { observed: [], observedIdle: [], dueSoon: 0 },
      ...(counted && { counted }),
    });
    clock.pass(hour - 60_000);
  }
  // The first at noon, then at nine in Berlin.
  expect(world.reports.map(({ run, heartbeat }) => [run, heartbeat?.sweeps])).toEqual([
    ['run-1', 1],
    ['run-21', 20],
    ['run-45', 24],
  ]);
});

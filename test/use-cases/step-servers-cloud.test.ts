import { beforeEach, expect, test } from 'vitest';
import { day, hour } from '../../lib/core/time.ts';
import { reapStep } from '../../lib/use-cases/reap-steps.ts';
import { loadShards } from '../../lib/use-cases/sweep-steps.ts';
import { policyWith, staging } from '../fakes/server-sweeps.ts';
import { allSteps, stepsToEnd } from '../fakes/steps.ts';
import { aServerWorld, type ServerWorld } from '../fakes/world-servers.ts';

// The same steps as the functions of the hub take them, one run after the other.

const policy = policyWith();
let world: ServerWorld;
let runs: number;
beforeEach(() => {
  world = aServerWorld();
  runs = 0;
  world.server('i-1a', staging, { createdAt: world.clock.now() - 40 * day });
});

async function run(pass: number, under = policy): Promise<string> {
  world.clock.pass(pass);
  runs += 1;
  const { message, outcomes, problems } = await allSteps(world, { run: `run-${runs}`, under });
  expect(problems).toEqual([]);
  await world.ports.ledger.releaseLease(message.run, message.fence);
  return outcomes.map(({ outcome, detail }) => `${outcome}: ${detail}`).join(', ');
}

test('a server goes the same way down', async () => {
  expect(await run(0)).toBe('warned: told ana');
  expect(await run(3 * day)).toBe('waiting: copy ami-00000001 is being made: the image is pending');
  expect(await run(hour)).toBe('copied: copy ami-00000001 is complete, 16 GB');
  expect(await run(hour, policyWith({}, { mode: 'observe' }))).toBe('');
  expect(await run(hour)).toMatch(/^stopped: expires /);
  expect(await run(14 * day)).toBe('warned: told ana');
  expect(await run(2 * day)).toMatch(/^waiting: copy ami-00000002/);
  expect(await run(hour)).toMatch(/^copied: copy ami-00000002/);
  expect(await run(hour)).toMatch(/^removed: /);
  expect(world.aws).toMatchObject({ stops: ['i-1a'], removals: ['i-1a'], breaches: [] });
});

test('a function that is at its end begins no step, and the next sweep goes on', async () => {
  await run(0);
  world.clock.pass(3 * day);
  const { message } = await stepsToEnd(world, { run: 'run-9', under: policy, reaps: 'eu-west-1' });
  const [item] = await loadShards(world.ports, 'run-9', 'work');
  if (item === undefined) throw new Error('there is no work');
  expect(await reapStep(world.ports, policy, message, item, world.clock.now())).toEqual({ pending: 0 });
  expect(world.aws.images.size).toBe(0);
  await world.ports.ledger.releaseLease(message.run, message.fence);
  expect(await run(hour)).toMatch(/^waiting: copy ami-00000001 is being made/);
});

import { beforeEach, expect, test } from 'vitest';
import { failRun } from '../../lib/use-cases/conclude-steps.ts';
import { endLostRun } from '../../lib/use-cases/end-run.ts';
import { beginRun, type RunMessage } from '../../lib/use-cases/sweep-steps.ts';
import { aPolicy } from '../fakes/builders.ts';
import { account, aWorld, type World } from '../fakes/world.ts';

const policy = aPolicy({ mode: 'enforce' });
const why = 'the execution ended as ABORTED';

let world: World;
beforeEach(() => {
  world = aWorld();
});

/** As the first step does it. */
async function begun(run: string): Promise<RunMessage> {
  const answer = await beginRun(world.ports, policy, run);
  if (!answer.started) throw new Error(answer.why);
  await world.ports.runStore.save(run, 'begun', answer.message);
  return answer.message;
}

test('the gate of a run whose execution was stopped closes, and another one can begin', async () => {
  const { run, fence } = await begun('run-1');
  expect(await world.ports.ledger.gate(run, fence, account)).toBe('open');
  expect(await endLostRun(world.ports, policy, run, why)).toMatchObject({ ended: true });
  expect(await world.ports.ledger.gate(run, fence, account)).toBe('lease-lost');
  expect(await world.ports.runStore.load(run, 'failed')).toMatchObject({ why });
  expect(await beginRun(world.ports, policy, 'run-2')).toMatchObject({ started: true });
});

test('a run that told of its failure itself is left as it is', async () => {
  const message = await begun('run-1');
  await failRun(world.ports, policy, message, 'MakePlan failed');
  expect(await endLostRun(world.ports, policy, 'run-1', why)).toMatchObject({ ended: false });
  expect(await world.ports.runStore.load('run-1', 'failed')).toMatchObject({ why: 'MakePlan failed' });
});

test('an execution that never became a run takes nobody the lease', async () => {
  const { run, fence } = await begun('run-1');
  expect(await endLostRun(world.ports, policy, 'run-2', why)).toMatchObject({ ended: false });
  expect(await world.ports.ledger.gate(run, fence, account)).toBe('open');
});

import { hour } from '../../lib/core/time.ts';
import { guardRound } from './guard-rounds.ts';
import { type GuardedAccountFake, guardedAccount } from './guarded-account.ts';
import { aStage, type Stage } from './slack-stage.ts';
import { account, aWorld } from './world.ts';
import { movedClock } from './world-servers.ts';

/** People in Slack, and an account of one server and one group of which two sweeps agree that it burns too much. */
export async function aRunawayInSlack(): Promise<{ stage: Stage; fake: GuardedAccountFake }> {
  const clock = { ...movedClock(), sleepers: () => [] };
  const world = aWorld(clock);
  const fake = guardedAccount(world, {
    servers: { 'i-1': { state: 'running', tags: {} } },
    databases: {},
    groups: { web: { min: 1, desired: 2, max: 9 } },
  });
  const stage = aStage({ guard: { accounts: { [account]: { burnPerHour: 0.5 } } } }, clock, world);
  for (let sweep = 0; sweep < 2; sweep++) {
    clock.pass(hour);
    await guardRound(world.ports, stage.policy);
  }
  return { stage, fake };
}

import type { Policy } from '../../lib/core/policy.ts';
import { hour } from '../../lib/core/time.ts';
import { giveGuardOrder } from '../../lib/use-cases/guard-order.ts';
import type { GuardOrder } from '../../lib/use-cases/ports-guard.ts';
import { aPolicy } from './builders.ts';
import { guardRound } from './guard-rounds.ts';
import { type GuardedAccountFake, guardedAccount } from './guarded-account.ts';
import { account, aWorld, type World } from './world.ts';
import { type MovedClock, movedClock } from './world-servers.ts';

export interface GuardStage {
  world: World;
  clock: MovedClock;
  fake: GuardedAccountFake;
  policy: Policy;
  /** The next hour's sweep. */
  nextSweep: () => ReturnType<typeof guardRound>;
  order: (kind: GuardOrder['kind'], more?: Partial<GuardOrder>) => ReturnType<typeof giveGuardOrder>;
}

/** Two servers at a dollar an hour, a database, a group; a limit that all of it together passes. */
export function aGuardStage(guard: Record<string, unknown> = {}, more: Record<string, unknown> = {}): GuardStage {
  const clock = movedClock();
  const world = aWorld(clock);
  const fake = guardedAccount(world, {
    servers: {
      'i-1': { state: 'running', tags: { environment: 'training' } },
      'i-2': { state: 'running', tags: {} },
      'i-3': { state: 'running', tags: { 'mayfly:protect': 'true' } },
      'i-4': { state: 'running', tags: {}, lifecycle: 'spot' },
    },
    databases: { orders: { state: 'available' } },
    groups: { web: { min: 1, desired: 2, max: 9 } },
  });
  const policy = aPolicy({
    mode: 'enforce',
    guard: { accounts: { [account]: { burnPerHour: 1.5 } }, ...guard },
    ...more,
  });
  return {
    world,
    clock,
    fake,
    policy,
    nextSweep: async () => {
      clock.pass(hour);
      return guardRound(world.ports, policy);
    },
    order: (kind, about = {}) => giveGuardOrder(world.ports, policy, { kind, account, by: 'U-pia', ...about }),
  };
}

/** Servers and databases that run. */
export function running({ servers, databases }: GuardedAccountFake): string[] {
  const up = Object.entries({ ...servers, ...databases }).filter(([, { state }]) => state !== 'stopped');
  return up.map(([name]) => name).toSorted();
}

export const reasonsOf = (messages: readonly { reason: string }[]) => messages.map(({ reason }) => reason);

import type { IdleMemory } from '../../lib/core/idle-memory.ts';
import type { Plan, PlannedDecision } from '../../lib/core/plan.ts';
import type { Policy } from '../../lib/core/policy.ts';
import { type Duration, day, hour } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy } from './builders.ts';
import type { FakeServer, ServerWorld } from './world-servers.ts';

/** Servers of staging are idle after 30 days, and expire 14 days after they were stopped. */
export const policyWith = (idle: object = {}, more: object = {}): Policy =>
  aPolicy({ mode: 'enforce', idle: { removeAfter: '14d', ...idle }, ...more });

export const staging = { environment: 'staging', owner: 'ana' };

/** What one sweep did about one server. */
export interface Swept {
  plan: Plan;
  outcomes: Outcome[];
  decision: PlannedDecision | undefined;
  outcome: Outcome | undefined;
  /** Reason and outcome with its words, to compare at a glance. */
  said: string;
}

export interface ServerSweeps {
  server: FakeServer;
  once(under?: Policy): Promise<Swept>;
  /** A dry run. */
  planned(under?: Policy): Promise<Swept>;
  /** Sweeps until the next one would decide this; throws where it never comes to that. */
  until(reason: string, under?: Policy, every?: Duration): Promise<void>;
  memory(): Promise<IdleMemory | undefined>;
}

/** A server that has run unchanged for 40 days, or as `more` says, and sweeps of it. */
export function sweepsOf(world: ServerWorld, policy = policyWith(), more: Partial<FakeServer> = {}): ServerSweeps {
  const { tags = staging, ...rest } = more;
  const server = world.server('i-1a', tags, { createdAt: world.clock.now() - 40 * day, ...rest });
  const run = async (under: Policy, enforce: boolean): Promise<Swept> => {
    const { plan, outcomes } = await sweep(world.ports, { policy: under, filters: noFilters, enforce });
    const decision = plan.decisions.find(({ arn }) => arn === server.arn);
    const outcome = outcomes.find(({ arn }) => arn === server.arn);
    const said = [decision?.reason, outcome?.outcome, outcome?.detail].filter((part) => part !== undefined).join(': ');
    return { plan, outcomes, decision, outcome, said };
  };
  const planned: ServerSweeps['planned'] = (under = policy) => run(under, false);
  return {
    server,
    planned,
    once: (under = policy) => run(under, true),
    async until(reason, under = policy, every = 6 * hour) {
      const seen: string[] = [];
      for (let sweeps = 0; sweeps < 200; sweeps += 1) {
        const next = (await planned(under)).decision;
        if (next?.reason === reason) return;
        seen.push(`${next?.reason}`);
        await run(under, true);
        world.clock.pass(every);
      }
      throw new Error(`it never came to ${reason}, but to ${[...new Set(seen)].join(', ')}`);
    },
    async memory() {
      return (await world.ports.ledger.memories([server.arn])).get(server.arn)?.idle;
    },
  };
}

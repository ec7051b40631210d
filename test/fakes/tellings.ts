import { keysToAsk, makeReport, type Telling } from '../../lib/core/make-report.ts';
import { outlookOf } from '../../lib/core/outlook.ts';
import type { Plan, PlannedDecision } from '../../lib/core/plan.ts';
import type { Ended } from '../../lib/core/report-matters.ts';
import type { SweepReport } from '../../lib/core/sweep-report.ts';
import { day, type Instant } from '../../lib/core/time.ts';
import type { Swept } from '../../lib/use-cases/report-sweep.ts';
import { aDecision, aPolicy, at } from './builders.ts';

export const dev = '222222222222';
/** Two hours after the heartbeat of the day. */
export const now = at('2026-11-23T10:00Z');
export const policy = aPolicy({ slack: { team: 'T1', channel: '#costs', heartbeat: '09:00' } });

export const queue = aDecision(1, 'expired', { expiresAt: now - day });
export const typo = aDecision(2, 'expiry-unreadable', { detail: 'ttl=soon: none of the accepted forms' });

export function aPlan(decisions: readonly PlannedDecision[], overrides: Partial<Plan> = {}): Plan {
  const shards = [{ account: dev, region: 'eu-west-1', scanned: decisions.length }];
  return { id: 'plan-1', now, mode: 'enforce', shards, decisions, held: [], tracked: {}, hash: '', ...overrides };
}

export function aTelling(decisions: readonly PlannedDecision[], overrides: Partial<Telling> = {}): Telling {
  const plan = aPlan(decisions);
  return { run: 'run-1', at: now, policy, plan, outlook: outlookOf(plan), outcomes: [], lost: 0, ...overrides };
}

export function ended(decision: PlannedDecision, outcome: Ended['outcome'], detail?: string): Ended {
  const { arn, type, action } = decision;
  return { arn, type, action, outcome, ...(detail !== undefined && { detail }) };
}

/** Reports of sweeps one after the other, each delivered; `told` is what was told before. */
export function afterwards(
  tellings: readonly Telling[],
  told = new Map<string, Instant>([['heartbeat', at('2026-11-23T08:00Z')]]),
): (SweepReport | undefined)[] {
  return tellings.map((telling) => {
    const asked = new Set(keysToAsk(telling));
    const { report, keys } = makeReport(telling, new Map([...told].filter(([key]) => asked.has(key))));
    for (const key of keys) told.set(key, telling.at);
    return report;
  });
}

/** A run that removed the queue. */
export function removing(run: string): Swept {
  return {
    run,
    plan: aPlan([queue]),
    outcomes: [ended(queue, 'removed')].map((one) => ({ ...one, outcome: 'removed' })),
  };
}

/** A run that found a tag that can't be read, and did nothing. */
export function standing(run: string): Swept {
  return { run, plan: aPlan([typo]), outcomes: [] };
}

import type { PlannedDecision } from '../core/plan.ts';
import type { Action } from '../core/reasons.ts';
import type { Instant } from '../core/time.ts';
import type { Costs } from './costs.ts';

/** What became of one decision. `gone`: it was not there any more. */
export type OutcomeKind =
  | 'removed'
  | 'gone'
  | 'warned'
  | 'copied'
  | 'stopped'
  | 'waiting'
  | 'blocked'
  | 'changed'
  | 'failed'
  | 'skipped';

export interface Outcome {
  arn: string;
  type: string;
  action: Action;
  outcome: OutcomeKind;
  detail?: string;
  /** What was removed is gone, and another resource has its name now. */
  replaced?: true;
  /** What comes after the removal is left to a later run. */
  unfinished?: true;
  /** The ledger could not be written: the next run finds out once more. */
  unrecorded?: true;
  /** Of a server that was stopped: the expiry that stands on it now. */
  expiresAt?: Instant;
  /** Of a server that was stopped: a person has started it, and Mayfly leaves it alone. */
  startedAgain?: true;
  /** As its decision has them; see there. */
  monthlyUsd?: number;
  stoppedMonthlyUsd?: number;
}

export function outcomeOf(decision: PlannedDecision, outcome: OutcomeKind, detail?: string): Outcome {
  const { arn, type, action } = decision;
  return { arn, type, action, outcome, ...(detail !== undefined && { detail }), ...costsIn(decision) };
}

/** Whether nothing has its ARN any more. */
export function isGone({ outcome, replaced }: Outcome): boolean {
  return (outcome === 'removed' || outcome === 'gone') && !replaced;
}

/** What is known of the costs of something, and nothing else of it. */
export function costsIn({ monthlyUsd, stoppedMonthlyUsd }: Costs): Costs {
  return {
    ...(monthlyUsd !== undefined && { monthlyUsd }),
    ...(stoppedMonthlyUsd !== undefined && { stoppedMonthlyUsd }),
  };
}

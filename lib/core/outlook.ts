import { namedIn } from './answer.ts';
import type { Plan, PlannedDecision } from './plan.ts';
import type { Reason } from './reasons.ts';
import type { ReportItem } from './sweep-report.ts';
import { day } from './time.ts';

/** What people are told of the decisions that no step acts on. */
export interface Outlook {
  /** Due in accounts that are only observed. */
  observed: readonly ReportItem[];
  /** Idle servers there. */
  observedIdle: readonly ReportItem[];
  /** How many are due within a day, as far as Mayfly may remove them. */
  dueSoon: number;
}

const goesOnTime: readonly Reason[] = ['not-due', 'expiring', 'expired-unwarned', 'warned-recently', 'outside-window'];

/** Of a plan with all its decisions, as it was made. */
export function outlookOf({ decisions, now }: Pick<Plan, 'decisions' | 'now'>): Outlook {
  // What observed owners would be warned of has the same reason; it has not expired.
  const held = decisions.filter(({ reason }) => reason === 'account-observed');
  const observed = held.filter((one) => !isOfIdleRule(one) && (one.expiresAt ?? now) <= now);
  const observedIdle = held.filter((one) => isOfIdleRule(one) && (one.idleAt ?? now) <= now);
  const dueSoon = decisions.filter(
    ({ reason, expiresAt }) => goesOnTime.includes(reason) && expiresAt !== undefined && expiresAt <= now + day,
  );
  return {
    observed: observed.map((decision) => reportItem(decision)),
    observedIdle: observedIdle.map((decision) => reportItem(decision)),
    dueSoon: dueSoon.length,
  };
}

function isOfIdleRule({ idleAt, expiresAt }: PlannedDecision): boolean {
  return idleAt !== undefined && expiresAt === undefined;
}

/** What a report says of a decision. */
export function reportItem(decision: PlannedDecision, detail?: string): ReportItem {
  const { expiresAt, idleAt, monthlyUsd } = decision;
  return {
    ...namedIn(decision),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(idleAt !== undefined && { idleAt }),
    ...(monthlyUsd !== undefined && { monthlyUsd }),
    ...(detail !== undefined && { detail }),
  };
}

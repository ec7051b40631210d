import type { Approval } from '../core/limits.ts';
import { type Plan, removalsOf } from '../core/plan.ts';
import type { Outcome, OutcomeKind } from './outcome.ts';
import type { Ports } from './ports.ts';

/** Ends a run: its summary goes to the ledger, and approvals that it used are spent. */
export async function conclude(
  { ledger, clock }: Ports,
  { run, plan, outcomes }: { run: string; plan: Plan; outcomes: readonly Outcome[] },
): Promise<void> {
  const used = usedApprovals(await ledger.approvals(), plan, outcomes);
  if (used.length > 0) await ledger.useApprovals(used, run);
  await ledger.endRun(run, clock.now(), { ...countOutcomes(outcomes), held: plan.held.length });
}

/** An approval is spent by the first run that removes something in its account, or anything if it is for the run. */
function usedApprovals(approvals: readonly Approval[], plan: Plan, outcomes: readonly Outcome[]): string[] {
  const places = new Map(removalsOf(plan).map(({ arn, account }) => [arn, account]));
  const acted = outcomes
    .filter(({ outcome }) => outcome === 'removed' || outcome === 'waiting')
    .flatMap(({ arn }) => places.get(arn) ?? []);
  return approvals
    .filter(({ held }) => acted.some((place) => held.some(({ account = place }) => account === place)))
    .map(({ planId }) => planId);
}

/** How many outcomes there are of each kind. */
export function countOutcomes(outcomes: readonly Outcome[]): Partial<Record<OutcomeKind, number>> {
  const counts: Partial<Record<OutcomeKind, number>> = {};
  for (const { outcome } of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

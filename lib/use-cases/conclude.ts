import type { Plan } from '../core/plan.ts';
import type { Outcome, OutcomeKind } from './outcome.ts';
import type { Ports } from './ports.ts';

/** Ends a run: its summary goes to the ledger. */
export async function conclude(
  { ledger, clock }: Pick<Ports, 'ledger' | 'clock'>,
  { run, plan, outcomes }: { run: string; plan: Plan; outcomes: readonly Outcome[] },
): Promise<void> {
  await ledger.endRun(run, clock.now(), { ...countOutcomes(outcomes), held: plan.held.length });
}

/** How many outcomes there are of each kind. */
export function countOutcomes(outcomes: readonly Outcome[]): Partial<Record<OutcomeKind, number>> {
  const counts: Partial<Record<OutcomeKind, number>> = {};
  for (const { outcome } of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

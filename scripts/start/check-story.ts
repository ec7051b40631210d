import type { Plan, PlannedDecision } from '../../lib/core/plan.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import type { SeededResource, World } from '../local-aws/world.ts';
import { tell } from './stage.ts';

/** The story gave each resource a fate before the sweep; the demonstration fails where one met another. */
export function checkStory(world: World, plan: Plan, outcomes: readonly Outcome[]): void {
  const decisions = new Map(plan.decisions.map((decision) => [decision.arn, decision]));
  const ends = new Map(outcomes.map((outcome) => [outcome.arn, outcome]));
  const judged = world.manifest.filter(({ tracked, kind }) => tracked && kind !== 'part');
  const wrong = judged.flatMap((one) => {
    const met = fateMet(decisions.get(one.arn), ends.get(one.arn));
    const expected = wasExtended(one) ? 'kept' : one.fate;
    return met === expected ? [] : [`${one.name} (${one.arn}): expected ${expected}, met ${met}`];
  });
  if (wrong.length > 0) throw new Error(`the sweep did not end as its story says:\n  ${wrong.join('\n  ')}`);
  tell(`\nAll ${judged.length} resources with an expiry tag met the fate that the story gave them.`);
}

/** Ben extended everything of this environment in this account, which repaired what could not be read. */
function wasExtended({ accountName, tags }: SeededResource): boolean {
  return accountName === 'preview' && tags['environment'] === 'pr-102';
}

function fateMet(decision: PlannedDecision | undefined, end: Outcome | undefined): string {
  if (decision === undefined || decision.action === 'warn' || decision.action === 'keep') return 'kept';
  if (end !== undefined) return end.outcome === 'gone' ? 'removed' : end.outcome;
  return decision.action === 'hold' ? 'held' : decision.action;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan, PlannedDecision } from '../../lib/core/plan.ts';
import { readPlanDocument } from '../../lib/core/plan-document.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import type { SeededResource } from '../local-aws/world.ts';
import { slackPreview } from './slack-preview.ts';
import { type Chapter, heading, mayfly, type Stage, tell } from './stage.ts';

/** A dry run, an extension, a real sweep, what Slack would see, and one explanation. */
export const sweepChapter: Chapter = async (stage) => {
  const { world, folder } = stage;
  heading('1. What would go? A dry run changes nothing.');
  await mayfly(stage, ['plan']);

  heading('2. Ben still needs pull request 102.');
  const preview = world.organization.accounts['preview'] ?? '';
  await mayfly(stage, ['extend', 'pr-102', '2d', '--account', preview, '--reason', 'demo']);

  heading('3. The sweep: each resource is read again, then removed in a session that can touch nothing else.');
  await mayfly(stage, ['reap', '--enforce', '--out', 'reap.json']);
  const { plan, outcomes } = readReap(join(folder, 'reap.json'));

  heading('4. What Slack would see.');
  tell(slackPreview(plan, outcomes));

  heading('5. Why was that one kept?');
  const unreadable = plan.decisions.find(({ reason }) => reason === 'expiry-unreadable');
  if (unreadable !== undefined) await mayfly(stage, ['explain', unreadable.arn]);

  checkStory(stage, plan, outcomes);
};

function readReap(file: string): { plan: Plan; outcomes: Outcome[] } {
  const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return { plan: readPlanDocument(document), outcomes: (document as { outcomes: Outcome[] }).outcomes };
}

/** The story gave each resource a fate before the sweep; the demonstration fails where one met another. */
function checkStory({ world }: Stage, plan: Plan, outcomes: readonly Outcome[]): void {
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

/** Step 2 extended everything of this environment in this account, and repaired what could not be read. */
function wasExtended({ accountName, tags }: SeededResource): boolean {
  return accountName === 'preview' && tags['environment'] === 'pr-102';
}

function fateMet(decision: PlannedDecision | undefined, end: Outcome | undefined): string {
  if (decision === undefined || decision.action === 'warn') return 'kept';
  if (end !== undefined) return end.outcome === 'gone' ? 'removed' : end.outcome;
  return decision.action === 'hold' ? 'held' : decision.action;
}

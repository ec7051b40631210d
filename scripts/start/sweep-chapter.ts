import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../../lib/core/plan.ts';
import { readPlanDocument } from '../../lib/core/plan-document.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import { checkStory } from './check-story.ts';
import { slackPreview } from './slack-preview.ts';
import { type Chapter, heading, mayfly, tell } from './stage.ts';

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

  checkStory(world, plan, outcomes);
};

function readReap(file: string): { plan: Plan; outcomes: Outcome[] } {
  const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return { plan: readPlanDocument(document), outcomes: (document as { outcomes: Outcome[] }).outcomes };
}

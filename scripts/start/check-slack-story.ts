import { removalsOf } from '../../lib/core/plan.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import type { SeededResource, World } from '../local-aws/world.ts';
import type { LocalSlack } from '../local-slack/slack.ts';
import type { RunDocuments } from './run-documents.ts';
import { tell } from './stage.ts';

/** The chapter fails where people were told something else than what happened, or something went unwarned. */
export function checkSlackStory(world: World, slack: LocalSlack, first: RunDocuments, second: RunDocuments): void {
  const warned = arnsOf(first.outcomes, 'warned');
  const gone = arnsOf(second.outcomes, 'removed');
  const judged = world.manifest.filter(({ tracked, kind }) => tracked && kind !== 'part');
  const wrong = [
    ...arnsOf(first.outcomes, 'removed', 'gone').map(
      (arn) => `${arn} went in the first sweep, before anybody was warned`,
    ),
    ...gone.filter((arn) => !warned.includes(arn)).map((arn) => `${arn} went, and nobody had been warned`),
    ...judged
      .filter((one) => wasSaved(one) && gone.includes(one.arn))
      .map(({ arn }) => `${arn} went though it was extended`),
    ...judged
      .filter((one) => one.fate === 'removed' && !wasSaved(one) && !gone.includes(one.arn))
      .map(({ arn, name }) => `${name} (${arn}) should have gone`),
  ];
  if (wrong.length > 0) throw new Error(`Slack's story did not come true:\n  ${wrong.join('\n  ')}`);
  const report = slack.conversation
    .messages()
    .filter(({ channel }) => channel === slack.channel('cloud-costs'))
    .some((message) => JSON.stringify(message).includes(String(gone.length)));
  if (!report) throw new Error(`${gone.length} resources went, and no message in #cloud-costs says so`);
  const due = removalsOf(second.plan).length;
  tell(
    `\nOf ${due} resources that were due, ${gone.length} went, each after a warning; what was extended is all there.`,
  );
}

function arnsOf(outcomes: readonly Outcome[], ...kinds: Outcome['outcome'][]): string[] {
  return outcomes.filter(({ outcome }) => kinds.includes(outcome)).map(({ arn }) => arn);
}

/** What people extended or kept: pr-102, and Ben's load test in dev. */
function wasSaved({ accountName, tags }: SeededResource): boolean {
  const { environment } = tags;
  return (
    (environment === 'pr-102' && accountName !== 'sandbox') || (environment === 'load-test' && accountName === 'dev')
  );
}

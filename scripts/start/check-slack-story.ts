import { removalsOf } from '../../lib/core/plan.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import type { SeededResource, World } from '../local-aws/world.ts';
import type { LocalSlack } from '../local-slack/slack.ts';
import type { RunDocuments } from './run-documents.ts';
import { tell } from './stage.ts';

/** The chapter fails where something went unwarned or in spite of people, stayed though it was due, or is untold. */
export function checkSlackStory(world: World, slack: LocalSlack, first: RunDocuments, second: RunDocuments): void {
  const warned = new Set(arnsOf(first.outcomes, 'warned'));
  const gone = arnsOf(second.outcomes, 'removed');
  const judged = world.manifest.filter(({ tracked, kind }) => tracked && kind !== 'part');
  const stayed = judged.filter((one) => one.fate === 'removed' && !wasSaved(one) && !gone.includes(one.arn));
  const wrong = [
    ...arnsOf(first.outcomes, 'removed', 'gone').map((arn) => `${arn} went before anybody was warned`),
    ...gone.filter((arn) => !warned.has(arn)).map((arn) => `${arn} went, and nobody had been warned of it`),
    ...judged
      .filter((one) => wasSaved(one) && gone.includes(one.arn))
      .map(({ arn }) => `${arn} went in spite of people`),
    ...stayed.map(({ arn, name }) => `${name} (${arn}) should have gone: ${story(arn, first, second)}`),
  ];
  if (wrong.length > 0) throw new Error(`Slack's story did not come true:\n  ${wrong.join('\n  ')}`);
  const inChannel = slack.conversation.messages().filter(({ channel }) => channel === slack.channel('cloud-costs'));
  if (!inChannel.some((message) => JSON.stringify(message.blocks).includes(String(gone.length)))) {
    throw new Error(`${gone.length} resources went, and no message in #cloud-costs says so`);
  }
  const due = removalsOf(second.plan).length;
  tell(
    `\nOf ${due} resources that were due ${gone.length} went, each after a warning; what was extended is all there.`,
  );
}

function arnsOf(outcomes: readonly Outcome[], ...kinds: Outcome['outcome'][]): string[] {
  return outcomes.filter(({ outcome }) => kinds.includes(outcome)).map(({ arn }) => arn);
}

/** What happened to one resource in both sweeps, in words. */
function story(arn: string, ...runs: readonly RunDocuments[]): string {
  const each = runs.map(({ plan, outcomes }) => {
    const decision = plan.decisions.find((one) => one.arn === arn);
    const end = outcomes.find((one) => one.arn === arn);
    return [decision?.action, decision?.reason, end?.outcome, end?.detail].filter(Boolean).join(' ') || 'nothing';
  });
  return each.join(', then ');
}

/** What people extended or kept: pr-102, and Ben's load test in dev. */
function wasSaved({ accountName, tags: { environment } }: SeededResource): boolean {
  return environment === 'pr-102' || (environment === 'load-test' && accountName === 'dev');
}

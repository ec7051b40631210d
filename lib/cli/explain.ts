import type { Reading } from '../core/expiry.ts';
import { aMonth } from '../core/money.ts';
import { reasons } from '../core/reasons.ts';
import { showDuration, showInstant, toIso } from '../core/time.ts';
import { type Explanation, explain as explainArn } from '../use-cases/explain.ts';
import { connect } from './connect.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { historyLine } from './history.ts';
import { writeDocument } from './output.ts';
import { copyDocument, serverDocument, showCopy, showServer } from './show-server.ts';
import { plain, say, styled } from './terminal.ts';

/** `mayfly explain`: everything that decides about one resource. */
export async function explain(
  arn: string,
  options: { config: string; now?: string; json?: boolean },
): Promise<ExitCode> {
  const { policy, ports, close } = await connect({ ...options, writes: false });
  try {
    const explanation = await explainArn(ports, policy, arn);
    writeDocument(documentOf(explanation), options);
    if (!options.json) show(explanation, policy.expiry.timeZone);
    return exitCodes.done;
  } finally {
    close();
  }
}

function documentOf(explanation: Explanation) {
  const { target, mode, keys, decision, obstacles, advice, history, server, copy, costs } = explanation;
  const { resource, present } = target;
  return {
    arn: resource.arn,
    type: resource.type,
    account: resource.account,
    region: resource.region,
    mode,
    ...(resource.createdAt !== undefined && { createdAt: toIso(resource.createdAt) }),
    identity: present.identity,
    tags: present.tags,
    facts: present.facts,
    keys: keys.map(({ key, value, reading }) => ({ key, value, reading: reading.kind, means: meaning(reading) })),
    action: decision.action,
    reason: decision.reason,
    sentence: reasons[decision.reason].sentence,
    ...(decision.detail !== undefined && { detail: decision.detail }),
    ...(decision.expiresAt !== undefined && { expiresAt: toIso(decision.expiresAt) }),
    ...costs,
    obstacles,
    advice,
    ...(server !== undefined && { server: serverDocument(server) }),
    ...(copy !== undefined && { copy: copyDocument(copy) }),
    history: history.map(({ at, ...event }) => ({ at: toIso(at), ...event })),
  };
}

function meaning(reading: Reading): string {
  switch (reading.kind) {
    case 'at':
      return toIso(reading.at);
    case 'after':
      return `${showDuration(reading.duration)} after creation or first sight`;
    case 'never':
      return 'never';
    case 'unreadable':
      return reading.why;
    default:
      return reading satisfies never;
  }
}

function show(explanation: Explanation, timeZone: string): void {
  const { target, mode, keys, decision, obstacles, advice, history, server, copy, costs, now } = explanation;
  const { resource, type } = target;
  say(styled('bold', plain(resource.arn)));
  say(`${type.title} in account ${resource.account} (${mode}), ${resource.region}`);
  if (resource.createdAt !== undefined) say(`created ${showInstant(resource.createdAt, timeZone)}`);
  for (const { key, value, reading } of keys)
    say(`  ${plain(key)} = "${plain(value)}": ${reading.kind}, ${meaning(reading)}`);
  if (keys.length === 0) say('  no expiry tag');
  const due = decision.expiresAt === undefined ? '' : ` Expires ${showInstant(decision.expiresAt, timeZone)}.`;
  const detail = decision.detail === undefined ? '' : ` (${plain(decision.detail)})`;
  say(`${styled('bold', decision.action)} ${decision.reason}: ${reasons[decision.reason].sentence}${detail}${due}`);
  if (server !== undefined) showServer(server, { timeZone, now, mode });
  if (copy !== undefined) showCopy(copy, timeZone);
  const [cost, stopped] = [aMonth(costs.monthlyUsd), aMonth(costs.stoppedMonthlyUsd)];
  if (cost !== undefined)
    say(`Costs about ${cost}${stopped === undefined ? '' : `, and ${stopped} while it is stopped`}`);
  for (const obstacle of obstacles) say(`  obstacle: ${plain(obstacle)}`);
  if (mode === 'observe' && decision.action !== 'keep')
    say('  The policy only observes this account: nothing happens.');
  say(`Next: ${plain(advice)}`);
  if (history.length > 0) say('History:');
  for (const event of history.slice(-10)) say(`  ${historyLine(event, timeZone)}`);
}

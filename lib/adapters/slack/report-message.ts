import type { KnownBlock } from '@slack/types';
import { acceptedForms } from '../../core/expiry.ts';
import { aMonth, heldInWords, togetherUsd, unknownBeside } from '../../core/money.ts';
import { itemsIn, type ReportItem, type SweepReport } from '../../core/sweep-report.ts';
import { namedInMrkdwn } from './answer-words.ts';
import { actions, button, confirm, context, divider, header, type Message, sections } from './blocks.ts';
import { count, escaped, list, slackDate } from './mrkdwn.ts';
import { itemsPart, linesOf, type Part, serverParts, shownItems } from './report-parts.ts';

/** Leaves the header, the button and the small print their place. What is held is decided on by what is shown. */
const roomForParts = 9_500;
const roomForHeld = 3_000;

const heldLimits = 10;

/** How the report of a sweep looks. Pure, and within Slack's limits: what does not fit is counted and in the file. */
export function reportMessage(report: SweepReport, timeZone: string, command = '/ttl'): Message {
  const removed = itemsPart('Removed, confirmed gone', report.removed, saved(report));
  const held = heldPart(report);
  const others = [
    ...serverParts(report, timeZone, command),
    itemsPart('Refused or failed', report.blocked),
    itemsPart(
      'Kept: tags that cannot be read',
      report.unreadable,
      `They can be read as: ${escaped(acceptedForms, 600)}.`,
    ),
    itemsPart('Kept: older than the longest lifetime', report.outlived ?? []),
    itemsPart('Would be removed, in accounts that are only observed', report.observed),
    itemsPart('Would be copied and stopped, in accounts that are only observed', report.observedIdle ?? []),
    itemsPart('Waiting', report.waiting),
    unreadPart(report),
  ].filter((part) => part !== undefined);
  const sharing = others.length + (removed === undefined ? 0 : 1);
  const room = (roomForParts - (held === undefined ? 0 : roomForHeld)) / sharing;
  const parts = [
    failurePart(report),
    removed === undefined ? [] : linesOf(removed, room),
    held === undefined ? [] : linesOf(held, roomForHeld),
    ...others.map((part) => linesOf(part, room)),
    lostPart(report),
  ].filter((lines) => lines.length > 0);
  const heartbeat = heartbeatLine(report, timeZone);
  if (parts.length === 0)
    return { text: `Mayfly: ${plainSummary(report)}`, blocks: [context(heartbeat ?? 'Nothing.')] };
  const blocks: KnownBlock[] = [
    header(report.failure === undefined ? 'What the sweep did' : 'The sweep failed'),
    ...parts.flatMap((lines) => sections(lines)),
    ...approval(report),
    divider(),
    context([`Run ${escaped(report.run)}, ${slackDate(report.at, timeZone)}.`, heartbeat ?? ''].join(' ').trim()),
  ];
  return { text: `Mayfly: ${plainSummary(report)}`, blocks };
}

function plainSummary({
  failure,
  removed,
  copied = [],
  stopped = [],
  stoppedAgain = [],
  startedAgain = [],
  blocked,
  held,
  unreadable,
  unread,
  lostOfRun = [],
  heartbeat,
  tracked,
}: SweepReport): string {
  const said = [
    failure !== undefined && 'the sweep failed',
    removed.length > 0 && `${removed.length} removed`,
    copied.length > 0 && `${copied.length} copied`,
    stopped.length > 0 && `${stopped.length} stopped as idle`,
    stoppedAgain.length > 0 && `${stoppedAgain.length} stopped again`,
    startedAgain.length > 0 && `${startedAgain.length} started again by somebody`,
    held.length > 0 && 'a limit holds removals',
    blocked.length > 0 && `${blocked.length} refused or failed`,
    unreadable.length > 0 && `${unreadable.length} with tags that cannot be read`,
    unread.length > 0 && `${unread.length} shards not read`,
    lostOfRun.length > 0 && 'a part of it can not be told',
  ].filter((one) => one !== false);
  if (said.length > 0) return said.join(', ');
  return heartbeat === undefined ? 'a report' : `all is well, ${tracked} resources tracked`;
}

function failurePart({ failure }: SweepReport): string[] {
  if (failure === undefined) return [];
  return [
    `${escaped(failure, 500)}`,
    'What it had removed stands below, as far as it is known. The next sweep begins anew.',
    'What to look at: docs/runbook.md.',
  ];
}

function saved({ savedMonthlyUsd, removed }: SweepReport): string | undefined {
  const sum = aMonth(savedMonthlyUsd);
  if (sum === undefined) return undefined;
  return `They would have cost about ${sum}${unknownBeside(togetherUsd(removed).unknown)}.`;
}

function unreadPart({ unread }: SweepReport): Part | undefined {
  if (unread.length === 0) return undefined;
  const groups = [...Map.groupBy(unread, ({ error }) => error)];
  const lines = groups.slice(0, shownItems).map(([error, some]) => {
    const places = some.map(({ account, region }) => escaped(region === '' ? account : `${account} ${region}`, 60));
    return `• ${list(places, 5)}: ${escaped(error, 250)}`;
  });
  const title = `*Not read, so nothing is known of them: ${count(unread.length, 'shard')}*`;
  return { title, lines, more: groups.length - lines.length };
}

function lostPart({ lost, lostOfRun = [] }: SweepReport): string[] {
  const reports = lost === undefined ? [] : [`${count(lost, 'earlier report')} could not be delivered within a week.`];
  return [...lostOfRun.map((what) => `Not told here: ${escaped(what, 300)}.`), ...reports];
}

function heldPart({ held, largest }: SweepReport): Part | undefined {
  if (held.length === 0) return undefined;
  const limits = held.map((one) => {
    const { limit, account } = one;
    const { allowed, wanted, besides } = heldInWords(one);
    const where = account === undefined ? 'the whole plan' : `account ${escaped(account)}`;
    return `• ${where}: limits.${limit} allows ${allowed}, ${wanted} are wanted${besides}`;
  });
  const items = largest.slice(0, 10).map((item) => `   ${namedInMrkdwn(item)}${costOf(item)}`);
  const more = held.length > heldLimits ? [`… and ${count(held.length - heldLimits, 'more limit')}`] : [];
  return { title: '*Held: nothing of this was done*', lines: [...limits.slice(0, heldLimits), ...more, ...items] };
}

function costOf({ monthlyUsd }: ReportItem): string {
  const cost = aMonth(monthlyUsd);
  return cost === undefined ? '' : `, about ${cost}`;
}

function approval({ plan, held }: SweepReport): KnownBlock[] {
  if (plan === undefined || held.length === 0) return [];
  const ask = confirm({
    title: 'Approve this plan?',
    text: 'The next sweep may then go up to what was wanted here. It looks at everything anew before.',
    yes: 'Approve',
    no: 'Cancel',
    style: 'danger',
  });
  return [actions(button({ action: 'approve', label: 'Approve', value: plan, style: 'danger', confirm: ask }))];
}

function heartbeatLine({ heartbeat, tracked }: SweepReport, timeZone: string): string | undefined {
  if (heartbeat === undefined) return undefined;
  const { since, sweeps, dueSoon } = heartbeat;
  const sweeping = `${count(sweeps, 'sweep')} since ${slackDate(since, timeZone)}`;
  return `Mayfly is alive: ${sweeping}, ${count(tracked, 'resource')} tracked, ${dueSoon} due within a day.`;
}

/** Whether there is more to say of single resources or shards than a message shows. */
export function hasDetails(report: SweepReport): boolean {
  const lists = [...Object.values(itemsIn(report)), report.unread];
  return lists.some(({ length }) => length > 0);
}

import type { KnownBlock } from '@slack/types';
import { csvOf } from '../../core/csv.ts';
import { acceptedForms } from '../../core/expiry.ts';
import type { ReportItem, SweepReport } from '../../core/sweep-report.ts';
import { toIso } from '../../core/time.ts';
import { namedInMrkdwn } from './answer-words.ts';
import { actions, button, confirm, context, divider, header, type Message, sections } from './blocks.ts';
import { count, escaped, list, slackDate } from './mrkdwn.ts';

const shownItems = 8;

/** How the report of a sweep looks. Pure, and within Slack's limits: what does not fit is counted and in the file. */
export function reportMessage(report: SweepReport, timeZone: string): Message {
  const parts = [
    failurePart(report),
    itemsPart('Removed, confirmed gone', report.removed, saved(report)),
    heldPart(report),
    itemsPart('Refused or failed', report.blocked),
    itemsPart(
      'Kept: tags that cannot be read',
      report.unreadable,
      `They can be read as: ${escaped(acceptedForms, 600)}.`,
    ),
    itemsPart('Kept: older than the longest lifetime', report.outlived ?? []),
    itemsPart('Would be removed, in accounts that are only observed', report.observed),
    itemsPart('Waiting', report.waiting),
    unreadPart(report),
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
  blocked,
  held,
  unreadable,
  unread,
  heartbeat,
  tracked,
}: SweepReport): string {
  const said = [
    failure !== undefined && 'the sweep failed',
    removed.length > 0 && `${removed.length} removed`,
    held.length > 0 && 'a limit holds removals',
    blocked.length > 0 && `${blocked.length} refused or failed`,
    unreadable.length > 0 && `${unreadable.length} with tags that cannot be read`,
    unread.length > 0 && `${unread.length} shards not read`,
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

function saved({ savedMonthlyUsd }: SweepReport): string | undefined {
  return savedMonthlyUsd === undefined
    ? undefined
    : `They would have cost about $${savedMonthlyUsd.toFixed(2)} a month.`;
}

function itemsPart(title: string, items: readonly ReportItem[], note?: string): string[] {
  if (items.length === 0) return [];
  const kinds = [...Map.groupBy(items, ({ type }) => type)].map(([type, some]) => `${some.length} ${escaped(type)}`);
  const lines = items.slice(0, shownItems).map((item) => {
    const detail = item.detail === undefined ? '' : `: ${escaped(item.detail, 200)}`;
    return `• ${namedInMrkdwn(item)}${detail}`;
  });
  const more = items.length > shownItems ? [`… and ${items.length - shownItems} more, in the file in this thread`] : [];
  return [`*${title}: ${items.length}* (${list(kinds, 6)})`, ...lines, ...more, ...(note === undefined ? [] : [note])];
}

function unreadPart({ unread, lost }: SweepReport): string[] {
  const groups = [...Map.groupBy(unread, ({ error }) => error)].slice(0, shownItems);
  const lines = groups.map(([error, some]) => {
    const places = some.map(({ account, region }) => escaped(region === '' ? account : `${account} ${region}`));
    return `• ${list(places, 5)}: ${escaped(error, 250)}`;
  });
  return [
    ...(unread.length > 0
      ? [`*Not read, so nothing is known of them: ${count(unread.length, 'shard')}*`, ...lines]
      : []),
    ...(lost === undefined ? [] : [`${count(lost, 'earlier report')} could not be delivered within a week.`]),
  ];
}

function heldPart({ held, largest }: SweepReport): string[] {
  if (held.length === 0) return [];
  const limits = held.map(({ limit, allowed, wanted, account }) => {
    const where = account === undefined ? 'the whole plan' : `account ${escaped(account)}`;
    return `• ${where}: limits.${limit} allows ${allowed}, ${wanted} are wanted`;
  });
  const items = largest.slice(0, 10).map((item) => `   ${namedInMrkdwn(item)}`);
  return ['*Held: nothing of this was done*', ...limits.slice(0, 20), ...items];
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

/** Whether a message can't show all of a report. */
export function hasDetails(report: SweepReport): boolean {
  return rowsOf(report).length > 0;
}

/** All of a report as CSV, one line for each resource or shard. */
export function reportCsv(report: SweepReport): string {
  const titles = ['what', 'account', 'region', 'type', 'arn', 'name', 'owner', 'environment', 'expires', 'detail'];
  return csvOf([titles, ...rowsOf(report)]);
}

function rowsOf(report: SweepReport): string[][] {
  const { removed, waiting, blocked, unreadable, outlived = [], observed, largest, unread } = report;
  const lists = { removed, waiting, blocked, unreadable, outlived, observed, held: largest };
  const rows = Object.entries(lists).flatMap(([what, items]) => items.map((item) => rowOf(what, item)));
  return [...rows, ...unread.map((one) => ['not read', one.account, one.region, '', '', '', '', '', '', one.error])];
}

export function rowOf(what: string, item: ReportItem): string[] {
  const { account, region, type, arn, name = '', owner = '', environment = '', expiresAt, detail = '' } = item;
  const expires = expiresAt === undefined ? '' : toIso(expiresAt);
  return [what, account, region, type, arn, name, owner, environment, expires, detail];
}

import type { KnownBlock } from '@slack/types';
import type { FinanceReport, IdleRow } from '../../core/finance-report.ts';
import { stageInWords } from '../../core/guard-words.ts';
import { type ReportFileName, type ReportLinks, reportFileNames } from '../../core/report-files.ts';
import { coverageInWords, listPricesInWords } from '../finance/coverage-words.ts';
import { amountInWords, idleInWords, savedInWords, unknownInWords, usdInWords } from '../finance/finance-words.ts';
import { namedInMrkdwn } from './answer-words.ts';
import { context, divider, header, type Message, sections } from './blocks.ts';
import { count, escaped, list, slackDate } from './mrkdwn.ts';
import { linesOf, type Part } from './report-parts.ts';

const shownRows = 10;
const shownReasons = 5;
const longestWhy = 150;
const longestPlace = 60;

/** Escaped, a text is up to five times as long. */
const longestNote = 240;

/** Together less than Slack takes, with headline, links and small print. */
const rooms = { idle: 4_600, unknown: 2_400 } as const;

const called: Readonly<Record<ReportFileName, string>> = {
  'idle-report.html': 'The whole report',
  'idle-report.csv': 'For spreadsheets',
  'trend.png': 'The chart',
};

/**
 * How the weekly report looks in Slack. Pure, and within Slack's limits: what does not fit is counted, and is in the
 * files that follow in its thread.
 */
export function financeMessage(report: FinanceReport, links: ReportLinks): Message {
  const { idleTotal, idle } = report;
  const groups = [
    headline(report),
    idle.length === 0 ? [] : linesOf(dearestPart(report), rooms.idle),
    unknownLines(report),
    linkLines(links),
  ].filter((lines) => lines.length > 0);
  const blocks: KnownBlock[] = [
    header(`Idle: ${idleInWords(idleTotal)}`),
    ...groups.flatMap((lines) => sections(lines)),
    divider(),
    context(...smallPrint(report)),
  ];
  const unread = report.unread.length === 0 ? '' : `; ${count(report.unread.length, 'place')} could not be read`;
  const text = `Mayfly, the week: ${count(idle.length, 'resource')} idle, ${idleInWords(idleTotal)}${unread}`;
  return { text, blocks };
}

function headline(report: FinanceReport): string[] {
  const { idle, idleTotal, savedThisWeek, savedSinceStart, unowned, untagged, expiring, timeZone } = report;
  const unknown = unknownInWords(idleTotal);
  const idles =
    idle.length === 0
      ? 'Nothing idles of what Mayfly could read.'
      : `*${count(idle.length, 'resource')}* idle${unknown === undefined ? '' : `: ${unknown}`}.`;
  const { since } = savedSinceStart;
  const start = since === undefined ? 'Since the start' : `Since ${dayOf(since, timeZone)}`;
  const sums = [
    { title: 'Without an owner tag', sum: unowned },
    { title: 'Without owner, team, cost centre and environment', sum: untagged },
  ].filter(({ sum: { known, unknown: none } }) => known + none > 0);
  return [
    idles,
    `Saved this week: *${savedInWords(savedThisWeek)}*. ${start}: ${savedInWords(savedSinceStart)}.`,
    ...sums.map(({ title, sum }) => {
      const beside = unknownInWords(sum);
      const all = count(sum.known + sum.unknown, 'resource');
      return `${title}: ${all}, ${idleInWords(sum)}${beside === undefined ? '' : ` (${beside})`}.`;
    }),
    ...(expiring.length === 0 ? [] : [`Within a week ${count(expiring.length, 'resource')} will expire.`]),
    ...burnLine(report),
    coverageLine(report),
  ];
}

/** What the cost guard saw last, and where it has done something. */
function burnLine({ burning = [] }: FinanceReport): string[] {
  const accounts = burning.filter(({ environment }) => environment === undefined);
  if (accounts.length === 0) return [];
  const all = accounts.reduce((sum, { usdPerHour }) => sum + usdPerHour, 0);
  const touched = burning.filter(({ stage }) => stage !== 'none').slice(0, shownReasons);
  const where = touched.map(({ account, environment, stage }) => {
    const whole = escaped(account, longestPlace);
    const place = environment === undefined ? whole : `${escaped(environment, longestPlace)} in ${whole}`;
    return `${place}: the guard ${stageInWords(stage)}.`;
  });
  // Where nothing has a price, nobody knows what it costs.
  const sum = all === 0 ? 'nothing that has a known price' : `~${usdInWords(all)} an hour by known prices`;
  return [[`Burning ${sum} in ${count(accounts.length, 'account')}.`, ...where].join(' ')];
}

function coverageLine(report: FinanceReport): string {
  const { share, more } = coverageInWords(report);
  return [share, ...more.map((words) => escaped(words, longestNote))].join(' ');
}

function dearestPart({ idle, timeZone }: FinanceReport): Part {
  const rows = idle.slice(0, shownRows);
  const title = rows.length === idle.length ? '*What idles*' : `*The ${shownRows} most expensive*`;
  return { title, lines: rows.map((row) => idleLine(row, timeZone)), more: idle.length - rows.length };
}

function idleLine(row: IdleRow, timeZone: string): string {
  const { amount, owner, idleSince, nextStep, nextStepOn } = row;
  const cost = amount.kind === 'unknown' ? '*cost unknown*' : `*${amountInWords(amount)}* a month`;
  const whose = owner === undefined ? 'nobody is named as owner' : `owner ${escaped(owner, 80)}`;
  const since = idleSince === undefined ? '' : `, idle since ${dayOf(idleSince, timeZone)}`;
  const on = nextStepOn === undefined ? '' : ` ${slackDate(nextStepOn, timeZone)}`;
  return `• ${cost}: ${namedInMrkdwn(row)}, ${whose}${since}. Next: ${escaped(nextStep, longestWhy)}${on}`;
}

/** A report says what it does not know. */
function unknownLines({ unread, idle, idleTotal }: FinanceReport): string[] {
  const lines = [...Map.groupBy(unread, ({ why }) => why)].map(([why, some]) => {
    const places = some.map(({ account, region = '' }) =>
      escaped(region === '' ? account : `${account} ${region}`, 60),
    );
    return `• ${list(places, 5)}: ${escaped(why, longestWhy)}`;
  });
  const whys = idle.flatMap(({ amount }) => (amount.kind === 'unknown' ? [amount.why] : []));
  const known = [...Map.groupBy(whys, (why) => why)].toSorted(([, some], [, others]) => others.length - some.length);
  const reasons = known.slice(0, shownReasons).map(([why, some]) => `• ${some.length}: ${escaped(why, longestWhy)}`);
  const parts = [
    unread.length === 0 ? [] : linesOf(partOf(`*Not read, or not whole: ${unread.length}*`, lines), rooms.unknown / 2),
    idleTotal.unknown === 0
      ? []
      : linesOf(
          { ...partOf(`*Cost unknown: ${idleTotal.unknown}*`, reasons), more: known.length - reasons.length },
          rooms.unknown / 2,
        ),
  ];
  return parts.flat();
}

function partOf(title: string, lines: readonly string[]): Part {
  return { title, lines: lines.slice(0, shownReasons), more: Math.max(0, lines.length - shownReasons) };
}

function linkLines(links: ReportLinks): string[] {
  const shown = reportFileNames.flatMap((name) => {
    const link = links[name];
    return link === undefined ? [] : [`<${link}|${called[name]}>`];
  });
  return [
    ...(shown.length === 0 ? [] : [`${shown.join(' · ')} (whoever has a link can open it)`]),
    'Chart, page and table are in this thread.',
  ];
}

function smallPrint(report: FinanceReport): string[] {
  const { week, timeZone, pricesNote, run, at } = report;
  const prices = escaped(listPricesInWords(report), 60);
  const from = run === undefined ? '' : ` Run ${escaped(run, 80)}.`;
  const weekOf = `${dayOf(week.from, timeZone)} to ${dayOf(week.to, timeZone)}`;
  const first = `Week of ${weekOf}, written ${slackDate(at, timeZone)}. ~ is an estimate by ${prices}.${from}`;
  return [first, ...(pricesNote === undefined ? [] : [escaped(pricesNote, longestNote) || '–'])];
}

function dayOf(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'medium' }).format(instant);
}

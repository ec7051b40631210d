import { coverageInWords } from '../adapters/finance/coverage-words.ts';
import { amountInWords, idleInWords, savedInWords, unknownInWords } from '../adapters/finance/finance-words.ts';
import type { Sum } from '../core/cost.ts';
import type { FinanceReport, IdleRow } from '../core/finance-report.ts';
import { type Instant, showInstant } from '../core/time.ts';
import { nameIn } from './show-plan.ts';
import { type Column, table } from './table.ts';
import { plain, say, styled, terminalWidth } from './terminal.ts';

const rowsShown = 10;

/** A weekly report for who made it: the most expensive, the sums, and what is not known. */
export function showFinance(report: FinanceReport): void {
  const { idle, expiring, unread, pricesNote, savedThisWeek, savedSinceStart, timeZone } = report;
  const day = (at: Instant) => showInstant(at, timeZone).slice(0, 10);
  if (idle.length > 0) {
    const columns = columnsIn(terminalWidth());
    const cells = (row: IdleRow) => columns.map(({ cell }) => cell(row, day));
    say(table(columns, idle.slice(0, rowsShown).map(cells)));
  }
  if (idle.length > rowsShown) say(`… and ${idle.length - rowsShown} more in the files`);
  tell('Idle', `${many(idle.length, 'resource')}, ${idleInWords(report.idleTotal)}`, report.idleTotal);
  tell('Seen', sumInWords(report.seen), report.seen);
  tell('Without an owner', sumInWords(report.unowned), report.unowned);
  tell('Untagged', sumInWords(report.untagged), report.untagged);
  tell('Expires within a week', many(expiring.length, 'resource'));
  tell('Saved this week', savedInWords(savedThisWeek));
  const since = savedSinceStart.since === undefined ? 'Saved so far' : `Saved since ${day(savedSinceStart.since)}`;
  tell(since, savedInWords(savedSinceStart));
  const { share, more } = coverageInWords(report);
  tell('Billed', [share, ...more].join(' '));
  if (pricesNote !== undefined) tell('Prices', pricesNote);
  for (const { account, region = '', why } of unread) {
    say(`${styled('red', 'not read')} ${plain(`${account} ${region}`.trim())}: ${plain(why)}`);
  }
}

function tell(what: string, words: string, sum?: Sum): void {
  const unknown = sum && unknownInWords(sum);
  say(`${styled('bold', what)}: ${plain(words)}${unknown === undefined ? '' : `; ${unknown}`}`);
}

function sumInWords(sum: Sum): string {
  return `${many(sum.known + sum.unknown, 'resource')}, ${idleInWords(sum)}`;
}

function many(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}

interface RowColumn extends Column {
  cell: (row: IdleRow, day: (at: Instant) => string) => string;
}

/** What fits: in a narrow terminal the amount and what comes next are worth more than where it is. */
function columnsIn(width: number): RowColumn[] {
  const resource: RowColumn = {
    title: 'Idle resource',
    width: 'rest',
    cut: 'end',
    cell: ({ type, arn, name }) => [type.split(':')[1], nameIn(arn), ...(name === undefined ? [] : [name])].join(' '),
  };
  const place: RowColumn = { title: 'Account, region', width: 27, cell: (row) => `${row.account} ${row.region}` };
  const owner: RowColumn = { title: 'Owner', width: 10, cell: (row) => row.owner ?? '' };
  const since: RowColumn = {
    title: 'Since',
    width: 10,
    cell: ({ idleSince }, day) => (idleSince === undefined ? '' : day(idleSince)),
  };
  const cost: RowColumn = { title: 'A month', width: 12, cell: ({ amount }) => amountInWords(amount) };
  const next: RowColumn = { title: 'Next step', width: 22, cut: 'end', cell: ({ nextStep }) => nextStep };
  return [
    resource,
    ...(width >= 150 ? [place] : []),
    ...(width >= 115 ? [owner] : []),
    ...(width >= 95 ? [since] : []),
    cost,
    next,
  ];
}

import { aMonth, togetherUsd, unknownBeside } from '../core/money.ts';
import { inPlainText } from '../core/plain-words.ts';
import type { Policy } from '../core/policy.ts';
import { type Reason, reasons } from '../core/reasons.ts';
import { type Instant, showInstant, toIso } from '../core/time.ts';
import { type IdleServer, type IdleTable, idleTable } from '../use-cases/idle-table.ts';
import { connect } from './connect.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { type FilterOptions, toFilters } from './filter-options.ts';
import { writeDocument } from './output.ts';
import { inColumn, moneyColumn, nameIn } from './show-plan.ts';
import { withProgress } from './sweep-progress.ts';
import { type Column, table } from './table.ts';
import { plain, say, styled, terminalWidth } from './terminal.ts';

export interface IdleOptions extends FilterOptions {
  config: string;
  now?: string;
  json?: boolean;
}

/** `mayfly idle`: servers of the idle rule, since when nothing has changed, and what comes next. Changes nothing. */
export async function idle(options: IdleOptions): Promise<ExitCode> {
  const { json = false } = options;
  const filters = toFilters(options);
  const { policy, ports, close } = await connect({ ...options, writes: false });
  const work = { title: 'Listing accounts and regions', json, counts: 'servers of the idle rule' };
  const found = await withProgress(work, (progress) => idleTable({ ...ports, progress }, { policy, filters })).finally(
    close,
  );
  writeDocument({ servers: found.servers.map(documentOf), unread: found.unread }, options);
  if (!json) show(found, policy);
  return found.unread.length === 0 ? exitCodes.done : exitCodes.doneWithProblems;
}

function documentOf({ lastChange, evidence, idleSince, idleAt, expiresAt, nextStepOn, ...rest }: IdleServer) {
  return {
    ...rest,
    idleSince: toIso(idleSince),
    idleAt: toIso(idleAt),
    lastChange: inPlainText(lastChange),
    evidence: evidence.map((words) => inPlainText(words)),
    ...(expiresAt !== undefined && { expiresAt: toIso(expiresAt) }),
    ...(nextStepOn !== undefined && { nextStepOn: toIso(nextStepOn) }),
  };
}

function show(found: IdleTable, policy: Policy): void {
  const { servers, unread, shards, pausedUntil, now } = found;
  const day = (at: Instant) => showInstant(at, policy.expiry.timeZone).slice(0, 10);
  const money = servers.some(({ monthlyUsd }) => aMonth(monthlyUsd) !== undefined);
  const columns = columnsIn(terminalWidth(), money);
  if (servers.length > 0) {
    say(
      table(
        columns,
        servers.map((server) => columns.map(({ cell }) => cell(server, { day, now }))),
      ),
    );
  }
  showKept(servers);
  for (const one of unread) sayUnread(one);
  if (pausedUntil !== undefined) {
    say(`${styled('yellow', 'paused')} until ${showInstant(pausedUntil, policy.expiry.timeZone)}: nothing happens`);
  }
  const observed = servers.filter(({ mode }) => mode === 'observe').length;
  const only = observed === 0 ? '' : `; ${observed} in accounts that are only observed, where nothing happens`;
  const many = servers.length === 1 ? '1 server' : `${servers.length} servers`;
  const { usd, unknown } = togetherUsd(servers);
  const sum = aMonth(usd);
  const cost = sum === undefined ? '' : `, about ${sum}${unknownBeside(unknown)}`;
  say(`${many} of the idle rule in ${shards} account-regions${cost}${only}.`);
  if (servers.length > 0) say('What shows that one is idle: mayfly explain ARN');
}

interface ServerColumn extends Column {
  cell: (server: IdleServer, about: { day: (at: Instant) => string; now: Instant }) => string;
}

/** What fits: in a narrow terminal what comes next is worth more than whose it is. */
function columnsIn(width: number, money: boolean): ServerColumn[] {
  const since: ServerColumn = { title: 'Idle since', width: 10, cell: ({ idleSince }, { day }) => day(idleSince) };
  const server: ServerColumn = {
    title: 'Server',
    width: 'rest',
    cut: 'end',
    // The service is plain from the kind; the id must stay whole.
    cell: ({ type, arn, name }) => [type.split(':')[1], nameIn(arn), ...(name === undefined ? [] : [name])].join(' '),
  };
  const place: ServerColumn = {
    title: 'Account, region',
    width: 27,
    cell: ({ account, region }) => `${account} ${region}`,
  };
  const owner: ServerColumn = { title: 'Owner', width: 10, cell: (one) => one.owner ?? '' };
  const change: ServerColumn = {
    title: 'Last change',
    width: width >= 140 ? 24 : 20,
    cut: 'end',
    cell: ({ lastChange }, { day }) => inPlainText(lastChange, day),
  };
  const next: ServerColumn = { title: 'Next step', width: 9, cell: ({ nextStep }) => nextStep.split(':')[0] ?? '' };
  const on: ServerColumn = {
    title: 'On',
    width: 10,
    cell: ({ nextStepOn }, { day, now }) => {
      if (nextStepOn === undefined) return '';
      return nextStepOn <= now ? 'next sweep' : day(nextStepOn);
    },
  };
  const cost: ServerColumn = { ...moneyColumn, cell: ({ monthlyUsd }) => inColumn(monthlyUsd) };
  return [
    since,
    server,
    ...(width >= 150 ? [place] : []),
    ...(width >= 115 ? [owner] : []),
    ...(width >= 95 ? [change] : []),
    ...(money && width >= 80 ? [cost] : []),
    next,
    on,
  ];
}

/** One sentence for each reason for which servers are kept, with the first of them and what was seen. */
function showKept(servers: readonly IdleServer[]): void {
  const kept = servers.filter(({ nextStep }) => nextStep.startsWith('kept'));
  for (const [reason, some] of Map.groupBy(kept, (one): Reason => one.reason)) {
    say(`${styled('bold', 'kept')} (${some.length}): ${reasons[reason].sentence}`);
    for (const { arn, detail } of some.slice(0, 5)) {
      say(`    ${plain(nameIn(arn))}${detail === undefined ? '' : `: ${plain(detail).slice(0, 120)}`}`);
    }
  }
}

function sayUnread({ account, region, why }: IdleTable['unread'][number]): void {
  say(`${styled('red', 'not read')} ${plain([account, region].join(' ').trim())}: ${plain(why)}`);
}

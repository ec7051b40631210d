import { csvOf } from '../../core/csv.ts';
import type { Notice, NoticeState } from '../../core/notice.ts';
import { reasons } from '../../core/reasons.ts';
import { itemsIn, type ReportItem, type SweepReport } from '../../core/sweep-report.ts';
import { toIso } from '../../core/time.ts';

const titles = [
  'what',
  'account',
  'region',
  'type',
  'arn',
  'name',
  'owner',
  'environment',
  'expires',
  'USD a month',
  'detail',
];

/** All that a notice names as CSV, one line for each resource. */
export function noticeCsv({ items }: Notice): string {
  const rows = items.map(({ reason, state, detail, ...item }) => {
    const { idleAt, unchangedSince, copyOf } = item;
    const said = [
      reasons[reason].sentence,
      unchangedSince !== undefined && `Unchanged since ${toIso(unchangedSince)}.`,
      idleAt !== undefined && `Idle from ${toIso(idleAt)} on.`,
      copyOf !== undefined && `A copy of ${copyOf}.`,
      detail !== undefined && detail,
    ]
      .filter((part) => part !== false)
      .join(' ');
    return rowOf(state === undefined ? reason : stateInWords(state), { ...item, detail: said });
  });
  return csvOf([titles, ...rows]);
}

function stateInWords(state: NoticeState): string {
  switch (state.kind) {
    case 'extended':
      return `extended to ${toIso(state.to)} by ${state.by}`;
    case 'postponed':
      return `not stopped before ${toIso(state.to)}, said ${state.by}`;
    case 'let-go':
      return `let go by ${state.by}`;
    case 'restored':
      return `restored by ${state.by}`;
    case 'changed':
      return `changed: ${state.what}`;
    case 'started-again':
      return 'started again by a person';
    case 'stopped':
    case 'removed':
    case 'gone':
      return state.kind;
    default:
      return state satisfies never;
  }
}

/** All of a report as CSV, one line for each resource or shard. */
export function reportCsv(report: SweepReport): string {
  const rows = Object.entries(itemsIn(report)).flatMap(([what, items]) => items.map((item) => rowOf(what, item)));
  const shards = report.unread.map(({ account, region, error }) =>
    rowOf('not read', { account, region, type: '', arn: '', detail: error }),
  );
  return csvOf([titles, ...rows, ...shards]);
}

function rowOf(what: string, item: ReportItem): string[] {
  const { account, region, type, arn, name = '', owner = '', environment = '', expiresAt, monthlyUsd, detail } = item;
  const expires = expiresAt === undefined ? '' : toIso(expiresAt);
  const cost = monthlyUsd === undefined ? '' : monthlyUsd.toFixed(2);
  return [what, account, region, type, arn, name, owner, environment, expires, cost, detail ?? ''];
}

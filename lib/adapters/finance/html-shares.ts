import { type Sum, sum } from '../../core/cost.ts';
import type { FinanceReport, IdleRow } from '../../core/finance-report.ts';
import { type Html, html } from '../markup.ts';
import { absentWords, said } from './html-columns.ts';
import { amountInWords, besideSum, count, counted } from './html-words.ts';

/** More bars than that say less. */
const barsAtMost = 8;

interface Share {
  name: string;
  /** Nobody's, or several together. */
  plain?: true;
  sum: Sum;
}

/** What idles by account and by owner, as bars in tables. */
export function idleShares({ idle }: FinanceReport): Html | undefined {
  if (idle.length === 0) return undefined;
  return html`<div class="charts">${shareTable('account', 'Accounts', idle, ({ account }) => account)}${shareTable(
    'owner',
    'Owners',
    idle,
    ({ owner }) => owner,
  )}</div>`;
}

type NameOf = (row: IdleRow) => string | undefined;

function shareTable(what: string, many: string, idle: readonly IdleRow[], nameOf: NameOf): Html {
  const shares = sharesOf(idle, nameOf, many.toLowerCase());
  const most = Math.max(...shares.map((one) => usdOf(one.sum)));
  return html`<figure class="shares"><figcaption><strong>Idle by ${what}</strong> <span>a month</span></figcaption>
<table><thead><tr><th scope="col">${what === 'owner' ? 'Owner' : 'Account'}</th><th scope="col"><span
 class="unseen">Share</span></th><th scope="col" class="money">Cost</th><th scope="col"
class="money">Resources</th></tr></thead>
<tbody>${shares.map((one) => shareRow(one, most, what))}</tbody></table></figure>`;
}

function shareRow({ name, plain, sum: total }: Share, most: number, look: string): Html {
  const width = most <= 0 ? 0 : Math.round((usdOf(total) / most) * 1000) / 10;
  const beside = besideSum(total);
  return html`<tr><th scope="row" class="${look} ${plain ? 'none' : 'some'}">${name}</th><td class="bar"><svg
 viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="10"/></svg></td>
<td class="money"><span>${amountInWords(total.amount)}</span><small>${beside}</small></td>
<td class="money">${count(total.known + total.unknown)}</td></tr>`;
}

/** The largest first; nobody's always has a line, and what is left over comes last as one. */
export function sharesOf(idle: readonly IdleRow[], nameOf: NameOf, many: string): Share[] {
  const groups = [...Map.groupBy(idle, (row) => said(nameOf(row)))].map(([name, rows]) => ({ name, rows }));
  const shares = groups.map(({ name, rows }) => ({ name, rows, sum: sumOf(rows) }));
  const ordered = shares.toSorted((one, other) => usdOf(other.sum) - usdOf(one.sum));
  const isOver = (place: number) => ordered.length > barsAtMost && place >= barsAtMost - 1;
  const over = ordered.filter(({ name }, place) => name !== undefined && isOver(place));
  const told = ordered
    .filter(({ name }, place) => name === undefined || !isOver(place))
    .map((one): Share => (one.name === undefined ? nobody(one.sum) : { name: one.name, sum: one.sum }));
  if (over.length === 0) return told;
  const name = `${counted(over.length, 'other', 'others')} of the ${many}`;
  return [...told, { name, plain: true, sum: sumOf(over.flatMap(({ rows }) => rows)) }];
}

function nobody(total: Sum): Share {
  return { name: absentWords.owner, plain: true, sum: total };
}

function sumOf(rows: readonly IdleRow[]): Sum {
  return sum(rows.map(({ amount }) => amount));
}

function usdOf({ amount }: Sum): number {
  return amount.kind === 'unknown' ? 0 : amount.usd;
}

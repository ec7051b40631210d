import type { BurnRow, FinanceReport } from '../../core/finance-report.ts';
import { stageInWords } from '../../core/guard-words.ts';
import { type Html, html } from '../markup.ts';
import { usdInWords } from './finance-words.ts';
import { tableHtml } from './html-lists.ts';
import type { Calendar } from './html-words.ts';

const linesAtMost = 200;

/** What accounts burn, as the cost guard saw it last; nothing where the policy has no guard. */
export function burningList({ burning }: FinanceReport, calendar: Calendar): Html | undefined {
  if (burning === undefined) return undefined;
  if (burning.length === 0) return html`<p class="empty">The cost guard has not looked yet.</p>`;
  const rows = burning.slice(0, linesAtMost).map(
    (one) => html`<tr><th scope="row" class="account"><strong>${one.account}</strong><small>${placeOf(one)}</small></th>
<td class="money">${pricedInWords(one.usdPerHour)}</td><td class="money">${pricedInWords(one.monthUsd)}</td>
<td class="money">${one.budget === undefined ? '–' : usdInWords(one.budget)}</td>
<td>${stageInWords(one.stage)}<small>${changedInWords(one)}</small></td>
<td class="date">${calendar.moment(one.at)}</td></tr>`,
  );
  const titles = ['Account', '$USD an hour', '$This month', '$Budget', 'The guard', 'Looked at'];
  const rule = 'As the cost guard saw it last, by known prices: what has no price is not in it.';
  return html`<p class="note">${rule}</p>${tableHtml('burning', titles, rows, burning.length)}`;
}

/** Where nothing has a price, nobody knows what it costs. */
function pricedInWords(usd: number): string {
  return usd === 0 ? 'nothing priced' : `~${usdInWords(usd)}`;
}

function placeOf({ name, environment }: BurnRow): string {
  const of = environment === undefined ? undefined : `environment ${environment}`;
  return [name, of].filter((part) => part !== undefined).join(' · ');
}

function changedInWords({ changed, environment }: BurnRow): string {
  return changed === 0 || environment !== undefined ? '' : `${changed.toLocaleString('en')} changed by it`;
}

import { type ExtendedRow, type FinanceReport, ofMayfly } from '../../core/finance-report.ts';
import { type Html, html } from '../markup.ts';
import { listPricesInWords } from './coverage-words.ts';
import { absentWords, said } from './html-columns.ts';
import { amountInWords, type Calendar, count, counted, kindInWords } from './html-words.ts';

/** A list longer than this is for a machine. */
const linesAtMost = 200;

/** What expires within the week to come. */
export function expiringList({ expiring }: FinanceReport, calendar: Calendar): Html {
  if (expiring.length === 0) return html`<p class="empty">Nothing expires within the week to come.</p>`;
  const rows = expiring.slice(0, linesAtMost).map((one) => {
    const group = [one.team, one.environment].flatMap((text) => said(text) ?? []).join(' · ');
    return html`<tr><th scope="row"><strong>${one.name ?? one.id}</strong><small>${one.type}</small></th>
<td class="date">${calendar.moment(one.expiresAt)}</td>
<td>${ownerHtml(one.owner)}<small>${group}</small></td>
<td class="account">${one.account}<small>${one.region}</small></td>
<td class="money"><span>${amountInWords(one.amount)}</span><small>${kindInWords(one.amount)}</small></td></tr>`;
  });
  return tableHtml('expiring', ['Resource', 'Expires', 'Owner', 'Account', '$Cost a month'], rows, expiring.length);
}

/** What was extended most often, and by whom. */
export function extendedList({ extended, extendedUnread }: FinanceReport, calendar: Calendar): Html {
  if (extendedUnread) return html`<p class="empty">Not known, because the ledger could not be read.</p>`;
  if (extended.length === 0) return html`<p class="empty">Nothing was extended.</p>`;
  const rows = extended.slice(0, linesAtMost).map(
    (one) => html`<tr><th scope="row"><strong>${one.name ?? lastOf(one.arn)}</strong></th>
<td class="money">${count(one.times)}</td><td>${byWhom(one)}</td><td>${ownerHtml(one.owner)}</td>
<td class="date">${one.expiresAt === undefined ? '–' : calendar.moment(one.expiresAt)}</td></tr>`,
  );
  return tableHtml('extended', ['Resource', '$Times', 'By', 'Owner', 'Expires'], rows, extended.length);
}

/** The accounts and regions that could not be read, those with the same reason together. */
export function unreadList({ unread }: FinanceReport): Html {
  if (unread.length === 0) return html`<p class="empty">All accounts and regions were read whole.</p>`;
  const groups = [...Map.groupBy(unread, ({ account, why }) => `${account}\n${why}`).values()];
  const rows = groups.slice(0, linesAtMost).map((group) => {
    const [{ account, why } = { account: '', why: '' }] = group;
    const regions = group.flatMap(({ region }) => region ?? []);
    const whole = account === ofMayfly ? 'what it keeps itself' : 'the whole account';
    const where = regions.length < group.length ? whole : regions.join(', ');
    return html`<tr><th scope="row" class="account">${account}</th><td>${where}</td><td>${why}</td></tr>`;
  });
  return tableHtml('unread', ['Account', 'Where', 'Why'], rows, groups.length);
}

/** Titles of amounts begin with a dollar sign: they stand to the right. `id` is that of its section. */
export function tableHtml(id: string, titles: readonly string[], rows: readonly Html[], all: number): Html {
  const heads = titles.map((title) =>
    title.startsWith('$')
      ? html`<th scope="col" class="money">${title.slice(1)}</th>`
      : html`<th scope="col">${title}</th>`,
  );
  const more = all - rows.length;
  return html`<div class="scroll" role="group" aria-labelledby="${id}-name" tabindex="0"><table>
<thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div>${
    more > 0 ? html`<p class="note">… and ${counted(more, 'more line')}.</p>` : undefined
  }`;
}

function ownerHtml(owner: string | undefined): Html {
  const named = said(owner);
  return named === undefined ? html`<span class="none">${absentWords.owner}</span>` : html`<span>${named}</span>`;
}

function byWhom({ by }: ExtendedRow): Html[] {
  return by.map(
    ({ who, times }, index) =>
      html`${index === 0 ? '' : ', '}<bdi>${who}</bdi>${by.length === 1 ? '' : ` (${count(times)})`}`,
  );
}

function lastOf(arn: string): string {
  return arn.split(/[:/]/).at(-1) || arn;
}

/** The rules by which the amounts came about. */
export function howAmountsAreMade(report: FinanceReport): Html {
  const { pricesNote, coverage, timeZone, run, idle } = report;
  const isBilled = coverage !== undefined || idle.some(({ amount }) => amount.kind === 'actual');
  const actual = isBilled
    ? 'What AWS billed, where Cost Explorer tells it.'
    : 'What AWS billed. No bill was read for this report.';
  const more = pricesNote === undefined ? undefined : html` ${pricesNote}`;
  const rests = run === undefined ? 'Mayfly looked for this report itself.' : `It rests on the sweep ${run}.`;
  return html`<dl class="rules">
<dt>Estimate</dt><dd>By ${listPricesInWords(report)}, times 730 hours a month, in USD. No discounts, no
free tier and no tax are in it. “At most” means that AWS may bill less, because it does not show what it
counts.${more}</dd>
<dt>Actual</dt><dd>${actual}</dd>
<dt>Unknown</dt><dd>There is no price of it, or AWS does not show how much of it there is. It is never counted as
nothing: it stands beside the sum.</dd>
<dt>Saved</dt><dd>What it cost an hour, from its confirmed end to its likely end without Mayfly; always an estimate.
What came back, or was started again, is taken off.</dd>
<dt>Idle a month</dt><dd>What a month costs if everything stays as it is. A server that is stopped costs its
storage.</dd>
<dt>Dates</dt><dd>In the time zone of the policy, ${timeZone}. ${rests}</dd>
</dl>`;
}

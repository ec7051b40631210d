import type { Sum } from '../../core/cost.ts';
import { type FinanceReport, ofMayfly, type Savings } from '../../core/finance-report.ts';
import { type Html, html } from '../markup.ts';
import { coverageInWords } from './coverage-words.ts';
import { amountInWords, besideSum, type Calendar, count, counted, money, savedInWords } from './html-words.ts';

/** The figures that are read first, and beside them what they do not contain. */
export function headlineFigures(report: FinanceReport, calendar: Calendar): Html {
  const { savedThisWeek, savedSinceStart, idleTotal, unowned, untagged } = report;
  const since = savedSinceStart.since;
  return html`<dl class="figures">
${figure('main', 'Idle', 'a month', amountInWords(idleTotal.amount), sumNotes(idleTotal))}
${figure('good', 'Saved', 'this week', savedInWords(savedThisWeek), savingNotes(savedThisWeek))}
${figure(
  'good',
  'Saved',
  since === undefined ? 'since the start' : `since ${calendar.longDate(since)}`,
  savedInWords(savedSinceStart),
  savingNotes(savedSinceStart),
)}
${figure('', 'Unowned', 'a month', amountInWords(unowned.amount), ['no owner tag', ...sumNotes(unowned)])}
${figure('', 'Untagged', 'a month', amountInWords(untagged.amount), [
  'no tag of owner, team, cost centre or environment',
  ...sumNotes(untagged),
])}
</dl>
${coverageHtml(report)}${unknownHtml(report)}`;
}

function figure(look: string, what: string, when: string, amount: string, notes: readonly string[]): Html {
  return html`<div class="figure ${look}"><dt>${what} <span>${when}</span></dt><dd><strong class="${
    amount === 'unknown' ? 'none' : 'some'
  }">${amount}</strong>${notes.map((note) => html`<small>${note}</small>`)}</dd></div>`;
}

function sumNotes(total: Sum): string[] {
  const { amount, known, unknown } = total;
  const resources = counted(known + unknown, 'resource');
  if (amount.kind === 'unknown') return [`${resources}, none of known cost`];
  return [`${amount.kind}, ${resources}`, besideSum(total)].filter((note) => note !== '');
}

function savingNotes({ removed, stopped, unknown, cameBack, notKnown }: Savings): string[] {
  if (notKnown) return ['the ledger could not be read'];
  const notes = [`estimate, ${count(removed)} removed, ${count(stopped)} stopped`];
  if (cameBack > 0) notes.push(`${count(cameBack)} came back: taken off`);
  if (unknown > 0) notes.push(`${count(unknown)} of unknown cost not in it`);
  return notes;
}

function coverageHtml(report: FinanceReport): Html {
  const { share, more, percent } = coverageInWords(report, { seen: amountInWords, billed: money });
  const meter =
    percent === undefined
      ? undefined
      : html`<svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="all"
 width="100" height="6"/><rect class="part" width="${Math.max(0, Math.min(100, percent))}" height="6"/></svg>`;
  const beside = more.map((words) => html` <span>${words}</span>`);
  return html`<div class="coverage"><p><strong>${share}</strong>${beside}</p>${meter}</div>`;
}

/** Reasons that are told in the headline; the table has the others. */
const reasonsAtMost = 3;

function unknownHtml({ idle, unread, seen }: FinanceReport): Html | undefined {
  const reasons = idle.flatMap(({ amount }) => (amount.kind === 'unknown' ? [amount.why] : []));
  const lines = [
    ...(reasons.length > 0 ? [unpriced(reasons)] : []),
    ...(seen.unknown > 0 ? [html`${counted(seen.unknown, 'resource')} of all that Mayfly sees, idle or not.`] : []),
    ...(unread.length > 0 ? [html`Whatever stands in <a href="#unread">${unreadInWords(unread)}</a>.`] : []),
  ];
  if (lines.length === 0) return html`<p class="whole">Nothing is missing: all was read, and all has a price.</p>`;
  return html`<div class="missing">
<h3>Of unknown cost, and in none of these sums</h3>
<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></div>`;
}

function unpriced(reasons: readonly string[]): Html {
  const groups = [...Map.groupBy(reasons, (why) => why)].toSorted(([, one], [, other]) => other.length - one.length);
  const times = (all: readonly string[]) => (groups.length === 1 ? '' : ` (${count(all.length)})`);
  const told = groups.slice(0, reasonsAtMost).map(([why, all]) => `${why}${times(all)}`);
  const left = groups.length - reasonsAtMost;
  const more = left > 0 ? `; ${counted(left, 'more reason')}` : '';
  return html`${counted(reasons.length, 'idle resource')}: ${told.join('; ')}${more}.`;
}

function unreadInWords(unread: FinanceReport['unread']): string {
  const places = unread.filter(({ account }) => account !== ofMayfly);
  const whole = places.filter(({ region }) => region === undefined).length;
  const parts = [
    ...(whole > 0 ? [counted(whole, 'account')] : []),
    ...(places.length > whole ? [counted(places.length - whole, 'region')] : []),
    ...(unread.length > places.length ? ['what Mayfly keeps itself'] : []),
  ];
  return `${parts.join(' and ')} that could not be read whole`;
}

import type { TrendWeek } from '../../core/finance-report.ts';
import { type Html, html } from '../markup.ts';
import { type Calendar, money } from './html-words.ts';

/** In units of the drawing, which is as wide as there is room. */
const wide = 420;
const high = 190;
const left = 48;
const top = 18;
const bottom = 24;

interface Series {
  /** Also its class, which colours it. */
  id: 'idle' | 'saved';
  title: string;
  /** What its amounts are of. */
  per: string;
  amountOf: (one: TrendWeek) => number | undefined;
}

const series: readonly Series[] = [
  { id: 'idle', title: 'Idle', per: 'a month, week by week', amountOf: (one) => one.idleMonthlyUsd },
  { id: 'saved', title: 'Saved', per: 'in each week', amountOf: (one) => one.savedUsd },
];

/** Twelve weeks as two drawings, and as a table for who does not see them or wants the numbers. */
export function trendCharts(trend: readonly TrendWeek[], calendar: Calendar): Html {
  const told = trend.some((one) => series.some(({ amountOf }) => amountOf(one) !== undefined));
  if (!told) return html`<p class="empty">No earlier report is known: the trend begins with this one.</p>`;
  return html`<div class="charts">${series.map((one) => trendChart(one, trend, calendar))}</div>
<details><summary>The twelve weeks in numbers</summary><div class="scroll" role="group"
 aria-label="The twelve weeks in numbers" tabindex="0"><table><thead><tr><th scope="col">Week of</th>
<th scope="col" class="money">Idle a month</th><th scope="col" class="money">Saved in the week</th></tr></thead>
<tbody>${trend.map(
    (one) =>
      html`<tr><th scope="row">${calendar.date(one.from)}</th>${series.map(({ amountOf }) => {
        const usd = amountOf(one);
        const words = usd === undefined ? html`<span class="none">not known</span>` : html`${money(usd)}`;
        return html`<td class="money">${words}</td>`;
      })}</tr>`,
  )}</tbody></table></div></details>`;
}

function trendChart({ id, title, per, amountOf }: Series, trend: readonly TrendWeek[], calendar: Calendar): Html {
  const amounts = trend.map(amountOf);
  const known = amounts.filter((usd) => usd !== undefined);
  const axis = axisOf(known);
  const y = (usd: number) => round(top + ((axis.to - usd) / (axis.to - axis.from)) * (high - top - bottom));
  const step = (wide - left) / Math.max(1, trend.length);
  const bars = trend.map((one, index) => {
    const x = round(left + index * step);
    const usd = amounts[index];
    const label = html`<text class="${index % 2 === 0 ? 'week' : 'week odd'}" x="${round(x + step / 2)}"
 y="${high - 8}">${calendar.shortDate(one.from)}</text>`;
    return html`${index % 2 === 0 ? label : undefined}${barHtml({ x, step, usd, y, week: calendar.date(one.from) })}`;
  });
  const lines = axis.ticks.map(
    (usd) => html`<line class="grid" x1="${left}" x2="${wide}" y1="${y(usd)}" y2="${y(usd)}"/>
<text class="tick" x="${left - 6}" y="${y(usd) + 4}">${shortMoney(usd)}</text>`,
  );
  return html`<figure class="${id}"><figcaption><strong>${title}</strong> <span>${per}</span></figcaption>
<svg viewBox="0 0 ${wide} ${high}" role="img" aria-labelledby="chart-${id}"><title id="chart-${id}">${inOneSentence(
    `${title} ${per}`,
    amounts,
  )}</title>${lines}${bars}</svg></figure>`;
}

interface Bar {
  x: number;
  step: number;
  usd: number | undefined;
  y: (usd: number) => number;
  week: string;
}

/** A week that told nothing is a mark of its own: an empty place would look like nothing spent. */
function barHtml({ x, step, usd, y, week }: Bar): Html {
  const middle = round(x + step / 2);
  if (usd === undefined) {
    return html`<text class="gap" x="${middle}" y="${y(0) - 6}">?<title>${week}: not known</title></text>`;
  }
  const [from, to] = [Math.min(y(usd), y(0)), Math.max(y(usd), y(0))];
  return html`<rect class="bar" x="${round(x + step * 0.14)}" y="${from}" width="${round(step * 0.72)}"
 height="${Math.max(1, round(to - from))}" rx="2"><title>${week}: ${money(usd)}</title></rect>`;
}

function inOneSentence(what: string, amounts: readonly (number | undefined)[]): string {
  const known = amounts.filter((usd) => usd !== undefined);
  const missing = amounts.length - known.length;
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return `${what}: no week of them is known`;
  const gaps = missing === 0 ? '' : `; ${missing} of ${amounts.length} weeks are not known`;
  return `${what}: from ${money(first)} to ${money(last)}, at most ${money(Math.max(...known))}${gaps}`;
}

/** Round numbers around what is drawn, with nothing among them. */
export function axisOf(amounts: readonly number[]): { from: number; to: number; ticks: number[] } {
  const [low, high] = [Math.min(0, ...amounts), Math.max(0, ...amounts)];
  const rough = Math.max(1, high - low) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const [first, last] = [Math.floor(low / step), Math.max(1, Math.ceil(high / step))];
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(6)));
  return { from: first * step, to: last * step, ticks };
}

const compact = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  notation: 'compact',
  minimumFractionDigits: 0,
  maximumFractionDigits: 1,
});

function shortMoney(usd: number): string {
  return compact.format(usd);
}

function round(length: number): number {
  return Math.round(length * 100) / 100;
}

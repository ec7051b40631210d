import { createHash } from 'node:crypto';
import type { FinanceReport } from '../../core/finance-report.ts';
import { type Html, html } from '../markup.ts';
import { burningList } from './html-burning.ts';
import { headlineFigures } from './html-figures.ts';
import { expiringList, extendedList, howAmountsAreMade, unreadList } from './html-lists.ts';
import { pageScript } from './html-script.ts';
import { idleShares } from './html-shares.ts';
import { pageStyle } from './html-style.ts';
import { idleTable } from './html-table.ts';
import { trendCharts } from './html-trend.ts';
import { type Calendar, calendarOf, counted } from './html-words.ts';

/**
 * The weekly report as one file: nothing of it comes from elsewhere, and it sends nothing. Amounts in USD, dates in the
 * report's time zone; a RangeError where there is no such zone.
 */
export function financeHtml(report: FinanceReport): string {
  const calendar = calendarOf(report.timeZone);
  const { markup } = html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title} · ${calendar.date(report.at)}</title>
<style>${{ markup: pageStyle }}</style>
</head>
<body>
<a class="skip" href="#idle">To the table of idle resources</a>
<header><p class="brand">Mayfly</p><h1>${title}</h1><p>${weekInWords(report, calendar)}</p></header>
<main>
${section('figures', 'In short', headlineFigures(report, calendar))}
${section('trend', 'Twelve weeks', trendCharts(report.trend, calendar))}
${section('shares', 'Where it idles', idleShares(report))}
${section('idle', 'Idle resources', idleTable(report, calendar))}
${section('expiring', `Expiring soon: ${counted(report.expiring.length, 'resource')}`, expiringList(report, calendar))}
${section('extended', 'Extended most often', extendedList(report, calendar))}
${section('burning', 'What burns an hour', burningList(report, calendar))}
${section('unread', 'What could not be read', unreadList(report))}
${section('rules', 'How the amounts are made', howAmountsAreMade(report))}
</main>
<footer><p>Made by Mayfly on ${calendar.moment(report.at)} ${calendar.timeZone}. The same figures stand in
idle-report.csv.</p></footer>
<script>${{ markup: pageScript }}</script>
</body>
</html>
`;
  return `<!doctype html>\n${markup}`;
}

const title = 'What idles, and what it costs';

/** Only this style and this script, no traffic at all, and no strings that become markup. */
const contentPolicy = [
  "default-src 'none'",
  `style-src '${hashOf(pageStyle)}'`,
  `script-src '${hashOf(pageScript)}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function section(id: string, name: string, content: Html | undefined): Html | undefined {
  if (content === undefined) return undefined;
  return html`<section id="${id}" aria-labelledby="${id}-name"><h2 id="${id}-name">${name}</h2>
${content}</section>`;
}

function weekInWords({ week, timeZone }: FinanceReport, calendar: Calendar): Html {
  const time = (at: number) => html`<time datetime="${new Date(at).toISOString()}">${calendar.longDate(at)}</time>`;
  return html`${time(week.from)} to ${time(week.to)}, ${timeZone}`;
}

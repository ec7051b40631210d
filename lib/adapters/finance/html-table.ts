import type { FinanceReport } from '../../core/finance-report.ts';
import { type Html, html, jsonMarkup } from '../markup.ts';
import { absentWords, type Field, type RowTexts, tableData, textsOf } from './html-columns.ts';
import { amountInWords, type Calendar, count, counted } from './html-words.ts';

/** What a page of the table has, and what stands there without a script. */
const rowsOfPage = 100;

/** What is printed at most: about 30 sheets. */
const rowsInPrint = 500;

/** What opens in a moment everywhere; the most expensive come first, and the CSV has all. */
const rowsAtMost = 100_000;

interface Head {
  /** What it is sorted by. */
  key: Field | 'cost';
  words: string;
  look?: string;
}

const heads: readonly Head[] = [
  { key: 'title', words: 'Resource', look: 'name' },
  { key: 'cost', words: 'Cost a month', look: 'money' },
  { key: 'owner', words: 'Owner', look: 'owner' },
  { key: 'team', words: 'Team', look: 'team' },
  { key: 'environment', words: 'Environment', look: 'environment' },
  { key: 'account', words: 'Account', look: 'account' },
  { key: 'idleSince', words: 'Idle since', look: 'date' },
  { key: 'lastChange', words: 'Last change', look: 'change' },
  { key: 'evidence', words: 'Evidence', look: 'evidence' },
  { key: 'nextStep', words: 'Next step' },
  { key: 'nextStepOn', words: 'On', look: 'date' },
];

/** The idle resources: whole as data for the script, and the first of them as rows for everybody. */
export function idleTable(report: FinanceReport, calendar: Calendar): Html {
  const rows = report.idle.slice(0, rowsAtMost);
  if (rows.length === 0) return html`<p class="empty">Nothing idles, as far as Mayfly could read.</p>`;
  const first = rows.slice(0, rowsOfPage).map((row) => rowHtml(textsOf(row, calendar), amountInWords(row.amount)));
  return html`${cutNote(report)}<p id="without-script" class="note">${withoutScript(rows.length)}</p>
${controls()}
<div class="scroll" id="idle-rows" role="group" aria-labelledby="idle-name" tabindex="0">
<table class="idle"><thead><tr>${heads.map(headHtml)}</tr></thead>
<tbody>${first}</tbody></table></div>
<p id="print-note" class="note"></p>
<div class="pager" data-pager="below" hidden></div>
<template id="row">${rowHtml(undefined, '')}</template>
<script type="application/json" id="rows" data-page="${rowsOfPage}" data-print="${rowsInPrint}">${jsonMarkup(
    tableData(rows, calendar),
  )}</script>`;
}

function cutNote({ idle }: FinanceReport): Html | undefined {
  const more = idle.length - rowsAtMost;
  if (more <= 0) return undefined;
  return html`<p class="note">These are the ${count(rowsAtMost)} most expensive; ${count(more)} more stand in
idle-report.csv. The sums above are of all.</p>`;
}

function withoutScript(rows: number): string {
  const what = rows <= rowsOfPage ? `These are all ${count(rows)}.` : firstOf(rows);
  return `${what} Sorting and filtering need the script of this page, which does not run here.`;
}

function firstOf(rows: number): string {
  return `These are the ${rowsOfPage} most expensive of ${counted(rows, 'resource')}; idle-report.csv has all.`;
}

/** Without the script they do nothing, so it is the script that shows them. */
function controls(): Html {
  return html`<form class="controls" id="controls" role="search" aria-label="Idle resources" hidden>
<label>Account <select id="by-account"><option value="">All accounts</option></select></label>
<label>Owner <select id="by-owner"><option value="">All owners</option></select></label>
<label class="grow">Find <input type="search" id="by-text" placeholder="name, type, team, evidence…"
 autocomplete="off" spellcheck="false"></label>
<button type="reset">Show all</button>
</form>
<div class="pager" data-pager="above" hidden></div>
<p id="found" class="found" role="status" hidden></p>`;
}

function headHtml({ key, words, look }: Head): Html {
  // As the report has them: the most expensive first.
  const sorted = key === 'cost' ? html` aria-sort="descending"` : undefined;
  return html`<th scope="col" data-key="${key}" class="${look ?? 'text'}"${sorted}>${words}</th>`;
}

/** A row, or the pattern of one that the script fills in. */
function rowHtml(texts: RowTexts | undefined, cost: string): Html {
  const cell = (field: Field, tag: 'span' | 'small' | 'strong' = 'span') => {
    const text = texts?.[field];
    const none = texts !== undefined && text === undefined;
    const open = { markup: `<${tag} data-field="${field}" class="${none ? 'none' : 'some'}">` };
    return html`${open}${texts === undefined ? '' : (text ?? absentWords[field])}${{ markup: `</${tag}>` }}`;
  };
  const look = cost === 'unknown' ? 'none' : 'some';
  const hasMore = texts === undefined || texts.more !== undefined;
  const folded = html`<details><summary>${cell('evidence')}</summary>${cell('more')}</details>`;
  return html`<tr><th scope="row">${cell('title', 'strong')}${cell('type', 'small')}${cell('id', 'small')}</th>
<td class="money"><span data-field="cost" class="${look}">${cost}</span>${cell('kind', 'small')}</td>
<td>${cell('owner')}</td><td>${cell('team')}${cell('costCentre', 'small')}</td><td>${cell('environment')}</td>
<td class="account">${cell('account')}${cell('region', 'small')}</td><td class="date">${cell('idleSince')}</td>
<td>${cell('lastChange')}</td><td>${hasMore ? folded : cell('evidence')}</td>
<td>${cell('nextStep')}</td><td class="date">${cell('nextStepOn')}</td></tr>`;
}

import { type Html, html } from '../../lib/adapters/markup.ts';
import type { Button, Confirm } from './buttons.ts';
import type { Span } from './mrkdwn.ts';
import type { Shown } from './shown-blocks.ts';

export interface Within {
  /** What contains the block, for the ids of what is in it; no other content of the page has it. */
  id: string;
  /** They stand under the fields of a form. */
  errors?: Readonly<Record<string, string>>;
}

/** A block as a page shows it. */
export function blockHtml(shown: Shown, within: Within): Html {
  switch (shown.kind) {
    case 'header':
      return html`<h4>${spansHtml(shown.spans)}</h4>`;
    case 'text':
      return html`<div class="text"><div>${paragraph(shown.spans)}${fieldsHtml(shown.fields)}</div>${
        shown.button && buttonHtml(shown.button, within)
      }</div>`;
    case 'context':
      return html`<p class="context">${shown.parts.map((part) => html`<span>${spansHtml(part)}</span> `)}</p>`;
    case 'buttons':
      return html`<div class="buttons">${shown.buttons.map((button) => buttonHtml(button, within))}</div>`;
    case 'divider':
      return html`<hr>`;
    case 'table':
      return tableHtml(shown.caption, shown.rows);
    case 'field':
      return formFieldHtml(shown, within.errors?.[shown.block]);
    case 'other':
      return html`<p class="context">A block of the type ${shown.type}, which this page can't show.</p>`;
    default:
      return shown satisfies never;
  }
}

function paragraph(spans: readonly Span[]): Html | undefined {
  return spans.length === 0 ? undefined : html`<p>${spansHtml(spans)}</p>`;
}

function fieldsHtml(fields: readonly (readonly Span[])[]): Html | undefined {
  if (fields.length === 0) return undefined;
  return html`<ul class="fields">${fields.map((field) => html`<li>${spansHtml(field)}</li>`)}</ul>`;
}

/** It is a picture of a button: a page of what was said has nothing to send. What Slack would ask first, it asks. */
function buttonHtml({ label, style, action, block, confirm }: Button, within: Within): Html {
  const look = style ?? 'plain';
  if (confirm === undefined) {
    return html`<button type="button" class="${look}" data-action="${action}">${label}</button> `;
  }
  const id = `${within.id}-${block}-${action}`.replaceAll(/\s/g, '-');
  const opens = html`popovertarget="${id}"`;
  const opener = html`<button type="button" class="${look}" data-action="${action}" ${opens}>${label}</button>`;
  return html`${opener} ${dialogHtml(id, confirm)}`;
}

/** The browser opens and closes it without a script. */
function dialogHtml(id: string, { title, text, yes, no, style }: Confirm): Html {
  const button = (label: string, look: string) =>
    html`<button type="button" class="${look}" popovertarget="${id}" popovertargetaction="hide">${label}</button> `;
  return html`<div popover id="${id}" class="confirm" role="dialog" aria-label="${title}">
<h4>${title}</h4><p>${text}</p>
<div class="buttons">${button(no, 'plain')}${button(yes, style ?? 'primary')}</div></div>`;
}

export function tableHtml(caption: string, rows: readonly (readonly (readonly Span[])[])[]): Html {
  const [head = [], ...body] = rows;
  const cells = (row: typeof head) => row.map((cell) => html`<td>${spansHtml(cell)}</td>`);
  return html`<div class="table"><table>${caption === '' ? undefined : html`<caption>${caption}</caption>`}
<thead><tr>${head.map((cell) => html`<th scope="col">${spansHtml(cell)}</th>`)}</tr></thead>
<tbody>${body.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody></table></div>`;
}

type Field = Shown & { kind: 'field' };

function formFieldHtml({ label, hint, type, value, optional }: Field, error: string | undefined): Html {
  const name = html`<span>${label}${optional ? html` <small>(optional)</small>` : undefined}</span>`;
  const input =
    type === 'datepicker'
      ? html`<input type="date" value="${value}" readonly>`
      : html`<input type="text" value="${value}" readonly>`;
  return html`<label>${name}${input}${hint === '' ? undefined : html`<small>${hint}</small>`}${
    error === undefined ? undefined : html`<strong class="error">${error}</strong>`
  }</label>`;
}

function spansHtml(spans: readonly Span[]): Html[] {
  return spans.map(spanHtml);
}

function spanHtml(span: Span): Html {
  switch (span.kind) {
    case 'text':
      return html`${span.text}`;
    case 'code':
      return span.block ? html`<pre>${span.text}</pre>` : html`<code>${span.text}</code>`;
    case 'link':
      // Where it leads is shown; a page that is looked at offline leads nowhere by itself.
      return html`<u title="${span.url}">${span.text}</u>`;
    case 'mention':
      return html`<span class="${span.loud ? 'loud mention' : 'mention'}">${span.text}</span>`;
    case 'styled':
      return styledHtml(span.style, spansHtml(span.spans));
    default:
      return span satisfies never;
  }
}

function styledHtml(style: (Span & { kind: 'styled' })['style'], inside: readonly Html[]): Html {
  switch (style) {
    case 'bold':
      return html`<strong>${inside}</strong>`;
    case 'italic':
      return html`<em>${inside}</em>`;
    case 'strike':
      return html`<s>${inside}</s>`;
    case 'quote':
      return html`<blockquote>${inside}</blockquote>`;
    default:
      return style satisfies never;
  }
}

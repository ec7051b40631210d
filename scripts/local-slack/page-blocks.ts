import type { Button } from './buttons.ts';
import { type Html, html } from './html.ts';
import type { Span } from './mrkdwn.ts';
import type { Shown } from './shown-blocks.ts';

/** A block as a page shows it. `errors` stand under the fields of a form. */
export function blockHtml(shown: Shown, errors: Readonly<Record<string, string>> = {}): Html {
  switch (shown.kind) {
    case 'header':
      return html`<h4>${spansHtml(shown.spans)}</h4>`;
    case 'text':
      return html`<div class="text"><div>${paragraph(shown.spans)}${fieldsHtml(shown.fields)}</div>${
        shown.button && buttonHtml(shown.button)
      }</div>`;
    case 'context':
      return html`<p class="context">${shown.parts.map((part) => html`<span>${spansHtml(part)}</span> `)}</p>`;
    case 'buttons':
      return html`<p class="buttons">${shown.buttons.map(buttonHtml)}</p>`;
    case 'divider':
      return html`<hr>`;
    case 'table':
      return tableHtml(shown.caption, shown.rows);
    case 'field':
      return formFieldHtml(shown, errors[shown.block]);
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

/** It is a picture of a button: a page of what was said has nothing to send. */
function buttonHtml({ label, style, action }: Button): Html {
  return html`<button type="button" class="${style ?? 'plain'}" data-action="${action}">${label}</button> `;
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

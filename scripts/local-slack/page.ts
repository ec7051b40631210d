import { createHash } from 'node:crypto';
import { type Html, html } from '../../lib/adapters/markup.ts';
import { nameOf, placeName, readerOf, type Scene } from './audience.ts';
import type { Deed, Form, Happening, Message, SharedFile } from './conversation.ts';
import { blockHtml, tableHtml } from './page-blocks.ts';
import { pageStyle } from './page-style.ts';
import { shownOf } from './shown-blocks.ts';

/** The conversation as one page without scripts, pictures or anything else from elsewhere. `now` is when it is read. */
export function conversationPage(scene: Scene, now: number): string {
  const { happenings } = scene.conversation;
  const channels = [...new Set(happenings.flatMap((one) => channelOf(one) ?? []))];
  const places = channels.map((id) => ({ id, name: placeName(scene, id), lines: linesIn(scene, id) }));
  const ordered = places.toSorted((a, b) => Number(b.name.startsWith('#')) - Number(a.name.startsWith('#')));
  const styleHash = createHash('sha256').update(pageStyle).digest('base64');
  const { markup } = html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${styleHash}'">
<title>What Slack shows · ${scene.team.name}</title>
<style>${{ markup: pageStyle }}</style>
</head>
<body>
<header><h1>${scene.team.name}</h1><p>What people saw in Slack while Mayfly was at work on this machine.</p></header>
<nav aria-label="Channels and people"><ul>${ordered.map(
    ({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`,
  )}</ul></nav>
<main>${ordered.map(
    ({ id, name, lines }) => html`
<section id="${id}" aria-labelledby="name-${id}">
<h2 id="name-${id}">${name}</h2>
<ol class="messages">${lines.map((line) => lineHtml(scene, line, now))}
</ol>
</section>`,
  )}</main>
</body>
</html>
`;
  return `<!doctype html>\n${markup}`;
}

type Line =
  | { kind: 'message'; message: Message }
  | { kind: 'deed'; deed: Deed }
  | { kind: 'failure'; text: string; deed: Deed }
  | { kind: 'form'; form: Form }
  | { kind: 'note'; text: string };

/** What stands in a place from top to bottom: a message where it first appeared, as it is now. */
function linesIn({ conversation }: Scene, channel: string): Line[] {
  const seen = new Set<string>();
  let last: string | undefined;
  return conversation.happenings.flatMap((one): Line[] => {
    if (one.kind === 'note') return [one];
    const where = one.kind === 'form' ? last : (channelOf(one) ?? last);
    if (one.kind === 'deed') last = where;
    if (where !== channel) return [];
    if (one.kind === 'deed') return [{ kind: 'deed', deed: one.deed }];
    if (one.kind === 'failure') return [{ kind: 'failure', text: one.text, deed: one.deed }];
    if (one.kind === 'form') return [{ kind: 'form', form: one.form }];
    if (one.message.thread !== undefined || seen.has(one.message.ts)) return [];
    seen.add(one.message.ts);
    const message = conversation.message(channel, one.message.ts);
    return message === undefined || message.deleted === true ? [] : [{ kind: 'message', message }];
  });
}

function channelOf(one: Happening): string | undefined {
  if (one.kind === 'deed' || one.kind === 'failure') return one.deed.channel;
  return 'message' in one ? one.message.channel : undefined;
}

function lineHtml(scene: Scene, line: Line, now: number): Html {
  switch (line.kind) {
    case 'message':
      return html`
<li>${messageHtml(scene, line.message, now)}</li>`;
    case 'deed':
      return html`
<li class="deed">${deedHtml(scene, line.deed)}</li>`;
    case 'failure':
      return html`
<li class="deed error">${line.text} <small>Only ${nameOf(scene, line.deed.user).slice(1)} sees this.</small></li>`;
    case 'note':
      return html`
<li class="note">${line.text}</li>`;
    case 'form':
      return html`
<li>${formHtml(scene, line.form, now)}</li>`;
    default:
      return line satisfies never;
  }
}

function deedHtml(scene: Scene, { user, what }: Deed): Html {
  const who = html`<strong>${nameOf(scene, user).slice(1)}</strong>`;
  if (what.kind === 'command') return html`${who} types <code>${what.text}</code>`;
  if (what.kind === 'click') return html`${who} clicks <span class="pressed">${what.label}</span>`;
  const filled = Object.entries(what.values).map(([name, value]) => html` <code>${name}: ${value}</code>`);
  return html`${who} sends the form:${filled}`;
}

/** The id of a message's element, for links and pictures. */
export function elementOf({ channel, ts }: Pick<Message, 'channel' | 'ts'>): string {
  return `m-${channel}-${ts.replace('.', '-')}`;
}

function messageHtml(scene: Scene, message: Message, now: number): Html {
  const { channel, ts, from, onlyFor, earlier, files } = message;
  const reader = readerOf(scene, message, now);
  const at = Number(ts) * 1000;
  const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: reader.timeZone }).format(at);
  const author = nameOf(scene, from).slice(1);
  const isApp = scene.members.find(({ id }) => id === from)?.standing === 'bot';
  const blocks = (content: Pick<Message, 'text' | 'blocks'>, id: string) =>
    shownOf(content, reader).map((shown) => blockHtml(shown, { id }));
  const element = elementOf(message);
  const replies = scene.conversation.messages().filter((one) => one.channel === channel && one.thread === ts);
  return html`<article id="${element}" class="${onlyFor === undefined ? 'message' : 'message private'}">
<div class="avatar" aria-hidden="true">${author.slice(0, 1)}</div>
<div class="body">${onlyFor && html`<p class="context">Only visible to ${nameOf(scene, onlyFor).slice(1)}</p>`}
<h3>${author}${isApp ? html` <abbr title="an app, not a person">APP</abbr>` : undefined} <time datetime="${new Date(
    at,
  ).toISOString()}">${time}</time></h3>
${blocks(message, element)}${earlier.length > 0 ? html`<small class="edited">(edited)</small>` : undefined}
${files.map(fileHtml)}${
  earlier.length === 0
    ? undefined
    : html`<details><summary>What it said before</summary>${earlier.flatMap((content, index) =>
        blocks(content, `${element}-${index}`),
      )}</details>`
}${
  replies.length === 0
    ? undefined
    : html`<ol class="thread" aria-label="Thread">${replies.map(
        (reply) => html`<li>${messageHtml(scene, reply, now)}</li>`,
      )}</ol>`
}</div></article>`;
}

const shownRows = 12;

/** A file with its first lines; a table is shown as one. */
function fileHtml({ name, content }: SharedFile): Html {
  const lines = content.split(/\r?\n/).filter((line) => line !== '');
  const rows = lines.slice(0, shownRows).map((line) => splitCsv(line).map((text) => [{ kind: 'text', text } as const]));
  const more =
    lines.length > shownRows ? html`<p class="context">… ${lines.length - shownRows} more lines</p>` : undefined;
  return html`<details class="file"><summary>📎 ${name} <small>${lines.length} lines</small></summary>${
    name.endsWith('.csv') ? tableHtml('', rows) : html`<pre>${lines.slice(0, shownRows).join('\n')}</pre>`
  }${more}</details>`;
}

function splitCsv(line: string): string[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .slice(0, -1)
    .map(([, cell = '']) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}

function formHtml(scene: Scene, form: Form, now: number): Html {
  const words = (name: string, other: string) => (form.view[name] as { text?: string } | undefined)?.text ?? other;
  const about = { text: '', blocks: Array.isArray(form.view['blocks']) ? form.view['blocks'] : [] };
  const reader = readerOf(scene, { channel: '', onlyFor: form.user }, now);
  const who = nameOf(scene, form.user).slice(1);
  if (form.state !== 'open') return html`<p class="deed">The form before ${who} closes.</p>`;
  const button = (name: string, other: string, style: string) =>
    html` <button type="button" class="${style}">${words(name, other)}</button>`;
  const fields = shownOf(about, reader).map((shown) => blockHtml(shown, form));
  return html`<form class="modal" aria-label="A form before ${who}">
<h3>${words('title', 'Form')}</h3>${fields}
<p class="buttons">${button('close', 'Cancel', 'plain')}${button('submit', 'Submit', 'primary')}</p></form>`;
}

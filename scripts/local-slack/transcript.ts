import type { styleText } from 'node:util';
import { plain, styled, terminalWidth } from '../../lib/cli/terminal.ts';
import { nameOf, readerOf, type Scene, seenBy } from './audience.ts';
import type { Button } from './buttons.ts';
import type { Deed, Happening, Message } from './conversation.ts';
import { fieldsOf } from './forms.ts';
import type { Span } from './mrkdwn.ts';
import { type Shown, shownOf } from './shown-blocks.ts';

type Style = Extract<Parameters<typeof styleText>[0], string>;

/** Letters that are shown alike. */
interface Run {
  text: string;
  styles: readonly Style[];
}

type Line = readonly Run[];

const longest = 100;
const linesShown = 16;
const lastLines = 3;

/** What happened in the workspace, as lines for a terminal: who sees it, and what they read. */
export function transcript(scene: Scene, happening: Happening): string {
  switch (happening.kind) {
    case 'message':
      return messageLines(scene, happening.message, happening.at, '');
    case 'update':
      return messageLines(scene, happening.message, happening.at, ' (the message has changed in place)');
    case 'delete':
      return styled('dim', `  A message ${seenBy(scene, happening.message)} is gone.`);
    case 'deed':
      return deedLine(scene, happening.deed);
    case 'failure':
      return frame(`Slack, to ${nameOf(scene, happening.deed.user)}`, [[run(happening.text, 'red')]]);
    case 'form':
      return formLine(scene, happening);
    case 'note':
      return styled('dim', `\n  ── ${plain(happening.text)} ──`);
    default:
      return happening satisfies never;
  }
}

function messageLines(scene: Scene, message: Message, now: number, more: string): string {
  const reader = readerOf(scene, message, now);
  const files = message.files.map(({ name, content }) => [
    run(`📎 ${name}`, 'cyan'),
    run(` ${content.split('\n').filter(Boolean).length} lines`, 'dim'),
  ]);
  const lines = [...shownOf(message, reader).flatMap(linesOf), ...files];
  const thread = message.thread === undefined ? '' : ', in the thread';
  return frame(`${seenBy(scene, message)}${thread}${more}`, lines);
}

function deedLine(scene: Scene, { user, what }: Deed): string {
  const who = styled('bold', plain(nameOf(scene, user).slice(1)));
  if (what.kind === 'command') return `\n${who} types ${styled('bold', plain(what.text))}`;
  if (what.kind === 'click') return `\n${who} clicks ${styled('bold', `[ ${plain(what.label)} ]`)}`;
  const filled = Object.entries(what.values).map(([name, value]) => `${name} ${value}`);
  return `\n${who} sends the form: ${styled('bold', plain(filled.join(', ')))}`;
}

function formLine(scene: Scene, { form }: Happening & { kind: 'form' }): string {
  const who = nameOf(scene, form.user).slice(1);
  const errors = Object.entries(form.errors).map(([field, error]) => [run(`${field}: ${error}`, 'red')]);
  if (errors.length > 0) return frame(`the form before ${who} stays open`, errors);
  if (form.state !== 'open') return styled('dim', '  The form closes.');
  const fields = fieldsOf(form).map(({ block, optional }) => [run(`${block}: ______${optional ? ' (optional)' : ''}`)]);
  return frame(`a form opens before ${who}`, fields);
}

function frame(title: string, lines: readonly Line[]): string {
  const bar = styled('dim', '  │ ');
  const width = Math.min(longest, terminalWidth()) - 4;
  const wrapped = shortened(lines.flatMap((line) => wrap(line, width)));
  return [styled('cyan', `  ┌ ${plain(title)}`), ...wrapped.map((line) => bar + painted(line)), '']
    .join('\n')
    .trimEnd();
}

/** The end of a long message says what can be done about it, so what is left out is in its middle. */
function shortened(lines: readonly Line[]): Line[] {
  const more = lines.length - linesShown;
  if (more <= 1) return [...lines];
  const note = [run(`… ${more} more lines`, 'dim')];
  return [...lines.slice(0, linesShown - lastLines), note, ...lines.slice(-lastLines)];
}

function linesOf(shown: Shown): Line[] {
  switch (shown.kind) {
    case 'header':
      return broken(runsOf(shown.spans, ['bold']));
    case 'text':
      return [
        ...broken(runsOf(shown.spans)),
        ...shown.fields.flatMap((field) => broken(runsOf(field))),
        ...(shown.button ? [buttonRuns([shown.button])] : []),
      ];
    case 'context':
      return shown.parts.flatMap((part) => broken(runsOf(part, ['dim'])));
    case 'buttons':
      return [buttonRuns(shown.buttons)];
    case 'divider':
      return [[run('─'.repeat(20), 'dim')]];
    case 'table':
      return shown.rows.map((row) => row.flatMap((cell, index) => [run(index > 0 ? ' | ' : ''), ...runsOf(cell)]));
    case 'field':
      return [[run(`${shown.label}: ${shown.value || '______'}`)]];
    case 'other':
      return [[run(`[${shown.type}]`, 'dim')]];
    default:
      return shown satisfies never;
  }
}

function buttonRuns(buttons: readonly Button[]): Line {
  return buttons.flatMap(({ label, style }) => [
    run(`[ ${label} ]`.replaceAll(' ', '\u00a0'), style === 'danger' ? 'red' : 'green'),
    run(' '),
  ]);
}

function run(text: string, ...styles: Style[]): Run {
  return { text, styles };
}

function runsOf(spans: readonly Span[], styles: readonly Style[] = []): Run[] {
  return spans.flatMap((span): Run[] => {
    if (span.kind === 'styled') return runsOf(span.spans, [...styles, stylesOf[span.style]]);
    if (span.kind === 'link') return [run(`${span.text} (${span.url})`, ...styles, 'underline')];
    if (span.kind === 'mention') return [run(span.text, ...styles, span.loud ? 'bgYellow' : 'blue')];
    return [run(span.text, ...styles, ...(span.kind === 'code' ? (['magenta'] as const) : []))];
  });
}

const stylesOf = { bold: 'bold', italic: 'italic', strike: 'strikethrough', quote: 'dim' } as const;

/** Lines where the text has line ends. */
function broken(runs: readonly Run[]): Run[][] {
  const lines: Run[][] = [[]];
  for (const { text, styles } of runs) {
    for (const [index, part] of text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      lines.at(-1)?.push({ text: part, styles });
    }
  }
  return lines;
}

/** Lines that fit, broken between words; a word that is longer than a line stays whole. */
function wrap(line: Line, width: number): Run[][] {
  const lines: Run[][] = [[]];
  let used = 0;
  for (const { text, styles } of line) {
    for (const word of text.split(/(?<= )/)) {
      if (used > 0 && used + word.trimEnd().length > width) {
        lines.push([]);
        used = 0;
      }
      lines.at(-1)?.push({ text: word, styles });
      used += word.length;
    }
  }
  return lines;
}

function painted(line: Line): string {
  const merged: Run[] = [];
  for (const { text, styles } of line) {
    const last = merged.at(-1);
    if (last?.styles === styles) last.text += text;
    else merged.push({ text, styles });
  }
  return merged
    .map(({ text, styles }) => (styles.length === 0 ? visible(text) : styled([...styles], visible(text))))
    .join('');
}

/** What keeps Slack from making a link is nothing to see. */
function visible(text: string): string {
  return plain(text.replaceAll('\u2060', ''));
}

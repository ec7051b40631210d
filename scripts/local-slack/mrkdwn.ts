import { slackDate } from './slack-date.ts';

/** A piece of a text as it is shown. Nothing in it is markup any more. */
export type Span =
  | { kind: 'text'; text: string }
  | { kind: 'styled'; style: 'bold' | 'italic' | 'strike' | 'quote'; spans: readonly Span[] }
  | { kind: 'code'; text: string; block: boolean }
  | { kind: 'link'; url: string; text: string }
  /** `loud`: everybody in the channel is notified. */
  | { kind: 'mention'; text: string; loud: boolean };

/** Who reads, and when: dates are shown in the reader's own time zone, people by their names. */
export interface Reader {
  now: number;
  timeZone: string;
  /** The name of a person, channel or user group, with its @ or #. */
  nameOf: (id: string) => string;
}

const pieces = [
  '```(?<pre>[\\s\\S]+?)```',
  '`(?<code>[^`\\n]+)`',
  '<(?<special>[^<>\\n]+)>',
  ':(?<emoji>[a-z0-9_+-]+):',
  // Only where no word goes on: snake_case and 2*3*4 are what they are.
  '(?<![\\p{L}\\p{N}])(?<mark>[*_~])(?=\\S)(?<inside>[^\\n]+?)(?<=\\S)\\k<mark>(?![\\p{L}\\p{N}])',
];
const piece = new RegExp(pieces.join('|'), 'gu');

/** Slack's own markup, read as Slack reads it. */
export function readMrkdwn(text: string, reader: Reader): Span[] {
  const parts = text.includes('```') ? [text] : text.split(/^((?:&gt;|>) ?.*(?:\n(?:&gt;|>) ?.*)*)$/m);
  return parts.flatMap((part, index): Span[] => {
    if (index % 2 === 0) return spansOf(part, reader);
    return [{ kind: 'styled', style: 'quote', spans: spansOf(part.replaceAll(/^(?:&gt;|>) ?/gm, ''), reader) }];
  });
}

/** Text without markup: only emoji are more than their letters, where they are wanted. */
export function readPlain(text: string, withEmoji = true): Span[] {
  if (!withEmoji) return textOf(decoded(text));
  const shown = text.replaceAll(/:([a-z0-9_+-]+):/g, (whole, name: string) => emoji[name] ?? whole);
  return textOf(decoded(shown));
}

function spansOf(text: string, reader: Reader): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const found of text.matchAll(piece)) {
    spans.push(...textOf(decoded(text.slice(from, found.index))), ...spanOf(found, reader));
    from = found.index + found[0].length;
  }
  return [...spans, ...textOf(decoded(text.slice(from)))];
}

const styles = { '*': 'bold', _: 'italic', '~': 'strike' } as const;

function spanOf({ 0: whole, groups = {} }: RegExpMatchArray, reader: Reader): Span[] {
  const { pre, code, special, emoji: name, mark, inside } = groups;
  if (pre !== undefined) return [{ kind: 'code', text: decoded(pre.replace(/^\n/, '')), block: true }];
  if (code !== undefined) return [{ kind: 'code', text: decoded(code), block: false }];
  if (special !== undefined) return [specialOf(special, reader)];
  if (name !== undefined) return textOf(emoji[name] ?? whole);
  return [{ kind: 'styled', style: styles[mark as keyof typeof styles], spans: spansOf(inside ?? '', reader) }];
}

/** What stands in angle brackets: mentions, dates and links. */
function specialOf(inside: string, reader: Reader): Span {
  const bar = inside.indexOf('|');
  const [target, label] = bar < 0 ? [inside, undefined] : [inside.slice(0, bar), decoded(inside.slice(bar + 1))];
  if (/^[@#]/.test(target)) return { kind: 'mention', text: reader.nameOf(target.slice(1)), loud: false };
  if (!target.startsWith('!')) return { kind: 'link', url: decoded(target), text: label ?? decoded(target) };
  const [name = '', ...rest] = target.slice(1).split('^');
  if (name === 'date') return { kind: 'text', text: slackDate(rest, reader) ?? label ?? inside };
  if (name === 'subteam') return { kind: 'mention', text: label ?? reader.nameOf(rest[0] ?? ''), loud: true };
  return { kind: 'mention', text: `@${name}`, loud: true };
}

function textOf(text: string): Span[] {
  return text === '' ? [] : [{ kind: 'text', text }];
}

function decoded(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** The letters of spans, for terminals, titles and tests. */
export function lettersOf(spans: readonly Span[]): string {
  return spans.map((span) => (span.kind === 'styled' ? lettersOf(span.spans) : span.text)).join('');
}

/** Those that Mayfly writes; others are shown by their names. */
const emoji: Readonly<Record<string, string>> = {
  alarm_clock: '⏰',
  hourglass: '⌛',
  hourglass_flowing_sand: '⏳',
  lock: '🔒',
  no_entry: '⛔',
  moneybag: '💰',
  warning: '⚠️',
  wastebasket: '🗑️',
  white_check_mark: '✅',
  x: '❌',
};

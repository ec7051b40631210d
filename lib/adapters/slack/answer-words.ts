import type { Named, Told, Words } from '../../core/answer.ts';
import { idsIn } from '../../core/names.ts';
import { blockLimits } from './block-limits.ts';
import { code, escaped, mention, slackDate } from './mrkdwn.ts';

/** Escaped, the longest piece is five times as long; it must fit a line. */
const longestPiece = 500;
const longestLine = blockLimits.section - 100;

/** Words as mrkdwn of one line. Pieces that do not fit are left out whole: half a date would be no date. */
export function wordsInMrkdwn(words: Words, timeZone: string, room = longestLine): string {
  let line = '';
  for (const word of words) {
    const piece = pieceInMrkdwn(word, timeZone);
    if (line.length + piece.length > room) return `${line.trimEnd()} …`;
    line += piece;
  }
  return line.trim() || '(empty)';
}

function pieceInMrkdwn(word: Words[number], timeZone: string): string {
  if (typeof word === 'string') {
    const [, before = '', text = '', after = ''] = /^(\s?)(.*?)(\s?)$/s.exec(word) ?? [];
    return `${before && ' '}${escaped(text, longestPiece)}${after && ' '}`;
  }
  if ('at' in word) return slackDate(word.at, timeZone);
  if ('code' in word) return code(word.code, longestPiece);
  return mention(word.person) ?? escaped(word.person);
}

/** Names of accounts, regions and types are short, and environments mostly. */
const longestOfPlace = 60;

/** What a resource is called in a line: its id, its name, and where it is. */
export function namedInMrkdwn({ arn, type, name, environment, account, region }: Named): string {
  const [id] = idsIn(arn);
  const called = name === undefined || name === id ? '' : ` ${escaped(name)}`;
  const where = [account, region, environment].flatMap((part) => (part ? [escaped(part, longestOfPlace)] : []));
  const place = where.length === 0 ? '' : ` (${where.join(', ')})`;
  return `${type === undefined ? '' : `${escaped(type, longestOfPlace)} `}${code(id)}${called}${place}`;
}

export function toldInMrkdwn({ about, words }: Told, timeZone: string): string {
  const what = `• ${namedInMrkdwn(about)}: `;
  return what + wordsInMrkdwn(words, timeZone, longestLine - what.length);
}

/** The first lines that fit, and how many are left. */
export function fitting(lines: readonly string[], room: number): { shown: string[]; left: number } {
  let used = 0;
  const end = lines.findIndex((line) => {
    used += line.length + 1;
    return used > room;
  });
  const shown = end === -1 ? [...lines] : lines.slice(0, end);
  return { shown, left: lines.length - shown.length };
}

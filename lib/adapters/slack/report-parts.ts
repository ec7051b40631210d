import type { Words } from '../../core/answer.ts';
import { idsIn } from '../../core/names.ts';
import { quoted } from '../../core/slash-words.ts';
import type { ReportItem, SweepReport } from '../../core/sweep-report.ts';
import { fitting, namedInMrkdwn, toldInMrkdwn } from './answer-words.ts';
import { cut, escaped, list } from './mrkdwn.ts';

/** Of a list in a message. */
export const shownItems = 8;

const longestType = 40;
const longestDetail = 200;

/** A paragraph of a report. Lines that do not fit its room are counted. */
export interface Part {
  title: string;
  lines: readonly string[];
  /** What has no line. */
  more?: number;
  note?: string;
}

type LineOf = (item: ReportItem) => string;

const lineOf: LineOf = (item) => {
  const detail = item.detail === undefined ? '' : `: ${escaped(item.detail, longestDetail)}`;
  return `• ${namedInMrkdwn(item)}${detail}`;
};

/** A list of resources; `undefined` where there are none. */
export function itemsPart(title: string, items: readonly ReportItem[], note?: string, line = lineOf): Part | undefined {
  if (items.length === 0) return undefined;
  const types = [...Map.groupBy(items, ({ type }) => type)];
  const kinds = types.map(([type, some]) => `${some.length} ${escaped(type, longestType)}`);
  const lines = items.slice(0, shownItems).map(line);
  return {
    title: `*${title}: ${items.length}* (${list(kinds, 6)})`,
    lines,
    more: items.length - lines.length,
    ...(note !== undefined && { note }),
  };
}

/** The way of idle servers down, and back. */
export function serverParts(report: SweepReport, timeZone: string, command: string): (Part | undefined)[] {
  const { copied = [], stopped = [], stoppedAgain = [], startedAgain = [], copiesDeleted = [] } = report;
  const stoppedLine: LineOf = (item) => {
    const restore = `${command} restore ${quoted(idsIn(item.arn)[0])}`;
    const ends: Words =
      item.expiresAt === undefined
        ? [`${cut(item.detail ?? 'it has no expiry', longestDetail)}; `]
        : ['expires ', { at: item.expiresAt }, '; '];
    return toldInMrkdwn({ about: item, words: [...ends, 'bring it back with ', { code: restore }] }, timeZone);
  };
  return [
    itemsPart('Copied: idle servers', copied),
    itemsPart('Stopped: idle servers', stopped, undefined, stoppedLine),
    itemsPart('Stopped again: their service had started them', stoppedAgain, undefined, stoppedLine),
    itemsPart('Started again by a person: their time begins anew', startedAgain, undefined, (item) => {
      return `• ${namedInMrkdwn(item)}`;
    }),
    itemsPart('Copies deleted, their time was over', copiesDeleted),
  ];
}

/** A part as far as its room goes; what has no line is counted. */
export function linesOf({ title, lines, more = 0, note }: Part, room: number): string[] {
  const { shown, left } = fitting(lines, room - title.length - (note?.length ?? 0));
  const rest = left + more > 0 ? [`… and ${left + more} more, in the file in this thread`] : [];
  return [title, ...shown, ...rest, ...(note === undefined ? [] : [note])];
}

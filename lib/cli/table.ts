import Table from 'cli-table3';
import { plain, styled, terminalWidth } from './terminal.ts';

export interface Column {
  title: string;
  /** Share of the width that is left; a number of characters where it is fixed. */
  width: number | 'rest';
  /** Where the end of a cell says least. */
  cut?: 'end';
}

/** A table that fits the terminal: long cells are cut in the middle, where ARNs differ least. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const fixed = columns.reduce((sum, { width }) => sum + (width === 'rest' ? 0 : width), 0);
  const rest = columns.filter(({ width }) => width === 'rest').length;
  const left = Math.max(20 * rest, terminalWidth() - fixed - 3 * columns.length - 1);
  const widths = columns.map(({ width }) => (width === 'rest' ? Math.floor(left / Math.max(1, rest)) : width));
  const drawn = new Table({
    head: columns.map(({ title }) => styled('bold', title)),
    colWidths: widths.map((width) => width + 2),
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const row of rows) drawn.push(row.map((cell, index) => shorten(cell, widths[index] ?? 20, columns[index]?.cut)));
  return drawn.toString();
}

function shorten(text: string, width: number, cut?: 'end'): string {
  const clean = plain(text);
  if (clean.length <= width) return clean;
  const head = cut === 'end' ? width - 1 : Math.ceil((width - 1) / 2);
  return `${clean.slice(0, head)}…${clean.slice(clean.length - (width - 1 - head))}`;
}

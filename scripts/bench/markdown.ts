/** A Markdown table: the first column to the left, the others to the right. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = `|${columns.map((_, index) => (index === 0 ? '---' : '--:')).join('|')}|`;
  return [line(columns), rule, ...rows.map(line)].join('\n');
}

export const seconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} s`;
export const milliseconds = (value: number): string => `${value.toFixed(0)} ms`;
export const kilobytes = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} kB`;

const note = '<!-- Written by `npm run docs` from the code. Changes made here are lost. -->';

/** A page of Markdown that is made from the code. */
export function page(parts: readonly string[]): string {
  return `${[note, ...parts].join('\n\n')}\n`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** What a spreadsheet would take for a formula where it stands first. */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** Rows as CSV (RFC 4180). Nothing in a cell is ever a formula: an apostrophe makes it text. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string): string {
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

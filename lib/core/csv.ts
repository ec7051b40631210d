/** What a spreadsheet would take for a formula where it stands first. */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** The same after what parts cells where a spreadsheet does not part them at commas, and so sees no quotes. */
const laterFormula = /([;\t\r\n]\s*)(?=[=+\-@＝＋－＠])/g;

/** Rows as CSV (RFC 4180). Nothing in a cell is ever a formula: an apostrophe makes it text. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string): string {
  const text = `${formula.test(value) ? "'" : ''}${value.replaceAll(laterFormula, "$1'")}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

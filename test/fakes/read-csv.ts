/** A reader of CSV of its own, character by character: what spreadsheets see. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let inQuotes = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (inQuotes && character === '"' && text[index + 1] === '"') {
      cell += '"';
      index += 1;
    } else if (character === '"') {
      inQuotes = !inQuotes;
    } else if (!inQuotes && (character === ',' || (character === '\r' && text[index + 1] === '\n'))) {
      row.push(cell);
      cell = '';
      if (character === ',') continue;
      rows.push(row);
      row = [];
      index += 1;
    } else {
      cell += character;
    }
  }
  return rows;
}

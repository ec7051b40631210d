import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvOf } from '../../lib/core/csv.ts';
import { readCsv } from '../fakes/read-csv.ts';

test('cells with commas, quotes and line ends stand in quotes, which are doubled', () => {
  expect(
    csvOf([
      ['a', 'b'],
      ['1,2', 'say "x"', 'two\nlines'],
    ]),
  ).toBe('a,b\r\n"1,2","say ""x""","two\nlines"\r\n');
  expect(csvOf([])).toBe('');
});

describe('a spreadsheet calculates nothing', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\r=1', '\n=1', '\u00a0=1', '＝1', '=HYPERLINK("x")'])(
    '%j',
    (text) => {
      expect(csvOf([[text]])).toMatch(/^"?'/);
    },
  );

  test.each(['x;=1', 'x; @SUM(A1)', 'x\n=1', 'x\t-1', 'x;\n+1'])(
    'also where it parts cells elsewhere than at commas: %j',
    (text) => {
      expect(csvOf([['a', text]])).not.toMatch(/[;\t\n]\s*[=+\-@]/);
    },
  );

  test('whatever a cell holds, and it is read back as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), { minLength: 1 }), (rows) => {
        const read = readCsv(csvOf(rows));
        const asText = (all: string[][]) => all.map((row) => row.map((one) => one.replaceAll(/(^|[;\s])'/g, '$1')));
        expect(asText(read)).toEqual(asText(rows));
        for (const cell of read.flat()) expect(cell).not.toMatch(/^\s*[=+\-@]/);
      }),
    );
  });
});

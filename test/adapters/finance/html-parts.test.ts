import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnOf } from '../../../lib/adapters/finance/html-columns.ts';
import { sharesOf } from '../../../lib/adapters/finance/html-shares.ts';
import { axisOf } from '../../../lib/adapters/finance/html-trend.ts';
import { amountInWords, calendarOf, kindInWords, money } from '../../../lib/adapters/finance/html-words.ts';
import type { Amount } from '../../../lib/core/cost.ts';
import { at } from '../../fakes/builders.ts';
import { anIdleRow, estimated, manyRows, unknownAmount } from '../../fakes/finance-report.ts';

test.each([
  [1234.56, '$1,234.56'],
  [0, '$0.00'],
  [-0.001, '$0.00'],
  [1.005, '$1.01'],
  [-12.5, '-$12.50'],
  [1e7, '$10,000,000.00'],
])('%d is %s', (usd, says) => {
  expect(money(usd)).toBe(says);
});

test.each<[Amount, string, string]>([
  [estimated(3), '$3.00', 'estimate'],
  [{ kind: 'estimate', usd: 3, atMost: true }, 'at most $3.00', 'estimate'],
  [{ kind: 'estimate', usd: 0, note: 'it is stopped' }, '$0.00', 'estimate: it is stopped'],
  [{ kind: 'actual', usd: 3 }, '$3.00', 'actual'],
  [unknownAmount('no price'), 'unknown', 'no price'],
])('%j is %s, %s', (amount, says, kind) => {
  expect([amountInWords(amount), kindInWords(amount)]).toEqual([says, kind]);
});

test.each([
  ['Europe/Berlin', '2026-11-24', '2026-11-24 00:30', '24 November 2026', '24 Nov'],
  ['America/New_York', '2026-11-23', '2026-11-23 18:30', '23 November 2026', '23 Nov'],
])('dates are those of %s', (zone, ...says) => {
  const { date, moment, longDate, shortDate } = calendarOf(zone);
  const instant = at('2026-11-23T23:30Z');
  expect([date, moment, longDate, shortDate].map((show) => show(instant))).toEqual(says);
});

test('a column says each text once, and all of them in their places', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.string(), { nil: undefined })), (texts) => {
      const { values, rows } = columnOf(texts);
      expect(rows.map((place) => values[place])).toEqual(texts);
      expect(new Set(values).size).toBe(values.length);
    }),
  );
});

test('shares are at most nine lines besides nobody, and lose nothing', () => {
  const owner = fc.option(fc.constantFrom('', ' ', ...Array.from('abcdefghijklmnop')), { nil: undefined });
  fc.assert(
    fc.property(fc.array(owner, { maxLength: 60 }), (owners) => {
      const rows = manyRows(owners.length).map(({ owner: before, ...row }, index) => {
        const named = before === undefined ? undefined : owners[index];
        return anIdleRow({ ...row, ...(named !== undefined && { owner: named }) });
      });
      const shares = sharesOf(rows, (row) => row.owner, 'owners');
      expect(shares.length).toBeLessThanOrEqual(9);
      const total = (count: (one: (typeof shares)[number]) => number) =>
        shares.reduce((all, one) => all + count(one), 0);
      expect(total(({ sum }) => sum.known + sum.unknown)).toBe(rows.length);
      expect(total(({ sum }) => sum.unknown)).toBe(rows.filter(({ amount }) => amount.kind === 'unknown').length);
      const usd = (amount: Amount) => (amount.kind === 'unknown' ? 0 : amount.usd);
      expect(total(({ sum }) => usd(sum.amount))).toBeCloseTo(
        rows.reduce((all, { amount }) => all + usd(amount), 0),
        4,
      );
    }),
  );
});

test('an axis holds nothing and all amounts between few round numbers', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e8, max: 1e10 }), { maxLength: 12 }), (cents) => {
      const amounts = cents.map((one) => one / 100);
      const { from, to, ticks } = axisOf(amounts);
      expect(from).toBeLessThanOrEqual(Math.min(0, ...amounts));
      expect(to).toBeGreaterThanOrEqual(Math.max(0, ...amounts));
      expect(to).toBeGreaterThan(from);
      expect(ticks).toContain(0);
      expect(ticks.length).toBeLessThanOrEqual(6);
    }),
  );
});

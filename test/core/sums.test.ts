import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Amount, sum } from '../../lib/core/cost.ts';
import { addSums } from '../../lib/core/sums.ts';

const estimate = (usd: number): Amount => ({ kind: 'estimate', usd, asOf: '2026-07-20' });
const unknown: Amount = { kind: 'unknown', why: 'there is no price' };

const amounts = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 100_000 }).map((cents) => estimate(cents / 100)),
    fc.constant(unknown),
    fc.integer({ min: 0, max: 100_000 }).map((cents): Amount => ({ kind: 'actual', usd: cents / 100 })),
  ),
);

test('sums of shards come to what the sum of all their amounts does', () => {
  fc.assert(
    fc.property(fc.array(amounts), (shards) => {
      const [parts, whole] = [addSums(shards.map((some) => sum(some))), sum(shards.flat())];
      expect({ known: parts.known, unknown: parts.unknown }).toEqual({ known: whole.known, unknown: whole.unknown });
      expect(parts.amount.kind).toBe(whole.amount.kind);
      if (parts.amount.kind === 'unknown' || whole.amount.kind === 'unknown') return;
      expect(parts.amount.usd).toBeCloseTo(whole.amount.usd, 4);
    }),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addSums, burnRates } from '../../lib/core/burn-rate.ts';
import { type Amount, sum } from '../../lib/core/cost.ts';

const estimate = (usd: number): Amount => ({ kind: 'estimate', usd, asOf: '2026-07-20' });
const unknown: Amount = { kind: 'unknown', why: 'there is no price' };

test('USD per hour of each account and environment, the most expensive first, unknown ones beside', () => {
  const costs = [
    { account: '111111111111', environment: 'pr-1', amount: estimate(730) },
    { account: '111111111111', environment: 'pr-1', amount: unknown },
    { account: '111111111111', amount: estimate(73) },
    { account: '222222222222', environment: 'pr-1', amount: estimate(1460) },
    { account: '222222222222', environment: 'pr-2', amount: unknown },
  ];
  expect(burnRates(costs)).toEqual([
    { account: '222222222222', environment: 'pr-1', usdPerHour: 2, known: 1, unknown: 0 },
    { account: '111111111111', environment: 'pr-1', usdPerHour: 1, known: 1, unknown: 1 },
    { account: '111111111111', usdPerHour: 0.1, known: 1, unknown: 0 },
    { account: '222222222222', environment: 'pr-2', usdPerHour: 0, known: 0, unknown: 1 },
  ]);
});

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

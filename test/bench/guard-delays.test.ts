import { describe, expect, test } from 'vitest';
import { delaysOf, falseAlarms } from '../../scripts/bench/guard-delays.ts';
import { median } from '../../scripts/bench/median.ts';

const always = (sweeps: number) => ({ median: sweeps, latest: sweeps });
const never = always(Number.POSITIVE_INFINITY);
const forty = { usdPerHour: 40 * 3.06, known: 30 };

describe('sweeps from the first that finds forty GPU servers', () => {
  test.each([
    ['tell', never, never],
    ['freeze', always(2), never],
    ['stop', always(2), always(3)],
  ] as const)('allow: %s', (allow, freeze, stop) => {
    expect(delaysOf({ ...forty, allow })).toEqual({ tell: always(1), freeze, stop });
  });

  test('who sets only one limit waits for that one', () => {
    // A jump is from what is usual at an hour of the week, and nobody knows that after a day.
    expect(delaysOf({ ...forty, limit: 'burnPerHour' }).tell).toEqual(always(1));
    expect(delaysOf({ ...forty, limit: 'jump' }).tell.median).toBeGreaterThan(24);
  });
});

test('what is small takes longer, and is told of before it has cost the budget', () => {
  const { tell, freeze } = delaysOf({ usdPerHour: 5, known: 30 });
  expect(tell.median).toBeGreaterThan(1);
  expect(tell.latest * 5).toBeLessThan(2000);
  expect(freeze.median).toBeGreaterThan(tell.median);
});

test('months of ordinary weeks raise no alarm, though they are worth most of the budget', () => {
  const quiet = falseAlarms(1);
  expect(quiet).toHaveLength(4);
  for (const { usdPerMonth, played, alarmed, changed } of quiet) {
    expect([played, alarmed, changed]).toEqual([1, 0, 0]);
    expect(usdPerMonth).toBeGreaterThan(1000);
    expect(usdPerMonth).toBeLessThan(2000);
  }
});

test('the middle of what came and what never came', () => {
  expect(median([3, Number.POSITIVE_INFINITY, 1])).toBe(3);
  expect(median([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
});

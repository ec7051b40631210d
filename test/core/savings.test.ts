import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Savings } from '../../lib/core/finance-report.ts';
import { addSavings, type Ending, endingsSince, savingsIn } from '../../lib/core/savings.ts';
import { day, hour, type Instant } from '../../lib/core/time.ts';
import { at } from '../fakes/builders.ts';

const start = at('2026-11-02T00:00Z');
const on = (days: number): Instant => start + days * day;

/** $730 a month are $1 an hour, $24 a day. */
const dollarAnHour = 730;

const removed = (days: number, monthlyUsd?: number): Ending => ({
  arn: 'a',
  at: on(days),
  kind: 'removed',
  ...(monthlyUsd !== undefined && { monthlyUsd }),
});
const stopped = (days: number, monthlyUsd?: number, stoppedMonthlyUsd?: number): Ending => ({
  ...removed(days, monthlyUsd),
  kind: 'stopped',
  ...(stoppedMonthlyUsd !== undefined && { stoppedMonthlyUsd }),
});
const returned = (kind: 'started-again' | 'restored' | 'came-back' | 'gone', days: number): Ending => ({
  arn: 'a',
  at: on(days),
  kind,
});

const nothing: Savings = { usd: 0, removed: 0, stopped: 0, unknown: 0, cameBack: 0 };

describe('what Mayfly saved in a hundred days', () => {
  test.each<[string, Ending[], Partial<Savings>]>([
    ['nothing ended', [], {}],
    ['a removal counts thirty days and no more', [removed(0, dollarAnHour)], { removed: 1, usd: 24 * 30 }],
    ['as much of them as has passed', [removed(90, dollarAnHour)], { removed: 1, usd: 24 * 10 }],
    ['no price: counted beside', [removed(0)], { removed: 1, unknown: 1 }],
    ['what is free saves nothing, and that is known', [removed(0, 0)], { removed: 1 }],
    ['a stop saves what does not go on', [stopped(0, 2 * dollarAnHour, 730)], { stopped: 1, usd: 24 * 30 }],
    ['what goes on is not known', [stopped(0, dollarAnHour)], { stopped: 1, unknown: 1 }],
    ['a stop that costs more saves nothing', [stopped(0, 10, 20)], { stopped: 1 }],
    [
      'stopped, then removed: each part for its own thirty days',
      [stopped(0, 3 * dollarAnHour, 730), removed(7, 730)],
      { stopped: 1, removed: 1, usd: 2 * 24 * 30 + 24 * 30 },
    ],
    [
      'removed while a stop counts: what ran is not counted twice',
      [stopped(0, 3 * dollarAnHour, 730), removed(7, 3 * 730)],
      { stopped: 1, removed: 1, usd: 2 * 24 * 30 + 24 * 30 },
    ],
    [
      'woke by itself and was stopped again: one stop',
      [stopped(0, 730, 0), { ...stopped(7, 730, 0), again: true } as Ending],
      { stopped: 1, usd: 24 * 30 },
    ],
    [
      'a person started it: until then',
      [stopped(0, 730, 0), returned('started-again', 10)],
      { stopped: 1, usd: 24 * 10, cameBack: 1 },
    ],
    ['restored: until then', [removed(0, 730), returned('restored', 5)], { removed: 1, usd: 24 * 5, cameBack: 1 }],
    ['came back at once', [removed(0, 730), returned('came-back', 0)], { removed: 1, cameBack: 1 }],
    ['came back when nothing counted any more', [removed(0, 730), returned('came-back', 31)], { removed: 1, usd: 720 }],
    ['somebody deletes what was stopped', [stopped(0, 730, 0), returned('gone', 3)], { stopped: 1, usd: 24 * 3 }],
    [
      'removed twice under one name: never two at a time',
      [removed(0, 730), removed(10, 730)],
      { removed: 2, usd: 24 * 40 },
    ],
    ['the example of docs/savings.md', [stopped(0, 70.08, 8), removed(14, 8)], { stopped: 1, removed: 1, usd: 69.12 }],
    ['the same end, told twice', [removed(0, 730), removed(0, 730)], { removed: 1, usd: 24 * 30 }],
    ['a copy of its own', [{ ...removed(0, 730), copyOf: 'b' } as Ending], {}],
    ['what comes later', [removed(100, 730)], {}],
  ])('%s', (_, endings, expected) => {
    const savings = savingsIn(endings, on(0), on(100));
    expect(savings).toEqual({ ...nothing, ...expected, usd: expect.closeTo(expected.usd ?? 0, 6) });
  });
});

const anEnding: fc.Arbitrary<Ending> = fc
  .record({
    arn: fc.constantFrom('a', 'b'),
    at: fc.integer({ min: 0, max: 100 * 24 }).map((hours) => start + hours * hour),
    kind: fc.constantFrom('removed', 'stopped', 'gone', 'started-again', 'restored', 'came-back'),
    monthlyUsd: fc.option(fc.integer({ min: 0, max: 2000 }), { nil: undefined }),
    stoppedMonthlyUsd: fc.option(fc.integer({ min: 0, max: 2000 }), { nil: undefined }),
    again: fc.constantFrom(true as const, undefined),
  })
  .map((one) => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)) as Ending);

/** Two ends of one resource at one instant don't happen. */
const endings = fc.uniqueArray(anEnding, { maxLength: 12, selector: ({ arn, at: instant }) => `${arn} ${instant}` });
const hours = fc.integer({ min: 0, max: 140 * 24 }).map((some) => start + some * hour);

const close = (usd: number) => expect.closeTo(usd, 6);

describe('whatever ended and came back', () => {
  test('the order in which it is told does not matter', () => {
    const shuffled = endings.chain((some) =>
      fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })),
    );
    fc.assert(
      fc.property(shuffled, hours, hours, ([some, other], a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const first = savingsIn(some, from, to);
        expect(savingsIn(other, from, to)).toEqual({ ...first, usd: close(first.usd) });
      }),
    );
  });

  test('weeks add up to the whole', () => {
    fc.assert(
      fc.property(endings, fc.tuple(hours, hours, hours), (some, times) => {
        const [from = 0, middle = 0, to = 0] = times.toSorted((a, b) => a - b);
        const whole = savingsIn(some, from, to);
        const parts = addSavings(savingsIn(some, from, middle), savingsIn(some, middle, to));
        expect(parts).toEqual({ ...whole, usd: close(whole.usd) });
      }),
    );
  });

  test('what ended long before changes nothing', () => {
    fc.assert(
      fc.property(endings, hours, hours, (some, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const whole = savingsIn(some, from, to);
        const late = some.filter((one) => one.at >= from - endingsSince);
        expect(savingsIn(late, from, to)).toEqual({ ...whole, usd: close(whole.usd) });
      }),
    );
  });

  test('nothing is ever less than nothing, and a return never adds', () => {
    fc.assert(
      fc.property(endings, hours, hours, hours, (some, a, b, back) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const before = savingsIn(some, from, to);
        const after = savingsIn([...some, { arn: 'a', at: back, kind: 'came-back' }], from, to);
        expect(before.usd).toBeGreaterThanOrEqual(0);
        expect(after.usd).toBeGreaterThanOrEqual(0);
        expect(after.usd).toBeLessThanOrEqual(before.usd + 1e-6);
        const others = savingsIn(
          some.filter(({ arn }) => arn !== 'a'),
          from,
          to,
        );
        expect(after.usd).toBeGreaterThanOrEqual(others.usd - 1e-6);
      }),
    );
  });

  test('one resource never saves more than it cost', () => {
    const dear = endings.map((some) => some.filter(({ arn }) => arn === 'a'));
    fc.assert(
      fc.property(dear, hours, hours, (some, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const most = Math.max(0, ...some.map((one) => ('monthlyUsd' in one ? (one.monthlyUsd ?? 0) : 0)));
        expect(savingsIn(some, from, to).usd).toBeLessThanOrEqual(
          ((2 * most) / dollarAnHour) * ((to - from) / hour) + 1e-6,
        );
      }),
    );
  });
});

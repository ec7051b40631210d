import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hour } from '../../lib/core/time.ts';
import { watchWeeks } from '../../scripts/bench/guard-month.ts';
import { at } from '../fakes/builders.ts';

/** Nights and weekends at $1.20, office hours at $4: about $1,500 a month of a budget of $2,000. */
const ordinary = { from: at('2026-11-01T00:00Z'), hours: 30 * 24, base: 1.2, office: 2.8, noise: 0.15, seed: 1 };

describe('a month of ordinary weeks: office hours, noise, a deployment each Thursday', () => {
  test('no false alarm, from whichever hour of a week it is watched, and over the end of a month', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(60 * 24), (seed, start) => {
        const { told, usdPerMonth } = watchWeeks({ ...ordinary, seed, from: ordinary.from + start * hour });
        expect(told).toEqual([]);
        expect(usdPerMonth).toBeGreaterThan(1300);
      }),
      { numRuns: 15 },
    );
  });

  test('nor where nearly all is switched off at night', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(7 * 24), (seed, start) => {
        const shape = { ...ordinary, base: 0.1, office: 5, noise: 0.3 };
        expect(watchWeeks({ ...shape, seed, from: ordinary.from + start * hour }).told).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  test('what costs more than the budget is told of once a week is known, and not before', () => {
    const { told } = watchWeeks({ ...ordinary, base: 2.5 });
    const [first] = told;
    expect(first?.passed).toEqual(['budget']);
    expect(first?.after).toBeGreaterThan(6 * 24);
    expect(first?.after).toBeLessThan(8 * 24);
    expect(told.map(({ reason }) => reason)).toContain('budget-not-spent');
  });
});

describe('forty GPU servers appear', () => {
  const runaway = (after: number) => ({ ...ordinary, hours: after + 10, runaway: { after, usdPerHour: 40 * 3.06 } });

  test.each([1, 5, 30, 24 * 7 + 3, 24 * 20])(
    'after %i hours: told at the first look, frozen at the second, stopped at the third',
    (after) => {
      expect(watchWeeks(runaway(after)).delay).toEqual({ tell: 1, freeze: 2, stop: 3 });
    },
  );

  test.each(['budget', 'jump'] as const)('each limit sees them by itself: %s', (trigger) => {
    const limits = { budget: 2000, jump: 5 };
    const accounts = { '222222222222': { [trigger]: limits[trigger] } };
    const guard = { allow: 'stop' as const, scp: 'mayfly-freeze', copy: false, accounts, environments: {} };
    expect(watchWeeks(runaway(24 * 9), guard).delay).toEqual({ tell: 1, freeze: 2, stop: 3 });
  });
});

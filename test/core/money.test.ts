import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aMonth, heldInWords, savedMonthly, togetherUsd, unknownBeside } from '../../lib/core/money.ts';

describe('an amount in words', () => {
  test.each([
    [12.5, '$12.50 a month'],
    [1234.567, '$1234.57 a month'],
    [0.006, '$0.01 a month'],
    [0.004, undefined],
    [0, undefined],
    [undefined, undefined],
  ])('%s is %s', (usd, words) => {
    expect(aMonth(usd)).toBe(words);
  });

  test('of a passed limit money is told from counts, with what is not in it', () => {
    const held = { allowed: 10, wanted: 12 };
    expect(heldInWords({ ...held, limit: 'removalsPerRun' })).toEqual({ wanted: '12', allowed: '10', besides: '' });
    expect(heldInWords({ ...held, limit: 'monthlyUsd', unknown: 3 })).toEqual({
      wanted: '$12 a month',
      allowed: '$10 a month',
      besides: '; what 3 more would cost is not known',
    });
  });
});

describe('several together', () => {
  const cost = fc.record({ monthlyUsd: fc.option(fc.nat(10_000), { nil: undefined }) }).map(withoutUndefined);

  test('each is known and counted, or unknown and counted: nothing unknown is 0', () => {
    fc.assert(
      fc.property(fc.array(cost), (costs) => {
        const known = costs.filter(({ monthlyUsd }) => monthlyUsd !== undefined);
        const { usd, unknown } = togetherUsd(costs);
        expect(unknown + known.length).toBe(costs.length);
        expect(usd === undefined).toBe(known.length === 0);
        expect(usd ?? 0).toBe(known.reduce((sum, { monthlyUsd = 0 }) => sum + monthlyUsd, 0));
        expect(unknownBeside(unknown) === '').toBe(unknown === 0);
      }),
    );
  });

  function withoutUndefined({ monthlyUsd }: { monthlyUsd: number | undefined }): { monthlyUsd?: number } {
    return monthlyUsd === undefined ? {} : { monthlyUsd };
  }
});

describe('what a run saves a month', () => {
  test.each([
    ['what was removed, all of it', [{ outcome: 'removed', monthlyUsd: 10 }], 10],
    ['what a stop leaves out', [{ outcome: 'stopped', monthlyUsd: 74, stoppedMonthlyUsd: 2 }], 72],
    ['nothing where a stop costs more', [{ outcome: 'stopped', monthlyUsd: 1, stoppedMonthlyUsd: 2 }], 0],
    ['both', [{ outcome: 'removed', monthlyUsd: 1 }, { outcome: 'removed', monthlyUsd: 2 }, { outcome: 'removed' }], 3],
    ['no sum of a stop whose rest is not known', [{ outcome: 'stopped', monthlyUsd: 74 }], undefined],
    ['nothing of what went by itself', [{ outcome: 'gone', monthlyUsd: 9 }], undefined],
    ['nothing of what failed or waits', [{ outcome: 'failed', monthlyUsd: 9 }, { outcome: 'waiting' }], undefined],
    ['nothing of nothing', [], undefined],
  ])('%s', (_, outcomes, saved) => {
    expect(savedMonthly(outcomes)).toBe(saved);
  });
});

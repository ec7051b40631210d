import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Look, lookAt } from '../../lib/core/guard-triggers.ts';
import { type BurnMemory, rememberBurn, slotOf, usualAt } from '../../lib/core/guard-usual.ts';
import { passedInWords, projectionInWords } from '../../lib/core/guard-words.ts';
import { hour, minute, week } from '../../lib/core/time.ts';
import { at } from '../fakes/builders.ts';

const monday = at('2026-11-02T00:00Z');
const sample = { usdPerHour: 2, pricesVersion: 'a', isOrdinary: true };

/** $2 an hour by day and night. */
function afterHours(hours: number, from = monday): BurnMemory | undefined {
  let memory: BurnMemory | undefined;
  for (let one = 0; one < hours; one++) memory = rememberBurn(memory, { ...sample, at: from + one * hour }, 'UTC');
  return memory;
}

function lookNow(rest: Partial<Parameters<typeof lookAt>[0]> & { usdPerHour?: number }): Look {
  const { usdPerHour = 2, seen = afterHours(200), ...others } = rest;
  return lookAt({
    burn: { account: '222222222222', usdPerHour, known: 1, unknown: 0, causes: [] },
    seen,
    limits: { jump: 5 },
    before: [],
    now: (seen?.at ?? monday - hour) + hour,
    timeZone: 'UTC',
    pricesVersion: 'a',
    isFirstScan: false,
    unread: '',
    isChanged: false,
    ...others,
  });
}

describe('what is usual', () => {
  test('for the hour of the week on the wall clock', () => {
    expect(slotOf(at('2026-11-02T00:30Z'), 'UTC')).toBe(0);
    expect(slotOf(at('2026-11-02T00:30Z'), 'Europe/Berlin')).toBe(1);
    expect(slotOf(at('2026-11-01T23:30Z'), 'UTC')).toBe(167);
  });

  test('is not known of an hour that is still to come for the first time', () => {
    const memory = afterHours(9);
    expect(memory && usualAt(memory, 4)).toEqual({ least: 2, most: 2 });
    expect(memory && usualAt(memory, 9)).toBeUndefined();
  });

  test('becomes what it is for a month, and is not moved by the same look twice, or by no ordinary one', () => {
    let memory = afterHours(168);
    for (let weeks = 1; weeks <= 4; weeks++) {
      const now = monday + weeks * week;
      memory = rememberBurn(memory, { ...sample, at: now, usdPerHour: 10 }, 'UTC');
      memory = rememberBurn(memory, { ...sample, at: now + minute, usdPerHour: 10 }, 'UTC');
      memory = rememberBurn(memory, { ...sample, at: now + hour, usdPerHour: 99, isOrdinary: false }, 'UTC');
    }
    expect(memory?.usual.means[0]).toBeGreaterThan(7);
    expect(memory?.usual.counts[0]).toBe(4);
    expect(memory?.usual.means[1]).toBe(2);
  });

  test('stays as small as a page, whatever is seen', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 400 }), (rates) => {
        let memory: BurnMemory | undefined;
        for (const [one, usdPerHour] of rates.entries()) {
          memory = rememberBurn(memory, { ...sample, usdPerHour, at: monday + one * hour }, 'UTC');
        }
        expect(JSON.stringify(memory ?? {}).length).toBeLessThan(4096);
        expect(memory === undefined || JSON.parse(JSON.stringify(memory))).toEqual(memory ?? true);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a jump', () => {
  test.each<[string, Parameters<typeof lookNow>[0], string[], Look['doubt']]>([
    ['as usual', {}, [], undefined],
    ['five times', { usdPerHour: 10 }, [], undefined],
    ['more than five times', { usdPerHour: 10.1 }, ['jump'], undefined],
    ['it goes on a little below', { usdPerHour: 9.5, before: ['jump'] }, ['jump'], undefined],
    ['in an incomplete scan', { usdPerHour: 50, unread: 'eu-west-1' }, [], 'scan-incomplete'],
    ['at a first scan', { usdPerHour: 50, isFirstScan: true }, [], 'first-scan'],
    ['by new prices', { usdPerHour: 50, pricesVersion: 'b' }, [], 'new-prices'],
    ['nothing to compare with', { usdPerHour: 50, seen: afterHours(1) }, [], undefined],
    ['no limit', { usdPerHour: 50, limits: {} }, [], undefined],
  ])('%s', (_, rest, passed, doubt) => {
    const look = lookNow(rest);
    expect(look.passed.map(({ trigger }) => trigger)).toEqual(passed);
    expect(look.doubt).toBe(doubt);
  });

  test('from cents is none', () => {
    let seen: BurnMemory | undefined;
    for (const one of [0, 1, 3, 4]) {
      seen = rememberBurn(seen, { ...sample, usdPerHour: 0.01, at: monday + one * hour }, 'UTC');
    }
    const now = monday + week;
    expect(lookNow({ seen, now, usdPerHour: 0.5 }).passed).toEqual([]);
    expect(lookNow({ seen, now, usdPerHour: 1.5 }).passed.map(passedInWords)).toEqual([
      '$1.50 an hour, where from $0.05 an hour it is a jump from what is usual at this hour of the week',
    ]);
  });

  test('new prices move what is usual along, or it is learnt anew', () => {
    const moved = lookNow({ usdPerHour: 20, pricesVersion: 'b', repricing: 10 }).memory;
    expect(lookNow({ seen: moved, usdPerHour: 30, pricesVersion: 'b' }).passed).toEqual([]);
    const forgotten = lookNow({ usdPerHour: 20, pricesVersion: 'b' }).memory;
    expect(lookNow({ seen: forgotten, usdPerHour: 999, pricesVersion: 'b' }).usual).toBeUndefined();
  });
});

describe('a projection', () => {
  const budget = { limits: { budget: 1000 } };

  test('of a month that burns evenly, seen from its first hour', () => {
    const { projection } = lookNow({ seen: afterHours(10 * 24, at('2026-11-01T00:00Z')) });
    expect(projection.usd).toBeCloseTo(30 * 24 * 2, 0);
    expect(projection).toMatchObject({ from: 'week', unmeasuredHours: 0, measuredHours: 240 });
    expect(projectionInWords(projection)).toBe(
      '$1,440 by the end of the month, $480 until now, from what is usual for each hour of a week',
    );
  });

  test.each([
    [0.01, ['budget']],
    [0, []],
  ])('of $%d an hour, where the budget is nothing', (usdPerHour, passed) => {
    const seen = rememberBurn(undefined, { ...sample, at: monday, usdPerHour }, 'UTC');
    const look = lookNow({ seen, usdPerHour, limits: { budget: 0 } });
    expect(look.passed.map(({ trigger }) => trigger)).toEqual(passed);
  });

  test('takes what nobody measured as usual, and says so', () => {
    const { projection } = lookNow({ seen: afterHours(48, at('2026-11-20T00:00Z')) });
    expect(projection.usd).toBeCloseTo(30 * 24 * 2, 0);
    expect(projectionInWords(projection)).toContain('nobody measured 456 hours of it');
  });

  test('begins anew with each month, of UTC', () => {
    const { projection } = lookNow({ seen: afterHours(200, at('2026-11-28T00:00Z')) });
    expect(projection.measuredHours).toBeCloseTo(128, 0);
  });

  test.each([
    ['a first hour counts where it is four times the budget', 0, 5, []],
    ['a first hour, far over', 0, 9, ['budget']],
    ['after a day, half as much again', 40, 2, []],
    ['after a day, and well over', 40, 9, ['budget']],
    ['after a week', 200, 2, ['budget']],
  ])('%s', (_, hours, usdPerHour, passed) => {
    const seen = afterHours(hours);
    const look = lookAt({
      ...lookArguments,
      ...budget,
      seen,
      now: monday + hours * hour,
      burn: { ...burn, usdPerHour },
    });
    expect(look.passed.map(({ trigger }) => trigger)).toEqual(passed);
  });

  test('what lasts an hour is not taken for a month, what lasts a day is', () => {
    let seen = afterHours(10 * 24);
    const first = lookNow({ seen, usdPerHour: 4 });
    expect(first.projection.usd).toBeLessThan(1440 + 2 * 30);
    for (let one = 0; one < 24; one++) seen = lookNow({ seen, usdPerHour: 4 }).memory;
    expect(lookNow({ seen, usdPerHour: 4 }).projection.usd).toBeGreaterThan(1440 + 2 * 24 * 17);
  });

  test('sees what is switched off', () => {
    let seen = afterHours(10 * 24);
    for (let one = 0; one < 30; one++) seen = lookNow({ seen, usdPerHour: 0 }).memory;
    expect(lookNow({ seen, usdPerHour: 0 }).projection.usd).toBeLessThan(600);
  });
});

const burn = { account: '222222222222', usdPerHour: 2, known: 1, unknown: 0, causes: [] };
const lookArguments = {
  burn,
  limits: {},
  before: [],
  timeZone: 'UTC',
  pricesVersion: 'a',
  isFirstScan: false,
  unread: '',
  isChanged: false,
};

test.each([
  [{ trigger: 'budget', value: 3023.4, limit: 2000 }, '$3,023 by the end of the month, where its budget is $2,000'],
  [{ trigger: 'budget', value: 3, limit: 0 }, 'its budget is $0, so whatever costs anything passes it'],
  [{ trigger: 'burnPerHour', value: 20, limit: 15 }, '$20.00 an hour, where the policy allows $15.00 an hour'],
] as const)('%o in words', (passed, words) => {
  expect(passedInWords(passed)).toBe(words);
});

import { describe, expect, test } from 'vitest';
import { type Approval, type Held, holdBack, trackedIn } from '../../lib/core/limits.ts';
import type { PlannedDecision } from '../../lib/core/plan.ts';
import { hour } from '../../lib/core/time.ts';
import { aDecision, aPolicy, at } from '../fakes/builders.ts';

const dev = '222222222222';
const sandbox = '333333333333';

function removals(count: number, overrides: Partial<PlannedDecision> = {}): PlannedDecision[] {
  return Array.from({ length: count }, (_, number) => aDecision(number, 'expired', overrides));
}

function kept(count: number, overrides: Partial<PlannedDecision> = {}): PlannedDecision[] {
  return Array.from({ length: count }, (_, number) => aDecision(1000 + number, 'not-due', overrides));
}

function held(decisions: PlannedDecision[], limits: Record<string, unknown>, approved: Held[] = []): Held[] {
  const approvals: Approval[] = [
    { planId: 'p-1', held: approved, by: 'ana', at: at('2026-11-23T12:00Z'), lasts: 2 * hour },
  ];
  return holdBack(decisions, aPolicy({ limits }).limits, approvals, trackedIn(decisions));
}

describe('removals per account', () => {
  const limits = { removalsPerAccount: 3, shareOfTracked: 1 };

  test('as many as allowed pass, one more holds the account', () => {
    expect(held(removals(3), limits)).toEqual([]);
    expect(held(removals(4), limits)).toEqual([{ limit: 'removalsPerAccount', allowed: 3, wanted: 4, account: dev }]);
  });

  test('each account has its own count', () => {
    expect(held([...removals(3), ...removals(3, { account: sandbox })], limits)).toEqual([]);
  });

  test('nothing but removals counts', () => {
    const others = ['expiring', 'expired-unwarned', 'paused', 'not-due'] as const;
    expect(held([...removals(3), ...others.map((reason, number) => aDecision(50 + number, reason))], limits)).toEqual(
      [],
    );
  });
});

describe('the share of what is tracked', () => {
  const limits = { shareOfTracked: 0.5, shareFrom: 20 };

  test('half of them pass, one more holds the account', () => {
    expect(held([...removals(10), ...kept(10)], limits)).toEqual([]);
    expect(held([...removals(11), ...kept(9)], limits)).toEqual([
      { limit: 'shareOfTracked', allowed: 10, wanted: 11, account: dev },
    ]);
  });

  test('does not count below the number from which it counts', () => {
    expect(held(removals(19), limits)).toEqual([]);
    expect(held(removals(20), limits)).toHaveLength(1);
  });

  test('is rounded down', () => {
    expect(held([...removals(11), ...kept(10)], limits)).toMatchObject([{ allowed: 10, wanted: 11 }]);
  });

  test('is of what Mayfly looks after: an expiry tag, and a type that is on', () => {
    const strangers = Array.from({ length: 50 }, (_, number) =>
      aDecision(2000 + number, number % 2 === 0 ? 'no-expiry' : 'type-off'),
    );
    expect(trackedIn([...removals(2), ...kept(3, { account: sandbox }), ...strangers])).toEqual(
      new Map([
        [dev, 2],
        [sandbox, 3],
      ]),
    );
    expect(held([...removals(11), ...kept(9), ...strangers], limits)).toHaveLength(1);
  });

  test('is of the given count where only a part was decided on', () => {
    const { limits: all } = aPolicy({ limits });
    expect(holdBack(removals(20), all, [], new Map([[dev, 40]]))).toEqual([]);
    expect(holdBack(removals(21), all, [], new Map([[dev, 40]]))).toHaveLength(1);
  });
});

describe('the limits of a run', () => {
  const limits = { removalsPerRun: 5, removalsPerAccount: 4, shareOfTracked: 1 };

  test('as many as allowed pass, one more holds everything', () => {
    const five = [...removals(3), ...removals(2, { account: sandbox })];
    expect(held(five, limits)).toEqual([]);
    expect(held([...five, aDecision(99, 'let-go')], limits)).toEqual([
      { limit: 'removalsPerRun', allowed: 5, wanted: 6 },
    ]);
  });

  test('an account that is held already does not count towards them', () => {
    const decisions = [...removals(100), ...removals(4, { account: sandbox })];
    expect(held(decisions, limits)).toEqual([{ limit: 'removalsPerAccount', allowed: 4, wanted: 100, account: dev }]);
  });

  test('money counts where it is known', () => {
    const money = { monthlyUsd: 100 };
    expect(held([...removals(2, { monthlyUsd: 50 }), aDecision(9, 'expired')], money)).toEqual([]);
    expect(held(removals(2, { monthlyUsd: 50.1 }), money)).toEqual([
      { limit: 'monthlyUsd', allowed: 100, wanted: 101 },
    ]);
    expect(held([...removals(1, { monthlyUsd: 60 }), ...kept(9, { monthlyUsd: 60 })], money)).toEqual([]);
  });

  test('what has no known price is said beside the money, and what costs nothing is known', () => {
    const some = [...removals(1, { monthlyUsd: 101 }), aDecision(8, 'expired'), aDecision(9, 'expired')];
    const free = aDecision(7, 'expired', { monthlyUsd: 0 });
    expect(held([...some, free], { monthlyUsd: 100 })).toEqual([
      { limit: 'monthlyUsd', allowed: 100, wanted: 101, unknown: 2 },
    ]);
  });

  test('a limit of zero holds the first removal', () => {
    expect(held(removals(1), { removalsPerRun: 0 })).toEqual([{ limit: 'removalsPerRun', allowed: 0, wanted: 1 }]);
    expect(held([], { removalsPerRun: 0, removalsPerAccount: 0, monthlyUsd: 0 })).toEqual([]);
  });
});

describe('an approval', () => {
  const limits = { removalsPerAccount: 3, removalsPerRun: 4, shareOfTracked: 0.5, shareFrom: 20, monthlyUsd: 100 };

  test.each<[string, PlannedDecision[], PlannedDecision[]]>([
    ['removals of an account', removals(4), removals(5)],
    [
      'removals of the run',
      [...removals(2), ...removals(3, { account: sandbox })],
      [...removals(3), ...removals(3, { account: sandbox })],
    ],
    ['money', removals(2, { monthlyUsd: 60 }), removals(2, { monthlyUsd: 61 })],
  ])('of %s allows the approved count and no more', (_, approved, more) => {
    const first = held(approved, limits);
    expect(first).toHaveLength(1);
    expect(held(approved, limits, first)).toEqual([]);
    expect(held(more, limits, first)).toHaveLength(1);
  });

  test('for one account allows nothing in another', () => {
    const first = held(removals(4), limits);
    expect(held(removals(4, { account: sandbox }), limits, first)).toMatchObject([{ account: sandbox }]);
  });

  test('of one limit leaves the others as they are', () => {
    const many = [...removals(11), ...kept(9)];
    const [perAccount, share] = held(many, limits);
    expect([perAccount?.limit, share?.limit]).toEqual(['removalsPerAccount', 'shareOfTracked']);
    expect(held(many, { ...limits, removalsPerRun: 100 }, perAccount && [perAccount])).toEqual([share]);
  });

  test('never lowers a limit', () => {
    const small: Held = { limit: 'removalsPerAccount', allowed: 0, wanted: 1, account: dev };
    expect(held(removals(3), limits, [small])).toEqual([]);
  });
});

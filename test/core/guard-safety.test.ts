import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scopeIn } from '../../lib/core/guard-memory.ts';
import { type GuardStage, guardStages } from '../../lib/core/guard-reasons.ts';
import { hour, minute } from '../../lib/core/time.ts';
import { carryOut, type Found, type GuardPolicy, look, newWatch, note, watched } from '../fakes/guard-looks.ts';

type Act =
  | { kind: 'look'; found: Found }
  | { kind: 'approve'; stage: 'freeze' | 'stop' }
  | { kind: 'alarm'; id: string }
  | { kind: 'release' };

const found: fc.Arbitrary<Found> = fc.record({
  usdPerHour: fc.constantFrom(1, 9, 20, 200),
  environments: fc.constantFrom({}, { staging: 1 }, { staging: 20 }),
  known: fc.constantFrom(1, 1, 1, 0),
  unknown: fc.constantFrom(0, 5),
  unreadAll: fc.constantFrom(false, false, false, true),
  account: fc.record({
    unread: fc.constantFrom([], [], ['eu-west-1']),
    mode: fc.constantFrom('enforce' as const, 'enforce' as const, 'observe' as const),
    hasRole: fc.constantFrom(true, true, true, false),
    isGone: fc.constantFrom(false, false, false, false, true),
  }),
  sweep: fc.record({
    pricesVersion: fc.constantFrom('a', 'a', 'a', 'b'),
    firstScan: fc.boolean(),
    isPaused: fc.constantFrom(false, false, false, true),
  }),
  after: fc.constantFrom(hour, hour, minute, 25 * hour),
});

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('look' as const), found }) },
    fc.record({ kind: fc.constant('approve' as const), stage: fc.constantFrom('freeze' as const, 'stop' as const) }),
    fc.record({ kind: fc.constant('alarm' as const), id: fc.constantFrom('one', 'two') }),
    fc.record({ kind: fc.constant('release' as const) }),
  ),
  { maxLength: 40 },
);

const policies: fc.Arbitrary<GuardPolicy> = fc.record({
  allow: fc.constantFrom('tell' as const, 'freeze' as const, 'stop' as const),
  scp: fc.constant('mayfly-freeze'),
  copy: fc.boolean(),
  accounts: fc.constantFrom(
    { [watched]: { burnPerHour: 15, budget: 2000, jump: 5 } },
    { [watched]: {} },
    { '333333333333': { burnPerHour: 1 } },
  ),
  environments: fc.constantFrom({}, { staging: { burnPerHour: 5 } }),
});

const rank = (stage: GuardStage) => guardStages.indexOf(stage);

/** What a scope went through since it was calm or released: what a change must be justified by. */
interface Past {
  /** Looks in a row. */
  over: number;
  approved: Set<string>;
}

/** Plays acts; `onChange` sees each stage that would change something, with what came before it. */
function play(policy: GuardPolicy, all: readonly Act[]): void {
  const watch = newWatch();
  const past = new Map<string | undefined, Past>();
  const of = (environment: string | undefined) => {
    const known = past.get(environment) ?? { over: 0, approved: new Set<string>() };
    past.set(environment, known);
    return known;
  };
  let alarms = 0;
  for (const act of all) {
    if (act.kind === 'release') {
      note(watch, { kind: 'guard-release-begun', by: 'ann' });
      past.clear();
    } else if (act.kind === 'approve') {
      note(watch, { kind: 'guard-approved', stage: act.stage, by: 'ann' });
      of(undefined).approved.add(act.stage);
    } else if (act.kind === 'alarm') {
      note(watch, { kind: 'guard-heard', id: act.id, source: 'budget' });
      alarms = 1;
    } else {
      for (const decision of look(watch, act.found, policy)) {
        const { action, environment, passed, reason } = decision;
        const known = of(environment);
        const isCalm = passed.length === 0 && act.found.account?.unread?.length === 0;
        if (decision.look?.counts) known.over = passed.length > 0 ? known.over + 1 : isCalm ? 0 : known.over;
        if (action === 'freeze' || action === 'stop') {
          expect(known.over + (environment === undefined ? alarms : 0)).toBeGreaterThanOrEqual(2);
          expect(
            rank(action) <= rank(policy.allow) || known.approved.has(action) || reason.endsWith('-unfinished'),
          ).toBe(true);
          expect(policy.accounts[watched]).toBeDefined();
          expect(act.found.account).toMatchObject({ hasRole: true, isGone: false });
          expect(act.found.account?.mode === 'enforce' || known.approved.has(action)).toBe(true);
          expect(act.found.sweep?.isPaused).toBe(false);
          expect(passed).not.toEqual([]);
          // One stage at a time.
          expect(rank(action)).toBe(rank(decision.stage) + 1);
        }
        carryOut(watch, decision);
        if (scopeIn(watch.memory, environment).stage === 'none') past.delete(environment);
      }
    }
    // Whatever happens, the memory stays plain JSON.
    expect(JSON.parse(JSON.stringify(watch.memory))).toEqual(watch.memory);
    expect(JSON.parse(JSON.stringify(watch.seen))).toEqual(watch.seen);
  }
}

test('a stage that changes something has two looks, a policy or an admin, a role and a named account behind it', () => {
  fc.assert(fc.property(policies, acts, play), { numRuns: 600 });
});

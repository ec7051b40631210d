import { describe, expect, test } from 'vitest';
import { type GuardEvent, scopeIn } from '../../lib/core/guard-memory.ts';
import type { GuardReason } from '../../lib/core/guard-reasons.ts';
import { hour, minute } from '../../lib/core/time.ts';
import {
  type Act,
  type Found,
  type GuardPolicy,
  look,
  newWatch,
  note,
  reasonsOf,
  watched,
} from '../fakes/guard-looks.ts';

const allowing = (allow: GuardPolicy['allow']): GuardPolicy => ({
  allow,
  scp: 'mayfly-freeze',
  copy: false,
  accounts: { [watched]: { burnPerHour: 15 } },
  environments: {},
});

const over: Found = { usdPerHour: 20 };
const calm: Found = { usdPerHour: 5 };
const observed: Found = { ...over, account: { mode: 'observe' } };
const approved = (stage: 'freeze' | 'stop'): GuardEvent => ({ kind: 'guard-approved', stage, by: 'ann' });
const begun = (stage: 'freeze' | 'stop', sweep = 'x'): GuardEvent => ({ kind: 'guard-begun', stage, sweep });
const ended = (stage: 'freeze' | 'stop'): GuardEvent => ({ kind: 'guard-ended', stage, lacks: [] });

describe('a stage that was interrupted', () => {
  test.each<[string, GuardPolicy, Act[], GuardReason]>([
    ['goes on by itself', allowing('freeze'), [over, begun('freeze'), over], 'freeze-unfinished'],
    [
      'not where its account was lowered since',
      allowing('freeze'),
      [over, begun('freeze'), observed],
      'unfinished-held',
    ],
    ['not where the policy allows less since', allowing('tell'), [over, begun('freeze'), over], 'unfinished-held'],
    [
      'goes on where an admin began it',
      allowing('tell'),
      [over, approved('freeze'), begun('freeze'), over],
      'freeze-unfinished',
    ],
    [
      'goes on where an admin began it in an observed account',
      allowing('tell'),
      [over, approved('freeze'), begun('freeze'), { ...observed, after: 5 * hour }],
      'freeze-unfinished',
    ],
    [
      'a stop by itself is no admin’s because the freeze was',
      allowing('stop'),
      [over, approved('freeze'), begun('freeze'), ended('freeze'), begun('stop'), observed],
      'unfinished-held',
    ],
  ])('%s', (_, policy, acts, reason) => {
    const watch = newWatch();
    const all = acts.map((act) => ('kind' in act ? note(watch, act) : look(watch, act, policy)[0]));
    expect(all.at(-1)).toMatchObject({ reason });
    expect(all.at(-1)).not.toHaveProperty('offers');
  });
});

describe('after a release', () => {
  const released: GuardEvent = { kind: 'guard-release-begun', by: 'ann' };

  test('what burns again after it was within its limits is news, and still only for an admin', () => {
    const policy = allowing('freeze');
    const acts: Act[] = [over, over, released, over, calm, calm, over, over, approved('freeze'), over];
    expect(reasonsOf(acts, policy)).toEqual([
      ...['over-limits!', 'freeze-due!', 'cooling-down', 'within-limits', 'within-limits'],
      ...['over-limits!', 'cooling-down', 'freeze-approved!'],
    ]);
  });
});

describe('what people are told', () => {
  test('of an account that could not be read for a day, or never, once a day', () => {
    const unread: Found = { unreadAll: true };
    const policy = allowing('freeze');
    const acts: Act[] = [calm, unread, { ...unread, after: 24 * hour }, unread, { ...unread, after: 24 * hour }];
    const never = ['account-unread', 'account-unread!', 'account-unread', 'account-unread!'];
    expect(reasonsOf(acts, policy)).toEqual(['within-limits', ...never]);
    expect(reasonsOf([unread, unread], policy)).toEqual(['account-unread!', 'account-unread']);
    expect(reasonsOf([unread], { ...policy, accounts: {} })).toEqual(['account-unread']);
  });

  const untold = (acts: readonly Act[], policy: GuardPolicy) => {
    const watch = newWatch();
    return acts.flatMap((act) => {
      if ('kind' in act) note(watch, act);
      return 'kind' in act ? [] : look(watch, act, policy).map(({ reason, isNews }) => `${reason}${isNews ? '!' : ''}`);
    });
  };
  const told: GuardEvent = { kind: 'guard-told' };

  test('of a stage whose message did not arrive, at the next look, and not a day later', () => {
    const acts: Act[] = [over, told, over, begun('freeze'), ended('freeze'), over];
    expect(untold(acts, allowing('freeze'))).toEqual(['over-limits!', 'freeze-due!', 'approval-awaited!']);
    expect(untold([...acts, told, over], allowing('freeze')).at(-1)).toBe('approval-awaited');
  });

  test('a click that came to nothing, because it was within its limits, decides nothing later', () => {
    const watch = newWatch();
    const policy = allowing('freeze');
    reasonsOf([over, over, calm, calm], policy, watch);
    // Somebody stops it by an old button: the look of that order finds it within its limits.
    note(watch, approved('stop'));
    expect(reasonsOf([{ ...calm, after: minute }], policy, watch)).toEqual(['stays-frozen']);
    expect(scopeIn(watch.memory, undefined)).not.toHaveProperty('approved');
    expect(reasonsOf([over, over], policy, watch)).toEqual(['second-look-awaited', 'approval-awaited']);
  });
});

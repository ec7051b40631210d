import { describe, expect, test } from 'vitest';
import { hearAlarm } from '../../lib/core/guard-alarm.ts';
import { type GuardEvent, scopeIn } from '../../lib/core/guard-memory.ts';
import type { GuardReason } from '../../lib/core/guard-reasons.ts';
import { hour, minute } from '../../lib/core/time.ts';
import {
  carryOut,
  type Found,
  type GuardPolicy,
  look,
  newWatch,
  note,
  type Watch,
  watched,
} from '../fakes/guard-looks.ts';

const guard: GuardPolicy = {
  allow: 'stop',
  scp: 'mayfly-freeze',
  accounts: { [watched]: { burnPerHour: 15 } },
  environments: {},
};
const told: GuardPolicy = { ...guard, allow: 'tell' };
const frozen: GuardPolicy = { ...guard, allow: 'freeze' };

const calm: Found = { usdPerHour: 5 };
const over: Found = { usdPerHour: 20 };
const approved = (stage: 'freeze' | 'stop'): GuardEvent => ({ kind: 'guard-approved', stage, by: 'ann' });
const released: GuardEvent = { kind: 'guard-release-begun', by: 'ann' };

type Act = Found | GuardEvent;

/** Looks one after the other, with what happens between them; the reason of each, and `!` where it is told. */
function reasonsOf(acts: readonly Act[], policy: GuardPolicy, watch: Watch = newWatch()): string[] {
  return acts.flatMap((act) => {
    if ('kind' in act) {
      note(watch, act);
      return [];
    }
    const [decision] = look(watch, act, policy);
    if (decision === undefined) return [];
    carryOut(watch, decision);
    return [`${decision.reason}${decision.isNews ? '!' : ''}`];
  });
}

describe('looks, one an hour, and what each of them comes to', () => {
  test.each<[string, GuardPolicy, Act[], `${GuardReason}${'' | '!'}`[]]>([
    ['as usual', guard, [calm, calm], ['within-limits', 'within-limits']],
    ['no limits', { ...guard, accounts: {} }, [over], ['no-limits']],
    ['once over, then not', guard, [over, calm, calm, calm], ['over-limits!', 'calming', 'calmed!', 'within-limits']],
    ['a calm look between two', guard, [over, calm, over], ['over-limits!', 'calming', 'second-look-awaited']],
    [
      'as far as it goes',
      guard,
      [over, over, over, over],
      ['over-limits!', 'freeze-due!', 'stop-due!', 'stopped-and-over'],
    ],
    ['frozen, then calm', frozen, [over, over, calm], ['over-limits!', 'freeze-due!', 'stays-frozen']],
    [
      'stopped, then calm',
      guard,
      [over, over, over, calm],
      ['over-limits!', 'freeze-due!', 'stop-due!', 'stays-stopped'],
    ],
    ['allowed to tell', told, [over, over, over], ['over-limits!', 'approval-awaited', 'approval-awaited']],
    ['allowed to freeze', frozen, [over, over, over], ['over-limits!', 'freeze-due!', 'approval-awaited']],
    ['an admin freezes', told, [over, approved('freeze'), over], ['over-limits!', 'freeze-approved!']],
    ['an admin stops, before the freeze', told, [over, approved('stop'), over], ['over-limits!', 'approval-awaited']],
    [
      'an approval ends by itself',
      told,
      [over, approved('freeze'), { ...over, after: 4 * hour }],
      ['over-limits!', 'approval-awaited'],
    ],
    [
      'an admin at once: the click takes the second look',
      told,
      [over, approved('freeze'), { ...over, after: minute }, approved('stop'), { ...over, after: minute }],
      ['over-limits!', 'freeze-approved!', 'stop-approved!'],
    ],
    ['two looks within a minute', guard, [over, { ...over, after: minute }], ['over-limits!', 'second-look-awaited']],
    [
      'the same sweep twice',
      guard,
      [
        { ...over, sweep: { id: 'a' } },
        { ...over, sweep: { id: 'a' } },
      ],
      ['over-limits!', 'second-look-awaited'],
    ],
    [
      'a step that runs again after its freeze',
      guard,
      [over, { ...over, sweep: { id: 'b' } }, { ...over, sweep: { id: 'b' } }],
      ['over-limits!', 'freeze-due!', 'second-look-awaited'],
    ],
    ['observed', guard, [over, { ...over, account: { mode: 'observe' } }], ['over-limits!', 'account-observed']],
    [
      'observed, and an admin',
      guard,
      [over, approved('freeze'), { ...over, account: { mode: 'observe' } }],
      ['over-limits!', 'freeze-approved!'],
    ],
    ['no role', guard, [over, { ...over, account: { hasRole: false } }], ['over-limits!', 'role-missing']],
    ['paused', guard, [over, { ...over, sweep: { isPaused: true } }], ['over-limits!', 'paused']],
    [
      'paused, and an admin',
      guard,
      [over, approved('freeze'), { ...over, sweep: { isPaused: true } }],
      ['over-limits!', 'paused'],
    ],
    ['unreadable', guard, [over, { unreadAll: true }, over], ['over-limits!', 'account-unread', 'freeze-due!']],
    [
      'what could not be read may burn on',
      guard,
      [over, { ...calm, account: { unread: ['eu-west-1'] } }, over],
      ['over-limits!', 'partly-unread', 'freeze-due!'],
    ],
    ['left the organization', guard, [over, { ...over, account: { isGone: true } }], ['over-limits!', 'account-gone']],
    ['no prices', guard, [{ usdPerHour: 0, known: 0, unknown: 7 }], ['no-prices!']],
    [
      'no prices any more is not calm',
      guard,
      [over, { usdPerHour: 0, known: 0, unknown: 7, after: 25 * hour }, over],
      ['over-limits!', 'no-prices!', 'freeze-due!'],
    ],
    [
      'new prices are no second look',
      guard,
      [over, { ...over, sweep: { pricesVersion: 'b' } }, { ...over, sweep: { pricesVersion: 'b' } }],
      ['over-limits!', 'second-look-awaited', 'freeze-due!'],
    ],
    [
      'swinging around a limit is one alarm',
      told,
      [over, { usdPerHour: 14 }, over, { usdPerHour: 14 }],
      ['over-limits!', 'approval-awaited', 'approval-awaited', 'approval-awaited'],
    ],
    [
      'told once a day',
      told,
      [over, over, { ...over, after: 24 * hour }],
      ['over-limits!', 'approval-awaited', 'approval-awaited!'],
    ],
    [
      'released: no news for a day, and nothing by itself',
      guard,
      [over, over, released, over, { ...over, after: 20 * hour }, { ...over, after: 4 * hour }, over],
      ['over-limits!', 'freeze-due!', 'cooling-down', 'cooling-down', 'over-limits!', 'freeze-due!'],
    ],
    [
      'released, then much more: news, and only an admin freezes',
      guard,
      [over, over, released, { usdPerHour: 99 }, { usdPerHour: 99 }, approved('freeze'), { usdPerHour: 99 }],
      ['over-limits!', 'freeze-due!', 'over-limits!', 'cooling-down', 'freeze-approved!'],
    ],
    ['a budget of 0', { ...guard, accounts: { [watched]: { budget: 0 } } }, [{ usdPerHour: 0.01 }], ['over-limits!']],
    [
      'a budget of 0 and nothing there',
      { ...guard, accounts: { [watched]: { budget: 0 } } },
      [{ usdPerHour: 0, known: 0 }],
      ['within-limits'],
    ],
  ])('%s', (_, policy, acts, reasons) => {
    expect(reasonsOf(acts, policy)).toEqual(reasons);
  });
});

describe('alarms of AWS', () => {
  test('are told once, and stand for one look', () => {
    const watch = newWatch();
    for (const delivery of [1, 2]) {
      const { reason, events } = hearAlarm(watch.memory, { id: 'event-1', source: 'budget' });
      expect(reason).toBe(delivery === 1 ? 'alarm-heard' : 'alarm-known');
      for (const event of events) note(watch, event);
    }
    expect(reasonsOf([over], guard, watch)).toEqual(['freeze-due!']);
  });

  test('two of them are no two looks', () => {
    const watch = newWatch();
    const alarms: GuardEvent[] = ['a', 'b'].map((id) => ({ kind: 'guard-heard', id, source: 'anomaly' }));
    expect(reasonsOf([...alarms, calm, calm], guard, watch)).toEqual(['calming', 'within-limits']);
    expect(scopeIn(watch.memory, undefined).stage).toBe('none');
  });
});

describe('an environment', () => {
  const policy: GuardPolicy = { ...guard, environments: { staging: { burnPerHour: 5 } } };
  const environments = { staging: 9, production: 90, ['__proto__']: 3 };

  test('has limits and stages of its own', () => {
    const watch = newWatch();
    const found = { usdPerHour: 10, environments };
    const seen = [1, 2].map(() =>
      look(watch, found, policy).map(({ environment, reason }) => [environment, reason] as const),
    );
    expect(seen).toEqual([
      [
        [undefined, 'within-limits'],
        ['staging', 'over-limits'],
      ],
      [
        [undefined, 'within-limits'],
        ['staging', 'freeze-due'],
      ],
    ]);
  });

  test('of an account that the policy does not name is told of, and no more', () => {
    const watch = newWatch();
    const acts = [1, 2, 3].map(() => look(watch, { usdPerHour: 10, environments }, { ...policy, accounts: {} })[1]);
    expect(acts.map((one) => one?.reason)).toEqual(['over-limits', 'account-not-named', 'account-not-named']);
    expect(acts.map((one) => one?.offers)).toEqual([undefined, undefined, undefined]);
  });

  test('in which nothing is left burns nothing', () => {
    const watch = newWatch();
    const reasons = [{ environments }, {}, {}].map(
      (found) => look(watch, { usdPerHour: 10, ...found }, policy)[1]?.reason,
    );
    expect(reasons).toEqual(['over-limits', 'calming', 'calmed']);
  });
});

test('a stage that was decided on before a release does not begin after it', () => {
  const watch = newWatch();
  reasonsOf([over], guard, watch);
  look(watch, over, guard);
  note(watch, released);
  note(watch, { kind: 'guard-begun', stage: 'freeze', sweep: 'sweep-2' });
  expect(scopeIn(watch.memory, undefined)).toMatchObject({ stage: 'none' });
});

test('an interrupted freeze goes on as long as it is over, and else says that it is half done', () => {
  const watch = newWatch();
  reasonsOf([over, over], told, watch);
  note(watch, { kind: 'guard-begun', stage: 'freeze', sweep: 'sweep-2' });
  expect(look(watch, over, told)[0]?.reason).toBe('freeze-unfinished');
  expect(look(watch, calm, told)[0]?.reason).toBe('half-done');
  note(watch, { kind: 'guard-ended', stage: 'freeze', lacks: ['scp-quota'] });
  expect(scopeIn(watch.memory, undefined)).toMatchObject({ stage: 'freeze', lacks: ['scp-quota'] });
  expect(look(watch, calm, told)[0]?.reason).toBe('stays-frozen');
});

test('what a late run changed after a release is taken back', () => {
  const watch = newWatch();
  reasonsOf([over, over, released], guard, watch);
  const part = { kind: 'server', arn: 'a', type: 'ec2:instance', region: 'eu-west-1', stage: 'stop' } as const;
  note(watch, { kind: 'guard-changed', part });
  expect(reasonsOf([calm], guard, watch)).toEqual(['release-unfinished!']);
});

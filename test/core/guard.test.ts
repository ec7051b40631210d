import { describe, expect, test } from 'vitest';
import type { GuardEvent } from '../../lib/core/guard-memory.ts';
import type { GuardReason } from '../../lib/core/guard-reasons.ts';
import { hour, minute } from '../../lib/core/time.ts';
import { type Act, type Found, type GuardPolicy, reasonsOf, watched } from '../fakes/guard-looks.ts';

const guard: GuardPolicy = {
  allow: 'stop',
  scp: 'mayfly-freeze',
  copy: false,
  accounts: { [watched]: { burnPerHour: 15 } },
  environments: {},
};
const told: GuardPolicy = { ...guard, allow: 'tell' };
const frozen: GuardPolicy = { ...guard, allow: 'freeze' };

const calm: Found = { usdPerHour: 5 };
const over: Found = { usdPerHour: 20 };
const approved = (stage: 'freeze' | 'stop'): GuardEvent => ({ kind: 'guard-approved', stage, by: 'ann' });
const released: GuardEvent = { kind: 'guard-release-begun', by: 'ann' };

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

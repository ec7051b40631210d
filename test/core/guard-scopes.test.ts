import { describe, expect, test } from 'vitest';
import { hearAlarm } from '../../lib/core/guard-alarm.ts';
import { type GuardEvent, scopeIn } from '../../lib/core/guard-memory.ts';
import { keyOfPart, type Part } from '../../lib/core/guard-parts.ts';
import { type Found, type GuardPolicy, look, newWatch, note, reasonsOf, watched } from '../fakes/guard-looks.ts';

const guard: GuardPolicy = {
  allow: 'stop',
  scp: 'mayfly-freeze',
  copy: false,
  accounts: { [watched]: { burnPerHour: 15 } },
  environments: {},
};
const told: GuardPolicy = { ...guard, allow: 'tell' };

const calm: Found = { usdPerHour: 5 };
const over: Found = { usdPerHour: 20 };
const released: GuardEvent = { kind: 'guard-release-begun', by: 'ann' };

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

  test('leave it news that a look passes a limit', () => {
    const watch = newWatch();
    note(watch, { kind: 'guard-heard', id: 'event-1', source: 'budget' });
    note(watch, { kind: 'guard-told' });
    expect(reasonsOf([over, over], told, watch)).toEqual(['approval-awaited!', 'approval-awaited']);
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
  note(watch, { kind: 'guard-approved', stage: 'freeze', by: 'ann' });
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

test('what was stopped burns again after a release, and that is no news, however little burnt meanwhile', () => {
  const watch = newWatch();
  const [server, other] = ['i-1', 'i-2'].map((id): Part => {
    const arn = `arn:aws:ec2:eu-west-1:${watched}:instance/${id}`;
    return { kind: 'server', arn, type: 'ec2:instance', region: 'eu-west-1', stage: 'stop' };
  }) as [Part, Part];
  const stop: GuardEvent[] = [
    { kind: 'guard-begun', stage: 'freeze', sweep: 'a' },
    { kind: 'guard-ended', stage: 'freeze', lacks: [] },
    { kind: 'guard-begun', stage: 'stop', sweep: 'b' },
    { kind: 'guard-changing', parts: [server, other] },
    { kind: 'guard-ended', stage: 'stop', lacks: [] },
  ];
  const less: Found = { usdPerHour: 16 };
  const some = [
    { usdPerHour: 50 },
    ...stop,
    less,
    released,
    { kind: 'guard-released', part: keyOfPart(server) } as const,
  ];
  expect(reasonsOf([...some, less, { kind: 'guard-released', part: keyOfPart(other) }], told, watch)).toEqual([
    'over-limits!',
    'stopped-and-over',
    'release-unfinished',
  ]);
  expect(reasonsOf([{ usdPerHour: 50 }], told, watch)).toEqual(['cooling-down']);
  expect(reasonsOf([{ usdPerHour: 61 }], told, watch)).toEqual(['over-limits!']);
});

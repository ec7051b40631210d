import { describe, expect, test } from 'vitest';
import { type CostAlarm, readCostAlarms } from '../../lib/core/cost-alarm.ts';
import { isHeard, scopeIn } from '../../lib/core/guard-memory.ts';
import { hearCostAlarm } from '../../lib/use-cases/hear-cost-alarm.ts';
import type { Ledger } from '../../lib/use-cases/ports.ts';
import type { Delivery } from '../../lib/use-cases/ports-people.ts';
import { anAlarmHub } from '../fakes/alarm-hub.ts';
import { aPolicy } from '../fakes/builders.ts';
import { heldClock } from '../fakes/clocks.ts';
import { anomalyMessage, budgetMessage, rootCause } from '../samples/cost-alarms.ts';

const dev = '222222222222';
const policy = aPolicy({ accounts: [{ id: dev, name: 'dev' }], guard: { accounts: { [dev]: { budget: 100 } } } });
const [alarm] = readCostAlarms(budgetMessage());
const down: Delivery = { kind: 'failed', why: 'Slack answers 503' };

function aHub(given: Parameters<typeof anAlarmHub>[0] = {}) {
  const { ports, ledger, told } = anAlarmHub(given);
  const kinds = async (account = dev) => (await ledger.guardHistory(account)).map(({ event }) => event.kind);
  return { ports, ledger, told, kinds, hear: (one: CostAlarm) => hearCostAlarm(ports, policy, one) };
}

test('an alarm is remembered and told, in the words of AWS', async () => {
  const { hear, told, ledger, kinds, ports } = aHub();
  expect(await hear(alarm)).toEqual({ told: true, reason: 'alarm-heard' });
  expect(told).toEqual([
    {
      account: dev,
      accountName: 'dev',
      at: ports.clock.now(),
      stage: 'tell',
      reason: 'alarm-heard',
      passed: [],
      alarm: { source: 'budget', says: alarm.says },
      mayRelease: false,
      problems: [],
    },
  ]);
  const memory = await ledger.guardMemory(dev);
  expect(isHeard(memory, alarm.id)).toBe(true);
  expect(scopeIn(memory, undefined)).toMatchObject({ stage: 'tell', toldAt: ports.clock.now() });
  expect(await kinds()).toEqual(['guard-heard', 'guard-told']);
});

describe('once, however often it is delivered', () => {
  test('again later', async () => {
    const { hear, told, kinds } = aHub();
    await hear(alarm);
    expect(await hear(alarm)).toEqual({ told: false, reason: 'alarm-known' });
    expect(told).toHaveLength(1);
    expect(await kinds()).toEqual(['guard-heard', 'guard-told']);
  });

  test('twice at once: the second waits for the first', async () => {
    const clock = heldClock();
    const { hear, told } = aHub({ clock });
    const both = Promise.all([hear(alarm), hear(alarm)]);
    await expect.poll(() => clock.sleepers()).toHaveLength(1);
    await expect.poll(() => told).toHaveLength(1);
    clock.pass(15_000);
    expect((await both).filter((one) => one.told)).toHaveLength(1);
    expect(told).toHaveLength(1);
  });

  test('while Slack is down it is remembered, not told, and told when Slack is there again', async () => {
    const { hear, told, kinds } = aHub({ answers: [down, down] });
    await expect(hear(alarm)).rejects.toThrow(
      `about ${dev} was not told: Slack answers 503; it is told when it is delivered again`,
    );
    expect(await kinds()).toEqual(['guard-heard']);
    await expect(hear(alarm)).rejects.toThrow('was not told');
    expect(await hear(alarm)).toEqual({ told: true, reason: 'alarm-heard' });
    expect(await hear(alarm)).toEqual({ told: false, reason: 'alarm-known' });
    expect(told).toHaveLength(1);
    expect(await kinds()).toEqual(['guard-heard', 'guard-told']);
  });

  test('while the ledger takes nothing nobody is told, and it is delivered again', async () => {
    const { ports, told } = aHub();
    const ledger: Ledger = { ...ports.ledger, recordGuard: () => Promise.reject(new Error('no table')) };
    await expect(hearCostAlarm({ ...ports, ledger }, policy, alarm)).rejects.toThrow('no table');
    expect(told).toEqual([]);
    expect(await hearCostAlarm(ports, policy, alarm)).toMatchObject({ told: true });
  });

  test('what was told is not told again because it could not be written down', async () => {
    const { ports, told } = aHub();
    const ledger: Ledger = { ...ports.ledger, markTold: () => Promise.reject(new Error('throttled')) };
    expect(await hearCostAlarm({ ...ports, ledger }, policy, alarm)).toEqual({
      told: true,
      reason: 'alarm-heard',
      problem: `the alarm ${alarm.id} of AWS about ${dev} was told, and that could not be written down: throttled`,
    });
    expect(told).toHaveLength(1);
  });
});

test('two alarms at once are two, of one account and of several', async () => {
  const { hear, told, ledger } = aHub();
  const two = readCostAlarms(anomalyMessage({ rootCauses: [rootCause(dev), rootCause('333333333333')] }));
  await Promise.all([alarm, ...two].map(hear));
  expect(new Set(told.map(({ account, alarm: from }) => `${account} ${from?.source}`))).toEqual(
    new Set([`${dev} anomaly`, `${dev} budget`, '333333333333 anomaly']),
  );
  expect(told).toHaveLength(3);
  expect((await ledger.guardMemory(dev)).heard).toHaveLength(2);
});

test('an account that the policy does not name is told too, and what that means', async () => {
  const { hear, told, kinds } = aHub();
  await hear({ ...alarm, account: '999999999999' });
  expect(told).toMatchObject([
    { account: '999999999999', problems: [expect.stringContaining('guard.accounts does not name this account')] },
  ]);
  expect(told[0]).not.toHaveProperty('accountName');
  expect(await kinds('999999999999')).toEqual(['guard-heard', 'guard-told']);
});

test('one that names no account is only told, and once', async () => {
  const { hear, told, ledger } = aHub({ answers: [down] });
  const { account: _, ...unnamed } = alarm;
  await expect(hear(unnamed)).rejects.toThrow('about no account that it names was not told');
  expect([await hear(unnamed), await hear(unnamed)].map((one) => one.told)).toEqual([true, false]);
  expect(told).toMatchObject([
    { account: 'an account that AWS does not name', stage: 'none', problems: [expect.stringContaining('no account')] },
  ]);
  expect(await ledger.guardedAccounts()).toEqual([]);
});

test('without a place to tell it is remembered all the same, and asks for no other try', async () => {
  const { hear, kinds } = aHub({ answers: [{ kind: 'nowhere', why: 'no slack block' }] });
  expect(await hear(alarm)).toEqual({ told: false, reason: 'alarm-heard', problem: 'no slack block' });
  expect(await kinds()).toEqual(['guard-heard']);
});

test('what the guard has changed may be released', async () => {
  const { hear, told, ledger, ports } = aHub();
  const part = { kind: 'scp', policy: 'p-1', account: dev, stage: 'freeze' } as const;
  await ledger.recordGuard(dev, [{ kind: 'guard-changing', parts: [part] }], ports.clock.now());
  await hear(alarm);
  expect(told).toMatchObject([{ mayRelease: true }]);
});

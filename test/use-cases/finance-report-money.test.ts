import { describe, expect, test } from 'vitest';
import type { Billed } from '../../lib/core/billed.ts';
import type { Event } from '../../lib/core/history.ts';
import { day, hour, week } from '../../lib/core/time.ts';
import { financeReport } from '../../lib/use-cases/finance-report.ts';
import { aPolicy, at } from '../fakes/builders.ts';
import { heldClock } from '../fakes/clocks.ts';
import { type FinanceStage, financeStage } from '../fakes/finance-stage.ts';
import { account, region } from '../fakes/world.ts';

const now = at('2026-11-23T12:00Z');
const policy = aPolicy({ mode: 'enforce', expiry: { requireWarning: false } });
const expired = { 'expires-at': '2026-11-20T00:00:00Z' };

const reportOf = ({ world: { ports } }: FinanceStage) => financeReport(ports, policy);

describe('what AWS billed', () => {
  const days = 14;
  const known = (usd: number): Billed => ({
    accounts: { kind: 'known', days, usd: new Map([[account, usd]]), leftOut: [] },
    resources: {
      kind: 'known',
      days,
      bills: new Map([
        ['i-0a1', { usd: 14, days }],
        ['vol-0a1', { usd: 7, days }],
      ]),
      leftOut: [],
    },
    requests: 2,
  });
  const disks = { BlockDeviceMappings: [{ Ebs: { VolumeId: 'vol-0a1' } }] };

  test('stands beside what is seen, and in place of the estimate of a server with its volumes', async () => {
    const stage = financeStage();
    stage.instance('i-0a1', expired, disks);
    stage.volume('vol-0a1', {}, 100);
    const report = await financeReport(stage.world.ports, policy, { read: async () => known(1000) });
    expect(report.idle).toMatchObject([{ amount: { kind: 'actual', usd: 45.63 } }]);
    expect(report.coverage).toEqual({ seenMonthlyUsd: 740, billedUsd: 1000, days, accounts: 1 });
    expect(report.coverageNote).toMatch(/asked 2 times, for \$0.02/);
  });

  test('is not known where Cost Explorer is off', async () => {
    const stage = financeStage();
    const broken = { read: async () => Promise.reject(new Error('Cost Explorer is off')) };
    const report = await financeReport(stage.world.ports, policy, broken);
    expect(report.coverage).toBeUndefined();
    expect(report.coverageNote).toBe('What AWS billed could not be read: Error: Cost Explorer is off.');
  });
});

describe('the ledger tells', () => {
  const arn = `arn:aws:ec2:${region}:${account}:volume/vol-1`;
  const ledger = (...events: object[]) => events.map((event) => ({ arn, ...event }) as Event);

  test('who extended what most often', async () => {
    const stage = financeStage();
    stage.volume('vol-1', { 'expires-at': '2026-12-20T00:00:00Z', owner: 'ana', Name: 'data' });
    const extended = (by: string, days: number) => ({
      kind: 'extended',
      at: now - days * day,
      to: now,
      by,
      inLedger: false,
    });
    const other = { ...extended('ana', 3), arn: `${arn}0` };
    await stage.world.ports.ledger.record(ledger(extended('ana', 9), extended('ben', 5), extended('ana', 2), other));
    expect((await reportOf(stage)).extended).toEqual([
      {
        arn,
        name: 'data',
        owner: 'ana',
        times: 3,
        by: [
          { who: 'ana', times: 2 },
          { who: 'ben', times: 1 },
        ],
        expiresAt: at('2026-12-20T00:00:00Z'),
      },
      { arn: `${arn}0`, times: 1, by: [{ who: 'ana', times: 1 }] },
    ]);
  });

  test('what was saved, week by week, until the thing stands there again', async () => {
    const clock = heldClock(now);
    const stage = financeStage(clock);
    const { ports } = stage.world;
    await ports.ledger.record(ledger({ kind: 'removed', at: now - 10 * day, monthlyUsd: 730 }));
    const first = await reportOf(stage);
    expect(first.savedThisWeek).toMatchObject({ usd: expect.closeTo(24 * 7), removed: 0 });
    expect(first.savedSinceStart).toEqual({
      usd: expect.closeTo(240),
      removed: 1,
      stopped: 0,
      unknown: 0,
      cameBack: 0,
      since: now - 10 * day,
    });
    clock.pass(week);
    const second = await reportOf(stage);
    expect(second.savedSinceStart).toMatchObject({ usd: expect.closeTo(24 * 17), removed: 1 });
    expect(second.trend.map(({ savedUsd }) => savedUsd)).toEqual([
      ...Array(10).fill(undefined),
      expect.closeTo(168),
      expect.closeTo(168),
    ]);
    clock.pass(week);
    stage.volume('vol-1', {}, 100, new Date(now + 10 * day));
    const third = await reportOf(stage);
    expect(third.savedThisWeek).toMatchObject({ usd: expect.closeTo(24 * 3), cameBack: 1 });
    expect(third.savedSinceStart).toMatchObject({ usd: expect.closeTo(24 * 20), cameBack: 1, removed: 1 });
  });

  test('what the ledger is told late, by a run that was under way, is counted by the next report', async () => {
    const clock = heldClock(now);
    const stage = financeStage(clock);
    const removal = ledger({ kind: 'removed', at: now - hour, monthlyUsd: 730 });
    expect((await reportOf(stage)).savedSinceStart).toMatchObject({ usd: 0, removed: 0 });
    await stage.world.ports.ledger.record(removal);
    clock.pass(week);
    expect((await reportOf(stage)).savedSinceStart).toMatchObject({ usd: expect.closeTo(24 * 7 + 1), removed: 1 });
  });

  test('a damaged document of earlier weeks is told, and left as it is', async () => {
    const stage = financeStage();
    await stage.world.ports.runStore.save('finance', 'weeks', { weeks: 'none' });
    const { unread, trend } = await reportOf(stage);
    expect(unread).toMatchObject([
      { account: 'Mayfly', why: expect.stringMatching(/damaged: delete it to begin anew/) },
    ]);
    expect(trend).toHaveLength(12);
    expect(await stage.world.ports.runStore.load('finance', 'weeks')).toEqual({ weeks: 'none' });
  });

  test('a second report of the same day counts nothing twice', async () => {
    const stage = financeStage();
    await stage.world.ports.ledger.record(ledger({ kind: 'removed', at: now - day, monthlyUsd: 730 }));
    const [first, second] = [await reportOf(stage), await reportOf(stage)];
    expect(second).toEqual(first);
    expect(first.trend.filter(({ savedUsd }) => savedUsd !== undefined)).toHaveLength(1);
  });
});

describe('what nobody could read is no 0', () => {
  test('savings and orders for more time, where the ledger is out of reach', async () => {
    const stage = financeStage();
    const down = async () => Promise.reject(new Error('the table is gone'));
    Object.assign(stage.world.ports.ledger, { endings: down, extensions: down });
    const report = await reportOf(stage);
    expect(report).toMatchObject({ savedThisWeek: { notKnown: true }, savedSinceStart: { notKnown: true } });
    expect(report).toMatchObject({ extended: [], extendedUnread: true });
    expect(report.trend.at(-1)).not.toHaveProperty('savedUsd');
  });

  test('a week in which nothing was found, and not all was read, is a gap in the trend', async () => {
    const stage = financeStage();
    expect((await reportOf(stage)).trend.at(-1)).toMatchObject({ idleMonthlyUsd: 0 });
    stage.world.closed.add(account);
    const { trend, unread } = await reportOf(stage);
    expect(unread).not.toEqual([]);
    expect(trend.at(-1)).not.toHaveProperty('idleMonthlyUsd');
  });
});

describe('a sum', () => {
  test('is that of what its rows show, cent for cent', async () => {
    const stage = financeStage();
    // 0.116 each.
    for (const id of ['vol-1', 'vol-2', 'vol-3']) stage.volume(id, expired, 1.16);
    const { idle, idleTotal } = await reportOf(stage);
    expect(idle.map(({ amount }) => amount.kind === 'estimate' && amount.usd)).toEqual([0.12, 0.12, 0.12]);
    expect(idleTotal.amount).toMatchObject({ kind: 'estimate', usd: 0.36 });
  });

  test('has the volume of an idle server that expires within the week once', async () => {
    const stage = financeStage();
    stage.instance('i-0a1', expired, { BlockDeviceMappings: [{ Ebs: { VolumeId: 'vol-0a1' } }] });
    stage.volume('vol-0a1', { 'expires-at': '2026-11-26T00:00:00Z' }, 100);
    const before = await reportOf(stage);
    expect(before.expiring).toHaveLength(1);
    expect(before.idleTotal.amount).toMatchObject({ usd: 740 });
  });
});

describe('what a listing still shows', () => {
  const gone = (stage: FinanceStage) => {
    const arn = stage.world.queue('jobs', expired);
    stage.world.place().queues.delete('jobs');
    stage.world.ports.inventory.tagged = async () => ({ listed: [{ arn, tags: expired }], problems: [] });
    return arn;
  };
  const removedThen = (arn: string): Event => ({ arn, at: now - 2 * day, kind: 'removed', monthlyUsd: 730 });

  test('has not come back, and is no row, because its own service knows nothing of it', async () => {
    const stage = financeStage();
    await stage.world.ports.ledger.record([removedThen(gone(stage))]);
    const report = await reportOf(stage);
    expect(report.idle).toEqual([]);
    expect(report.savedThisWeek).toMatchObject({ usd: expect.closeTo(48), cameBack: 0 });
  });

  test('has come back where its service has it again', async () => {
    const stage = financeStage();
    const arn = gone(stage);
    await stage.world.ports.ledger.record([removedThen(arn)]);
    stage.world.queue('jobs', expired, { createdAt: now - day });
    const report = await reportOf(stage);
    expect(report.idle.map((row) => row.arn)).toEqual([arn]);
    expect(report.savedThisWeek).toMatchObject({ usd: expect.closeTo(24), cameBack: 1 });
  });
});

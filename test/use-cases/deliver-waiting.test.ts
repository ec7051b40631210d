import { beforeEach, describe, expect, test } from 'vitest';
import { sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';
import type { FinanceReport } from '../../lib/core/finance-report.ts';
import { minute, week } from '../../lib/core/time.ts';
import { deliverFinance, deliverWaiting } from '../../lib/use-cases/deliver-finance.ts';
import { heldClock } from '../fakes/clocks.ts';
import { aDelivery } from '../fakes/finance-delivery.ts';
import { delivered, monday, slackThat } from '../fakes/finance-outlets.ts';
import { aFinanceReport } from '../fakes/finance-report.ts';

let { happened, clock, ledger, runStore, outlets, deliver, later } = aDelivery();
beforeEach(() => {
  ({ happened, clock, ledger, runStore, outlets, deliver, later } = aDelivery());
});

const times = (what: string) => happened.filter((one) => one.startsWith(what)).length;

describe('where Slack is down for longer than a function is tried', () => {
  const down = slackThat(async () => ({ kind: 'failed', why: '#finance: Slack says service_unavailable' }));
  const failsThrice = async () => {
    for (let tries = 1; tries <= 3; tries++) await expect(deliver(down)).rejects.toThrow('service_unavailable');
  };

  test('the report is made and kept once, and waits for a later run, which tells the same', async () => {
    const posted: FinanceReport[] = [];
    await failsThrice();
    expect([times('gather'), times('keep'), times('mail')]).toEqual([1, 1, 1]);
    expect((await later(down))?.problems).toEqual([
      'the weekly report of 2026-11-23 still waits: Slack: #finance: Slack says service_unavailable',
    ]);
    const post = async (report: FinanceReport) => {
      posted.push(report);
      return delivered;
    };
    expect(await later({ slack: { post, attach: async () => void happened.push('attach') } })).toEqual({
      ...{ date: monday, told: ['slack'], bytes: { 'idle-report.csv': 3 }, problems: [] },
    });
    expect(posted).toEqual([aFinanceReport()]);
    expect([times('gather'), times('keep'), times('mail'), times('attach')]).toEqual([1, 1, 1, 1]);
  });

  test('once it is told nothing waits, however often runs come', async () => {
    await failsThrice();
    await later();
    expect(await later()).toBeUndefined();
    expect(await deliver()).toMatchObject({ told: [] });
    expect([times('gather'), times('post')]).toEqual([1, 1]);
  });

  test('what arrived, but could not be struck off, is told no second time', async () => {
    await failsThrice();
    const save = async () => Promise.reject(new Error('S3 says SlowDown'));
    const struck = await deliverWaiting({ ledger, clock, runStore: { ...runStore, save } }, outlets());
    expect(struck?.problems).toEqual([
      "that the weekly report of 2026-11-23 waits no more can't be kept: S3 says SlowDown",
    ]);
    expect(await later()).toMatchObject({ told: [], problems: [] });
    expect(await later()).toBeUndefined();
    expect(times('post')).toBe(1);
  });

  test('a person, a retry and the hourly run at once post one message', async () => {
    const held = heldClock();
    const ports = { ledger: sqliteLedger(':memory:', held), clock: held, runStore };
    await expect(deliver(down, ports)).rejects.toThrow();
    held.pass(minute);
    const all = [deliver({}, ports), deliver({}, ports), deliverWaiting(ports, outlets()), deliver({}, ports)];
    for (let tries = 1; tries <= 20; tries++) {
      await new Promise(setImmediate);
      held.pass(30_000);
    }
    expect((await Promise.all(all)).flatMap((one) => one?.told ?? [])).toEqual(['slack']);
    expect(times('post')).toBe(1);
  });

  test('nothing waits that was told everywhere, or that nobody would be told', async () => {
    await deliver();
    expect(await later()).toBeUndefined();
    const { gather, render, keep } = outlets();
    await deliverFinance({ ledger, clock, runStore }, { gather, render, keep }, '2026-11-30');
    expect(await later()).toBeUndefined();
  });

  test('that of the next week takes its place, and says so', async () => {
    await failsThrice();
    expect((await deliver({}, {}, '2026-11-30')).problems).toEqual([
      'the weekly report of 2026-11-23 was not told everywhere, and this one takes its place',
    ]);
    expect(await later()).toBeUndefined();
  });

  test('after a week it is given up', async () => {
    await failsThrice();
    await clock.sleep(week + minute);
    expect(await later()).toMatchObject({ told: [], problems: [expect.stringContaining('is given up')] });
    expect(await later()).toBeUndefined();
    expect(times('post')).toBe(0);
  });

  test('a document that is damaged is an error of the later run, and of no new report', async () => {
    await runStore.save('finance', 'waiting', { date: 7 });
    await expect(later()).rejects.toThrow('the document waiting of the run finance is damaged');
    expect(await deliver()).toMatchObject({ told: ['slack', 'mail'], problems: [expect.stringContaining('damaged')] });
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';
import type { ReportLinks } from '../../lib/core/report-files.ts';
import { deliverFinance } from '../../lib/use-cases/deliver-finance.ts';
import type { Delivery } from '../../lib/use-cases/ports-people.ts';
import { heldClock } from '../fakes/clocks.ts';
import { aDelivery } from '../fakes/finance-delivery.ts';
import { delivered, file, links, monday, slackThat } from '../fakes/finance-outlets.ts';

let { happened, clock, ledger, runStore, outlets, deliver } = aDelivery();
beforeEach(() => {
  ({ happened, clock, ledger, runStore, outlets, deliver } = aDelivery());
});

const whole = ['gather', `keep ${monday} idle-report.csv`, 'post 1', 'attach 1 to C1 1.1', 'mail 1'];

test('a report is kept first, so that its links lead somewhere, and then told on every way', async () => {
  const bytes = { 'idle-report.csv': 3 };
  expect(await deliver()).toEqual({ date: monday, told: ['slack', 'mail'], bytes, problems: [] });
  expect(happened).toEqual(whole);
});

test('without Slack and a topic the files lie in the bucket', async () => {
  const { gather, render, keep } = outlets();
  expect(await deliverFinance({ ledger, clock, runStore }, { gather, render, keep }, monday)).toMatchObject({
    told: [],
  });
  expect(happened).toEqual(whole.slice(0, 2));
});

test('a form that could not be made is linked nowhere, and named', async () => {
  const more = { ...links, 'trend.png': 'https://x.example/2' };
  const given: ReportLinks[] = [];
  const { problems } = await deliver({
    render: async () => ({ files: [file], problems: ['trend.png could not be made: no font'] }),
    links: async () => more,
    mail: async (_, some) => void given.push(some),
  });
  expect(given).toEqual([links]);
  expect(problems).toEqual(['trend.png could not be made: no font']);
});

describe('tried again', () => {
  test('for the same Monday nothing is told or gathered, for the next one all of it', async () => {
    await deliver();
    expect(await deliver()).toEqual({ date: monday, told: [], problems: [] });
    expect(happened).toEqual(whole);
    await deliver({}, {}, '2026-11-30');
    expect(happened).toHaveLength(2 * whole.length);
  });

  test('only the way that failed is gone again', async () => {
    const refused = { kind: 'failed', why: '#finance: Slack says channel_not_found' } as const;
    await expect(deliver(slackThat(async () => refused))).rejects.toThrow(
      '2026-11-23 is kept, but was not told everywhere: Slack: #finance: Slack says channel_not_found',
    );
    expect(happened.filter((one) => one.startsWith('mail'))).toHaveLength(1);
    expect(await deliver()).toMatchObject({ told: ['slack'] });
    expect(happened.filter((one) => one.startsWith('mail'))).toHaveLength(1);
    expect(happened.filter((one) => one.startsWith('post'))).toHaveLength(1);
  });

  test('a mail that was refused is sent, and Slack is left alone', async () => {
    const mail = async () => {
      throw new Error('sending the report failed');
    };
    await expect(deliver({ mail })).rejects.toThrow('sending the report failed');
    expect(await deliver()).toMatchObject({ told: ['mail'] });
    expect(happened.filter((one) => one.startsWith('post'))).toHaveLength(1);
  });

  test('after it was cut off while it posted, it is posted: a report that nobody saw would be lost', async () => {
    await ledger.beginTask(`weekly-report/${monday}/slack/${Math.floor(clock.now() / 30_000)}`);
    expect(await deliver()).toMatchObject({ told: ['slack', 'mail'] });
  });

  test('at the same time, one posts and the other one waits for it', async () => {
    const held = heldClock();
    const both = { ledger: sqliteLedger(':memory:', held), clock: held };
    let post: (delivery: Delivery) => void = () => undefined;
    const posts: number[] = [];
    const slow = slackThat(() => {
      posts.push(1);
      return new Promise((resolve) => {
        post = resolve;
      });
    });
    const first = deliver(slow, both);
    await expect.poll(() => posts.length).toBe(1);
    const second = deliver(slow, both);
    await expect.poll(() => held.sleepers()).toEqual([30_000]);
    post(delivered);
    expect(await first).toMatchObject({ told: ['slack', 'mail'] });
    held.pass(30_000);
    expect(await second).toMatchObject({ told: [] });
    expect(posts).toHaveLength(1);
  });
});

describe('what goes wrong', () => {
  test('a file that can not be kept: nobody is told of it before it is', async () => {
    const keep = async () => {
      throw new Error('writing s3://runs failed');
    };
    await expect(deliver({ keep })).rejects.toThrow('writing s3://runs failed');
    expect(happened).toEqual(['gather']);
    expect(await deliver()).toMatchObject({ told: ['slack', 'mail'] });
  });

  test('a key that can not be read: it goes without links, and says so', async () => {
    const broken = async () => {
      throw new Error('reading the key failed');
    };
    expect((await deliver({ links: broken })).problems).toEqual([
      'the weekly report of 2026-11-23 goes out without links: reading the key failed',
    ]);
    expect(happened).toEqual(expect.arrayContaining(['post 0', 'mail 0']));
  });

  test('another channel, and a ledger that can not be written: told, and both are problems', async () => {
    const markTold = async () => {
      throw new Error('throttled');
    };
    const instead = { ...delivered, to: '#lost', instead: '#finance: Slack says is_archived' } as const;
    const { told, problems } = await deliver(
      slackThat(async () => instead),
      { ledger: { ...ledger, markTold } },
    );
    expect(told).toEqual(['slack', 'mail']);
    expect(problems).toEqual([
      'the weekly report went to #lost, because #finance: Slack says is_archived',
      "that slack was told can't be kept: throttled; it may be told twice",
      "that mail was told can't be kept: throttled; it may be told twice",
    ]);
  });
});

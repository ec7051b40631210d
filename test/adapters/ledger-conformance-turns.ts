import { expect } from 'vitest';
import type { Event } from '../../lib/core/history.ts';
import { day, hour, week } from '../../lib/core/time.ts';
import type { Case } from './ledger-conformance.ts';

const server = 'arn:aws:ec2:eu-west-1:222222222222:instance/i-1';
const queue = 'arn:aws:sqs:eu-west-1:222222222222:orders';
const cost = { monthlyUsd: 74.4, stoppedMonthlyUsd: 1.6 };

/** What a ledger tells of a week without anybody's history. */
export const turnCases: Readonly<Record<string, Case>> = {
  'what ended and what runs again, with what is known of its cost, and nothing else': async (ledger, clock) => {
    const at = clock.now();
    await ledger.record([
      { arn: queue, at, kind: 'removal-requested', monthlyUsd: 3 },
      { arn: queue, at: at + 1, kind: 'removed', detail: 'by its service', run: 'run-1', monthlyUsd: 3 },
      { arn: `${queue}-2`, at: at + 2, kind: 'removed' },
      { arn: `${queue}-3`, at: at + 3, kind: 'gone' },
      { arn: `${queue}-4`, at: at + 3, kind: 'refused', why: 'no' },
      { arn: server, at: at + 4, kind: 'stopped', identity: 'i-1', ...cost },
      { arn: server, at: at + 5, kind: 'started-again', monthlyUsd: 74.4 },
      { arn: server, at: at + 6, kind: 'stopped', again: true },
      { arn: server, at: at + 7, kind: 'restored', by: 'ana', as: `${server}2` },
      { arn: `${server}-copy`, at: at + 8, kind: 'removed', copyOf: server },
    ]);
    expect(await ledger.endings(at, at + day)).toEqual([
      { arn: queue, at: at + 1, kind: 'removed', monthlyUsd: 3 },
      { arn: `${queue}-2`, at: at + 2, kind: 'removed' },
      { arn: `${queue}-3`, at: at + 3, kind: 'gone' },
      { arn: server, at: at + 4, kind: 'stopped', ...cost },
      { arn: server, at: at + 5, kind: 'started-again', monthlyUsd: 74.4 },
      { arn: server, at: at + 6, kind: 'stopped', again: true },
      { arn: server, at: at + 7, kind: 'restored', as: `${server}2` },
      { arn: `${server}-copy`, at: at + 8, kind: 'removed', copyOf: server },
    ]);
    expect(await ledger.extensions(at, at + day)).toEqual([]);
  },

  'who extended what, how often, and what was postponed': async (ledger, clock) => {
    const at = clock.now();
    const to = at + week;
    const extended = { arn: queue, kind: 'extended', to, by: 'ana', inLedger: false } as const;
    await ledger.record([{ ...extended, at, from: at + day, reason: 'demo', identity: 'q-1' }]);
    await ledger.record([{ ...extended, at: at + 1, by: 'ben' }]);
    await ledger.record([{ arn: server, at: at + 2, kind: 'postponed', to, by: 'ana' }]);
    expect(await ledger.extensions(at, at + day)).toEqual([
      { arn: queue, at, kind: 'extended', by: 'ana', from: at + day, to, reason: 'demo' },
      { arn: queue, at: at + 1, kind: 'extended', by: 'ben', to },
      { arn: server, at: at + 2, kind: 'postponed', by: 'ana', to },
    ]);
    expect(await ledger.endings(at, at + day)).toEqual([]);
  },

  'of a time: from its first moment on, and before its end, whenever it was recorded': async (ledger, clock) => {
    const at = clock.now();
    const times = [at - week, at - 1, at, at + hour, at + week - 1, at + week];
    const ended = (when: number, index: number): Event => ({ arn: `${queue}-${index}`, at: when, kind: 'gone' });
    await ledger.record(times.map(ended).toReversed());
    const of = async (from: number, to: number) => (await ledger.endings(from, to)).map((one) => one.at);
    expect(await of(at, at + week)).toEqual(times.slice(2, 5));
    expect(await of(0, at)).toEqual(times.slice(0, 2));
    expect(await of(0, Number.MAX_SAFE_INTEGER)).toEqual(times);
    expect(await of(at, at)).toEqual([]);
    expect(await of(at + week, at)).toEqual([]);
  },

  'one resource may end at the same moment twice, in one call and in two': async (ledger, clock) => {
    const at = clock.now();
    const gone: Event = { arn: queue, at, kind: 'gone' };
    await ledger.record([gone, { ...gone, kind: 'removed', monthlyUsd: 1 }]);
    await ledger.record([{ ...gone, kind: 'removed' }]);
    expect(await ledger.endings(at, at + 1)).toHaveLength(3);
  },

  'thousands of one week are all told, also of resources with long names': async (ledger, clock) => {
    const at = clock.now();
    const long = `${queue}-${'x'.repeat(1500)}`;
    await ledger.record(
      Array.from({ length: 3000 }, (_, index) => ({ arn: `${long}-${index}`, at: at + index, kind: 'removed' })),
    );
    const told = await ledger.endings(at, at + week);
    expect(told).toHaveLength(3000);
    expect(told.at(-1)).toEqual({ arn: `${long}-2999`, at: at + 2999, kind: 'removed' });
  },
};

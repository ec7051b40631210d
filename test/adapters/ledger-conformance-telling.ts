import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Notice, NoticeItem } from '../../lib/core/notice.ts';
import { day, hour } from '../../lib/core/time.ts';
import type { Ledger } from '../../lib/use-cases/ports.ts';
import type { Case } from './ledger-conformance.ts';

const item: NoticeItem = {
  arn: 'arn:aws:sqs:eu-west-1:222222222222:orders',
  type: 'sqs:queue',
  account: '222222222222',
  region: 'eu-west-1',
  reason: 'expired',
};

const notice = (id: string, at: number, items: readonly NoticeItem[] = [item]): Notice => ({
  id,
  kind: 'warning',
  at,
  owner: 'ana@example.com',
  items,
});

/** Texts that are one key each, whatever a store makes of them. */
export const hostile = [
  '',
  ' ',
  'unread:a',
  'UNREAD:a',
  'unread:a ',
  'unread:a\u0000',
  'unread:a\u0000b',
  '\ud800',
  '\udfff',
  'caf\u00e9',
  'cafe\u0301',
  "'); DROP TABLE kept; -- % _",
  '"quoted" \\ \n \u001b[31m',
  '\u{1f41e}',
  '__proto__',
  'constructor',
  'sha256#',
  // What a ledger might make of the first one.
  `sha256#${createHash('sha256').digest('hex')}`,
  'x'.repeat(1_000),
  'x'.repeat(1_024),
  `${'x'.repeat(100_000)}a`,
  `${'x'.repeat(100_000)}b`,
  '\u{1f41e}'.repeat(256),
];

/** Two ledgers on one state, as two processes have them. */
export function both(work: (one: Ledger, other: Ledger, clock: Parameters<Case>[1]) => Promise<void>): Case {
  return async (ledger, clock, open) => {
    const other = await open(clock);
    try {
      await work(ledger, other, clock);
    } finally {
      other.close();
    }
  };
}

/** The messages that people have, and what their buttons mean. */
export const noticeCases: Readonly<Record<string, Case>> = {
  'a notice comes back as it was saved, and a later state takes its place': both(async (ledger, other, clock) => {
    const texts = { name: '\u{1f41e} <!channel> *bold*\n"', owner: "o'hara", identity: 'q-1' };
    const first = notice('notice-1', clock.now(), [{ ...item, ...texts, expiresAt: clock.now(), monthlyUsd: 0.1 }]);
    await ledger.saveNotice(first);
    expect(await other.notice('notice-1')).toEqual(first);
    const later: Notice = {
      ...first,
      message: { channel: 'C1', ts: '1795521600.000100' },
      items: [{ ...item, state: { kind: 'extended', to: clock.now() + day, by: 'U1' } }],
    };
    await other.saveNotice(later);
    expect(await ledger.notice('notice-1')).toEqual(later);
  }),

  'nobody knows what was never a notice, whatever its id': async (ledger, clock) => {
    await ledger.saveNotice(notice('notice-1', clock.now()));
    for (const id of ['notice-2', 'NOTICE-1', ...hostile]) expect(await ledger.notice(id)).toBeUndefined();
  },

  'a notice is kept for 90 days after its last state': async (ledger, clock) => {
    await ledger.saveNotice(notice('notice-1', clock.now()));
    await ledger.saveNotice(notice('notice-2', clock.now()));
    clock.pass(90 * day);
    expect(await ledger.notice('notice-1')).toBeDefined();
    await ledger.saveNotice(notice('notice-1', clock.now() - 90 * day));
    clock.pass(1);
    expect([await ledger.notice('notice-1'), await ledger.notice('notice-2')]).toEqual([
      notice('notice-1', clock.now() - 90 * day - 1),
      undefined,
    ]);
  },

  'a notice of 500 resources is kept whole': async (ledger, clock) => {
    const items = Array.from({ length: 500 }, (_, index) => ({
      ...item,
      arn: `${item.arn}-${index}`,
      name: 'n'.repeat(256),
    }));
    await ledger.saveNotice(notice('notice-1', clock.now(), items));
    expect((await ledger.notice('notice-1'))?.items).toEqual(items);
  },
};

/** What was told, so that it is not told each hour. */
export const toldCases: Readonly<Record<string, Case>> = {
  'each key has the time when it was told last, and keys that never were are absent': both(
    async (ledger, other, clock) => {
      const at = clock.now();
      await ledger.markTold(['a', 'b'], at - hour);
      await other.markTold(['b', 'c', 'b'], at);
      const told = { a: at - hour, b: at, c: at };
      expect(await ledger.toldAt(['d', 'c', 'b', 'a', 'a'])).toEqual(new Map(Object.entries(told)));
    },
  ),

  'what was told more than 30 days ago is told anew': async (ledger, clock) => {
    const at = clock.now();
    await ledger.markTold(['a', 'b'], at);
    clock.pass(30 * day);
    expect(await ledger.toldAt(['a'])).toEqual(new Map([['a', at]]));
    clock.pass(1);
    expect(await ledger.toldAt(['a', 'b'])).toEqual(new Map());
    await ledger.markTold(['a'], clock.now());
    expect(await ledger.toldAt(['a', 'b'])).toEqual(new Map([['a', clock.now()]]));
  },

  'no list is no question': async (ledger, clock) => {
    await ledger.markTold([], clock.now());
    await ledger.keepPeople(new Map());
    expect([await ledger.toldAt([]), await ledger.knownPeople([])]).toEqual([new Map(), new Map()]);
    expect(await ledger.undelivered()).toEqual([]);
  },

  'any text is a key of its own': async (ledger, clock) => {
    const [odd, even] = [hostile.filter((_, index) => index % 2 > 0), hostile.filter((_, index) => index % 2 === 0)];
    await ledger.markTold(even, clock.now());
    expect(await ledger.toldAt(hostile)).toEqual(new Map(even.map((key) => [key, clock.now()])));
    await ledger.markTold(odd, clock.now() + 1);
    expect((await ledger.toldAt(hostile)).size).toBe(hostile.length);
  },

  'thousands are marked and asked for in one call': async (ledger, clock) => {
    const keys = Array.from({ length: 3_000 }, (_, index) => `unread:222222222222:region-${index}`);
    await ledger.markTold(keys, clock.now());
    const told = await ledger.toldAt(['first', ...keys, 'last']);
    expect(told).toEqual(new Map(keys.map((key) => [key, clock.now()])));
  },

  'who marks the same at the same moment is not refused': both(async (ledger, other, clock) => {
    const keys = Array.from({ length: 150 }, (_, index) => `key-${index}`);
    const marking = [ledger, other, ledger, other].map((one) => one.markTold(keys, clock.now()));
    await Promise.all([...marking, other.markTold(['key-7'], clock.now())]);
    expect((await ledger.toldAt(keys)).size).toBe(150);
  }),
};

/** Reports that wait until Slack can be reached. */
export const postponedCases: Readonly<Record<string, Case>> = {
  'reports that were not delivered are named, the oldest first, until they are': both(async (ledger, other, clock) => {
    const at = clock.now();
    await ledger.postpone('run-2', at);
    await ledger.postpone('run-3', at - hour);
    await other.postpone('run-1', at);
    const since = { 'run-1': at, 'run-2': at, 'run-3': at - hour };
    const named = (...runs: (keyof typeof since)[]) => runs.map((run) => ({ run, since: since[run] }));
    expect(await ledger.undelivered()).toEqual(named('run-3', 'run-1', 'run-2'));
    await other.forgetPostponed('run-1');
    await other.forgetPostponed('run-unknown');
    expect(await ledger.undelivered()).toEqual(named('run-3', 'run-2'));
    await ledger.postpone('run-1', at);
    expect(await other.undelivered()).toEqual(named('run-3', 'run-1', 'run-2'));
  }),

  'after 30 days nobody wants the report any more': async (ledger, clock) => {
    const since = clock.now();
    await ledger.postpone('run-1', since);
    clock.pass(30 * day);
    expect(await ledger.undelivered()).toEqual([{ run: 'run-1', since }]);
    clock.pass(1);
    expect(await ledger.undelivered()).toEqual([]);
  },
};

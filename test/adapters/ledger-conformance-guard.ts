import { expect } from 'vitest';
import { type GuardEvent, type GuardMemory, nothingGuarded, rememberGuard } from '../../lib/core/guard-memory.ts';
import { keyOfPart, type Part } from '../../lib/core/guard-parts.ts';
import type { BurnMemory } from '../../lib/core/guard-usual.ts';
import { hour } from '../../lib/core/time.ts';
import type { Ledger } from '../../lib/use-cases/ports.ts';
import type { Case } from './ledger-conformance.ts';
import { both } from './ledger-conformance-telling.ts';

const dev = '222222222222';
const test = '333333333333';

/** Names of environments are anybody's text. */
const hostileNames = [
  '__proto__',
  'constructor',
  'a/b//',
  '/',
  '',
  ' ',
  '\u{1f41e}',
  '"\\\n\0',
  "'); DROP TABLE guard; --",
  '222222222222#1',
  '\ud800',
];

/** A server that the guard is about to stop. */
export function aServer(number: number): Part {
  const id = (0x1f2e3d4c5b6a79 + number * 7_919_007_919).toString(16).padStart(17, '0');
  const arn = `arn:aws:ec2:eu-west-1:${dev}:instance/i-${id}`;
  return { kind: 'server', arn, type: 'ec2:instance', region: 'eu-west-1', identity: `${id}-1`, stage: 'stop' };
}

const keyOf = (number: number) => keyOfPart(aServer(number));

/** What the events of one account make of nothing. */
export async function foldOf(ledger: Ledger, account: string): Promise<GuardMemory> {
  const history = await ledger.guardHistory(account);
  return history.reduce((memory, { at, event }) => rememberGuard(memory, at, event), nothingGuarded);
}

/** One event of each kind, as they come in the life of an account. */
const life: readonly (readonly GuardEvent[])[] = [
  [{ kind: 'guard-heard', id: 'alarm-1', source: 'anomaly' }],
  [
    { kind: 'guard-over', sweep: 'run-1', usdPerHour: 12.5, passed: ['jump', 'budget'], counts: true },
    { kind: 'guard-over', sweep: 'run-1', usdPerHour: 3, passed: ['burnPerHour'], counts: true, environment: 'ci' },
    { kind: 'guard-told' },
  ],
  [{ kind: 'guard-approved', stage: 'freeze', by: 'ana' }],
  [{ kind: 'guard-begun', stage: 'freeze', sweep: 'run-2' }],
  [{ kind: 'guard-changing', parts: [aServer(1), aServer(2), aServer(3)] }],
  [
    { kind: 'guard-changed', part: aServer(1) },
    { kind: 'guard-unchanged', part: keyOf(2), why: 'denied' },
  ],
  [{ kind: 'guard-ended', stage: 'freeze', lacks: ['scp-quota'] }],
  [{ kind: 'guard-within', sweep: 'run-3', environment: 'ci' }],
  [{ kind: 'guard-release-begun', by: 'ben' }],
  [{ kind: 'guard-release-failed', part: keyOf(1), why: 'its state is changing' }],
  [
    { kind: 'guard-released', part: keyOf(1), differs: 'it was deleted meanwhile' },
    { kind: 'guard-released', part: keyOf(3) },
  ],
];

/** What the guard needs of a ledger. */
export const guardCases: Readonly<Record<string, Case>> = {
  'events become memory and stay as history, in their order': async (ledger, clock) => {
    const at = clock.now();
    let known = nothingGuarded;
    for (const [index, events] of life.entries()) {
      // The order is that of recording, whatever a clock said.
      const when = at + (index % 2 === 0 ? index : -index) * hour;
      known = events.reduce((memory, event) => rememberGuard(memory, when, event), known);
      expect(await ledger.recordGuard(dev, events, when)).toEqual(known);
      expect(await ledger.guardMemory(dev)).toEqual(known);
    }
    expect(known).toMatchObject({ released: { by: 'ben' }, parts: {}, differs: [{ part: keyOf(1) }] });
    expect((await ledger.guardHistory(dev)).map(({ event }) => event)).toEqual(life.flat());
    expect(await foldOf(ledger, dev)).toEqual(known);
  },

  'an account that nothing was written of is as untouched, and no events write nothing': async (ledger, clock) => {
    expect(await ledger.guardMemory(dev)).toEqual(nothingGuarded);
    expect(await ledger.recordGuard(dev, [], clock.now())).toEqual(nothingGuarded);
    expect([await ledger.guardHistory(dev), await ledger.guardedAccounts()]).toEqual([[], []]);
    const memory = await ledger.recordGuard(dev, [{ kind: 'guard-told' }], clock.now());
    expect(await ledger.recordGuard(dev, [], clock.now() + 1)).toEqual(memory);
    expect(await ledger.guardHistory(dev)).toHaveLength(1);
  },

  'accounts know nothing of each other': async (ledger, clock) => {
    const at = clock.now();
    await ledger.recordGuard(test, [{ kind: 'guard-release-begun', by: 'ben' }], at);
    await ledger.recordGuard(dev, [{ kind: 'guard-told' }, { kind: 'guard-told', environment: 'ci' }], at);
    await ledger.keepGuardSeen('444444444444', { scopes: {}, run: 'run-1' });
    expect(await ledger.guardedAccounts()).toEqual([dev, test]);
    expect([(await ledger.guardHistory(dev)).length, (await ledger.guardHistory(test)).length]).toEqual([2, 1]);
    expect(await ledger.guardMemory(dev)).toEqual(await foldOf(ledger, dev));
    expect(await ledger.guardMemory(test)).toEqual(await foldOf(ledger, test));
    expect(await ledger.guardMemory('444444444444')).toEqual(nothingGuarded);
    // As long as a whole id, or only its beginning.
    expect([await ledger.guardHistory('22222222222'), await ledger.guardHistory('222222222222#0')]).toEqual([[], []]);
  },

  'names of strangers come back as they were': async (ledger, clock) => {
    const at = clock.now();
    const events = hostileNames.flatMap((environment): GuardEvent[] => [
      { kind: 'guard-over', sweep: environment, usdPerHour: 1, passed: ['jump'], counts: true, environment },
      { kind: 'guard-approved', stage: 'freeze', by: environment, environment },
      { kind: 'guard-unchanged', part: environment, why: environment },
    ]);
    const memory = await ledger.recordGuard(dev, events, at);
    expect(Object.keys(memory.scopes).toSorted()).toEqual(hostileNames.map((name) => `/${name}`).toSorted());
    expect(await ledger.guardMemory(dev)).toEqual(memory);
    expect((await ledger.guardHistory(dev)).map(({ event }) => event)).toEqual(events);
    expect(memory.scopes['/__proto__']?.approved).toEqual({ stage: 'freeze', by: '__proto__', at });
  },

  'many that write at once lose nothing, and each is told what stands there after its own events': both(
    async (ledger, other, clock) => {
      const count = 40;
      const answers = await Promise.all(
        Array.from({ length: count }, async (_, index) => {
          const writer = index % 2 === 0 ? ledger : other;
          const parts = [aServer(2 * index), aServer(2 * index + 1)];
          const told: GuardEvent = { kind: 'guard-told', environment: String(index) };
          return writer.recordGuard(dev, [{ kind: 'guard-changing', parts }, told], clock.now() + index);
        }),
      );
      const history = await ledger.guardHistory(dev);
      expect(history).toHaveLength(2 * count);
      // All events of one call stand together.
      for (let index = 0; index < count; index++) {
        expect([history[2 * index]?.at, history[2 * index]?.event.kind]).toEqual([
          history[2 * index + 1]?.at,
          'guard-changing',
        ]);
      }
      const memory = await other.guardMemory(dev);
      expect(memory).toEqual(await foldOf(ledger, dev));
      expect([Object.keys(memory.parts).length, Object.keys(memory.scopes).length]).toEqual([2 * count, count]);
      const known = answers.map(({ scopes }) => Object.keys(scopes).length).toSorted((a, b) => a - b);
      expect(known).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    },
  ),

  'who releases is seen by a run that decided before': both(async (ledger, other, clock) => {
    const at = clock.now();
    await ledger.recordGuard(dev, [{ kind: 'guard-heard', id: 'alarm-1', source: 'budget' }], at);
    await other.recordGuard(dev, [{ kind: 'guard-changing', parts: [aServer(1)] }], at);
    await other.recordGuard(dev, [{ kind: 'guard-release-begun', by: 'ben' }], at);
    const memory = await ledger.recordGuard(dev, [{ kind: 'guard-begun', stage: 'freeze', sweep: 'run-1' }], at);
    expect(memory).toMatchObject({ scopes: { '': { stage: 'tell' } }, releasing: { by: 'ben' } });
  }),

  'a stop of thousands is remembered whole': async (ledger, clock) => {
    const servers = Array.from({ length: 5_000 }, (_, index) => aServer(index));
    for (let from = 0; from < servers.length; from += 1_000) {
      const parts = servers.slice(from, from + 1_000);
      // As many to an event as a batch of calls has.
      const events = Array.from({ length: 25 }, (_, index): GuardEvent => {
        return { kind: 'guard-changing', parts: parts.slice(40 * index, 40 * index + 40) };
      });
      await ledger.recordGuard(dev, events, clock.now());
    }
    const memory = await ledger.guardMemory(dev);
    expect(Object.values(memory.parts)).toEqual(servers);
    expect(await foldOf(ledger, dev)).toEqual(memory);
  },

  'what is usual is kept in place of what was kept before': both(async (ledger, other, clock) => {
    expect(await ledger.guardSeen(dev)).toEqual({ scopes: {} });
    const usual = { means: Array.from({ length: 168 }, (_, slot) => slot / 7), counts: [4], fresh: [] };
    const burn: BurnMemory = {
      pricesVersion: '2026-07-20',
      at: clock.now(),
      usdPerHour: 12.3456,
      usual,
      month: { of: '2026-11', usd: 1234.5, hours: 300.25 },
    };
    const scopes = Object.fromEntries(['', ...hostileNames.map((name) => `/${name}`)].map((key) => [key, burn]));
    await ledger.keepGuardSeen(dev, { scopes, run: 'run-1' });
    expect(await other.guardSeen(dev)).toEqual({ scopes, run: 'run-1' });
    await other.keepGuardSeen(dev, { scopes: { '': burn } });
    expect(await ledger.guardSeen(dev)).toEqual({ scopes: { '': burn } });
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`/pr-${index}`, burn]));
    await ledger.keepGuardSeen(dev, { scopes: many });
    expect(await other.guardSeen(dev)).toEqual({ scopes: many });
    expect(await ledger.guardSeen(test)).toEqual({ scopes: {} });
  }),
};

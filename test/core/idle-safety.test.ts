import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideIdle } from '../../lib/core/idle.ts';
import { type IdleEvent, type IdleMemory, rememberIdle } from '../../lib/core/idle-memory.ts';
import { copyIsTooOld } from '../../lib/core/idle-removal.ts';
import type { Server } from '../../lib/core/server.ts';
import { day, hour, type Instant } from '../../lib/core/time.ts';
import { aCopy, idleAt, memory, now, policy, quiet, running, since, staging, stopped } from '../fakes/idle-servers.ts';

describe('the copy of a stopped server', () => {
  const stoppedAt = now - day;
  const remembered = (requestedAt: Instant, verifiedAt?: Instant) =>
    memory({ stopped: { at: stoppedAt }, copies: [aCopy(requestedAt, verifiedAt)] });
  const server = { ...stopped, stoppedAt };
  const withVolumes = (...volume: string[]) => ({ version: 1, fields: { volume } });
  test.each<[string, IdleMemory, Server, RegExp | undefined]>([
    ['was begun after the stop', remembered(now - 2 * hour, now - hour), server, undefined],
    ['was made while it ran', remembered(stoppedAt - hour, now), server, /while it still ran/],
    ['is not complete', remembered(now - 2 * hour), server, /no complete copy/],
    ['belongs to one that runs', remembered(now - 2 * hour, now - hour), running, /not stopped/],
    ['says nothing where the stop is not dated', remembered(now - 2 * hour, now), stopped, /does not show when/],
    [
      'is older than a start and stop by hand',
      remembered(now - 2 * hour, now - hour),
      { ...server, stoppedAt: now - hour / 2 },
      /while it still ran/,
    ],
    [
      'is older than a change of the stopped server',
      { ...remembered(now - 2 * hour, now - hour), since: now - hour },
      server,
      /before its last change/,
    ],
    [
      'lacks a disk that was attached a moment ago',
      { ...remembered(now - 2 * hour, now - hour), configuration: withVolumes('vol-1') },
      { ...server, configuration: withVolumes('vol-1', 'vol-2') },
      /changed by now: volume vol-2 added/,
    ],
    [
      'does not mind another tag',
      { ...remembered(now - 2 * hour, now - hour), configuration: { version: 1, fields: { tag: ['team=a'] } } },
      { ...server, configuration: { version: 1, fields: { tag: ['team=b'] } } },
      undefined,
    ],
  ])('%s', (_, one, seen, why) => {
    const said = copyIsTooOld(one, seen);
    if (why === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(why);
  });
});

const guardsCopy = (requestedAt: Instant) => ({
  ...aCopy(requestedAt),
  id: 'ami-of-the-guard',
  ofGuard: true as const,
});

describe('a copy of the cost guard', () => {
  const ready = memory({ receipts: [{ idleAt, at: now - 5 * day }] });
  const copied = (known: IdleMemory, copy = guardsCopy(now - hour)): IdleMemory => {
    const events: IdleEvent[] = [
      { kind: 'copy-requested', copy },
      { kind: 'copy-verified', copy: copy.id },
    ];
    return events.reduce<IdleMemory | undefined>((before, event) => rememberIdle(before, now, event), known) ?? known;
  };
  const decided = (known: IdleMemory) =>
    decideIdle({ tags: staging, server: running, memory: known, metrics: quiet }, policy, now)?.reason;

  test('stands for none of a server that idles: it is copied before it is stopped', () => {
    expect(decided(copied(ready, { ...guardsCopy(now - hour), id: 'ami-2' }))).toBe('idle');
    expect(decided(copied(ready))).toBe(decided(ready));
  });

  test('is no copy of a stopped server, however late it was begun by the clock', () => {
    const known = copied(memory({ stopped: { at: now - day } }), guardsCopy(now - hour));
    expect(copyIsTooOld(known, { ...stopped, stoppedAt: now - day })).toMatch(/no complete copy/);
  });

  test('pushes no copy of the rule out, and takes no failure of it away', () => {
    const known = memory({ copies: [aCopy(now - hour, now)], failures: 2 });
    const many = Array.from({ length: 30 }, (_, index) => ({ ...guardsCopy(now), id: `ami-g${index}` }));
    const after = many.reduce<IdleMemory | undefined>(
      (before, copy) => rememberIdle(before, now, { kind: 'copy-requested', copy }),
      known,
    );
    expect(after).toEqual(known);
  });
});

describe('whatever happens', () => {
  const instants = fc.integer({ min: 0, max: 60 * 24 }).map((hours) => now - 60 * day + hours * hour);
  const happening: fc.Arbitrary<IdleEvent> = fc.oneof(
    instants.map((since): IdleEvent => ({ kind: 'configured', configuration: running.configuration, since, from: '' })),
    instants.map((idleAt): IdleEvent => ({ kind: 'idle-warned', idleAt, to: 'ana' })),
    fc.constant<IdleEvent>({ kind: 'idle-warned', idleAt, to: 'ana' }),
    instants.map((to): IdleEvent => ({ kind: 'postponed', to, by: 'ana' })),
    instants.map((requestedAt): IdleEvent => ({ kind: 'copy-requested', copy: aCopy(requestedAt) })),
    instants.map((requestedAt): IdleEvent => ({ kind: 'copy-requested', copy: guardsCopy(requestedAt) })),
    fc.constant<IdleEvent>({ kind: 'copy-verified', copy: 'ami-1' }),
    fc.constant<IdleEvent>({ kind: 'copy-verified', copy: 'ami-of-the-guard' }),
    fc.constant<IdleEvent>({ kind: 'copy-failed', copy: 'ami-1', why: 'quota' }),
    fc.constant<IdleEvent>({ kind: 'stopped' }),
    fc.constant<IdleEvent>({ kind: 'started-again' }),
  );

  test('nothing is stopped that was not unchanged for 30 days, warned of, and copied since', () => {
    let stops = 0;
    const onTheWayDown: [Instant, IdleEvent][] = [
      [now - 60 * day, { kind: 'configured', configuration: running.configuration, since, from: 'launch' }],
      [now - 5 * day, { kind: 'idle-warned', idleAt, to: 'ana' }],
      [now - 2 * hour, { kind: 'copy-requested', copy: aCopy(now - 2 * hour) }],
      [now - hour, { kind: 'copy-verified', copy: 'ami-1' }],
    ];
    fc.assert(
      fc.property(
        fc.subarray(onTheWayDown, { minLength: 2 }),
        fc.array(fc.tuple(instants, happening), { maxLength: 4 }),
        (some, others) => {
          let known: IdleMemory | undefined = memory();
          const ordered = [...some, ...others].toSorted(([a], [b]) => a - b);
          for (const [when, event] of ordered) known = rememberIdle(known, when, event);
          if (known === undefined) throw new Error('a configuration was seen');
          const decision = decideIdle({ tags: staging, server: running, memory: known, metrics: quiet }, policy, now);
          if (decision?.reason !== 'idle-copied') return;
          stops += 1;
          expect(now - known.since).toBeGreaterThanOrEqual(30 * day);
          expect(known.receipts.some((one) => one.at <= now - 3 * day && one.idleAt === decision.idleAt)).toBe(true);
          expect(known.copies.at(-1)?.verifiedAt).toBeDefined();
          expect(known.copies.every(({ id }) => id === 'ami-1')).toBe(true);
          expect(known.copies.at(-1)?.requestedAt).toBeGreaterThanOrEqual(known.since);
        },
      ),
      { numRuns: 3000 },
    );
    expect(stops, 'otherwise nothing was checked').toBeGreaterThan(20);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Decision } from '../../lib/core/decide.ts';
import { decideIdle, type IdleDecision, type SeenServer } from '../../lib/core/idle.ts';
import type { IdleMemory } from '../../lib/core/idle-memory.ts';
import { outlookInWords, serverOutlook } from '../../lib/core/idle-outlook.ts';
import { actionOf, type Reason } from '../../lib/core/reasons.ts';
import { day, hour, type Instant } from '../../lib/core/time.ts';
import { aPolicy } from '../fakes/builders.ts';
import { aCopy, idleAt, memory, now, policy, quiet, running, staging } from '../fakes/idle-servers.ts';

const is = (reason: Reason, about: Partial<Decision & IdleDecision> = {}) => ({
  action: actionOf(reason),
  reason,
  ...about,
});

interface Row {
  says: string;
  idle?: IdleDecision;
  expiry?: Decision;
  /** The one of both that weighs more; where it is not said, the idle rule's. */
  joined?: Decision;
  memory?: Partial<IdleMemory>;
  next: [string, Instant?];
}

const soon = now + 10 * day;
const unwatched = is('no-expiry');
const table: Row[] = [
  {
    says: 'a warning comes as long before the date as the policy says',
    idle: is('changed-lately', { idleAt: soon }),
    next: ['warn', soon - 3 * day],
  },
  {
    says: 'so it is where its owner has postponed it',
    idle: is('postponed', { idleAt: soon }),
    memory: { postponedTo: soon },
    next: ['warn', soon - 3 * day],
  },
  { says: 'the next sweep warns', idle: is('idle-soon', { idleAt }), next: ['warn', now] },
  {
    says: 'after a warning in time it is copied on its date',
    idle: is('warned-of-stop', { idleAt: now + day }),
    memory: { receipts: [{ idleAt: now + day, at: now - 2 * day }] },
    next: ['copy', now + day],
  },
  {
    says: 'after a late warning it is copied when the lead is over',
    idle: is('warned-of-stop', { idleAt }),
    memory: { receipts: [{ idleAt, at: now - day }] },
    next: ['copy', now + 2 * day],
  },
  { says: 'the next sweep copies', idle: is('idle', { idleAt }), next: ['copy', now] },
  {
    says: 'a copy is looked after',
    idle: is('copying'),
    memory: { copies: [aCopy(now - hour)] },
    next: ['verify', now],
  },
  {
    says: 'one that takes long is looked after, too',
    idle: is('copy-failing'),
    memory: { copies: [aCopy(now - 2 * day)] },
    next: ['verify', now],
  },
  {
    says: 'after three failures the next copy is tried a day later',
    idle: is('copy-failing'),
    memory: { failures: 3, lastFailure: { at: now - hour, why: 'quota' } },
    next: ['copy', now + 23 * hour],
  },
  { says: 'the next sweep stops', idle: is('idle-copied'), next: ['stop', now] },
  { says: 'what woke up is stopped again', idle: is('woke-up'), next: ['stop', now] },
  {
    says: 'what Mayfly stopped expires like everything else',
    idle: is('stopped'),
    expiry: is('not-due', { expiresAt: soon }),
    joined: is('not-due', { expiresAt: soon }),
    next: ['expires', soon],
  },
  {
    says: 'its owner is warned before it expires',
    idle: is('stopped'),
    expiry: is('expiring', { expiresAt: soon }),
    joined: is('expiring', { expiresAt: soon }),
    next: ['warn', now],
  },
  {
    says: 'after that it goes',
    idle: is('stopped'),
    expiry: is('expired', { expiresAt: now }),
    joined: is('idle-done', { expiresAt: now }),
    next: ['remove', now],
  },
  {
    says: 'but first a copy of its last state is made',
    idle: is('stopped'),
    expiry: is('expired', { expiresAt: now }),
    joined: is('idle', { expiresAt: now }),
    next: ['copy', now],
  },
  {
    says: 'with an expiry tag of its own the sooner of both counts: the idle rule',
    idle: is('changed-lately', { idleAt: soon }),
    expiry: is('not-due', { expiresAt: now + 8 * day }),
    next: ['warn', now + 7 * day],
  },
  {
    says: 'or its expiry',
    idle: is('changed-lately', { idleAt: soon }),
    expiry: is('not-due', { expiresAt: now + day }),
    next: ['expires', now + day],
  },
  {
    says: 'what shows work is kept for that',
    idle: is('at-work', { idleAt }),
    next: ['kept: Its metrics show work.'],
  },
  {
    says: 'what shows work and has an expiry tag expires',
    idle: is('at-work', { idleAt }),
    expiry: is('not-due', { expiresAt: soon }),
    next: ['expires', soon],
  },
  { says: 'what is protected is kept', idle: is('protected'), next: ['kept: Its protect tag says true.'] },
  {
    says: 'what the policy never removes stays stopped',
    idle: is('stopped'),
    next: ['kept: Mayfly stopped it; it expires like everything else.'],
  },
  {
    says: 'in an account that is only observed it is kept for that',
    idle: is('idle-soon', { idleAt }),
    joined: { action: 'keep', reason: 'account-observed' },
    next: ['kept: It is due, but the policy only observes this account.'],
  },
];

test.each(table)('$says', ({ idle, expiry = unwatched, joined, memory: about, next: [nextStep, on] }) => {
  const decisions = { idle, expiry, joined: joined ?? idle ?? unwatched };
  expect(serverOutlook(decisions, memory(about), policy, now)).toEqual({
    nextStep,
    ...(on !== undefined && { on }),
  });
});

test('what comes next is what the rule decides on that date, and nothing before it', () => {
  const leads = fc.subarray(['10d', '3d', '1d', '6h']);
  const ages = fc.integer({ min: 0, max: 40 * 24 }).map((hours) => now - hours * hour);
  const postponed = fc.option(fc.integer({ min: -5, max: 20 }).map((days) => now + days * day));
  const warnedAgo = fc.array(
    fc.integer({ min: 0, max: 8 * 24 }).map((hours) => now - hours * hour),
    { maxLength: 3 },
  );
  fc.assert(
    fc.property(leads, ages, postponed, warnedAgo, (warnings, stands, postponedTo, warnedAt) => {
      const under = aPolicy({ idle: { warnings } });
      const about = { since: stands, trail: { at: now }, ...(postponedTo !== null && { postponedTo }) };
      const seen: SeenServer = { tags: staging, server: running, memory: memory(about), metrics: quiet };
      const due = decideIdle(seen, under, now)?.idleAt ?? 0;
      const known = { ...seen, memory: memory({ ...about, receipts: warnedAt.map((at) => ({ idleAt: due, at })) }) };
      const idle = decideIdle(known, under, now);
      if (idle === undefined) throw new Error('the rule is about it');
      const { nextStep, on = Number.NaN } = serverOutlook({ idle, joined: idle }, known.memory, under, now);
      expect(decideIdle(known, under, on)?.action).toBe(nextStep);
      if (on > now) expect(decideIdle(known, under, on - 1000)?.action).toBe('keep');
    }),
  );
});

test.each([
  ['warn', 'enforce', ['its owner is warned by the next sweep']],
  ['warn', 'observe', ['its owner would be warned by the next sweep', ' (its account is only observed)']],
  ['stop', 'observe', ['it would be stopped by the next sweep', ' (its account is only observed)']],
  ['expires', 'observe', ['it expires by the next sweep']],
] as const)('%s, in an account to %s, in words', (nextStep, mode, words) => {
  expect(outlookInWords({ nextStep, on: 1 }, 2, mode)).toEqual(words);
});

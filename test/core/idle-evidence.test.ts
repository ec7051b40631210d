import { describe, expect, test } from 'vitest';
import type { SeenServer } from '../../lib/core/idle.ts';
import { copyInWords, idleEvidence, lastChangeInWords } from '../../lib/core/idle-evidence.ts';
import type { IdleMemory } from '../../lib/core/idle-memory.ts';
import { inPlainText } from '../../lib/core/plain-words.ts';
import type { CopyState } from '../../lib/core/server.ts';
import { day, hour } from '../../lib/core/time.ts';
import { aPolicy } from '../fakes/builders.ts';
import { aCopy, idleAt, memory, now, running, since, staging } from '../fakes/idle-servers.ts';

type About = Omit<Partial<IdleMemory>, 'trail'> & { trail?: IdleMemory['trail'] | undefined };

function said(about: About, seen: Partial<SeenServer> = {}, under: Record<string, unknown> = {}) {
  const { idle } = aPolicy({ idle: under });
  if (idle === undefined) throw new Error('a policy with the idle rule');
  const whole = { tags: staging, server: running, memory: memory(about as Partial<IdleMemory>), ...seen };
  const arn = 'arn:aws:ec2:eu-west-1:222222222222:instance/i-1';
  const order = { kind: 'postponed', arn, at: now - day, to: now + day, by: 'ben', reason: 'demo' } as const;
  return idleEvidence(whole, idle, { history: [order] }).map((words) => inPlainText(words));
}

test('where nothing is known but the configuration, that is what it says', () => {
  expect(said({ since, from: 'launched', sightedAt: now - 9 * day, trail: { at: now - day } })).toEqual([
    'configuration unchanged since 2026-10-14T12:00:00Z (launched)',
    'CloudTrail was asked 2026-11-22T12:00:00Z and knows of no later change',
    'its metrics were not asked for yet',
  ]);
});

describe('each piece of evidence has its sentence', () => {
  test.each<[string, string, About, Partial<SeenServer>?, Record<string, unknown>?]>([
    [
      'the time before first sight counts for nothing without CloudTrail',
      'configuration unchanged since 2026-11-14T12:00:00Z, when Mayfly saw it first; its service shows nothing later ' +
        'than 2026-10-14T12:00:00Z (launch)',
      { trail: { at: now, unreadable: 'AccessDenied' } },
    ],
    [
      'why it was not told',
      'CloudTrail could not be asked 2026-11-23T12:00:00Z: AccessDenied',
      { trail: { at: now, unreadable: 'AccessDenied' } },
    ],
    ['that the policy wants none', 'CloudTrail is off in the policy', { trail: undefined }, {}, { cloudTrail: 'off' }],
    [
      'that until CloudTrail is asked the service counts',
      'configuration unchanged since 2026-10-14T12:00:00Z (launch)',
      { trail: undefined },
    ],
    [
      'that it comes later',
      'CloudTrail was not asked yet: it is when nothing else speaks for the server',
      { trail: undefined },
    ],
    [
      'peaks beside what the policy allows',
      'the highest of 14 days: CPU peak 1.3% (idle up to 5%), connections 2 (idle up to 0)',
      {},
      { metrics: { cpuPeak: 1.26, connections: 2 } },
    ],
    [
      'what is missing beside what is known',
      'metrics that are missing: cpuPeak: no data; the policy does without them',
      {},
      { metrics: { known: { networkMbPerDay: 1 }, missing: 'cpuPeak: no data' } },
      { requireMetrics: false },
    ],
    ['that none could be read', 'its metrics are missing: AccessDenied', {}, { metrics: 'AccessDenied' }],
    [
      'its copies',
      'copy ami-1 begun 2026-11-23T10:00:00Z, found complete 2026-11-23T11:00:00Z',
      { copies: [aCopy(now - 2 * hour, now - hour)] },
    ],
    ['those under way', 'copy ami-1 begun 2026-11-23T11:00:00Z, not complete yet', { copies: [aCopy(now - hour)] }],
    [
      'those that failed',
      'its copies failed 3 times in a row, the last 2026-11-23T11:00:00Z: quota',
      { failures: 3, lastFailure: { at: now - hour, why: 'quota' } },
    ],
    [
      'who was warned of what',
      'its owner was warned 2026-11-22T12:00:00Z that it is idle on 2026-11-13T12:00:00Z',
      {
        receipts: [
          { idleAt, at: now - day },
          { idleAt: now + day, at: now - 2 * day },
        ],
      },
    ],
    [
      'who postponed it and why',
      'postponed by ben 2026-11-22T12:00:00Z: not idle before 2026-11-24T12:00:00Z: demo',
      { postponedTo: now + day },
    ],
    [
      'the stop, when it wakes, and when it goes',
      'stopped by Mayfly 2026-11-22T12:00:00Z; its service starts it again 2026-11-29T12:00:00Z; ' +
        'its expiry was set to 2026-12-06T12:00:00Z',
      { stopped: { at: now - day, wakesAt: now + 6 * day, expiresAt: now + 13 * day } },
    ],
  ])('%s', (_, sentence, about, seen, under) => {
    expect(said(about, seen, under)).toContain(sentence);
  });
});

test.each<[CopyState, string]>([
  [{ kind: 'gone' }, 'it is not there any more'],
  [{ kind: 'incomplete', why: 'vol-2 is missing' }, 'vol-2 is missing'],
  [{ kind: 'unreadable', why: 'AccessDenied' }, "it can't be read: AccessDenied"],
])('what its service says of a copy now counts for more than what was seen once: %j', (state, end) => {
  expect(inPlainText(copyInWords(aCopy(now - 2 * hour, now - hour), state))).toBe(
    `copy ami-1 begun 2026-11-23T10:00:00Z: ${end}`,
  );
});

test.each<[string, string, Partial<IdleMemory>]>([
  ['what Mayfly saw', '2026-11-20T12:00:00Z: tag a=b added', { lastChange: 'tag a=b added', changedAt: now - 3 * day }],
  ['what its service shows', '2026-10-14T12:00:00Z: volume vol-1 attached', { from: 'volume vol-1 attached' }],
  ['nothing', 'none seen', { since: now - 9 * day, from: 'first sight' }],
  [
    'the change, though a person has started it again since',
    '2026-11-01T12:00:00Z: tag a=b added',
    { lastChange: 'tag a=b added', changedAt: now - 22 * day, since: now - day, from: 'a person started it again' },
  ],
])('the last change is %s', (_, sentence, about) => {
  expect(inPlainText(lastChangeInWords(memory(about)))).toBe(sentence);
});

import { expect, test } from 'vitest';
import { decideIdle, type SeenServer } from '../../lib/core/idle.ts';
import { actionOf, type Reason } from '../../lib/core/reasons.ts';
import { day, hour } from '../../lib/core/time.ts';
import { memory, now, policy, quiet, running, staging, stopped } from '../fakes/idle-servers.ts';

const dated = { at: now - day, expiresAt: now + 13 * day };
const launchedAt = (at: number) => [{ what: 'launched', at, launch: true as const }];

function untrailed(sightedAt: number) {
  const { trail: _, ...rest } = memory({ sightedAt });
  return rest;
}

const table: { reason: Reason; because: string; seen: Partial<SeenServer> }[] = [
  {
    reason: 'started-again',
    because: 'a person is back, whatever its tags say meanwhile',
    seen: { tags: { 'mayfly:protect': 'true' }, memory: memory({ stopped: { at: now - day } }) },
  },
  {
    reason: 'started-again',
    because: 'a person excluded it and started it',
    seen: { tags: { ...staging, 'mayfly:not-idle': 'true' }, memory: memory({ stopped: { at: now - day } }) },
  },
  {
    reason: 'started-again',
    because: 'a person started and stopped it between two sweeps',
    seen: { server: { ...stopped, milestones: launchedAt(now - hour) }, memory: memory({ stopped: dated }) },
  },
  {
    reason: 'started-again',
    because: 'it woke by itself, but is no server of the rule any more',
    seen: { tags: {}, memory: memory({ stopped: { at: now - 7 * day, wakesAt: now - hour } }) },
  },
  {
    reason: 'state-changing',
    because: 'it was told to stop minutes ago, and its launch is older',
    seen: {
      server: { ...running, milestones: launchedAt(now - day) },
      memory: memory({ stopped: { at: now - 60_000 } }),
    },
  },
  {
    reason: 'stopped',
    because: 'its tags are gone, but its date is still from Mayfly',
    seen: { tags: {}, server: stopped, memory: memory({ stopped: dated }) },
  },
  {
    reason: 'stopped',
    because: 'nothing more is written on what a person took the tags off',
    seen: { tags: {}, server: stopped, memory: memory({ stopped: { at: now - day } }) },
  },
  {
    reason: 'stop-unfinished',
    because: 'it was stopped when Mayfly was about to',
    seen: { server: { ...stopped, stoppedAt: now - hour }, memory: memory({ stopRequestedAt: now - hour - 2000 }) },
  },
  {
    reason: 'stopped-by-person',
    because: 'Mayfly had been about to stop it long before',
    seen: { server: { ...stopped, stoppedAt: now - hour }, memory: memory({ stopRequestedAt: now - 2 * hour }) },
  },
  {
    reason: 'idle-evidence-missing',
    because: 'CloudTrail is asked about it by the next sweep only',
    seen: { memory: untrailed(now - 9 * day), unasked: 'others were first' },
  },
  {
    reason: 'idle-soon',
    because: 'the ledger has watched it for long enough, with or without CloudTrail',
    seen: { memory: untrailed(now - 31 * day), unasked: 'others were first' },
  },
];

test.each(table)('$reason, because $because', ({ reason, seen }) => {
  const server = { tags: staging, server: running, memory: memory(), metrics: quiet, ...seen };
  expect(decideIdle(server, policy, now)).toMatchObject({ reason, action: actionOf(reason) });
});

test('a server that neither matches nor was stopped by Mayfly is none of the rule', () => {
  const about = { tags: { environment: 'production' }, server: running, metrics: quiet };
  expect(decideIdle({ ...about, memory: memory() }, policy, now)).toBeUndefined();
  expect(decideIdle({ ...about, memory: memory({ stopped: dated }) }, policy, now)).toMatchObject({
    reason: 'started-again',
  });
});

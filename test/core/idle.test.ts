import { expect, test } from 'vitest';
import { decideIdle, isIdleCandidate, matchesIdle, type SeenServer } from '../../lib/core/idle.ts';
import { idleReasons } from '../../lib/core/idle-reasons.ts';
import { actionOf, type Reason } from '../../lib/core/reasons.ts';
import { day, hour } from '../../lib/core/time.ts';
import { aPolicy } from '../fakes/builders.ts';
import { aCopy, idleAt, memory, now, policy, quiet, running, staging, stopped } from '../fakes/idle-servers.ts';

const warned = { receipts: [{ idleAt, at: now - 5 * day }] };

interface Row {
  reason: Reason;
  because: string;
  seen?: Partial<SeenServer>;
  idle?: Record<string, unknown>;
}

const table: Row[] = [
  { reason: 'protected', because: 'of its protect tag', seen: { tags: { ...staging, 'mayfly:protect': 'true' } } },
  {
    reason: 'protect-unreadable',
    because: 'maybe means yes',
    seen: { tags: { ...staging, 'mayfly:protect': 'maybe' } },
  },
  { reason: 'idle-excluded', because: 'of its tag', seen: { tags: { ...staging, 'Mayfly:Not-Idle': 'true' } } },
  {
    reason: 'idle-excluded',
    because: 'the date has not come',
    seen: { tags: { ...staging, 'mayfly:not-idle': '2026-12-24' } },
  },
  {
    reason: 'idle-soon',
    because: 'the date of its exclusion has passed',
    seen: { tags: { ...staging, 'mayfly:not-idle': '2026-10-01' } },
  },
  { reason: 'exclude-unreadable', because: 'no date', seen: { tags: { ...staging, 'mayfly:not-idle': 'until May' } } },
  {
    reason: 'owned-by-controller',
    because: 'a group would replace it',
    seen: { owner: { kind: 'controller', name: 'web' } },
  },
  {
    reason: 'owned-by-controller',
    because: 'AWS tags it as a member of an Auto Scaling group',
    seen: { tags: { ...staging, 'aws:autoscaling:groupName': 'web' } },
  },
  {
    reason: 'owned-by-controller',
    because: 'it is a node of EKS, and a member of a stack, too',
    seen: { tags: { ...staging, 'eks:cluster-name': 'web' }, owner: { kind: 'stack', name: 'web' } },
  },
  { reason: 'unstoppable', because: 'of its disks', seen: { server: { ...running, unstoppable: 'instance store' } } },
  { reason: 'state-changing', because: 'it is pending', seen: { server: { ...running, state: 'changing' } } },
  { reason: 'stopped-by-person', because: 'Mayfly did not', seen: { server: stopped } },
  {
    reason: 'stop-unfinished',
    because: 'Mayfly did, and its expiry is missing',
    seen: { server: stopped, memory: memory({ stopped: { at: now - day } }) },
  },
  {
    reason: 'stopped',
    because: 'Mayfly did and wrote its expiry',
    seen: { server: stopped, memory: memory({ stopped: { at: now - day, expiresAt: now + 13 * day } }) },
  },
  {
    reason: 'stopped',
    because: 'the policy never removes it',
    seen: { server: stopped, memory: memory({ stopped: { at: now - day } }) },
    idle: {},
  },
  { reason: 'protected-until', because: 'of its date', seen: { tags: { ...staging, 'mayfly:protect': '2026-12-24' } } },
  {
    reason: 'started-again',
    because: 'nobody but a person starts an EC2 server',
    seen: { memory: memory({ stopped: { at: now - day } }) },
  },
  {
    reason: 'started-again',
    because: 'a database starts by itself only after a week',
    seen: { memory: memory({ stopped: { at: now - 3 * day, wakesAt: now + 4 * day } }) },
  },
  {
    reason: 'woke-up',
    because: 'a week is over',
    seen: { memory: memory({ stopped: { at: now - 7 * day, wakesAt: now - 30_000 } }) },
  },
  {
    reason: 'woke-up',
    because: 'its start was work for its processor, and nobody is connected',
    seen: { metrics: { ...quiet, cpuPeak: 80 }, memory: memory({ stopped: { at: now - 7 * day, wakesAt: now } }) },
  },
  {
    reason: 'at-work',
    because: 'a week is over, and somebody uses it: nobody may have looked when it was started',
    seen: { metrics: { connections: 2 }, memory: memory({ stopped: { at: now - 9 * day, wakesAt: now - 2 * day } }) },
  },
  { reason: 'changed-lately', because: 'it has 4 days', seen: { memory: memory({ since: now - 26 * day }) } },
  { reason: 'idle-soon', because: 'its 3 days have begun', seen: { memory: memory({ since: now - 28 * day }) } },
  { reason: 'idle-soon', because: 'nobody was warned' },
  {
    reason: 'idle-soon',
    because: 'the warning was about another date',
    seen: { memory: memory({ receipts: [{ idleAt: idleAt - day, at: now - 5 * day }] }) },
  },
  {
    reason: 'warned-of-stop',
    because: 'the lead has not passed',
    seen: { memory: memory({ receipts: [{ idleAt, at: now - 2 * day }] }) },
  },
  {
    reason: 'postponed',
    because: 'its owner wants a week more',
    seen: { memory: memory({ ...warned, postponedTo: now + 7 * day }) },
  },
  { reason: 'at-work', because: 'the processor had a peak', seen: { metrics: { ...quiet, cpuPeak: 5.1 } } },
  { reason: 'at-work', because: 'of its traffic', seen: { metrics: { ...quiet, networkMbPerDay: 6 } } },
  { reason: 'at-work', because: 'somebody is connected', seen: { metrics: { ...quiet, connections: 1 } } },
  {
    reason: 'at-work',
    because: 'even a complete copy is no reason then',
    seen: { metrics: { cpuPeak: 50 }, memory: memory({ ...warned, copies: [aCopy(now - 2 * hour, now - hour)] }) },
  },
  { reason: 'idle-evidence-missing', because: 'metrics are missing', seen: { metrics: 'no datapoints' } },
  {
    reason: 'idle-soon',
    because: 'the policy does not ask for metrics',
    seen: { metrics: 'no datapoints' },
    idle: { requireMetrics: false },
  },
  {
    reason: 'idle-evidence-missing',
    because: 'CloudTrail is required',
    seen: { memory: memory({ trail: { at: now, unreadable: 'AccessDenied' } }) },
    idle: { cloudTrail: 'require', after: '9d' },
  },
  {
    reason: 'idle-soon',
    because: 'CloudTrail is not required, and it is known for long enough',
    seen: { memory: memory({ trail: { at: now, unreadable: 'AccessDenied' } }) },
    idle: { after: '9d' },
  },
  {
    reason: 'changed-lately',
    because: 'without CloudTrail nobody knows what happened before first sight',
    seen: { memory: memory({ trail: { at: now, unreadable: 'AccessDenied' } }) },
  },
  { reason: 'idle', because: 'its owner was warned 5 days ago', seen: { memory: memory(warned) } },
  { reason: 'idle', because: 'the policy wants no warning', idle: { warnings: [] } },
  {
    reason: 'copying',
    because: 'the copy is not complete',
    seen: { memory: memory({ ...warned, copies: [aCopy(now - hour)] }) },
  },
  {
    reason: 'copy-failing',
    because: 'it is not complete after two days',
    seen: { memory: memory({ ...warned, copies: [aCopy(now - 2 * day)] }) },
  },
  {
    reason: 'idle',
    because: 'one failure is tried again',
    seen: { memory: memory({ ...warned, failures: 1, lastFailure: { at: now - hour, why: 'quota' } }) },
  },
  {
    reason: 'copy-failing',
    because: 'three are too many for today',
    seen: { memory: memory({ ...warned, failures: 3, lastFailure: { at: now - hour, why: 'quota' } }) },
  },
  {
    reason: 'idle-copied',
    because: 'its copy is complete',
    seen: { memory: memory({ ...warned, copies: [aCopy(now - 2 * hour, now - hour)] }) },
  },
  {
    reason: 'idle',
    because: 'the complete copy is days old',
    seen: { memory: memory({ ...warned, copies: [aCopy(now - 5 * day, now - 4 * day)] }) },
  },
];

test.each(table)('$reason, because $because', ({ reason, seen, idle }) => {
  const rules = idle === undefined ? policy : aPolicy({ idle });
  const server = { tags: staging, server: running, memory: memory(), metrics: quiet, ...seen };
  expect(decideIdle(server, rules, now)).toMatchObject({ reason, action: actionOf(reason) });
});

test('every reason has a row', () => {
  const byExpiry = ['idle-done', 'copy-expired', 'copy-expiring', 'copy-unknown'];
  const expected = Object.keys(idleReasons).filter((reason) => !byExpiry.includes(reason));
  expect(table.map(({ reason }) => reason)).toEqual(expect.arrayContaining(expected));
});

test.each([
  [{ environment: 'Staging' }, false],
  [{ Environment: 'staging' }, true],
  [{ environment: 'stage' }, true],
  [{ environment: 'staging-2' }, false],
  [{ environment: 'staging', ENVIRONMENT: 'production' }, false],
  [{}, false],
])('of the servers %j the default rule is about: %s', (tags, expected) => {
  expect(matchesIdle(tags, { match: { environment: ['staging', 'stage'] } })).toBe(expected);
});

test('a star stands for any text, and nothing else is a pattern', () => {
  const match = { name: 'web-*.(x)' };
  expect(matchesIdle({ name: 'web-1.(x)' }, { match })).toBe(true);
  expect(matchesIdle({ name: 'web-1.xx' }, { match })).toBe(false);
  expect(matchesIdle({ name: 'my-web-1.(x)' }, { match })).toBe(false);
});

test('metrics are asked for only where the configuration alone would do', () => {
  const seen = { tags: staging, server: running };
  expect(isIdleCandidate({ ...seen, memory: memory() }, policy, now)).toBe(true);
  expect(isIdleCandidate({ ...seen, memory: memory({ since: now - 5 * day }) }, policy, now)).toBe(false);
  expect(isIdleCandidate({ ...seen, memory: memory({ stopped: { at: now } }) }, policy, now)).toBe(false);
  const awake = memory({ stopped: { at: now - 7 * day, wakesAt: now } });
  expect(isIdleCandidate({ ...seen, memory: awake }, policy, now)).toBe(true);
});

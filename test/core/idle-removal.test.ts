import { describe, expect, test } from 'vitest';
import { lastStep, notReadyToGo } from '../../lib/core/idle-removal.ts';
import { day, hour } from '../../lib/core/time.ts';
import { aCopy, memory, now, running, stopped } from '../fakes/idle-servers.ts';

const stop = { at: now - 14 * day, expiresAt: now };
const server = { ...stopped, stoppedAt: stop.at };
const whileItRan = aCopy(stop.at - hour, stop.at);
const after = aCopy(now - hour, now);
const ec2 = { leavesCopy: false, now };
const database = { leavesCopy: true, now };

describe('a stopped server whose removal is due', () => {
  test.each<[string, Parameters<typeof lastStep>, string]>([
    [
      'goes, when its newest copy was begun after its stop',
      [memory({ stopped: stop, copies: [whileItRan, after] }), server, ec2],
      'idle-done',
    ],
    [
      'is copied, when its copy was made while it ran',
      [memory({ stopped: stop, copies: [whileItRan] }), server, ec2],
      'idle',
    ],
    ['is copied, when it has no copy', [memory({ stopped: stop }), server, ec2], 'idle'],
    [
      'is copied, when its copy is not complete',
      [memory({ stopped: stop, copies: [aCopy(now - hour)] }), server, ec2],
      'idle',
    ],
    [
      'is kept, when nobody knows when it stopped',
      [memory({ stopped: stop, copies: [after] }), stopped, ec2],
      'idle-evidence-missing',
    ],
    [
      'waits after the third failure of its copy',
      [memory({ stopped: stop, failures: 3, lastFailure: { at: now - hour, why: 'quota' } }), server, ec2],
      'copy-failing',
    ],
    [
      'is tried again a day later',
      [memory({ stopped: stop, failures: 3, lastFailure: { at: now - day, why: 'quota' } }), server, ec2],
      'idle',
    ],
    [
      'goes, where its removal leaves a copy',
      [memory({ stopped: stop, copies: [whileItRan] }), server, database],
      'idle-done',
    ],
  ])('%s', (_, [known, seen, about], reason) => {
    expect(lastStep(known, seen, about).reason).toBe(reason);
  });
});

describe('at the last look a server', () => {
  const known = memory({ stopped: stop, copies: [after] });
  test.each<[string, string | undefined, string | undefined]>([
    ['that is stopped and copied may go', notReadyToGo(known, server, false), undefined],
    ['that runs stays', notReadyToGo(known, running, false), 'it is not stopped any more'],
    [
      'that runs stays, also where its removal leaves a copy',
      notReadyToGo(known, running, true),
      'it is not stopped any more',
    ],
    [
      'whose state is not shown stays',
      notReadyToGo(known, undefined, true),
      'its service does not show whether it runs',
    ],
    [
      'that ran since its copy stays',
      notReadyToGo(known, { ...server, stoppedAt: now }, false),
      'its newest copy ami-1 was made while it still ran',
    ],
    [
      'without a copy goes where its removal leaves one',
      notReadyToGo(memory({ stopped: stop }), server, true),
      undefined,
    ],
  ])('%s', (_, why, expected) => {
    expect(why).toBe(expected);
  });
});

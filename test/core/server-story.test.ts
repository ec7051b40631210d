import { expect, test } from 'vitest';
import type { IdleEvent } from '../../lib/core/idle-memory.ts';
import { serverStory } from '../../lib/core/server-story.ts';
import { day } from '../../lib/core/time.ts';
import { aCopy, now, running } from '../fakes/idle-servers.ts';

const { configuration } = running;
const other = 'arn:aws:ec2:eu-west-1:222222222222:instance/i-2';

/** From the first sighting of a server to its restore, as `mayfly history` tells it. */
const story: [IdleEvent, string][] = [
  [
    { kind: 'configured', configuration, since: now, from: 'launched' },
    'configuration known since 2026-11-23 12:00 UTC (launched)',
  ],
  [{ kind: 'trail-asked', unreadable: 'AccessDenied' }, 'CloudTrail could not be asked: AccessDenied'],
  [{ kind: 'trail-asked' }, 'CloudTrail was asked what had changed before'],
  [
    {
      kind: 'configured',
      configuration,
      since: now - day,
      from: 'CloudTrail: ModifyInstanceAttribute by ana',
      change: 'ModifyInstanceAttribute by ana',
    },
    'its last change, as CloudTrail knows: ModifyInstanceAttribute by ana, 2026-11-22 12:00 UTC',
  ],
  [
    { kind: 'configured', configuration, since: now, from: 'seen by Mayfly', change: 'tag size=big added' },
    'configuration changed: tag size=big added',
  ],
  [{ kind: 'idle-warned', idleAt: now, to: 'ana' }, 'ana was warned that it is idle on 2026-11-23 12:00 UTC'],
  [{ kind: 'postponed', to: now, by: 'ana', reason: 'demo' }, 'not idle before 2026-11-23 12:00 UTC, said ana: demo'],
  [{ kind: 'copy-requested', copy: aCopy(now) }, 'copy ami-1 begun'],
  [
    { kind: 'copy-requested', copy: { ...aCopy(now), ofGuard: true } },
    'copy ami-1 begun, before a stop by the cost guard',
  ],
  [{ kind: 'copy-failed', copy: 'ami-1', why: 'quota' }, 'copy ami-1 failed: quota'],
  [{ kind: 'copy-verified', copy: 'ami-1', sizeGb: 28 }, 'copy ami-1 is complete: 28 GB'],
  [{ kind: 'stop-requested' }, 'Mayfly is about to stop it'],
  [{ kind: 'stopped' }, 'stopped by Mayfly'],
  [{ kind: 'dated', expiresAt: now }, 'will expire 2026-11-23 12:00 UTC'],
  [{ kind: 'will-wake', wakesAt: now }, 'its service will start it again 2026-11-23 12:00 UTC'],
  [{ kind: 'stopped', again: true }, 'stopped again: its service had started it by itself'],
  [{ kind: 'started-again' }, 'a person started it again: its time begins anew'],
  [
    { kind: 'restored', by: 'ana', copy: 'ami-1', as: other, lost: ['its placement group'] },
    `restored from ami-1 as ${other} for ana, without its placement group`,
  ],
  [{ kind: 'restored-from', of: 'i-1', copy: 'ami-1', by: 'ana' }, 'made from ami-1 of i-1 for ana'],
  [{ kind: 'copied-from', of: 'i-1' }, 'made as a copy of i-1'],
  [{ kind: 'copy-discarded', copy: 'ami-1' }, 'copy ami-1 deleted'],
];

test.each(story)('%j is told in words', (event, words) => {
  expect(serverStory(event, 'UTC')).toBe(words);
});

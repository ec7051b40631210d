import { describe, expect, test } from 'vitest';
import type { Telling } from '../../lib/core/make-report.ts';
import type { PlannedDecision } from '../../lib/core/plan.ts';
import type { Reason } from '../../lib/core/reasons.ts';
import { itemsIn } from '../../lib/core/sweep-report.ts';
import { day, hour } from '../../lib/core/time.ts';
import { aDecision } from '../fakes/builders.ts';
import { afterwards, aTelling, dev, ended, now } from '../fakes/tellings.ts';

const server = (reason: Reason, about: Partial<PlannedDecision> = {}) =>
  aDecision(9, reason, { idleAt: now - hour, ...about });
const copy = aDecision(10, 'copy-expired', { copyOf: `arn:aws:ec2:eu-west-1:${dev}:instance/i-0abc` });

describe('each step of a server has its list, and no other', () => {
  test.each<[string, Telling, object]>([
    [
      'copied',
      aTelling([server('idle')], { outcomes: [ended(server('idle'), 'copied', 'copy ami-1 is complete, 8 GB')] }),
      { copied: [{ arn: server('idle').arn, idleAt: now - hour, detail: 'copy ami-1 is complete, 8 GB' }] },
    ],
    [
      'stopped, with its expiry',
      aTelling([server('idle-copied')], {
        outcomes: [{ ...ended(server('idle-copied'), 'stopped', 'expires soon'), expiresAt: now + 14 * day }],
      }),
      { stopped: [{ arn: server('idle').arn, expiresAt: now + 14 * day }] },
    ],
    [
      'stopped again',
      aTelling([server('woke-up')], { outcomes: [ended(server('woke-up'), 'stopped', 'stopped again')] }),
      { stoppedAgain: [{ arn: server('idle').arn }] },
    ],
    [
      'started again',
      aTelling([server('started-again')], {
        outcomes: [{ ...ended(server('started-again'), 'changed', 'a person did'), startedAgain: true }],
      }),
      { startedAgain: [{ arn: server('idle').arn }] },
    ],
    [
      'a copy that fails',
      aTelling([server('idle')], { outcomes: [ended(server('idle'), 'failed', 'QuotaExceeded')] }),
      { blocked: [{ detail: 'its copy fails: QuotaExceeded' }] },
    ],
    [
      'a copy that failed before, while the next try waits',
      aTelling([server('copy-failing', { detail: 'QuotaExceeded' })], {
        outcomes: [ended(server('copy-failing'), 'changed', 'there is no copy to look at')],
      }),
      { blocked: [{ detail: 'Its copy fails; it stays as it is until there is one: QuotaExceeded' }] },
    ],
    [
      'a late copy that became whole',
      aTelling([server('copy-failing')], { outcomes: [ended(server('copy-failing'), 'copied', 'ami-1')] }),
      { copied: [{ detail: 'ami-1' }] },
    ],
    [
      'removed after a fresh copy',
      aTelling([server('idle-done', { detail: 'ami-2' })], { outcomes: [ended(server('idle-done'), 'removed')] }),
      { removed: [{ detail: 'after a fresh copy, ami-2' }] },
    ],
    [
      'a copy that is deleted',
      aTelling([copy], { outcomes: [ended(copy, 'removed')] }),
      { copiesDeleted: [{ arn: copy.arn, detail: 'a copy of i-0abc' }] },
    ],
    [
      'idle where it is only observed',
      aTelling([server('account-observed'), aDecision(8, 'account-observed', { idleAt: now + hour })]),
      { observedIdle: [{ arn: server('idle').arn, idleAt: now - hour }] },
    ],
  ])('%s', (_, telling, expected) => {
    const [report] = afterwards([telling]);
    expect(report).toMatchObject(expected);
    const told = report === undefined ? [] : Object.values(itemsIn(report)).flat();
    expect(told).toHaveLength(1);
  });
});

describe('an hour later', () => {
  const copying = (detail: string) =>
    aTelling([server('copying')], { outcomes: [ended(server('copying'), 'waiting', detail)] });

  test('a copy that is still being made is no news; another one is', () => {
    const [first, second, third] = afterwards([
      copying('copy ami-1 is made'),
      copying('copy ami-1 is made'),
      copying('copy ami-2 is made'),
    ]);
    expect([first?.waiting.length, second, third?.waiting.length]).toEqual([1, undefined, 1]);
  });

  test('a server that is stopped and stays so is no news', () => {
    const stopping = aTelling([server('idle-copied')], { outcomes: [ended(server('idle-copied'), 'stopped')] });
    const [first, second] = afterwards([stopping, aTelling([server('stopped')])]);
    expect([first?.stopped?.length, second]).toEqual([1, undefined]);
  });
});

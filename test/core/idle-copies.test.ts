import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../lib/core/history.ts';
import {
  copiesIn,
  decideCopy,
  isCopyNear,
  isLastCopy,
  type ListedCopy,
  type SeenCopy,
} from '../../lib/core/idle-copies.ts';
import { day, hour, toIso } from '../../lib/core/time.ts';
import { aPolicy } from '../fakes/builders.ts';
import { aCopy, now } from '../fakes/idle-servers.ts';

const policy = aPolicy({ idle: { match: { environment: 'staging' }, warnings: ['3d', '1d'] } });
const unwarned = aPolicy({ idle: { match: { environment: 'staging' }, warnings: [] } });

const seen = (about: Partial<SeenCopy> & { in?: number } = {}): SeenCopy => ({
  keepUntil: toIso(now + (about.in ?? 0)),
  last: false,
  known: true,
  receipts: [],
  ...about,
});
const told = (days: number, about = now) => [{ expiresAt: about, at: now - days * day }];

describe('a copy', () => {
  test.each<[string, SeenCopy, string | undefined]>([
    ['is kept before its time', seen({ in: hour }), undefined],
    ['goes at its time', seen(), 'copy-expired'],
    ['that the ledger does not know never goes', seen({ known: false, in: -400 * day }), 'copy-unknown'],
    ['that the ledger does not know is not spoken of before its time', seen({ known: false, in: hour }), undefined],
    ['whose date can not be read stays', seen({ keepUntil: 'soon' }), 'expiry-unreadable'],
    ['whose date is relative stays', seen({ keepUntil: '3d' }), 'expiry-unreadable'],
    ['that says never stays', seen({ keepUntil: 'never' }), 'expiry-unreadable'],
    ['that is the last is no matter long before its end', seen({ last: true, in: 4 * day }), undefined],
    ['that is the last is warned of within the longest lead', seen({ last: true, in: 2 * day }), 'copy-expiring'],
    ['that is the last is warned of first also after its time', seen({ last: true, in: -9 * day }), 'copy-expiring'],
    ['that was warned of goes at its time', seen({ last: true, receipts: told(3) }), 'copy-expired'],
    [
      'that was warned of late waits for the shortest lead',
      seen({ last: true, receipts: told(0.5) }),
      'warned-recently',
    ],
    [
      'that was warned of another date is warned of again',
      seen({ last: true, receipts: told(3, now - day) }),
      'copy-expiring',
    ],
    [
      'that was warned of is kept before its time',
      seen({ last: true, in: day, receipts: told(1, now + day) }),
      undefined,
    ],
  ])('%s', (_, copy, reason) => {
    expect(decideCopy(copy, policy, now)?.reason).toBe(reason);
  });

  test('goes without a warning only where the policy wants none', () => {
    expect(decideCopy(seen({ last: true }), unwarned, now)?.reason).toBe('copy-expired');
  });

  test('is looked at from its lead on, and always where its date can not be read', () => {
    const listed = (keepUntil: string): ListedCopy => ({ arn: 'a', of: 's', keepUntil });
    expect(isCopyNear(listed(toIso(now + 4 * day)), policy, now)).toBe(false);
    expect(isCopyNear(listed(toIso(now + 3 * day)), policy, now)).toBe(true);
    expect(isCopyNear(listed('whenever'), policy, now)).toBe(true);
  });

  test('whatever it says, it never goes before its time, unknown, or as the last without a receipt', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -100, max: 100 }),
        fc.boolean(),
        fc.boolean(),
        fc.array(
          fc.record({ expiresAt: fc.constantFrom(now - day, now, now + day), at: fc.constantFrom(now - 5 * day, now) }),
        ),
        (days, last, known, receipts) => {
          const copy = seen({ in: days * day, last, known, receipts });
          if (decideCopy(copy, policy, now)?.action !== 'remove') return;
          expect(days).toBeLessThanOrEqual(0);
          expect(known).toBe(true);
          if (last) expect(receipts.some(({ at }) => at <= now - day)).toBe(true);
        },
      ),
    );
  });
});

describe('the last copy of a server', () => {
  const listed = (arn: string, of: string, days: number | string): ListedCopy => ({
    arn,
    of,
    keepUntil: typeof days === 'string' ? days : toIso(now + days * day),
  });
  const older = listed('a', 'web', 0);
  test.each<[string, ListedCopy[], boolean]>([
    ['is alone', [], true],
    ['is not, while another is kept longer', [listed('b', 'web', 30)], false],
    ['is, whatever is kept of another server', [listed('b', 'api', 30)], true],
    ['is not, while one whose date can not be read stays', [listed('b', 'web', 'soon')], false],
    ['is each of two that end together', [listed('b', 'web', 0)], true],
  ])('%s', (_, others, last) => {
    expect(isLastCopy(older, [older, ...others], policy)).toBe(last);
  });
});

test('a history tells which copies there are, and what became of each', () => {
  const of = 'arn:aws:ec2:eu-west-1:222222222222:instance/i-1';
  const about = { arn: of, at: now };
  const copy = (id: string) => ({ ...aCopy(now), id });
  const history: Event[] = [
    { ...about, kind: 'copy-requested', copy: copy('ami-1') },
    { ...about, kind: 'copy-failed', copy: 'ami-1', why: 'one volume' },
    { ...about, kind: 'copy-requested', copy: copy('ami-2') },
    { ...about, kind: 'copy-verified', copy: 'ami-2' },
    { ...about, kind: 'removed' },
    { ...about, kind: 'copy-requested', copy: copy('ami-3') },
    { ...about, kind: 'copy-verified', copy: 'ami-3' },
    { ...about, kind: 'copy-discarded', copy: 'ami-2' },
  ];
  expect(copiesIn(history).map(({ id, verifiedAt, ended }) => ({ id, verifiedAt, ended }))).toEqual([
    { id: 'ami-1', verifiedAt: undefined, ended: 'failed' },
    { id: 'ami-2', verifiedAt: now, ended: 'discarded' },
    { id: 'ami-3', verifiedAt: now, ended: undefined },
  ]);
});

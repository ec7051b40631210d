import { expect, test } from 'vitest';
import { fateInWords, nextStep } from '../../lib/core/next-step.ts';
import { actionOf, type Reason, reasons } from '../../lib/core/reasons.ts';
import { hour } from '../../lib/core/time.ts';
import { aPolicy, at } from '../fakes/builders.ts';

const policy = aPolicy({ expiry: { warnings: ['24h', '1h'] } });
const expiresAt = at('2026-11-24T12:00Z');
const of = (reason: Reason) => ({ reason, action: actionOf(reason), expiresAt });

test('what is not due is warned of with the first lead', () => {
  expect(nextStep(of('not-due'), policy)).toEqual(['its owner is warned from ', { at: expiresAt - 24 * hour }]);
});

test.each<[Reason, string]>([
  ['expired', 'the next sweep removes it'],
  ['let-go', 'the next sweep removes it'],
  ['expiring', 'it goes when it expires'],
  ['protected', 'kept: its protect tag says true'],
  ['expiry-unreadable', 'kept: its expiry tag cannot be read'],
])('the fate of what is %s: %s', (reason, words) => {
  expect(fateInWords(of(reason), policy)).toEqual(['expires ', { at: expiresAt }, '; ', words]);
});

test('nothing is said to go but what a sweep warns of or removes', () => {
  for (const reason of Object.keys(reasons) as Reason[]) {
    const words = JSON.stringify(nextStep(of(reason), policy) ?? '');
    if (/goes|removes/.test(words)) {
      expect(['warned-recently', 'outside-window', 'expiring', 'expired-unwarned', 'expired', 'let-go']).toContain(
        reason,
      );
    }
  }
});

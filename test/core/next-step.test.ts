import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../lib/core/decide.ts';
import { fateInWords, nextStep } from '../../lib/core/next-step.ts';
import { actionOf, type Reason, reasons } from '../../lib/core/reasons.ts';
import { type Memory, nothingKnown } from '../../lib/core/resource.ts';
import { day, type Instant, minute, toIso } from '../../lib/core/time.ts';
import { aMemory, aPolicy, aReceipt, aResource, at, someRules } from '../fakes/builders.ts';

const policy = aPolicy({ expiry: { warnings: ['24h', '1h'] } });
const expiry = '2026-11-24T12:00Z';
const expiresAt = at(expiry);
const of = (reason: Reason) => ({ reason, action: actionOf(reason), expiresAt });
const early = { memory: nothingKnown, now: expiresAt - 2 * day };

test.each<[Reason, string]>([
  ['expired', 'the next sweep removes it'],
  ['let-go', 'the next sweep removes it'],
  ['protected', 'kept: its protect tag says true'],
  ['expiry-unreadable', 'kept: its expiry tag cannot be read'],
])('the fate of what is %s: %s', (reason, words) => {
  expect(fateInWords(of(reason), policy, early)).toEqual(['expires ', { at: expiresAt }, '; ', words]);
});

describe('what is said after warnings', () => {
  const first = aReceipt(expiry, '2026-11-23T12:10Z');
  const last = aReceipt(expiry, '2026-11-24T11:10Z');
  const late = aReceipt(expiry, '2026-11-24T13:00Z');
  const moved = aReceipt('2026-11-23T18:00Z', '2026-11-23T17:00Z');
  const weapon = { values: `ttl=${expiry}`, firstSeenAt: at('2026-11-24T11:30Z'), expiresAt, needsFullLead: true };
  const firstWarned = 'its owner was warned 2026-11-23T12:10:00Z';
  const lateWarned = 'its owner was warned 2026-11-24T13:00:00Z';

  test.each<[Reason, string, Partial<Memory>, string]>([
    ['not-due', '2026-11-22T12:00Z', {}, 'its owner is warned from 2026-11-23T12:00:00Z'],
    ['not-due', '2026-11-23T13:00Z', { receipts: [first] }, `${firstWarned}, and is again from 2026-11-24T11:00:00Z`],
    [
      'not-due',
      '2026-11-24T11:20Z',
      { receipts: [first, last] },
      expect.stringMatching(/11:10:00Z; it goes when it exp/),
    ],
    ['not-due', '2026-11-23T18:00Z', { receipts: [moved] }, 'its owner is warned, then it goes'],
    ['expiring', '2026-11-23T12:00Z', {}, 'its owner is warned, then it goes'],
    ['expiring', '2026-11-23T12:20Z', { receipts: [first] }, `${firstWarned}, and is again from 2026-11-24T11:00:00Z`],
    ['expiring', '2026-11-24T11:00Z', { receipts: [first] }, `${firstWarned}; it goes when it expires`],
    ['expired-unwarned', '2026-11-24T13:00Z', {}, 'its owner is warned, then it goes'],
    ['expired-unwarned', '2026-11-24T13:20Z', { receipts: [late] }, `${lateWarned}; it goes from 2026-11-24T14:00:00Z`],
    ['expired-unwarned', '2026-11-24T14:00Z', { receipts: [late] }, `${lateWarned}; the next sweep removes it`],
    ['expired-unwarned', '2026-11-24T13:00Z', { receipts: [moved] }, 'its owner is warned, then it goes'],
    ['warned-recently', '2026-11-24T13:20Z', { receipts: [late] }, `${lateWarned}; it goes from 2026-11-24T14:00:00Z`],
    ['warned-recently', '2026-11-24T13:20Z', {}, 'it goes once the warning lead has passed'],
    // Somebody may have moved the expiry to have Mayfly remove it: what was told before says nothing then.
    [
      'expired-unwarned',
      '2026-11-24T13:00Z',
      { receipts: [first], sighting: weapon },
      'its owner is warned, then it goes',
    ],
    [
      'expired-unwarned',
      '2026-11-24T13:20Z',
      { receipts: [late], sighting: weapon },
      `${lateWarned}; it goes from 2026-11-25T13:00:00Z`,
    ],
    // Another resource had its name.
    [
      'expired-unwarned',
      '2026-11-24T13:20Z',
      { receipts: [{ ...late, identity: 'a' }], identity: 'b' },
      'its owner is warned, then it goes',
    ],
  ])('%s, read %s', (reason, now, memory, words) => {
    const said = nextStep(of(reason), policy, { memory: aMemory(memory), now: at(now) });
    expect(inText(said)).toEqual(words);
  });
});

test.each<[Reason, string, Partial<Memory>, string]>([
  ['not-due', '2026-11-22T12:00Z', {}, 'its owner would be warned from 2026-11-23T12:00:00Z'],
  ['not-due', '2026-11-23T18:00Z', {}, 'its owner would be warned, then it would go'],
  ['account-observed', '2026-11-23T18:00Z', {}, 'its owner would be warned, then it would go'],
  ['account-observed', '2026-11-24T13:00Z', {}, 'its owner would be warned, then it would go'],
  // It was enforced when its owner was warned.
  [
    'account-observed',
    '2026-11-24T13:00Z',
    { receipts: [aReceipt(expiry, '2026-11-23T12:10Z')] },
    'its owner was warned 2026-11-23T12:10:00Z; the next sweep would remove it',
  ],
  ['expired', '2026-11-24T13:00Z', {}, 'the next sweep would remove it'],
  ['outside-window', '2026-11-24T13:00Z', {}, 'it would go in the hours that the policy names'],
])('in an observed account what is %s, read %s, only would', (reason, now, memory, words) => {
  const said = nextStep(of(reason), policy, { memory: aMemory(memory), now: at(now), observed: true });
  expect(inText(said)).toBe(`${words} (its account is only observed)`);
});

test('what an observed account keeps for another reason is kept for that one', () => {
  for (const reason of ['protected', 'expiry-unreadable'] as const) {
    expect(fateInWords(of(reason), policy, { ...early, observed: true })).toEqual(
      fateInWords(of(reason), policy, early),
    );
  }
});

test('nothing is said to go but what a sweep warns of or removes', () => {
  for (const reason of Object.keys(reasons) as Reason[]) {
    const words = JSON.stringify(nextStep(of(reason), policy, early) ?? '');
    const due: Reason[] = ['expired', 'let-go', 'warned-recently', 'outside-window'];
    if (/goes|removes/.test(words)) expect([...due, 'expiring', 'expired-unwarned']).toContain(reason);
  }
});

const step = 30 * minute;
const around = fc.integer({ min: -100, max: 100 }).map((steps) => expiresAt + steps * step);

/** A resource with an expiry tag, a plan that was made of it, and what the ledger learned since. */
const stories = fc.record({
  decidedAt: around,
  later: fc.integer({ min: 0, max: 4 }).map((steps) => steps * step),
  warnings: fc.uniqueArray(fc.constantFrom('24h', '12h', '1h', '30min'), { minLength: 0, maxLength: 3 }),
  requireWarning: fc.boolean(),
  receipts: fc.uniqueArray(around, { maxLength: 3 }),
  needsFullLead: fc.boolean(),
  firstSeenAt: around,
});

test('what is said is what the sweeps to come do, whatever the ledger has learned since the plan', () => {
  fc.assert(
    fc.property(stories, ({ decidedAt, later, warnings, requireWarning, receipts, needsFullLead, firstSeenAt }) => {
      const now = decidedAt + later;
      const rules = someRules({ policy: aPolicy({ expiry: { warnings, requireWarning } }) });
      const values = `ttl=${expiry}`;
      const sighting = { values, firstSeenAt: Math.min(firstSeenAt, decidedAt), expiresAt, needsFullLead };
      const memoryAt = (time: Instant) =>
        aMemory({ sighting, receipts: receipts.filter((one) => one <= time).map((one) => ({ expiresAt, at: one })) });
      const decisionAt = (time: Instant, known: Instant) =>
        decide(aResource({ tags: { ttl: expiry }, memory: memoryAt(known) }), rules, time);
      const decision = decisionAt(decidedAt, decidedAt);
      const said = inText(nextStep(decision, rules.policy, { memory: memoryAt(now), now }));
      if (decision.action === 'remove') return;
      const from = /it goes from (\S+)$/.exec(said)?.[1];
      const warned = /its owner is warned from (\S+)$/.exec(said)?.[1] ?? /is again from (\S+)$/.exec(said)?.[1];
      if (from !== undefined) {
        expect(decisionAt(at(from), now).action).toBe('remove');
        expect(decisionAt(at(from) - 1, now).action).not.toBe('remove');
      } else if (warned !== undefined) {
        expect(decisionAt(at(warned), now).action).toBe('warn');
        expect(decisionAt(at(warned) - 1, now).action).toBe('keep');
      } else if (said.endsWith('it goes when it expires')) {
        expect(now).toBeLessThan(expiresAt);
        expect(decisionAt(expiresAt, now).action).toBe('remove');
      } else {
        expect(said).toMatch(/^its owner is warned, then it goes$|the next sweep removes it$/);
        expect(decisionAt(now, now).action).toBe(said.endsWith('then it goes') ? 'warn' : 'remove');
      }
    }),
    { numRuns: 2_000 },
  );
});

function inText(words: ReturnType<typeof nextStep>): string {
  const shown = (word: NonNullable<typeof words>[number]) => {
    if (typeof word === 'string') return word;
    return 'at' in word ? toIso(word.at) : JSON.stringify(word);
  };
  return (words ?? []).map(shown).join('');
}

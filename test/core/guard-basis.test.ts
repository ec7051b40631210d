import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Basis, basisAfter, unreadKey } from '../../lib/core/guard-basis.ts';
import { day, hour } from '../../lib/core/time.ts';
import { type Found, type GuardPolicy, look, newWatch, type Watch, watched } from '../fakes/guard-looks.ts';

const guard: GuardPolicy = {
  allow: 'tell',
  scp: 'mayfly-freeze',
  copy: false,
  accounts: { [watched]: { jump: 4 } },
  environments: {},
};

const closed = { account: { unread: ['me-south-1: AccessDenied, request id 1f0c'] } };

/** So many hours of the same. */
function hours(watch: Watch, count: number, found: Found): string[] {
  return Array.from({ length: count }, () => look(watch, found, guard)[0]?.reason ?? 'none');
}

describe('what is usual', () => {
  test('is learnt where one region is always closed, and a jump is seen beside it', () => {
    const watch = newWatch();
    hours(watch, 8 * 24, { usdPerHour: 10, ...closed });
    expect(hours(watch, 1, { usdPerHour: 4000, ...closed })).toEqual(['over-limits']);
  });

  test('does not count where a region fails for some hours', () => {
    const watch = newWatch();
    hours(watch, 8 * 24, { usdPerHour: 10 });
    expect(hours(watch, 3, { usdPerHour: 50, ...closed })).toEqual(Array.from({ length: 3 }, () => 'scan-incomplete'));
    expect(hours(watch, 1, { usdPerHour: 50 })).toEqual(['over-limits']);
  });

  test('begins anew where a region that was always closed is read: what it costs is no jump', () => {
    const watch = newWatch();
    hours(watch, 8 * 24, { usdPerHour: 10, ...closed });
    const after = hours(watch, 15 * 24, { usdPerHour: 60 });
    expect(after).not.toContain('over-limits');
    expect(hours(watch, 1, { usdPerHour: 400 })).toEqual(['over-limits']);
  });
});

test('looks that could not read the same have one key, whatever their requests are called', () => {
  const one = unreadKey(['eu-west-1: Denied, request id 1f0c', 'me-south-1: closed']);
  expect(unreadKey(['me-south-1: closed', 'eu-west-1: Denied, request id 9d2e'])).toBe(one);
  expect([unreadKey([]), unreadKey(['me-south-1: closed'])]).toEqual(['', expect.not.stringMatching(`^${one}$`)]);
});

test('two looks are compared only where both could read the same for as long as it takes', () => {
  const keys = fc.array(fc.constantFrom('', 'a', 'b'), { maxLength: 60 });
  fc.assert(
    fc.property(keys, (all) => {
      let basis: Basis | undefined;
      for (const [index, unread] of all.entries()) {
        const before = basis;
        const step = basisAfter(before, unread, index * hour);
        // Nothing is compared with what rests on other parts; and what is new has lasted a day.
        expect(step.isComparable).toBe(step.basis.unread === unread);
        if (step.isNew) expect(all.slice(index - day / hour, index + 1).every((one) => one === unread)).toBe(true);
        else if (before !== undefined) expect(step.basis.unread).toBe(before.unread);
        basis = step.basis;
      }
    }),
  );
});

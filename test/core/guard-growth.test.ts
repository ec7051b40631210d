import { expect, test } from 'vitest';
import { day, hour, week } from '../../lib/core/time.ts';
import { carryOut, type GuardPolicy, look, newWatch, note, type Watch, watched } from '../fakes/guard-looks.ts';

const policy: GuardPolicy = {
  allow: 'freeze',
  scp: 'mayfly-freeze',
  copy: false,
  accounts: { [watched]: { jump: 3 } },
  environments: {},
};

/** Looks each hour, where a person releases each freeze; how many days after the first look each of them was. */
function freezes(watch: Watch, usdPerHour: number, lasts: number): number[] {
  const begin = watch.now;
  return Array.from({ length: lasts / hour }).flatMap(() => {
    const [decision] = look(watch, { usdPerHour }, policy);
    if (decision === undefined) return [];
    carryOut(watch, decision);
    if (decision.action !== 'freeze') return [];
    note(watch, { kind: 'guard-release-begun', by: 'ann' });
    return [(watch.now - begin) / day];
  });
}

test('what an account has grown to, and has been told of for a week, becomes usual', () => {
  const watch = newWatch();
  expect(freezes(watch, 10, 4 * week)).toEqual([]);
  const days = freezes(watch, 40, 8 * week);
  expect(days.length).toBeGreaterThan(5);
  expect(days.at(-1)).toBeLessThanOrEqual(15);
});

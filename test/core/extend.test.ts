import { expect, test } from 'vitest';
import { extend } from '../../lib/core/extend.ts';
import { day, hour } from '../../lib/core/time.ts';
import { at } from '../fakes/builders.ts';

const now = at('2026-11-23T12:00Z');
const caps = { maxExtension: 7 * day, maxLifetime: 30 * day };
const created = now - day;

test.each([
  ['from the present expiry', now + 2 * day, 3 * day, { to: now + 5 * day }],
  ['from now, if it has expired', now - 2 * day, 3 * day, { to: now + 3 * day }],
  ['from now, if it has no expiry that can be read', undefined, 3 * day, { to: now + 3 * day }],
  ['exactly up to the longest extension', now + 4 * day, 3 * day, { to: now + 7 * day }],
  ['up to the longest extension', now + 5 * day, 3 * day, { to: now + 7 * day, cutBy: 'maxExtension' }],
  ['by nothing, if it is beyond that', now + 9 * day, hour, { to: now + 9 * day, cutBy: 'maxExtension' }],
  ['not at all, if it never expires', Number.POSITIVE_INFINITY, hour, { to: Number.POSITIVE_INFINITY }],
])('an expiry is extended %s', (_, present, by, granted) => {
  expect(extend(present, by, caps, created, now)).toEqual(granted);
});

test('the longest lifetime cuts too, and whichever is shorter is named', () => {
  expect(extend(now, 3 * day, caps, now - 28 * day, now)).toEqual({ to: now + 2 * day, cutBy: 'maxLifetime' });
  expect(extend(now, 30 * day, caps, now - 10 * day, now)).toEqual({ to: now + 7 * day, cutBy: 'maxExtension' });
});

test('it does not cut where there is none, or no creation is known', () => {
  expect(extend(now, 3 * day, { maxExtension: 7 * day }, now - 28 * day, now)).toEqual({ to: now + 3 * day });
  expect(extend(now, 3 * day, caps, undefined, now)).toEqual({ to: now + 3 * day });
});

test('what has outlived the longest lifetime keeps its expiry', () => {
  expect(extend(now + hour, day, caps, now - 40 * day, now)).toEqual({ to: now + hour, cutBy: 'maxLifetime' });
  expect(extend(now - hour, day, caps, now - 40 * day, now)).toEqual({ to: now - hour, cutBy: 'maxLifetime' });
});

test('extending never writes a past expiry where none stood', () => {
  expect(extend(undefined, day, caps, now - 40 * day, now)).toEqual({ to: now, cutBy: 'maxLifetime' });
});

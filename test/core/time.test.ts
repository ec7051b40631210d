import { expect, test } from 'vitest';
import { isWithinWindow } from '../../lib/core/schedule.ts';
import { day, hour, minute, readDuration, showDuration, showInstant, toIso, wallClock } from '../../lib/core/time.ts';
import { at } from '../fakes/builders.ts';

test('instants are written with whole seconds and no milliseconds', () => {
  expect(toIso(at('2026-11-23T17:00:00Z'))).toBe('2026-11-23T17:00:00Z');
  expect(toIso(at('2026-11-23T17:00:00.999Z'))).toBe('2026-11-23T17:00:00Z');
});

test.each([
  ['4h', 4 * hour],
  [' 1W2D6H ', 9 * day + 6 * hour],
  ['pt90s', 90_000],
  ['p1w', 7 * day],
  ['1000000d', 1_000_000 * day],
  ['1000001d', undefined],
  ['', undefined],
  ['0d', undefined],
  ['1m', undefined],
  ['p1m', undefined],
  ['1y', undefined],
  ['h', undefined],
])('the duration %j is %s', (text, duration) => {
  expect(readDuration(text)).toBe(duration);
});

test('the longest duration still gives an instant that can be written', () => {
  expect(toIso(at('2026-11-23T12:00Z') + 1_000_000 * day)).toMatch(/^\d{4}-\d{2}-\d{2}T/);
});

test.each([
  [0, '0min'],
  [29_000, '0min'],
  [30_000, '1min'],
  [59 * minute, '59min'],
  [hour, '1h'],
  [25 * hour, '1d 1h'],
  [2 * day + 6 * hour + 45 * minute, '2d 6h'],
  [2 * day + 45 * minute, '2d 45min'],
  [30 * day, '30d'],
])('%d milliseconds are shown as %s', (duration, shown) => {
  expect(showDuration(duration)).toBe(shown);
});

test.each([
  ['2026-11-23T17:00Z', 'Europe/Berlin', 'mon', '18:00'],
  ['2026-11-23T23:30Z', 'Europe/Berlin', 'tue', '00:30'],
  ['2026-11-23T03:00Z', 'America/New_York', 'sun', '22:00'],
  ['2027-03-28T01:00Z', 'Europe/Berlin', 'sun', '03:00'],
])('%s in %s is %s %s', (instant, zone, weekday, clock) => {
  expect(wallClock(at(instant), zone)).toEqual({ weekday, clock });
});

test('instants are shown to people with their zone', () => {
  expect(showInstant(at('2026-11-23T17:00:59Z'), 'Europe/Berlin')).toBe('2026-11-23 18:00 Europe/Berlin');
});

test('a window has its start in it, not its end, and only its days', () => {
  const window = { days: ['mon' as const], from: '08:00', to: '18:00' };
  const within = (instant: string) => isWithinWindow(at(instant), window, 'UTC');
  expect(['2026-11-23T08:00Z', '2026-11-23T17:59Z'].map(within)).toEqual([true, true]);
  expect(['2026-11-23T07:59Z', '2026-11-23T18:00Z', '2026-11-24T12:00Z'].map(within)).toEqual([false, false, false]);
});

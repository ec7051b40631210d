import { expect, test } from 'vitest';
import { isWithinWindow, latestAt } from '../../lib/core/schedule.ts';
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

test.each([
  ['later on the day', '09:00', '2026-11-23T12:00Z', 'Europe/Berlin', '2026-11-23T08:00Z'],
  ['in that very minute', '09:00', '2026-11-23T08:00Z', 'Europe/Berlin', '2026-11-23T08:00Z'],
  ['before it on the day', '09:00', '2026-11-23T07:59Z', 'Europe/Berlin', '2026-11-22T08:00Z'],
  ['just after midnight', '23:50', '2026-11-23T23:05Z', 'Europe/Berlin', '2026-11-23T22:50Z'],
  ['on the day before summer time', '09:00', '2026-03-28T10:00Z', 'Europe/Berlin', '2026-03-28T08:00Z'],
  ['on the first day of summer time', '09:00', '2026-03-29T10:00Z', 'Europe/Berlin', '2026-03-29T07:00Z'],
  ['at a time that summer time leaves out', '02:30', '2026-03-29T10:00Z', 'Europe/Berlin', '2026-03-29T01:30Z'],
  ['at a time that comes twice', '02:30', '2026-10-25T10:00Z', 'Europe/Berlin', '2026-10-25T00:30Z'],
  ['on the morning of a day of 25 hours', '09:00', '2026-10-25T07:30Z', 'Europe/Berlin', '2026-10-24T07:00Z'],
  ['where midnight is left out', '00:00', '2026-04-24T12:00Z', 'Africa/Cairo', '2026-04-23T22:00Z'],
])('the wall clock last showed an hour: %s', (_, clock, now, timeZone, expected) => {
  expect(toIso(latestAt(clock, at(now), timeZone))).toBe(toIso(at(expected)));
});

test.each([
  ['Europe/Berlin', '2026-03-25T00:00Z'],
  ['Europe/Berlin', '2026-10-21T00:00Z'],
  ['Australia/Lord_Howe', '2026-04-01T00:00Z'],
  ['America/Santiago', '2026-09-02T00:00Z'],
])('around the change of clocks the hour comes once a day in %s after %s', (timeZone, start) => {
  for (const clock of ['00:00', '02:15', '09:00', '23:59']) {
    const moments = new Set<number>();
    for (let now = at(start); now < at(start) + 9 * day; now += hour) {
      const moment = latestAt(clock, now, timeZone);
      expect(now - moment).toBeLessThan(25 * hour);
      expect(now - moment).toBeGreaterThanOrEqual(0);
      moments.add(moment);
    }
    expect([9, 10]).toContain(moments.size);
  }
});

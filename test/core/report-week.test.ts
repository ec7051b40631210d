import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mondayOf, trendUpTo, weekOf } from '../../lib/core/report-week.ts';
import { showInstant, toIso, wallClock } from '../../lib/core/time.ts';
import { at } from '../fakes/builders.ts';

const zone = 'Europe/Berlin';

describe('the calendar week that a report is about', () => {
  test.each([
    ['2026-11-30T07:00Z', '2026-11-23', 'on Monday morning the week before'],
    ['2026-11-29T20:00Z', '2026-11-23', 'on Sunday evening the one that ends'],
    ['2026-11-27T12:00Z', '2026-11-23', 'most of its days are in the present one'],
    ['2026-11-25T12:00Z', '2026-11-16', 'most of its days are in the one before'],
    ['2026-10-26T07:00Z', '2026-10-19', 'after the week that is an hour longer'],
    ['2026-03-30T06:00Z', '2026-03-23', 'after the week that is an hour shorter'],
  ])('%s: %s, %s', (now, monday) => {
    expect(showInstant(mondayOf(weekOf(at(now)), zone), zone)).toBe(`${monday} 00:00 ${zone}`);
  });
});

test('twelve Mondays, each a week apart, over any clock change; known weeks are found again', () => {
  const zones = fc.constantFrom(zone, 'UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
  const instants = fc.integer({ min: at('2024-01-01T00:00Z'), max: at('2028-01-01T00:00Z') });
  fc.assert(
    fc.property(zones, instants, (timeZone, now) => {
      const monday = mondayOf(weekOf(now), timeZone);
      const trend = trendUpTo(monday, [], timeZone);
      expect(trend).toHaveLength(12);
      expect(trend.at(-1)).toEqual({ from: monday });
      for (const { from } of trend)
        expect(wallClock(from, timeZone), toIso(from)).toEqual({ weekday: 'mon', clock: '00:00' });
      const known = trend.map(({ from }, index) => ({ from, savedUsd: index }));
      expect(trendUpTo(monday, known, timeZone)).toEqual(known);
      expect(new Set(trend.map(({ from }) => from)).size).toBe(12);
    }),
  );
});

import { describe, expect, test } from 'vitest';
import { clockStart, effectiveExpiry, readExpiryTags, readExpiryValue } from '../../lib/core/expiry.ts';
import { day, hour, minute, week } from '../../lib/core/time.ts';
import { at } from '../fakes/builders.ts';

const berlin = 'Europe/Berlin';

describe('an instant', () => {
  test.each([
    ['2026-11-23T17:00:00Z', '2026-11-23T17:00:00Z'],
    ['2026-11-23T17:00Z', '2026-11-23T17:00:00Z'],
    ['2026-11-23t17:00:00z', '2026-11-23T17:00:00Z'],
    ['  2026-11-23T17:00:00Z\n', '2026-11-23T17:00:00Z'],
    ['2026-11-23T17:00:00.500Z', '2026-11-23T17:00:00.500Z'],
    ['2026-11-23T17:00:00+01:00', '2026-11-23T16:00:00Z'],
    ['2026-11-23T17:00:00-0530', '2026-11-23T22:30:00Z'],
    ['2026-11-23T17:00+14', '2026-11-23T03:00:00Z'],
    ['1795453200', '2026-11-23T17:00:00Z'],
    [' 1795453200 ', '2026-11-23T17:00:00Z'],
    ['1700000000', '2023-11-14T22:13:20Z'],
    ['2015-01-01T00:00:00Z', '2015-01-01T00:00:00Z'],
  ])('%j is the instant %s in every zone', (value, instant) => {
    for (const zone of [berlin, 'America/Santiago', 'UTC']) {
      expect(readExpiryValue(value, zone)).toEqual({ kind: 'at', at: at(instant) });
    }
  });

  test.each([
    ['2026-11-23T17:00', berlin, '2026-11-23T16:00Z', 'winter'],
    ['2026-07-01T17:00:30', berlin, '2026-07-01T15:00:30Z', 'summer'],
    ['2026-11-23T17:00', 'America/New_York', '2026-11-23T22:00Z', 'another zone'],
    ['2027-03-28T01:59', berlin, '2027-03-28T00:59Z', 'just before the gap'],
    ['2027-03-28T02:30', berlin, '2027-03-28T01:30Z', 'a time that the clock change skips: the later reading'],
    ['2027-03-28T03:00', berlin, '2027-03-28T01:00Z', 'just after the gap'],
    ['2026-10-25T02:30', berlin, '2026-10-25T01:30Z', 'a time that the clock shows twice: the later one'],
    ['2026-10-25T03:00', berlin, '2026-10-25T02:00Z', 'just after the overlap'],
  ])('the local time %s in %s is %s (%s)', (value, zone, instant) => {
    expect(readExpiryValue(value, zone)).toEqual({ kind: 'at', at: at(instant) });
  });

  test.each([
    ['2026-11-23', berlin, '2026-11-23T23:00Z', 'winter'],
    ['2026-07-01', berlin, '2026-07-01T22:00Z', 'summer'],
    ['2027-03-28', berlin, '2027-03-28T22:00Z', 'a day of 23 hours'],
    ['2026-10-25', berlin, '2026-10-25T23:00Z', 'a day of 25 hours'],
    ['2026-12-31', 'UTC', '2027-01-01T00:00Z', 'the end of a year'],
    ['2028-02-29', 'UTC', '2028-03-01T00:00Z', 'a leap day'],
    ['2026-09-05', 'America/Santiago', '2026-09-06T04:00Z', 'the next midnight does not exist'],
    ['2026-09-06', 'America/Santiago', '2026-09-07T03:00Z', 'its own midnight does not exist'],
    ['2026-04-23', 'Africa/Cairo', '2026-04-23T22:00Z', 'the next midnight does not exist'],
    ['2014-12-31', 'UTC', '2015-01-01T00:00Z', 'the very first instant that counts'],
  ])('the date %s in %s ends at %s (%s)', (value, zone, instant) => {
    expect(readExpiryValue(value, zone)).toEqual({ kind: 'at', at: at(instant) });
  });
});

test.each([
  ['4h', 4 * hour],
  ['3d', 3 * day],
  ['2w', 2 * week],
  ['1w2d6h', 9 * day + 6 * hour],
  ['30min', 30 * minute],
  ['1h30min', 90 * minute],
  ['PT4H', 4 * hour],
  ['P3D', 3 * day],
  ['P1DT12H', 36 * hour],
  ['PT30M', 30 * minute],
  [' 4H ', 4 * hour],
  ['pt4h', 4 * hour],
])('%j counts %d milliseconds from the start of its clock', (value, duration) => {
  expect(readExpiryValue(value, berlin)).toEqual({ kind: 'after', duration });
});

test.each(['never', 'forever', 'Never', ' FOREVER '])('%j is kept', (value) => {
  expect(readExpiryValue(value, berlin)).toEqual({ kind: 'never' });
});

test.each([
  ['', 'empty'],
  ['   ', 'empty'],
  ['30m', 'minutes or months'],
  ['m', 'none of the accepted forms'],
  ['1y', 'months and years'],
  ['2mo', 'months and years'],
  ['3 months', 'none of the accepted forms'],
  ['P1M', 'months and years'],
  ['P1Y', 'months and years'],
  ['P1Y2M3DT4H', 'none of the accepted forms'],
  ['P', 'none of the accepted forms'],
  ['PT', 'none of the accepted forms'],
  ['P1DT', 'none of the accepted forms'],
  ['0', 'zero'],
  ['0h', 'zero'],
  ['0d', 'zero'],
  ['PT0S', 'none of the accepted forms'],
  ['-4h', 'signed'],
  ['+4h', 'signed'],
  ['-P3D', 'signed'],
  ['4', 'none of the accepted forms'],
  ['4.5h', 'none of the accepted forms'],
  ['6h1d', 'none of the accepted forms'],
  ['4h 3d', 'none of the accepted forms'],
  ['1795453200000', 'milliseconds'],
  ['179545320', 'none of the accepted forms'],
  ['17954532000', 'none of the accepted forms'],
  ['1400000000', 'before 2015'],
  ['0000000000', 'before 2015'],
  ['2014-12-31T23:59:59Z', 'before 2015'],
  ['1970-01-01', 'before 2015'],
  ['12/11/2026', 'both ways'],
  ['12.11.2026', 'both ways'],
  ['2024-05', 'none of the accepted forms'],
  ['2026-W48', 'none of the accepted forms'],
  ['2026', 'none of the accepted forms'],
  ['20261123', 'none of the accepted forms'],
  ['2026-02-30', 'does not exist'],
  ['2027-02-29', 'does not exist'],
  ['2026-13-01', 'does not exist'],
  ['2026-11-23T24:00', 'does not exist'],
  ['2026-11-23T17', 'does not exist'],
  ['2026-11-23T17:60', 'does not exist'],
  ['2026-11-23T17:00:60Z', 'does not exist'],
  ['2026-11-23 17:00', 'trailing text'],
  ['2026-11-23T17:00Z[Europe/Berlin]', 'trailing text'],
  ['2026-11-23T17:00+25:00', 'does not exist'],
  ['2026-11-23 (or later)', 'trailing text'],
  ['soon', 'none of the accepted forms'],
  ['tomorrow', 'none of the accepted forms'],
  ['true', 'none of the accepted forms'],
  ['9999999d', 'none of the accepted forms'],
  ['99999999999999999999h', 'none of the accepted forms'],
  ['\u0664h', 'none of the accepted forms'],
])('%j is unreadable: %s', (value, why) => {
  expect(readExpiryValue(value, berlin)).toEqual({ kind: 'unreadable', why: expect.stringContaining(why) });
});

describe('the clock of a relative expiry', () => {
  const created = at('2026-11-23T12:00Z');

  test.each([
    ['seen at once', created, created],
    ['seen two hours later', created + 2 * hour, created],
    ['seen a moment after two hours', created + 2 * hour + 1, created + 2 * hour + 1],
    ['seen by a clock that is behind', created - minute, created],
  ])('%s', (_, seen, start) => {
    expect(clockStart(created, seen)).toBe(start);
  });

  test('starts at first sight where no creation is known', () => {
    expect(clockStart(undefined, created)).toBe(created);
  });
});

describe('the expiry of a resource', () => {
  const start = { createdAt: at('2026-11-23T12:00Z'), firstSeenAt: at('2026-11-23T12:30Z') };
  const expiryOf = (tags: Record<string, string>, extendedTo?: string) =>
    effectiveExpiry(
      readExpiryTags(tags, ['expires-at', 'ttl'], berlin),
      start,
      extendedTo === undefined ? undefined : at(extendedTo),
    );

  test('is none without an expiry key', () => {
    expect(expiryOf({ owner: 'ana', 'expires-at-not': '4h' })).toEqual({ kind: 'none' });
    expect(expiryOf({}, '2026-12-01T00:00Z')).toEqual({ kind: 'none' });
  });

  test('finds its keys in any case', () => {
    expect(expiryOf({ TTL: '4h' })).toEqual({ kind: 'at', at: at('2026-11-23T16:00Z'), disagree: false });
    expect(expiryOf({ 'Expires-At': '2026-11-23' })).toMatchObject({ at: at('2026-11-23T23:00Z') });
  });

  test.each([
    [{ 'expires-at': '2026-11-25', ttl: '4h' }, '2026-11-25T23:00Z', true],
    [{ 'expires-at': '2026-11-23', ttl: '4d' }, '2026-11-27T12:00Z', true],
    [{ 'expires-at': '2026-11-23T16:00Z', ttl: '4h' }, '2026-11-23T16:00Z', false],
  ])('of %j is the later one', (tags, later, disagree) => {
    expect(expiryOf(tags)).toEqual({ kind: 'at', at: at(later), disagree });
  });

  test('is never if one key says so, and tells that the other disagrees', () => {
    expect(expiryOf({ 'expires-at': 'never', ttl: '4h' })).toEqual({ kind: 'never', disagree: true });
    expect(expiryOf({ 'expires-at': 'never', ttl: 'forever' })).toEqual({ kind: 'never', disagree: false });
  });

  test.each([
    [{ 'expires-at': '2026-11-25', ttl: 'soon' }],
    [{ 'expires-at': '2026-11-25', TTL: 'soon' }],
    [{ 'expires-at': 'never', ttl: 'soon' }],
  ])('of %j is unreadable, because one key is', (tags) => {
    expect(expiryOf(tags)).toMatchObject({ kind: 'unreadable', value: 'soon', key: expect.stringMatching(/^ttl$/i) });
    expect(expiryOf(tags, '2027-01-01T00:00Z')).toMatchObject({ kind: 'unreadable' });
  });

  test('is a whole second, rounded up: nothing is due early', () => {
    expect(expiryOf({ ttl: '2026-11-23T17:00:00.001Z' })).toMatchObject({ at: at('2026-11-23T17:00:01Z') });
    expect(expiryOf({ ttl: '2026-11-23T17:00:00.000Z' })).toMatchObject({ at: at('2026-11-23T17:00:00Z') });
  });

  test('counts an extension in the ledger as one more key, and not as a disagreement', () => {
    expect(expiryOf({ ttl: '4h' }, '2026-11-30T00:00Z')).toEqual({
      kind: 'at',
      at: at('2026-11-30T00:00Z'),
      disagree: false,
    });
    expect(expiryOf({ ttl: '4h' }, '2026-11-23T13:00Z')).toMatchObject({ at: at('2026-11-23T16:00Z') });
  });
});

import { describe, expect, test } from 'vitest';
import { protectedBy, protectTags } from '../../lib/core/guard-protection.ts';
import { aPolicy } from '../fakes/builders.ts';

const policy = aPolicy({ expiry: { timeZone: 'Europe/Berlin' } });
const now = Date.parse('2026-11-23T12:00:00Z');

describe('whether the protect tag keeps the guard away, at noon UTC of 23 November', () => {
  const cases: [string, Record<string, string>, string | undefined][] = [
    ['no tag', { owner: 'ana', 'expires-at': '2020-01-01' }, undefined],
    ['false', { 'mayfly:protect': ' False ' }, undefined],
    ['true', { 'mayfly:protect': 'TRUE' }, 'its tag mayfly:protect protects it'],
    ['in another case', { 'Mayfly:Protect': 'true' }, 'its tag Mayfly:Protect protects it'],
    ['a second from now', { 'mayfly:protect': '2026-11-23T12:00:01Z' }, 'until 2026-11-23T12:00:01'],
    ['this very moment', { 'mayfly:protect': '2026-11-23T12:00:00Z' }, undefined],
    ['a second ago', { 'mayfly:protect': '2026-11-23T11:59:59Z' }, undefined],
    ['today, which ends in Berlin at 23:00 UTC', { 'mayfly:protect': '2026-11-23' }, 'until 2026-11-23T23:00'],
    ['yesterday', { 'mayfly:protect': '2026-11-22' }, undefined],
    ['a time without a zone, an hour ahead of UTC', { 'mayfly:protect': '2026-11-23T13:00' }, undefined],
    ['the same, a minute later', { 'mayfly:protect': '2026-11-23T13:01' }, 'until 2026-11-23T12:01'],
    ['a day that does not exist', { 'mayfly:protect': '2026-02-30' }, "can't be read (2026-02-30)"],
    ['a duration', { 'mayfly:protect': '3d' }, "can't be read (3d)"],
    ['a word', { 'mayfly:protect': 'yes please' }, "can't be read (yes please)"],
    ['nothing', { 'mayfly:protect': '' }, "can't be read ()"],
    [
      'two that differ in case',
      { 'mayfly:protect': 'false', 'Mayfly:Protect': 'false' },
      'its tags mayfly:protect and Mayfly:Protect differ only in case',
    ],
  ];

  test.each(cases)('%s', (_, tags, why) => {
    const said = protectedBy(tags, policy, now);
    if (why === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(why);
  });
});

test('a session is pinned to the tag as it is spelled, and to nothing else', () => {
  const tags = { owner: 'ana', ttl: '3d', 'Mayfly:Protect': '2026-11-22' };
  expect(protectTags(tags, policy)).toEqual({ 'Mayfly:Protect': '2026-11-22' });
  expect(protectTags({ owner: 'ana' }, policy)).toEqual({});
});

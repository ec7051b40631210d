import { expect, test } from 'vitest';
import { collidingKeys, readProtection, tagsNamed } from '../../lib/core/expiry.ts';
import { ownerInTags, valuesOf } from '../../lib/core/resource.ts';
import { at } from '../fakes/builders.ts';

const protection = (value: string) => readProtection({ 'Mayfly:Protect': value }, 'mayfly:protect', 'Europe/Berlin');

test.each([
  ['true', { kind: 'always' }],
  [' TRUE ', { kind: 'always' }],
  ['false', { kind: 'none' }],
  ['False', { kind: 'none' }],
  ['2026-11-23', { kind: 'until', until: at('2026-11-23T23:00Z') }],
  ['2026-11-23T17:00', { kind: 'until', until: at('2026-11-23T16:00Z') }],
  ['2026-11-23T17:00Z', { kind: 'until', until: at('2026-11-23T17:00Z') }],
])('a protect tag of %j reads as %j', (value, reading) => {
  expect(protection(value)).toEqual(reading);
});

test.each(['', 'yes', 'no', '0', '3d', 'never', '1795453200', '2026-02-30'])(
  'a protect tag of %j protects',
  (value) => {
    expect(protection(value)).toEqual({ kind: 'unreadable', key: 'Mayfly:Protect', value });
  },
);

test('without a protect tag nothing is protected', () => {
  expect(readProtection({ protect: 'true' }, 'mayfly:protect', 'UTC')).toEqual({ kind: 'none' });
});

test('keys that differ only in case collide, all spellings are named', () => {
  const tags = { ttl: '4h', TTL: '3d', Owner: 'ana', owner: 'bo', 'expires-at': '3d' };
  expect(collidingKeys(tags, ['expires-at', 'Ttl'])).toEqual(['ttl', 'TTL']);
  expect(collidingKeys({ ttl: '4h', 'expires-at': '3d' }, ['expires-at', 'ttl'])).toEqual([]);
});

test('tags are found in any case, in the order of the wanted keys', () => {
  expect(tagsNamed({ TTL: '4h', other: 'x', 'Expires-At': '3d' }, ['expires-at', 'ttl'])).toEqual([
    ['Expires-At', '3d'],
    ['TTL', '4h'],
  ]);
});

test('the comparable text of values ignores order, the case of keys and space around values', () => {
  const one = valuesOf([
    { key: 'TTL', value: ' 4h' },
    { key: 'expires-at', value: '3d' },
  ]);
  const same = valuesOf([
    { key: 'Expires-At', value: '3d' },
    { key: 'ttl', value: '4h ' },
  ]);
  expect(one).toBe(same);
  expect(valuesOf([{ key: 'ttl', value: '5h' }])).not.toBe(valuesOf([{ key: 'ttl', value: '4h' }]));
});

test.each([
  [{ 'aws:cloudformation:stack-id': 'arn:stack', 'aws:cloudformation:stack-name': 'web' }, 'stack', 'arn:stack'],
  [{ 'aws:cloudformation:stack-name': 'web' }, 'stack', 'web'],
  [{ 'aws:autoscaling:groupName': 'workers' }, 'controller', 'workers'],
  [{ 'eks:cluster-name': 'prod' }, 'controller', 'prod'],
  [{ 'aws:cloudformation:stack-id': 'arn:stack', 'aws:autoscaling:groupName': 'workers' }, 'stack', 'arn:stack'],
])('%j belongs to a %s', (tags, kind, name) => {
  expect(ownerInTags(tags)).toEqual({ kind, name });
});

test('what carries none of the tags of AWS belongs to nobody', () => {
  expect(ownerInTags({ owner: 'ana', 'stack-id': 'x' })).toBeUndefined();
});

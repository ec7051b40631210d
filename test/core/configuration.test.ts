import { expect, test } from 'vitest';
import { differences } from '../../lib/core/configuration.ts';
import type { Configuration } from '../../lib/core/server.ts';

const of = (fields: Configuration['fields'], version = 1): Configuration => ({ version, fields });

test.each<[string, Configuration['fields'], Configuration['fields'], string[]]>([
  ['nothing', { type: ['t3.micro'] }, { type: ['t3.micro'] }, []],
  ['one value for another', { type: ['t3.micro'] }, { type: ['m5.large'] }, ['type m5.large instead of t3.micro']],
  [
    'a list that grew and shrank',
    { 'security group': ['sg-1', 'sg-2'] },
    { 'security group': ['sg-2', 'sg-3'] },
    ['security group sg-3 added', 'security group sg-1 removed'],
  ],
  ['the first of a list', { volume: [] }, { volume: ['vol-1'] }, ['volume vol-1 added']],
  ['a field that only the new table has', {}, { tenancy: ['default'] }, []],
  ['a field that the new table gave up', { tenancy: ['default'] }, {}, []],
])('%s', (_, before, after, expected) => {
  expect(differences(of(before), of(after, 2))).toEqual(expected);
});

test('the tags by which Mayfly itself works are no configuration', () => {
  const before = of({ tag: ['owner=ana', 'TTL=3d'] });
  const after = of({ tag: ['expires-at=2026-12-01', 'owner=ben'] });
  expect(differences(before, after, ['ttl', 'expires-at'])).toEqual(['tag owner=ben instead of owner=ana']);
});

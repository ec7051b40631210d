import { describe, expect, test } from 'vitest';
import { afterCopy, copiesThatStay } from '../../lib/core/guard-copy.ts';
import type { CopyState } from '../../lib/core/server.ts';
import { aPolicy } from '../fakes/builders.ts';

describe('a copy', () => {
  const stop = { kind: 'stop' };
  const wait = { kind: 'wait', why: expect.any(String) };
  const refused = { kind: 'refused', why: expect.any(String) };
  test.each<[string, CopyState | undefined, object, object]>([
    ['that was just begun', undefined, stop, wait],
    ['that is being made', { kind: 'pending' }, stop, wait],
    ['that is complete', { kind: 'complete' }, stop, stop],
    ['that failed', { kind: 'incomplete', why: 'no room' }, refused, refused],
    ['that somebody deleted', { kind: 'gone' }, wait, wait],
    ['that can not be read', { kind: 'unreadable', why: 'AccessDenied' }, wait, wait],
  ])('%s', (_, state, server, database) => {
    expect(afterCopy('server', 'ami-1', state)).toEqual(server);
    expect(afterCopy('database', 'mayfly-orders-0', state)).toEqual(database);
  });
});

describe('copies that nobody deletes', () => {
  const idle = { match: { environment: 'staging' } };
  const both = [{ type: 'ec2:instance' }, { type: 'rds:db' }];
  test.each<[string, Record<string, unknown>, typeof both, string | undefined]>([
    ['none were begun', {}, [], undefined],
    [
      'the policy has no idle rule',
      {},
      both,
      '2 copies that were begun stay until somebody deletes them: the policy has no idle block',
    ],
    ['their time ends', { idle, types: 'all' }, both, undefined],
    [
      'one is of a type that Mayfly leaves alone',
      { idle, types: ['ec2:instance'] },
      both,
      '1 copy that was begun stays until somebody deletes it: its types do not name rds:db',
    ],
  ])('%s', (_, about, copies, says) => {
    expect(copiesThatStay(copies, aPolicy(about))).toBe(says);
  });
});

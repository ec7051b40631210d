import { describe, expect, test } from 'vitest';
import { minute } from '../../lib/core/time.ts';
import { findRestorable } from '../../lib/use-cases/find-restorable.ts';
import { restore } from '../../lib/use-cases/restore.ts';
import { at } from '../fakes/builders.ts';
import { arnOf, policy, restored, servers, stoppedByMayfly } from '../fakes/restorable-servers.ts';
import { awsError } from '../samples/sample.ts';

const expiresAt = at('2026-12-07T12:00Z');

describe('a server that is there', () => {
  test('is started, loses the date that Mayfly gave it, and has its time anew', async () => {
    const all = servers();
    await stoppedByMayfly(all, 'i-1', expiresAt);
    expect(await restored(all, 'i-1')).toEqual({
      kind: 'restored',
      arn: arnOf('i-1'),
      from: arnOf('i-1'),
      how: 'started',
      lost: [],
      pending: [],
      notes: ['the date that Mayfly had given it is off'],
    });
    expect(all.instances.get('i-1')).toMatchObject({
      state: 'running',
      tags: { owner: 'ana', environment: 'staging' },
    });
    const idle = (await all.ports.ledger.memories([arnOf('i-1')])).get(arnOf('i-1'))?.idle;
    expect(idle).toMatchObject({ from: 'restored by ana', receipts: [] });
    expect(idle).not.toHaveProperty('stopped');
    expect(idle?.since).toBeGreaterThanOrEqual(at('2026-11-23T12:00Z'));
  });

  test('keeps a date that somebody else gave it, which is told', async () => {
    const all = servers();
    await stoppedByMayfly(all, 'i-1', expiresAt);
    all.instances.set('i-1', { id: 'i-1', state: 'stopped', tags: { 'expires-at': '2026-12-24T12:00:00Z' } });
    expect(await restored(all, 'i-1')).toMatchObject({
      how: 'started',
      notes: ['it expires 2026-12-24T12:00:00Z by its tags; mayfly extend moves that'],
    });
    expect(all.writes()).toEqual(['StartInstances']);
  });

  test('runs already: nothing is done, and nothing is written', async () => {
    const all = servers();
    all.instances.set('i-1', { id: 'i-1', state: 'running', tags: {} });
    expect(await restored(all, 'i-1')).toMatchObject({ how: 'running', lost: [], pending: [], notes: [] });
    expect(all.writes()).toEqual([]);
    expect(await all.kinds('i-1')).toEqual([]);
  });

  test('runs though Mayfly stopped it: it is not stopped again', async () => {
    const all = servers();
    await stoppedByMayfly(all, 'i-1', expiresAt);
    all.instances.set('i-1', { id: 'i-1', state: 'running', tags: { 'expires-at': '2026-12-07T12:00:00Z' } });
    expect(await restored(all, 'i-1')).toMatchObject({ how: 'running' });
    expect(all.writes()).toEqual(['DeleteTags']);
    expect((await all.kinds('i-1')).at(-1)).toBe('restored');
  });

  test('is waited for while it stops, and started then', async () => {
    const all = servers();
    all.instances.set('i-1', { id: 'i-1', state: 'stopping', tags: {} });
    expect(await restored(all, 'i-1')).toMatchObject({ how: 'started', pending: [] });
  });

  test('has started, and says so, though the waiting ended before it ran', async () => {
    const all = servers();
    await stoppedByMayfly(all, 'i-1', expiresAt);
    expect(await restored(all, 'i-1', 0)).toMatchObject({ how: 'started', pending: ['it is stopped'] });
    expect((await all.kinds('i-1')).at(-1)).toBe('restored');
  });

  test('what AWS refuses is told, and nothing is written', async () => {
    const all = servers();
    await stoppedByMayfly(all, 'i-1', expiresAt);
    all.answers.set('StartInstances', awsError('InsufficientInstanceCapacity', 'no room'));
    expect(await restored(all, 'i-1')).toMatchObject({ kind: 'failed', why: expect.stringContaining('no room') });
    expect((await all.kinds('i-1')).at(-1)).toBe('dated');
  });

  test('a start that AWS takes only later is tried again, and its beginning told once', async () => {
    const all = servers();
    all.instances.set('i-1', { id: 'i-1', state: 'stopped', tags: {} });
    let tries = 3;
    all.answers.set('StartInstances', () => {
      if (--tries === 0) all.answers.delete('StartInstances');
      return awsError('RequestLimitExceeded', 'slow down');
    });
    const [target] = await findRestorable(all.ports, policy, arnOf('i-1'));
    const told: string[] = [];
    const begun = async (_: unknown, how: string) => void told.push(how);
    const order = { policy, who: 'ana', until: all.world.clock.now() + 10 * minute, begun };
    if (target !== undefined) expect(await restore(all.ports, order, target)).toMatchObject({ how: 'started' });
    expect(told).toEqual(['is being started']);
  });

  test('a date that can not be taken off is taken off by the next try', async () => {
    const all = servers();
    await stoppedByMayfly(all, 'i-1', expiresAt);
    all.answers.set('DeleteTags', awsError('UnauthorizedOperation', 'no'));
    expect(await restored(all, 'i-1')).toMatchObject({
      how: 'started',
      pending: [expect.stringContaining("can't be taken off")],
    });
    all.answers.delete('DeleteTags');
    expect(await restored(all, 'i-1')).toMatchObject({ how: 'running', pending: [] });
    expect(all.instances.get('i-1')?.tags).not.toHaveProperty('expires-at');
  });

  test('what it was let go for is over', async () => {
    const all = servers();
    await stoppedByMayfly(all, 'i-1', expiresAt);
    const values = `expires-at=${new Date(expiresAt).toISOString()}`;
    const now = all.world.clock.now();
    await all.ports.ledger.record([{ arn: arnOf('i-1'), at: now, kind: 'let-go', by: 'ana', values, identity: 'i-1' }]);
    await restored(all, 'i-1');
    expect((await all.ports.ledger.memories([arnOf('i-1')])).get(arnOf('i-1'))).not.toHaveProperty('letGo');
  });
});

describe('while it is being removed', () => {
  test.each(['shutting-down', 'stopped'])('in the state %s it must wait for the end', async (state) => {
    const all = servers();
    all.instances.set('i-1', { id: 'i-1', state, tags: {} });
    const now = all.world.clock.now();
    await all.ports.ledger.record([{ arn: arnOf('i-1'), at: now, kind: 'removal-requested', identity: 'i-1' }]);
    await expect(restored(all, 'i-1')).rejects.toThrow(/EC2 instance i-1 is being removed right now.*next sweep/);
    expect(all.writes()).toEqual([]);
  });
});

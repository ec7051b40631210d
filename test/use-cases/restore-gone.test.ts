import { describe, expect, test, vi } from 'vitest';
import { day } from '../../lib/core/time.ts';
import { findRestorable } from '../../lib/use-cases/find-restorable.ts';
import { restore } from '../../lib/use-cases/restore.ts';
import { at } from '../fakes/builders.ts';
import { arnOf, policy, restored, type Servers, servers } from '../fakes/restorable-servers.ts';
import { account } from '../fakes/world.ts';
import { awsError } from '../samples/sample.ts';
import * as sample from '../samples/servers/restored-instance.ts';

describe('a server that is gone', () => {
  const before = at('2026-11-20T12:00Z');

  test('is made of its newest copy, and both histories tell', async () => {
    const all = servers();
    await all.copied('i-1', 'ami-1', before);
    await all.copied('i-1', 'ami-2', before + day);
    const made = await restored(all, 'i-1');
    expect(made).toMatchObject({ how: 'made', copy: 'ami-2', from: arnOf('i-1'), lost: [], pending: [] });
    const [id] = [...all.instances.keys()];
    expect(made).toMatchObject({ arn: arnOf(id ?? '') });
    expect(all.instances.get(id ?? '')?.tags).toEqual({ Name: 'web', owner: 'ana', 'mayfly:restored-from': 'ami-2' });
    expect((await all.kinds('i-1')).at(-1)).toBe('restored');
    expect(await all.kinds(id ?? '')).toEqual(['restored-from']);
  });

  test('a later copy of the cost guard, which has no recipe, does not stand before it; alone it is named', async () => {
    const all = servers();
    const guards = {
      ...sample.copy,
      id: 'ami-9',
      of: arnOf('i-1'),
      requestedAt: before + 2 * day,
      name: 'mayfly-i-1-9',
    };
    const begun = { kind: 'copy-requested', copy: { ...guards, ofGuard: true } } as const;
    await all.tell('i-1', begun);
    expect(await restored(all, 'i-1')).toMatchObject({ kind: 'failed', why: expect.stringMatching(/ami-9.*by hand/) });
    await all.copied('i-1', 'ami-1', before);
    expect(await restored(all, 'i-1')).toMatchObject({ how: 'made', copy: 'ami-1' });
  });

  test('restored twice it is one server, and the histories do not grow', async () => {
    const all = servers();
    await all.copied('i-1', 'ami-1', before);
    const first = await restored(all, 'i-1');
    const written = [await all.kinds('i-1'), await all.kinds([...all.instances.keys()][0] ?? '')];
    const sent = all.writes().length;
    for (const name of ['i-1', 'ami-1', arnOf('i-1')]) {
      expect(await restored(all, name)).toMatchObject({ arn: first.kind === 'restored' && first.arn, how: 'running' });
    }
    expect(all.instances.size).toBe(1);
    expect(all.writes()).toHaveLength(sent);
    expect([await all.kinds('i-1'), await all.kinds([...all.instances.keys()][0] ?? '')]).toEqual(written);
  });

  test('a try that died after the server was made is taken up: the same server, and all of it', async () => {
    const all = servers();
    await all.copied('i-1', 'ami-1', before);
    expect(await restored(all, 'i-1', 0)).toMatchObject({
      how: 'made',
      pending: [expect.any(String), expect.any(String), expect.any(String), expect.any(String)],
    });
    expect((await all.kinds('i-1')).at(-1)).toBe('copy-verified');
    expect(await restored(all, 'i-1')).toMatchObject({ how: 'made', pending: [] });
    expect(all.instances.size).toBe(1);
    expect((await all.kinds('i-1')).at(-1)).toBe('restored');
  });

  test('the new server, named by itself, is taken up as well', async () => {
    const all = servers();
    await all.copied('i-1', 'ami-1', before);
    await restored(all, 'i-1', 0);
    const [id = ''] = [...all.instances.keys()];
    expect(await restored(all, id)).toMatchObject({ how: 'made', arn: arnOf(id), pending: [] });
    expect(all.writes()).toContain('RegisterTargets');
    expect((await all.kinds('i-1')).at(-1)).toBe('restored');
  });

  test('one that was restored and is stopped by now is started', async () => {
    const all = servers();
    await all.copied('i-1', 'ami-1', before);
    await restored(all, 'i-1');
    const [[id, instance] = ['', undefined]] = [...all.instances];
    if (instance !== undefined) all.instances.set(id, { ...instance, state: 'stopped' });
    expect(await restored(all, 'i-1')).toMatchObject({ how: 'started', arn: arnOf(id), from: arnOf('i-1') });
    expect(all.instances.size).toBe(1);
  });

  test('a copy of what it was restored as is newer than its own', async () => {
    const all = servers();
    await all.copied('i-1', 'ami-1', before);
    await restored(all, 'i-1');
    const [id = ''] = [...all.instances.keys()];
    await all.copied(id, 'ami-9', before + 2 * day);
    all.instances.set(id, { id, state: 'terminated', tags: {} });
    expect(await restored(all, 'i-1')).toMatchObject({ how: 'made', copy: 'ami-9', from: arnOf('i-1') });
  });

  test('a copy that is named is the one, also where a newer one is there', async () => {
    const all = servers();
    await all.copied('i-1', 'ami-1', before);
    await all.copied('i-1', 'ami-2', before + day);
    expect(await restored(all, 'ami-1')).toMatchObject({ how: 'made', copy: 'ami-1' });
  });

  test('a copy that is gone is passed over for an older one, which is told', async () => {
    const all = servers();
    await all.copied('i-1', 'ami-1', before);
    await all.copied('i-1', 'ami-2', before + day);
    all.images.delete('ami-2');
    expect(await restored(all, 'i-1')).toMatchObject({
      copy: 'ami-1',
      notes: ['its copy ami-2 is not there any more: this is its state of 2026-11-20T12:00:00Z'],
    });
  });

  test('what the ledger does not take is told, and written by the next try', async () => {
    const all = servers();
    await all.copied('i-1', 'ami-1', before);
    const record = vi.spyOn(all.ports.ledger, 'record').mockRejectedValue(new Error('no disk'));
    expect(await restored(all, 'i-1')).toMatchObject({
      how: 'made',
      pending: ['the ledger could not be written: no disk'],
    });
    record.mockRestore();
    expect(await restored(all, 'i-1')).toMatchObject({ how: 'made', pending: [] });
    expect(all.instances.size).toBe(1);
    expect((await all.kinds('i-1')).at(-1)).toBe('restored');
  });

  test('what could not be restored is told, and kept in the history', async () => {
    const all = servers();
    await all.copied('i-1', 'ami-1', before);
    all.answers.set('DescribeAddresses', { Addresses: [] });
    const lost = ['its elastic address 203.0.113.9, which was released'];
    expect(await restored(all, 'i-1')).toMatchObject({ how: 'made', lost });
    expect((await all.ports.ledger.history(arnOf('i-1'))).at(-1)).toMatchObject({ kind: 'restored', lost });
  });

  test.each([
    ['no copy at all', async () => {}, /the ledger knows no whole copy of it \(its history has no copy at all\)/],
    [
      'a copy that failed',
      async (all: Servers) => {
        await all.copied('i-1', 'ami-1', before);
        await all.tell('i-1', { kind: 'copy-failed', copy: 'ami-1', why: 'no' });
      },
      /knows no whole copy of it \(its history has 1 other, or unfinished, copies\)/,
    ],
    [
      'no recipe',
      async (all: Servers) => {
        await all.copied('i-1', 'ami-1', before);
        all.world.recipes.clear();
      },
      /the recipe mayfly-i-1-ami-1, is not kept any more/,
    ],
    [
      'a copy that is not readable',
      async (all: Servers) => {
        await all.copied('i-1', 'ami-1', before);
        all.answers.set('DescribeImages', awsError('UnauthorizedOperation', 'not you'));
      },
      /its copy ami-1 can't be read: .*not you/,
    ],
  ])('with %s it is refused, saying what was looked for', async (_, prepare, why) => {
    const all = servers();
    await all.tell('i-1', { kind: 'stopped' });
    await prepare(all);
    expect(await restored(all, 'i-1')).toMatchObject({ kind: 'failed', why: expect.stringMatching(why) });
    expect(all.writes()).toEqual([]);
  });

  test('who may not restore it changes nothing; the recipe says whose it is', async () => {
    const all = servers();
    await all.copied('i-1', 'ami-1', before);
    const [target] = await findRestorable(all.ports, policy, 'i-1');
    const asked: (string | undefined)[] = [];
    const whyNot = async (owner: string | undefined) => {
      asked.push(owner);
      return ['not yours'];
    };
    const order = { policy, who: 'ben', until: all.world.clock.now(), whyNot };
    if (target !== undefined)
      expect(await restore(all.ports, order, target)).toEqual({ kind: 'refused', why: ['not yours'] });
    expect(asked).toEqual(['ana']);
    expect(all.writes()).toEqual([]);
  });
});

test('an account that the policy does not cover is refused', async () => {
  const all = servers();
  await expect(restored(all, arnOf('i-1').replace(account, '999999999999'))).rejects.toThrow(
    /does not cover account 9{12}/,
  );
});

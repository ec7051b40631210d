import { beforeEach, describe, expect, test } from 'vitest';
import { idleAtOf } from '../../lib/core/idle.ts';
import { day, hour, toIso } from '../../lib/core/time.ts';
import { type ExtendRequest, extend } from '../../lib/use-cases/extend.ts';
import { letGo } from '../../lib/use-cases/let-go.ts';
import { aPolicy } from '../fakes/builders.ts';
import { policyWith, type ServerSweeps, staging, sweepsOf } from '../fakes/server-sweeps.ts';
import { aServerWorld, type ServerWorld } from '../fakes/world-servers.ts';

const policy = policyWith();
let world: ServerWorld;
let sweeps: ServerSweeps;
beforeEach(() => {
  world = aServerWorld();
  sweeps = sweepsOf(world, policy);
});

const extending = (name: string, by: number, about: Partial<ExtendRequest> = {}) =>
  extend(world.ports, { policy, name, by, who: 'ana', ...about });
const idleAt = async () => idleAtOf((await sweeps.memory()) ?? missing(), policy.idle ?? missing());
const missing = (): never => {
  throw new Error('nothing is remembered');
};
const ordersOf = async (arn: string) =>
  (await world.ports.ledger.history(arn)).filter(({ kind }) => kind === 'postponed' || kind === 'extended');

describe('a server without an expiry key that is about to be stopped', () => {
  beforeEach(() => sweeps.until('warned-of-stop'));

  test('has its idle date moved in the ledger, and nothing else is written', async () => {
    const [from, now] = [await idleAt(), world.clock.now()];
    const to = Math.ceil((Math.max(from, now) + 3 * day) / 1000) * 1000;
    expect(await extending(sweeps.server.arn, 3 * day, { reason: 'demo' })).toEqual({
      changed: [{ arn: sweeps.server.arn, from: toIso(from), to: toIso(to), note: 'the date from which it is idle' }],
      failed: [],
    });
    expect(await ordersOf(sweeps.server.arn)).toMatchObject([{ kind: 'postponed', to, by: 'ana', reason: 'demo' }]);
    expect(sweeps.server.tags).toEqual(staging);
    expect(await idleAt()).toBe(to);
  });

  test('is warned again, and not copied or stopped before the new date', async () => {
    const warned = world.warnings.length;
    await extending(sweeps.server.arn, 5 * day);
    const to = await idleAt();
    await sweeps.until('idle-copied', policy, hour);
    expect(world.clock.now()).toBeGreaterThanOrEqual(to);
    expect(world.warnings.length).toBeGreaterThan(warned);
    expect([...world.aws.images.values()].every(({ createdAt }) => createdAt >= to)).toBe(true);
    expect(world.aws.stops).toEqual([]);
  });

  test('is postponed as far as an extension may go, and the answer says so', async () => {
    const { changed } = await extending(sweeps.server.arn, 30 * day);
    expect(changed).toMatchObject([{ note: expect.stringContaining('expiry.maxExtension') }]);
    expect(await idleAt()).toBeLessThanOrEqual(world.clock.now() + 7 * day + 999);
    expect((await extending(sweeps.server.arn, 30 * day)).failed).toMatchObject([
      { why: expect.stringMatching(/not stopped before .* anyway, the most that expiry\.maxExtension allows/) },
    ]);
  });

  test('stays as it is where the ledger can not be written', async () => {
    const before = await idleAt();
    world.ports.ledger.record = () => Promise.reject(new Error('throttled'));
    expect((await extending(sweeps.server.arn, day)).failed).toMatchObject([
      { why: "the ledger can't be written: throttled" },
    ]);
    expect(await idleAt()).toBe(before);
  });

  test('can not be let go, and is told why', async () => {
    const { arns, refused } = await letGo(world.ports, { policy, name: sweeps.server.arn, who: 'ana' });
    expect([arns, refused]).toMatchObject([[], [{ why: expect.stringMatching(/carries no expiry tag.*idle server/) }]]);
  });
});

describe('what has no idle date that could be moved', () => {
  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['no sweep has seen it', async () => undefined, /no sweep has looked at it/],
    [
      'a person stopped it',
      async () => {
        world.people.stop('i-1a');
        world.clock.pass(hour);
      },
      /what a person stopped/,
    ],
    ['a person is just stopping it', async () => world.people.stop('i-1a'), /its state is just changing/],
    [
      'Mayfly stopped it, and the policy removes nothing',
      async () => {
        await sweeps.until('stopped', policyWith({ removeAfter: undefined }));
      },
      /restore brings it back/,
    ],
    ['its tags match no more', async () => world.people.untag('i-1a', 'environment'), /carries no expiry tag/],
  ])('because %s', async (title, before, why) => {
    if (title !== 'no sweep has seen it') await sweeps.once();
    await before();
    const { changed, failed } = await extending(sweeps.server.arn, day);
    expect([changed, failed]).toMatchObject([[], [{ why: expect.stringMatching(why) }]]);
    expect(await ordersOf(sweeps.server.arn)).toEqual([]);
  });

  test('because the policy has no idle rule, or it is no server', async () => {
    await sweeps.once();
    const queue = world.queue('orders', staging);
    const without = aPolicy({ mode: 'enforce' });
    for (const [arn, under] of [[sweeps.server.arn, without] as const, [queue, policy] as const]) {
      const { failed } = await extending(arn, day, { policy: under });
      expect(failed).toMatchObject([{ why: expect.stringMatching(/carries no expiry tag/) }]);
    }
  });
});

describe('a server with an expiry key of its own', () => {
  const keyed = async (value: string, reason: string) => {
    world.people.tag('i-1a', 'ttl', value);
    await sweeps.until(reason);
  };

  test('has both dates moved while it is about to be stopped', async () => {
    await keyed('2026-11-28T12:00Z', 'idle');
    const { changed, failed } = await extending(sweeps.server.arn, 2 * day);
    expect(failed).toEqual([]);
    expect(changed).toMatchObject([
      { to: '2026-11-30T12:00:00Z', note: expect.stringMatching(/^and not stopped as idle before 2026-/) },
    ]);
    expect((await ordersOf(sweeps.server.arn)).map(({ kind }) => kind)).toEqual(['extended', 'postponed']);
  });

  test.each(['never', '2027-06-01'])('that says %s is not stopped, though its key is left alone', async (value) => {
    await keyed(value, 'idle');
    const { changed, failed } = await extending(sweeps.server.arn, 3 * day);
    expect([changed, failed]).toMatchObject([[{ note: expect.stringMatching(/its expiry stays: /) }], []]);
    expect((await sweeps.planned()).decision?.reason).not.toBe('idle');
    expect(sweeps.server.tags).toMatchObject({ ttl: value });
  });

  test('and long before it is idle has its key moved alone', async () => {
    world.people.change('i-1a');
    world.people.tag('i-1a', 'ttl', '2026-11-28T12:00Z');
    await sweeps.once();
    await extending(sweeps.server.arn, day);
    expect((await ordersOf(sweeps.server.arn)).map(({ kind }) => kind)).toEqual(['extended']);
  });
});

describe('the name of an environment', () => {
  test('means what carries a key, and the servers that are about to be stopped', async () => {
    const queue = world.queue('orders', { ...staging, ttl: '2026-11-28T12:00Z' });
    world.queue('untagged', staging);
    world.server('i-2b', staging, { createdAt: world.clock.now() - day });
    await sweeps.until('warned-of-stop');
    const { changed, failed } = await extending('staging', day);
    expect(failed).toEqual([]);
    expect(changed.map(({ arn }) => arn).toSorted()).toEqual([sweeps.server.arn, queue].toSorted());
  });

  test('of servers alone that are in use means nothing', async () => {
    world.people.change('i-1a');
    await sweeps.once();
    await expect(extending('staging', day)).rejects.toThrow(/nothing that expires or goes as idle .*=staging/);
  });

  test('is read in part where servers can not be listed', async () => {
    const queue = world.queue('orders', { ...staging, ttl: '2026-11-28T12:00Z' });
    const tagged = world.ports.inventory.tagged.bind(world.ports.inventory);
    world.ports.inventory.tagged = (session, shard, keys, types) =>
      keys.includes('environment') ? Promise.reject(new Error('denied')) : tagged(session, shard, keys, types);
    const { changed, failed } = await extending('staging', day);
    expect(changed).toMatchObject([{ arn: queue }]);
    expect(failed).toMatchObject([{ why: expect.stringContaining('servers: denied') }]);
  });
});

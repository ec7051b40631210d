import { beforeEach, describe, expect, test } from 'vitest';
import { day, hour, minute } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import type { Inventory } from '../../lib/use-cases/ports.ts';
import { scanShard } from '../../lib/use-cases/scan-shard.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy, at, someRules } from '../fakes/builders.ts';
import { type HeldClock, heldClock } from '../fakes/clocks.ts';
import { account, aWorld, region, type World } from '../fakes/world.ts';
import { awsError } from '../samples/sample.ts';

const shard = { account, region };
const policy = aPolicy({ mode: 'enforce', expiry: { requireWarning: false } });
const ttl = '2026-11-25T12:00Z';

// It is 2026-11-23T12:00Z.
let clock: HeldClock;
let world: World;
const createdAt = at('2026-11-23T10:00Z');
beforeEach(() => {
  clock = heldClock();
  world = aWorld(clock);
});

const sweeping = (enforce = true) => sweep(world.ports, { policy, filters: noFilters, enforce });
const queue = (tags: Record<string, string>, birth = createdAt) => world.queue('orders', tags, { createdAt: birth });
const kinds = async (arn: string) =>
  (await world.ports.ledger.history(arn)).map(({ kind }) => kind).filter((kind) => kind !== 'warned');

/** Seen with its tag, without it, and with the same tag again, an hour before its expiry. */
async function tagged(...between: (() => void)[]) {
  const arn = queue({ ttl });
  await sweeping();
  for (const change of between) {
    change();
    await sweeping();
  }
  clock.pass(2 * day - hour);
  queue({ ttl });
  await sweeping();
  return arn;
}

describe('a tag that was taken off and put back', () => {
  test('is a new one: what carries it waits for the full first lead', async () => {
    const arn = await tagged(() => queue({}));
    expect(await kinds(arn)).toEqual(['seen', 'untagged', 'seen']);
    clock.pass(day - 1);
    expect((await sweeping()).plan.decisions).toMatchObject([{ reason: 'warned-recently' }]);
    clock.pass(1);
    expect((await sweeping()).outcomes).toMatchObject([{ arn, outcome: 'removed' }]);
  });

  test('is the old one where it never went', async () => {
    const arn = await tagged();
    expect(await kinds(arn)).toEqual(['seen']);
    clock.pass(hour);
    expect((await sweeping()).outcomes).toMatchObject([{ arn, outcome: 'removed' }]);
  });

  test('says nothing about another resource that was made with it under the same name', async () => {
    const arn = queue({ ttl });
    await sweeping();
    queue({});
    await sweeping();
    clock.pass(day);
    queue({ ttl }, clock.now());
    await sweeping();
    expect((await world.ports.ledger.memories([arn])).get(arn)?.sighting?.needsFullLead).toBe(false);
    clock.pass(day);
    expect((await sweeping()).outcomes).toMatchObject([{ arn, outcome: 'removed' }]);
  });
});

describe('what a scan does not show any more', () => {
  test('is reported once, and not again until it was seen again', async () => {
    const arn = await tagged(
      () => queue({}),
      () => {},
      () => {},
    );
    expect(await kinds(arn)).toEqual(['seen', 'untagged', 'seen']);
  });

  test.each<[string, () => void]>([
    ['could not be read', () => world.closed.add(account)],
    [
      'could be read in part only',
      () => {
        const whole = world.ports.inventory;
        const tagged: Inventory['tagged'] = async (...asked) => ({
          ...(await whole.tagged(...asked)),
          problems: ['throttled'],
        });
        world.ports.inventory = { ...whole, tagged };
      },
    ],
    ['has a lister that failed', () => world.refuse.set('DescribeAutoScalingGroups', () => awsError('Throttling'))],
  ])('is not reported by a shard that %s', async (_, fail) => {
    const arn = queue({ ttl });
    await sweeping();
    queue({});
    fail();
    expect((await sweeping()).plan.shards[0]?.error).toBeDefined();
    expect(await kinds(arn)).toEqual(['seen']);
  });

  test('is not reported by another shard', async () => {
    const arn = queue({ ttl });
    await sweeping();
    queue({});
    await scanShard(world.ports, { account, region: 'us-east-1' }, someRules({ policy }));
    const { sightings } = await scanShard(world.ports, { account, region: 'us-east-1' }, someRules({ policy }));
    expect(sightings).toEqual([]);
    expect((await scanShard(world.ports, shard, someRules({ policy }))).sightings).toMatchObject([
      { arn, kind: 'untagged' },
    ]);
  });

  test('is not reported where the policy does not list its type, which has a listing of its own', async () => {
    const arn = world.group('web', { ttl });
    await sweeping();
    const queuesOnly = aPolicy({ mode: 'enforce', types: ['sqs:queue'] });
    const { sightings } = await scanShard(world.ports, shard, someRules({ policy: queuesOnly }));
    expect(sightings).toEqual([]);
    expect(await kinds(arn)).toEqual(['seen']);
  });

  test('is not reported once Mayfly has removed it', async () => {
    const arn = queue({ ttl });
    await sweeping();
    clock.pass(2 * day);
    await sweeping();
    await sweeping();
    expect(await kinds(arn)).toEqual(['seen', 'removal-requested', 'removed']);
  });

  test('is not asked for by a dry run', async () => {
    queue({ ttl });
    await sweeping();
    queue({});
    world.ports.ledger.sighted = () => Promise.reject(new Error('asked'));
    expect((await sweeping(false)).plan.shards).toMatchObject([{ scanned: 0 }]);
    expect((await sweeping(false)).plan.shards[0]).not.toHaveProperty('error');
  });
});

test('a load balancer of the classic kind is reported with its expiry, and left alone', async () => {
  const arn = `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/web`;
  world.ports.inventory.tagged = async () => ({ listed: [{ arn, tags: { ttl: '2026-11-01' } }], problems: [] });
  const { plan, outcomes } = await sweeping();
  const expiresAt = Date.parse('2026-11-01T23:00Z');
  expect(plan.decisions).toMatchObject([
    { arn, type: 'elasticloadbalancing:classic-loadbalancer', action: 'keep', reason: 'type-off', expiresAt },
  ]);
  expect(outcomes).toEqual([]);
});

test('nothing is written about what has not changed', async () => {
  const arn = queue({ ttl });
  for (const _ of [1, 2, 3]) {
    await sweeping();
    clock.pass(minute);
  }
  expect(await kinds(arn)).toEqual(['seen']);
});

test('a sighting of an earlier version, which tells no shard, is told one and stays what it was', async () => {
  const arn = queue({ ttl });
  const sighting = { values: `ttl=${ttl}`, firstSeenAt: clock.now() - hour, needsFullLead: true };
  await world.ports.ledger.record([{ arn, at: clock.now(), kind: 'seen', sighting }]);
  await sweeping();
  await sweeping();
  expect(await kinds(arn)).toEqual(['seen', 'seen']);
  expect((await world.ports.ledger.memories([arn])).get(arn)).toMatchObject({ sighting, seenIn: shard });
});

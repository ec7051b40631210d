import { beforeEach, describe, expect, test } from 'vitest';
import { day, hour } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy, at } from '../fakes/builders.ts';
import { type HeldClock, heldClock } from '../fakes/clocks.ts';
import { policyWith, sweepsOf } from '../fakes/server-sweeps.ts';
import { aWorld, type World } from '../fakes/world.ts';
import { aServerWorld } from '../fakes/world-servers.ts';
import { awsError } from '../samples/sample.ts';

const policy = aPolicy({ mode: 'enforce', expiry: { requireWarning: false } });
const past = '2026-11-23T00:00Z';
const later = '2026-12-23T00:00Z';

// gp3 in this world: 8 GB at 0.10.
const volume = 0.8;

let clock: HeldClock;
let world: World;
beforeEach(() => {
  clock = heldClock();
  world = aWorld(clock);
});

const sweeping = (enforce = false) => sweep(world.ports, { policy, filters: noFilters, enforce });
const costs = async () =>
  new Map((await sweeping()).plan.decisions.map(({ arn, monthlyUsd }) => [arn.split(/[:/]/).at(-1), monthlyUsd]));
const asked = (command: string) => world.sent.filter((one) => one.command === command);

describe('a plan says what things cost a month', () => {
  test('of what is due or warned about, in one call for all of a type; nothing of what is not', async () => {
    for (const number of [1, 2, 3]) world.volume(`vol-${number}`, { ttl: past });
    world.volume('vol-4', { ttl: later });
    world.queue('orders', { ttl: past });
    world.queue('carts', { ttl: later });
    expect(await costs()).toEqual(
      new Map([
        ['vol-1', volume],
        ['vol-2', volume],
        ['vol-3', volume],
        ['vol-4', undefined],
        // Billed by use: that it costs nothing is known.
        ['orders', 0],
        ['carts', undefined],
      ]),
    );
    expect(asked('DescribeVolumes')).toHaveLength(1);
    expect(asked('GetQueueAttributes')).toEqual([]);
  });

  test('nothing is asked where nothing is due, not even for prices', async () => {
    world.volume('vol-1', { ttl: later });
    world.ports.prices = () => Promise.reject(new Error('nobody needs prices'));
    expect(await costs()).toEqual(new Map([['vol-1', undefined]]));
    expect(asked('DescribeVolumes')).toEqual([]);
  });

  test('what was described for its creation is not described again', async () => {
    world.volume('vol-1', { ttl: '4h' });
    expect(await costs()).toEqual(new Map([['vol-1', volume]]));
    expect(asked('DescribeVolumes')).toHaveLength(1);
  });
});

describe('an amount is unknown, and the shard is read all the same', () => {
  const unknown = new Map([['vol-1', undefined]]);
  beforeEach(() => void world.volume('vol-1', { ttl: past }));

  test.each<[string, () => void]>([
    ['where the resource can not be read', () => world.refuse.set('DescribeVolumes', () => awsError('AccessDenied'))],
    ['where there are no prices', () => (world.ports.prices = () => Promise.reject(new Error('no such file')))],
    ['where its region has none', () => (world.ports.prices = async () => ({ in: () => nothing }))],
  ])('%s', async (_, spoil) => {
    spoil();
    expect(await costs()).toEqual(unknown);
    const { plan } = await sweeping();
    expect(plan.decisions).toMatchObject([{ action: 'remove' }]);
    expect(plan.shards).toMatchObject([{ scanned: 1 }]);
    expect(plan.shards[0]?.error).toBeUndefined();
  });

  const nothing = { region: 'eu-west-1', find: () => undefined };
});

describe('a server', () => {
  const instance = (volumes: string[], own: Record<string, string> = {}) => {
    for (const id of volumes) world.volume(id, own, { attachedTo: 'i-1' });
    world.instance('i-1', { ttl: past }, { volumes });
    world.answers['DescribeInstances'] = () => ({ Reservations: [{ Instances: [described(volumes)] }] });
  };
  const described = (volumes: string[]) => ({
    InstanceId: 'i-1',
    InstanceType: 't3.micro',
    State: { Name: 'running' },
    LaunchTime: new Date(clock.now() - 12 * hour),
    Tags: [{ Key: 'ttl', Value: past }],
    BlockDeviceMappings: volumes.map((VolumeId) => ({
      Ebs: { VolumeId, DeleteOnTermination: !VolumeId.startsWith('vol-stays') },
    })),
  });

  test('is counted with its volumes', async () => {
    instance(['vol-1', 'vol-2']);
    expect((await costs()).get('i-1')).toBeCloseTo(73 + 2 * volume, 10);
  });

  test('is counted without those that cost on once it is removed', async () => {
    instance(['vol-1', 'vol-stays']);
    expect((await costs()).get('i-1')).toBeCloseTo(73 + volume, 10);
  });

  test('is counted without those that are counted by themselves', async () => {
    instance(['vol-1', 'vol-2'], { ttl: past });
    expect(await costs()).toEqual(
      new Map([
        ['i-1', 73],
        ['vol-1', volume],
        ['vol-2', volume],
      ]),
    );
  });

  test('is unknown where one of its volumes is: a part would look like the whole', async () => {
    instance(['vol-1']);
    world.refuse.set('DescribeVolumes', () => awsError('RequestLimitExceeded'));
    expect(await costs()).toEqual(new Map([['i-1', undefined]]));
  });
});

test('the ledger keeps what was removed with what it had cost, also where another run finds it gone', async () => {
  world = aWorld();
  world.volume('vol-1', { ttl: past });
  const arn = world.volume('vol-2', { ttl: past });
  const { outcomes } = await sweeping(true);
  expect(outcomes.map(({ outcome, monthlyUsd }) => [outcome, monthlyUsd])).toEqual([
    ['removed', volume],
    ['removed', volume],
  ]);
  const ended = await world.ports.ledger.endings(0, world.clock.now() + day);
  expect(ended.map(({ kind, monthlyUsd }) => [kind, monthlyUsd])).toEqual([
    ['removed', volume],
    ['removed', volume],
  ]);
  // As a killed run leaves it: asked for, and nothing more.
  await world.ports.ledger.record([
    { arn, at: world.clock.now(), kind: 'removal-requested', identity: 'vol-2', monthlyUsd: 7 },
  ]);
  const settled = await sweeping(true);
  expect(settled.outcomes).toMatchObject([{ arn, outcome: 'removed', monthlyUsd: 7 }]);
  expect((await world.ports.ledger.endings(0, world.clock.now() + day)).at(-1)).toMatchObject({ arn, monthlyUsd: 7 });
});

test('a stop keeps what goes on, and a start what it costs again', async () => {
  const servers = aServerWorld();
  const sweeps = sweepsOf(servers, policyWith());
  const { server } = sweeps;
  await sweeps.until('idle-copied');
  const { decision, outcome } = await sweeps.once();
  const [running, stopped] = [0.1 * 730 + 2 * volume, 2 * volume];
  expect([decision?.monthlyUsd, decision?.stoppedMonthlyUsd]).toEqual([running, stopped]);
  expect(outcome).toMatchObject({ outcome: 'stopped', monthlyUsd: running, stoppedMonthlyUsd: stopped });
  servers.clock.pass(day);
  expect((await sweeps.once()).decision).toMatchObject({ reason: 'not-due', monthlyUsd: stopped });
  servers.people.start('i-1a');
  servers.clock.pass(hour);
  await sweeps.once();
  const ended = await servers.ports.ledger.endings(0, at('2027-12-31T00:00Z'));
  const { arn } = server;
  const when = expect.any(Number);
  expect(ended).toEqual([
    { arn, at: when, kind: 'stopped', monthlyUsd: running, stoppedMonthlyUsd: stopped },
    { arn, at: when, kind: 'started-again', monthlyUsd: running },
  ]);
});

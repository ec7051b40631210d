import { beforeEach, describe, expect, test } from 'vitest';
import type { Policy } from '../../lib/core/policy.ts';
import { day, hour, minute } from '../../lib/core/time.ts';
import { scanShard } from '../../lib/use-cases/scan-shard.ts';
import { someRules } from '../fakes/builders.ts';
import { policyWith, staging, sweepsOf } from '../fakes/server-sweeps.ts';
import { account, region } from '../fakes/world.ts';
import { aServerWorld, type FakeServer, type ServerWorld } from '../fakes/world-servers.ts';
import { awsError } from '../samples/sample.ts';

let world: ServerWorld;
let start: number;
beforeEach(() => {
  world = aServerWorld();
  start = world.clock.now();
});

const asked = () => world.sent.filter(({ command }) => command === 'LookupEvents').length;

/** One scan, written down as a run does it. */
async function scanned(policy: Policy = policyWith(), rules: object = {}) {
  const scan = await scanShard(world.ports, { account, region }, someRules({ policy, ...rules }));
  await world.ports.ledger.record(scan.sightings);
  return scan;
}

const old = { createdAt: Date.parse('2026-10-01T00:00Z') };
const decided = async (policy?: Policy) => (await scanned(policy)).decisions[0];

describe('since when a configuration stands', () => {
  test('is the newest instant that the service shows, as far as CloudTrail tells of nothing later', async () => {
    world.server('i-1a', staging, { createdAt: start - 50 * day, launchedAt: start - 45 * day });
    expect(await decided()).toMatchObject({ reason: 'idle-soon', idleAt: start - 15 * day });
    const again = await scanned();
    expect(again.sightings).toEqual([]);
    expect(asked()).toBe(1);
  });

  test('is a later change that CloudTrail knows of; Mayfly’s own calls are none', async () => {
    world.server('i-1a', staging, old);
    const event = (at: number, name: string, by: string) => world.aws.trail.push({ name: 'i-1a', at, event: name, by });
    event(start - 20 * day, 'ModifyInstanceAttribute', 'ana');
    event(start - 2 * day, 'CreateTags', 'mayfly-tag');
    event(start - day, 'CreateImage', 'backup');
    expect(await decided()).toMatchObject({ reason: 'changed-lately', idleAt: start + 10 * day });
    const arn = `arn:aws:ec2:${region}:${account}:instance/i-1a`;
    const idle = (await world.ports.ledger.memories([arn])).get(arn)?.idle;
    expect(idle).toMatchObject({ since: start - 20 * day, from: 'CloudTrail: ModifyInstanceAttribute by ana' });
  });

  test('is first sight where CloudTrail can’t be asked; it is asked again a day later, not sooner', async () => {
    world.server('i-1a', staging, old);
    world.refuse.set('LookupEvents', () => awsError('AccessDeniedException', 'no'));
    expect(await decided()).toMatchObject({ reason: 'changed-lately', idleAt: start + 30 * day });
    world.clock.pass(hour);
    await scanned();
    expect(asked()).toBe(1);
    world.refuse.clear();
    world.clock.pass(day);
    expect(await decided()).toMatchObject({ reason: 'idle-soon' });
    expect(asked()).toBe(2);
  });

  test('is required of CloudTrail where the policy says so', async () => {
    world.server('i-1a', staging, old);
    world.refuse.set('LookupEvents', () => awsError('AccessDeniedException', 'no'));
    await scanned(policyWith({ cloudTrail: 'require' }));
    world.clock.pass(40 * day);
    expect(await decided(policyWith({ cloudTrail: 'require' }))).toMatchObject({
      reason: 'idle-evidence-missing',
      detail: expect.stringContaining('AccessDeniedException'),
    });
    const calls = asked();
    expect(await decided(policyWith({ cloudTrail: 'off' }))).toMatchObject({ reason: 'idle-soon' });
    expect(asked(), 'off is off').toBe(calls);
  });

  test('is this moment where a field has changed, with what it was', async () => {
    world.server('i-1a', staging, old);
    await scanned();
    world.people.change('i-1a');
    world.clock.pass(hour);
    expect(await decided()).toMatchObject({ reason: 'changed-lately', idleAt: start + hour + 30 * day + 1000 });
  });
});

test('whoever starts a server that Mayfly did not stop means to use it: its time begins anew', async () => {
  world.server('i-1a', staging, old);
  expect(await decided()).toMatchObject({ reason: 'idle-soon' });
  world.people.stop('i-1a');
  world.clock.pass(10 * day);
  expect(await decided()).toMatchObject({ reason: 'stopped-by-person' });
  world.people.start('i-1a');
  // The rule counts in whole seconds.
  const started = Math.ceil(world.clock.now() / 1000) * 1000;
  world.clock.pass(5 * hour);
  expect(await decided()).toMatchObject({ reason: 'changed-lately', idleAt: started + 30 * day });
});

describe('many candidates', () => {
  test('CloudTrail is asked about 200 in one scan, and the others wait for the next and say so', async () => {
    for (let index = 0; index < 230; index += 1) world.server(`i-${index.toString(16).padStart(8, '0')}`, staging, old);
    const first = await scanned();
    expect(asked()).toBe(200);
    const waiting = first.decisions.filter(({ reason }) => reason === 'idle-evidence-missing');
    expect(waiting).toHaveLength(30);
    expect(waiting[0]?.detail).toMatch(/^CloudTrail was not asked about it yet.*: the next sweep asks$/);
    expect(world.clock.now() - start, 'two calls a second').toBe(100_000);
    const second = await scanned();
    expect(asked()).toBe(230);
    expect(new Set(second.decisions.map(({ reason }) => reason))).toEqual(new Set(['idle-soon']));
  });

  test('where each has much to tell the scan ends in time all the same', async () => {
    for (let index = 0; index < 40; index += 1) world.server(`i-${index.toString(16).padStart(8, '0')}`, staging, old);
    let page = 0;
    world.answers['LookupEvents'] = (() => {
      page += 1;
      return { Events: [{ EventName: 'CreateSnapshot', EventTime: new Date(start) }], NextToken: `page ${page}` };
    }) as never;
    const { decisions } = await scanned();
    expect(world.clock.now() - start).toBeLessThan(3 * minute);
    expect(decisions).toHaveLength(40);
    expect(new Set(decisions.map(({ action }) => action))).toEqual(new Set(['keep', 'hold']));
  });
});

describe('what is not known keeps a server', () => {
  test('metrics that are missing', async () => {
    world.server('i-1a', staging, old);
    world.aws.metricsMissing = true;
    expect(await decided()).toMatchObject({
      reason: 'idle-evidence-missing',
      detail: expect.stringMatching(/cpuPeak: CPUUtilization of i-1a: no data for \d+ of \d+ hours/),
    });
    expect(await decided(policyWith({ requireMetrics: false }))).toMatchObject({ reason: 'idle-soon' });
  });

  test('a server that works', async () => {
    world.server('i-1a', staging, { ...old, busyAt: start - 3 * day });
    expect(await decided()).toMatchObject({ reason: 'at-work' });
  });

  test('whether it may be stopped', async () => {
    world.server('i-1a', staging, old);
    world.refuse.set('DescribeInstanceAttribute', () => awsError('UnauthorizedOperation', 'no'));
    expect(await decided()).toMatchObject({
      reason: 'unstoppable',
      detail: "whether it may be stopped can't be read: UnauthorizedOperation: no",
    });
  });

  test('a describe that fails, and a listing that fails: both are told, and hide nothing of what expires', async () => {
    world.server('i-1a', staging, old);
    world.queue('orders', { ttl: '2026-11-20' });
    world.refuse.set('DescribeInstances', () => awsError('RequestLimitExceeded', 'slow down'));
    expect((await scanned()).shard.error).toMatch(/^read in part: ec2:instance i-1a: .*RequestLimitExceeded/);
    const { inventory } = world.ports;
    const tagged = inventory.tagged.bind(inventory);
    world.ports.inventory.tagged = async (session, shard, keys, types) => {
      if (keys.includes('environment')) throw new Error('the tagging API is down');
      return tagged(session, shard, keys, types);
    };
    const { shard, decisions } = await scanned();
    expect(shard.error).toBe('read in part: servers: the tagging API is down');
    expect(decisions.map(({ type }) => type)).toEqual(['sqs:queue']);
  });
});

describe('servers that are never stopped', () => {
  test.each<[string, Partial<FakeServer>, RegExp]>([
    [
      'its root disk is an instance store',
      { rootDevice: 'instance-store' },
      /instance store, which a stop would erase/,
    ],
    ['its type has local disks', { instanceType: 'm5d.large' }, /m5d.large has local disks/],
    ['it is a Spot instance', { lifecycle: 'spot' }, /Spot instance/],
    ['its stop protection is on', { stopProtected: true }, /stop protection is on/],
  ])('%s', async (_, more, why) => {
    const sweeps = sweepsOf(world, policyWith(), more);
    for (let index = 0; index < 10; index += 1) {
      const { decision, outcome } = await sweeps.once();
      expect(decision).toMatchObject({ reason: 'unstoppable', detail: expect.stringMatching(why) });
      expect(outcome).toBeUndefined();
      world.clock.pass(day);
    }
    expect(world.aws.images.size).toBe(0);
  });

  test('one of a group, by its tags', async () => {
    world.server('i-1a', { ...staging, AWSBatchServiceTag: 'batch' }, old);
    expect(await decided()).toMatchObject({ reason: 'owned-by-controller' });
  });
});

describe('servers with many or strange parts', () => {
  test('40 volumes are all copied before the stop', async () => {
    const volumes = Array.from({ length: 40 }, (_, index) => `vol-${index.toString(16).padStart(4, '0')}`);
    const sweeps = sweepsOf(world, policyWith(), { volumes });
    await sweeps.until('not-due');
    expect(world.aws.snapshots.size).toBe(40);
    expect(world.aws.breaches).toEqual([]);
  });

  test('a server of which EC2 shows no instant at all is known since its first sight', async () => {
    world.server('i-1a', staging, old);
    const Instances = [
      { InstanceId: 'i-1a', State: { Name: 'running' }, Tags: [{ Key: 'environment', Value: 'staging' }] },
    ];
    world.answers['DescribeInstances'] = { Reservations: [{ Instances }] };
    expect(await decided()).toMatchObject({ reason: 'changed-lately', idleAt: start + 30 * day });
  });

  test('a server without a volume has no copy, and is not stopped', async () => {
    const sweeps = sweepsOf(world, policyWith(), { volumes: [] });
    await sweeps.until('idle');
    expect((await sweeps.once()).said).toBe('idle: failed: it has no volume to copy');
  });

  test('termination protection: it is copied and stopped, and its removal is blocked', async () => {
    const sweeps = sweepsOf(world, policyWith(), { protected: true });
    await sweeps.until('idle-done');
    expect((await sweeps.once()).outcome).toMatchObject({ outcome: expect.stringMatching(/blocked|failed/) });
    expect(world.aws).toMatchObject({ stops: ['i-1a'], removals: [] });
  });
});

test('the rule reads in an observed account, and only says what it would do', async () => {
  world.server('i-1a', staging, old);
  const { decisions } = await scanned(policyWith(), { accountMode: 'observe' });
  expect(decisions[0]).toMatchObject({ action: 'keep', reason: 'account-observed' });
  expect(world.sent.map(({ command }) => command).filter((one) => !/^(Describe|Get|Lookup|List)/.test(one))).toEqual(
    [],
  );
});

test('a server that has lost its tags since it was listed is none of the rule’s, and leaves no trace', async () => {
  world.server('i-1a', staging, old);
  const { inventory } = world.ports;
  const tagged = inventory.tagged.bind(inventory);
  world.ports.inventory.tagged = async (...about) => {
    const found = await tagged(...about);
    world.people.untag('i-1a', 'environment');
    return found;
  };
  expect(await scanned()).toMatchObject({ decisions: [], sightings: [] });
});

import { beforeEach, describe, expect, test } from 'vitest';
import type { Policy } from '../../lib/core/policy.ts';
import { day, hour } from '../../lib/core/time.ts';
import { copyKeys } from '../../lib/resource-types/own-copy.ts';
import { policyWith, type ServerSweeps, sweepsOf } from '../fakes/server-sweeps.ts';
import { aServerWorld, type ServerWorld } from '../fakes/world-servers.ts';
import { awsError } from '../samples/sample.ts';

// A copy that fails, or takes its time, keeps the server as it is; nothing of it is left behind.

let world: ServerWorld;
let sweeps: ServerSweeps;
beforeEach(async () => {
  world = aServerWorld();
  sweeps = sweepsOf(world);
  await sweeps.until('idle');
});

const parts = () => [world.aws.images.size, world.aws.snapshots.size];

async function later(pass = hour): Promise<string> {
  world.clock.pass(pass);
  return (await sweeps.once()).said;
}

describe('a copy of which one volume of two fails', () => {
  beforeEach(async () => {
    world.aws.failing.add('vol-1a2');
    await sweeps.once();
  });

  test('is deleted with its whole half, and the server runs on', async () => {
    expect(await later()).toMatch(/^copying: failed: copy ami-00000001: the snapshot snap-\w+ of vol-1a2 failed$/);
    expect(parts()).toEqual([0, 0]);
    expect(world.aws.stops).toEqual([]);
  });

  test('is tried again at once, then once a day, and says when', async () => {
    const said: string[] = [];
    for (let sweep = 0; sweep < 48; sweep += 1) said.push(await later());
    expect(world.sent.filter(({ command }) => command === 'CreateImage').length).toBeLessThanOrEqual(5);
    expect(said.at(-1)).toMatch(
      /^copy-failing: blocked: its copies failed \d times in a row, the last: .*failed; tried again from .* on$/,
    );
    expect(parts()).toEqual([0, 0]);
    world.aws.failing.clear();
    await sweeps.until('not-due');
    expect(world.aws).toMatchObject({ stops: ['i-1a'], breaches: [] });
  });

  test('tells what of it can not be deleted, which goes by its own tag one day', async () => {
    world.refuse.set('DeregisterImage', () => awsError('UnauthorizedOperation', 'no'));
    expect(await later()).toMatch(/what there is of ami-00000001 can't be deleted now \(UnauthorizedOperation: no\)/);
    expect(world.aws.images.get('ami-00000001')?.tags).toHaveProperty('mayfly:keep-until');
    world.refuse.clear();
    await later();
    expect([...world.aws.images.keys()]).toEqual(['ami-00000001', 'ami-00000002']);
  });

  test('is somebody else’s once its tags are gone: it stays, and another is made', async () => {
    world.aws.failing.clear();
    for (const image of world.aws.images.values()) image.tags = { Name: 'mine now' };
    for (const snapshot of world.aws.snapshots.values()) snapshot.failed = false;
    expect(await later()).toMatch(/does not carry Mayfly's own tags/);
    expect(world.aws.images.has('ami-00000001')).toBe(true);
    await sweeps.until('not-due');
    expect(world.aws.breaches).toEqual([]);
  });
});

test('a quota keeps the server running, and is told', async () => {
  world.refuse.set('CreateImage', () => awsError('SnapshotLimitExceeded', 'the maximum number of snapshots'));
  expect((await sweeps.once()).said).toBe('idle: failed: SnapshotLimitExceeded: the maximum number of snapshots');
  await sweeps.until('copy-failing');
  expect((await sweeps.once()).said).toMatch(/^copy-failing: blocked: its copies failed 3 times in a row/);
  expect(world.aws.stops).toEqual([]);
});

test('throttling is no failure', async () => {
  world.refuse.set('CreateImage', () => awsError('RequestLimitExceeded', 'slow down'));
  expect((await sweeps.once()).said).toBe('idle: waiting: RequestLimitExceeded: slow down; the next sweep tries again');
  expect(await sweeps.memory()).toMatchObject({ failures: 0 });
});

test('what a restore needs comes first: without it no copy is begun', async () => {
  world.refuse.set('DescribeAddresses', () => awsError('UnauthorizedOperation', 'no'));
  expect((await sweeps.once()).said).toMatch(
    /^idle: failed: what a restore needs can't be read: UnauthorizedOperation/,
  );
  expect(parts()).toEqual([0, 0]);
});

test('a snapshot that takes days is waited for: first in silence, then told as held, and still used', async () => {
  world.aws.snapshotsTake = 2 * day;
  await sweeps.once();
  expect(await later(5 * hour)).toBe('copying: waiting: copy ami-00000001 is being made: the image is pending');
  expect(await later(20 * hour)).toMatch(/^copy-failing: waiting: copy ami-00000001 is being made/);
  expect(await later(day)).toBe('copy-failing: copied: copy ami-00000001 is complete, 16 GB');
  expect(await later()).toMatch(/^idle-copied: stopped/);
  expect(world.aws).toMatchObject({ breaches: [] });
  expect(world.aws.images.size).toBe(1);
});

test('an image that a run began and could not write down is found by the next, not made twice', async () => {
  const { ledger } = world.ports;
  const write = ledger.record.bind(ledger);
  ledger.record = async (events) => {
    if (events.some(({ kind }) => kind === 'copy-requested')) throw new Error('the table is busy');
    return write(events);
  };
  expect((await sweeps.once()).outcome).toMatchObject({ outcome: 'waiting', unrecorded: true });
  ledger.record = write;
  expect(await later()).toBe('idle: copied: copy ami-00000001 is complete, 16 GB');
  expect(world.aws.images.size).toBe(1);
});

describe('a complete copy of a server that is not stopped', () => {
  const held = policyWith({}, { limits: { stopsPerRun: 0 } });

  beforeEach(() => sweeps.until('idle-copied'));

  test('grows old after a day: it is not verified anew, but made anew, and the old one goes', async () => {
    const hours = async (count: number, under?: Policy) => {
      for (let sweep = 0; sweep < count; sweep += 1) {
        world.clock.pass(hour);
        await sweeps.once(under);
      }
    };
    await hours(10, held);
    world.refuse.set('CreateImage', () => awsError('SnapshotLimitExceeded'));
    await hours(20, held);
    expect((await sweeps.planned()).decision?.reason).toBe('copy-failing');
    await hours(30);
    expect(world.aws.stops, 'an old copy is no reason to stop').toEqual([]);
    world.refuse.clear();
    await hours(60, held);
    expect(world.aws.images.size, 'one a day, and one that stays').toBe(1);
    await sweeps.until('not-due');
    expect(world.aws.images.size).toBe(1);
    expect(world.aws.snapshots.size).toBe(2);
  });

  test.each<[string, () => unknown]>([
    [
      'somebody keeps it longer',
      () => Object.assign(world.aws.images.get('ami-00000001')?.tags ?? {}, { [copyKeys.keepUntil]: '2028-01-01' }),
    ],
    [
      'who starts servers of it can not be read',
      () => world.refuse.set('DescribeLaunchTemplateVersions', () => awsError('UnauthorizedOperation')),
    ],
  ])('stays beside the next one while %s', async (_, want) => {
    want();
    for (let sweep = 0; sweep < 60; sweep += 1) {
      world.clock.pass(hour);
      await sweeps.once(held);
    }
    expect([...world.aws.images.keys()]).toEqual(expect.arrayContaining(['ami-00000001']));
  });

  test('is of no use once the configuration has changed', async () => {
    world.people.change('i-1a');
    expect((await sweeps.once()).decision?.reason).toBe('changed-lately');
    expect(world.aws.stops).toEqual([]);
  });
});

test('a change between the plan and the step is seen, and nothing is done', async () => {
  await sweeps.until('idle-copied');
  const { runStore } = world.ports;
  world.ports.runStore = {
    ...runStore,
    savePlan: async (plan) => {
      await runStore.savePlan(plan);
      world.people.change('i-1a');
    },
  };
  expect((await sweeps.once()).said).toMatch(/^idle-copied: changed: security group sg-\S+ instead of sg-1$/);
  expect(world.aws.stops).toEqual([]);
});

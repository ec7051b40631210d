import {
  DeregisterImageCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  type Image,
  type Snapshot,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { day, hour } from '../../lib/core/time.ts';
import { awsError } from '../samples/sample.ts';
import type { Fault } from './idle-days-clock.ts';
import { aServer, imagesIn } from './idle-days-server.ts';
import { type Days, openDays } from './idle-days-stage.ts';

// What moto is too kind for: its copies never fail, never take time, and no quota ends them. Through all of it the
// server stays as it is.

const refused =
  (code: string): Fault =>
  async () => {
    throw awsError(code);
  };

/** A server on its thirtieth day, of whose copy nothing is done yet. */
async function idleServer(disks = 2) {
  const days = await openDays({ requireMetrics: false });
  const server = await aServer(days, disks);
  await days.sweep(0);
  expect(await days.sweep(27 * day)).toEqual(['server: warn idle-soon, warned']);
  return { days, server };
}

async function snapshotsIn({ site }: Days): Promise<number> {
  const { Snapshots = [] } = await site.client(EC2Client).send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
  return Snapshots.length;
}

/** DescribeSnapshots, with something else said about some. */
const snapshotsSay =
  (about: (snapshot: Snapshot) => Partial<Snapshot>): Fault =>
  async (_, truth) => {
    const { Snapshots = [], ...rest } = (await truth()) as { Snapshots?: Snapshot[] };
    return { ...rest, Snapshots: Snapshots.map((one) => ({ ...one, ...about(one) })) };
  };

test('while a quota lets no copy be made the server runs on, and the tries grow rare', async () => {
  const { days, server } = await idleServer();
  days.faults.set('CreateImage', refused('SnapshotLimitExceeded'));
  for (const at of [30 * day, 30 * day + hour, 30 * day + 2 * hour]) {
    expect(await days.sweep(at)).toEqual(['server: copy idle, failed']);
    expect(days.detail(server.arn)).toContain('SnapshotLimitExceeded');
  }
  expect(await days.sweep(30 * day + 3 * hour)).toEqual(['server: hold copy-failing, blocked']);
  expect(await days.sweep(31 * day)).toEqual(['server: hold copy-failing, blocked']);
  expect(await days.sweep(31 * day + 3 * hour)).toEqual(['server: copy idle, failed']);
  expect(await server.live()).toMatchObject({ state: 'running' });
  days.faults.clear();
  expect(await days.sweep(32 * day)).toEqual(['server: hold copy-failing, blocked']);
  expect(await days.sweep(32 * day + 4 * hour)).toEqual(['server: copy idle, copied']);
  expect(await days.sweep(32 * day + 5 * hour)).toEqual(['server: stop idle-copied, stopped']);
});

test('of three volumes one can not be copied: nothing of the copy stays, and another is made', async () => {
  const { days, server } = await idleServer(3);
  const [, , last] = (await server.live()).BlockDeviceMappings ?? [];
  const why = 'the key of this volume is disabled';
  const broken = snapshotsSay(({ VolumeId }) =>
    VolumeId === last?.Ebs?.VolumeId ? { State: 'error', StateMessage: why } : {},
  );
  days.faults.set('DescribeSnapshots', broken);
  expect(await days.sweep(30 * day)).toEqual(['server: copy idle, failed']);
  expect(days.detail(server.arn)).toMatch(new RegExp(`of ${last?.Ebs?.VolumeId} failed: ${why}`));
  expect(await server.live()).toMatchObject({ state: 'running' });
  days.faults.clear();
  expect([await imagesIn(days), await snapshotsIn(days)]).toEqual([[], 0]);
  expect(await days.sweep(30 * day + hour)).toEqual(['server: copy idle, copied']);
  expect(await snapshotsIn(days)).toBe(3);
  expect(await days.sweep(30 * day + 2 * hour)).toEqual(['server: stop idle-copied, stopped']);
  expect((await days.story(server.arn)).slice(2, 6)).toEqual([
    ...['30 copy-requested', '30 copy-failed', '30 copy-requested', '30 copy-verified'],
  ]);
});

test('a copy that takes hours is waited for, and one that takes more than a day is told', async () => {
  const { days, server } = await idleServer();
  days.faults.set('DescribeImages', async (_, truth) => {
    const { Images = [], ...rest } = (await truth()) as { Images?: Image[] };
    return { ...rest, Images: Images.map((image) => ({ ...image, State: 'pending' })) };
  });
  expect(await days.sweep(30 * day)).toEqual(['server: copy idle, waiting']);
  expect(await days.sweep(30 * day + 2 * hour)).toEqual(['server: keep copying, waiting']);
  days.faults.clear();
  days.faults.set(
    'DescribeSnapshots',
    snapshotsSay(() => ({ State: 'pending', Progress: '47%' })),
  );
  for (const hours of [3, 12, 24]) {
    expect(await days.sweep(30 * day + hours * hour)).toEqual(['server: keep copying, waiting']);
    expect(days.detail(server.arn)).toMatch(/is being made: snap-.* is pending 47%, snap-.* is pending 47%$/);
  }
  expect(await days.sweep(31 * day + hour)).toEqual(['server: hold copy-failing, waiting']);
  expect(await server.live()).toMatchObject({ state: 'running' });
  expect(await imagesIn(days)).toHaveLength(1);
  days.faults.clear();
  expect(await days.sweep(31 * day + 2 * hour)).toEqual(['server: hold copy-failing, copied']);
  expect(await days.sweep(31 * day + 3 * hour)).toEqual(['server: stop idle-copied, stopped']);
  expect(await imagesIn(days)).toHaveLength(1);
});

test('a copy that a person deletes before the stop is made anew', async () => {
  const { days, server } = await idleServer();
  expect(await days.sweep(30 * day)).toEqual(['server: copy idle, copied']);
  days.clock.moveTo(days.start + 30 * day + 0.5 * hour);
  const [image] = await imagesIn(days);
  await server.ec2.send(new DeregisterImageCommand({ ImageId: image?.id }));
  expect(await days.sweep(30 * day + hour)).toEqual(['server: stop idle-copied, failed']);
  expect(days.detail(server.arn)).toContain('is not there any more, so it is not stopped');
  expect(await server.live()).toMatchObject({ state: 'running' });
  expect(await days.sweep(30 * day + 2 * hour)).toEqual(['server: copy idle, copied']);
  expect(await days.sweep(30 * day + 3 * hour)).toEqual(['server: stop idle-copied, stopped']);
});

test('a server that can not be stopped for days has one copy, and that a fresh one', async () => {
  const { days, server } = await idleServer();
  days.faults.set('StopInstances', refused('IncorrectInstanceState'));
  expect(await days.sweep(30 * day)).toEqual(['server: copy idle, copied']);
  expect(await days.sweep(30 * day + 5 * hour)).toEqual(['server: stop idle-copied, failed']);
  const [first] = await imagesIn(days);
  expect(await days.sweep(31 * day + hour)).toEqual(['server: copy idle, copied']);
  expect(await days.sweep(32 * day)).toEqual(['server: stop idle-copied, failed']);
  const left = await imagesIn(days);
  expect(left).toMatchObject([{ keptTo: 121 }]);
  expect(left).not.toMatchObject([{ id: first?.id }]);
  expect(await snapshotsIn(days)).toBe(2);
  days.faults.clear();
  expect(await days.sweep(32 * day + 0.5 * hour)).toEqual(['server: stop idle-copied, stopped']);
  expect(await server.live()).toMatchObject({ state: 'stopped' });
});

test('a stopped server stays beyond its date for as long as its last state can not be copied', async () => {
  const { days, server } = await idleServer();
  await days.sweep(30 * day);
  expect(await days.sweep(30 * day + hour)).toEqual(['server: stop idle-copied, stopped']);
  expect(await days.sweep(43 * day + 2 * hour)).toEqual(['server: warn expiring, warned']);
  expect(await days.sweep(44 * day + 0.5 * hour)).toEqual(['server: warn expiring, warned']);
  days.faults.set('CreateImage', refused('SnapshotLimitExceeded'));
  for (const hours of [2, 3, 4]) {
    expect(await days.sweep(44 * day + hours * hour)).toEqual(['server: copy idle, failed']);
  }
  expect(await days.sweepDays(45, 45)).toEqual(['server: hold copy-failing, blocked']);
  expect(await days.sweep(50 * day)).toEqual(['server: copy idle, failed']);
  expect(await server.live()).toMatchObject({ state: 'stopped' });
  days.faults.clear();
  expect(await days.sweep(52 * day)).toEqual(['server: copy idle, copied']);
  // The second copy is lost before the end: the first, made while it ran, is not enough.
  days.clock.moveTo(days.start + 52 * day + 0.5 * hour);
  const images = await imagesIn(days);
  await server.ec2.send(new DeregisterImageCommand({ ImageId: images.at(-1)?.id }));
  expect(await days.sweep(52 * day + hour)).toEqual(['server: remove idle-done, blocked']);
  expect(days.detail(server.arn)).toContain('is of no use: it is not there any more');
  expect(await server.live()).toMatchObject({ state: 'stopped' });
  expect(await days.sweep(52 * day + 2 * hour)).toEqual(['server: copy idle, copied']);
  expect(await days.sweep(52 * day + 3 * hour)).toEqual(['server: remove idle-done, removed']);
  expect(await server.live()).toMatchObject({ state: 'terminated' });
});

import { DescribeImagesCommand, DescribeSnapshotsCommand, type Image, type Snapshot } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { day } from '../../lib/core/time.ts';
import { awsError } from '../samples/sample.ts';
import type { Fault } from './idle-days-clock.ts';
import { aServer, type StagingServer, tagsOf } from './idle-days-server.ts';
import { type Days, openDays } from './idle-days-stage.ts';

// Weeks in which each sweep meets faults that nobody has thought of together. Whatever comes of it, nothing is stopped
// without a warning and a whole copy, and nothing is gone whose last state is not in a copy.

const calls = [
  ...['DescribeInstances', 'DescribeTags', 'DescribeInstanceTypes', 'DescribeVolumes', 'DescribeImages'],
  ...['DescribeSnapshots', 'DescribeInstanceAttribute', 'CreateImage', 'CreateTags', 'DeleteTags', 'DeleteSnapshot'],
  ...['DeregisterImage', 'StopInstances', 'TerminateInstances', 'ModifyNetworkInterfaceAttribute', 'GetResources'],
];

const faults: readonly Fault[] = [
  async () => {
    throw awsError('RequestLimitExceeded');
  },
  async () => {
    throw awsError('UnauthorizedOperation');
  },
  async (_, truth) => {
    await truth();
    throw awsError('TimeoutError', 'socket hang up');
  },
];

const sayPending: Fault = async (_, truth) => {
  const answer = (await truth()) as { Snapshots?: Snapshot[] };
  return { ...answer, Snapshots: (answer.Snapshots ?? []).map((one) => ({ ...one, State: 'pending' })) };
};

const sayFailed: Fault = async (_, truth) => {
  const answer = (await truth()) as { Images?: Image[] };
  return { ...answer, Images: (answer.Images ?? []).map((one) => ({ ...one, State: 'failed' })) };
};

/** Numbers from 0 to 1, the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function breakSome({ faults: broken }: Days, next: () => number): void {
  broken.clear();
  for (const call of calls) {
    const fault = next() < 0.12 ? faults[Math.floor(next() * faults.length)] : undefined;
    if (fault !== undefined) broken.set(call, fault);
  }
  if (next() < 0.1) broken.set('DescribeSnapshots', sayPending);
  if (next() < 0.05) broken.set('DescribeImages', sayFailed);
}

/** When each whole copy was begun that is really there, by moto's word: every disk of the server is in it. */
async function wholeCopies({ ec2 }: StagingServer, disks: number): Promise<number[]> {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
  const there = new Set(Snapshots.map(({ SnapshotId }) => SnapshotId));
  const whole = Images.filter(({ BlockDeviceMappings = [] }) => {
    const parts = BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
    return parts.length === disks && parts.every((part) => there.has(part));
  });
  for (const image of whole) expect(tagsOf(image)).not.toHaveProperty('expires-at');
  return whole.map(({ CreationDate = '' }) => Date.parse(CreationDate));
}

/** What must hold after each sweep. Gives whether the server is gone. */
async function holds(days: Days, server: StagingServer, since: { stop?: number }): Promise<boolean> {
  const { state } = await server.live();
  const now = days.clock.now();
  const copies = await wholeCopies(server, 2);
  const warnedOf = (reason: string) =>
    days.warnings.filter(({ items }) => items.some((item) => item.reason === reason)).map(({ at }) => at);
  if (state === 'stopped' && since.stop === undefined) {
    since.stop = now;
    expect(Math.min(...warnedOf('idle-soon'))).toBeLessThanOrEqual(now - 3 * day);
    expect(copies).not.toEqual([]);
  }
  if (state !== 'terminated') return false;
  expect(now).toBeGreaterThanOrEqual(Number(since.stop) + 14 * day);
  expect(Math.max(...copies)).toBeGreaterThan(Number(since.stop));
  expect(warnedOf('expiring')).not.toEqual([]);
  return true;
}

test.each([11, 13])('however sweeps fail, nothing is lost, and it ends all the same (seed %i)', async (seed) => {
  const next = numbers(seed);
  const days = await openDays({ requireMetrics: false });
  const server = await aServer(days);
  await days.sweep(0);
  const since: { stop?: number } = {};
  let isGone = false;
  const pause = (at: number) => (at > 36 * day && at < 44 * day ? 3 : 0.3) * (1 + next()) * day;
  for (let at = 26.5 * day; at < 56 * day && !isGone; at += pause(at)) {
    breakSome(days, next);
    // A run that can't even begin says so, and does nothing.
    await days.sweep(at).catch(() => []);
    days.faults.clear();
    isGone = await holds(days, server, since);
  }
  for (let at = 56 * day; !isGone; at += 1.1 * day) {
    expect(at, 'without faults it goes').toBeLessThan(90 * day);
    await days.sweep(at);
    isGone = await holds(days, server, since);
  }
  const images = (await days.story(server.arn)).filter((line) => line.endsWith('copy-verified'));
  expect(images.length).toBeGreaterThanOrEqual(2);
});

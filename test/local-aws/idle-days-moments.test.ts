import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeVolumesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { day, hour } from '../../lib/core/time.ts';
import { awsError } from '../samples/sample.ts';
import type { Fault } from './idle-days-clock.ts';
import { aServer, dateOn, imagesIn, leavingServer, stoppedServer } from './idle-days-server.ts';
import { openDays } from './idle-days-stage.ts';

// Between two sweeps: what people do in the last moment, and answers of AWS that are lost on their way.

/** AWS does it, and its answer never arrives. */
const lost: Fault = async (_, truth) => {
  await truth();
  throw awsError('TimeoutError', 'socket hang up');
};

const refused: Fault = async () => {
  throw awsError('UnauthorizedOperation');
};

async function idleServer() {
  const days = await openDays({ requireMetrics: false });
  const server = await aServer(days);
  await days.sweep(0);
  await days.sweep(27 * day);
  return { days, server };
}

test('a server that is started between its last copy and its end is alive', async () => {
  const { days, server } = await leavingServer();
  expect(await days.sweep(44 * day + 2 * hour)).toEqual(['server: copy idle, copied']);
  days.clock.moveTo(days.start + 44 * day + 2.5 * hour);
  await server.ec2.send(new StartInstancesCommand({ InstanceIds: [server.id] }));
  expect(await days.sweep(44 * day + 3 * hour)).toEqual(['server: keep started-again, changed']);
  expect((await server.live()).tags).not.toHaveProperty('expires-at');
  expect(await days.sweep(45 * day)).toEqual(['server: keep changed-lately']);
});

test('a server that ran for a while unseen, and is stopped again, is what its person stopped', async () => {
  const { days, server } = await leavingServer();
  expect(await days.sweep(44 * day + 2 * hour)).toEqual(['server: copy idle, copied']);
  days.clock.moveTo(days.start + 44 * day + 2.3 * hour);
  await server.ec2.send(new StartInstancesCommand({ InstanceIds: [server.id] }));
  days.clock.moveTo(days.start + 44 * day + 2.6 * hour);
  await server.ec2.send(new StopInstancesCommand({ InstanceIds: [server.id] }));
  expect(await days.sweep(44 * day + 3 * hour)).toEqual(['server: keep started-again, changed']);
  expect(await days.sweepDays(46, 60, 14)).toEqual(['server: keep stopped-by-person']);
  expect(await server.live()).toMatchObject({ state: 'stopped' });
});

test.each([
  ['mayfly:protect', 'server: keep protected'],
  ['mayfly:not-idle', 'server: keep idle-excluded'],
])('the tag %s of the last hour keeps a stopped server', async (Key, line) => {
  const { days, server } = await leavingServer();
  const Tags = [{ Key, Value: 'true' }];
  await server.ec2.send(new CreateTagsCommand({ Resources: [server.id], Tags }));
  expect(await days.sweep(44 * day + 2 * hour)).toEqual([line]);
  expect(await days.sweepDays(46, 60, 14)).toEqual([line]);
  expect(await server.live()).toMatchObject({ state: 'stopped' });
});

test('without the tags of the rule a stopped server still leaves a copy of its last state', async () => {
  const { days, server } = await leavingServer();
  await server.ec2.send(new DeleteTagsCommand({ Resources: [server.id], Tags: [{ Key: 'environment' }] }));
  expect(await days.sweep(44 * day + 2 * hour)).toEqual(['server: copy idle, copied']);
  expect(await days.sweep(44 * day + 3 * hour)).toEqual(['server: remove idle-done, removed']);
  expect(await imagesIn(days)).toHaveLength(2);
});

test('without its date a stopped server stays', async () => {
  const { days, server } = await leavingServer();
  await server.ec2.send(new DeleteTagsCommand({ Resources: [server.id], Tags: [{ Key: 'expires-at' }] }));
  expect(await days.sweep(44 * day + 2 * hour)).toEqual(['server: keep stopped']);
  expect(await days.sweepDays(46, 60, 14)).toEqual(['server: keep stopped']);
});

test('a copy whose answer was lost is found by the next sweep, and made once', async () => {
  const { days, server } = await idleServer();
  days.faults.set('CreateImage', lost);
  expect(await days.sweep(30 * day)).toEqual(['server: copy idle, waiting']);
  days.faults.clear();
  expect(await days.sweep(30 * day + hour)).toEqual(['server: copy idle, copied']);
  expect(await imagesIn(days)).toHaveLength(1);
  expect(await days.sweep(30 * day + 2 * hour)).toEqual(['server: stop idle-copied, stopped']);
  expect(await server.live()).toMatchObject({ state: 'stopped' });
});

test("a stop whose answer was lost is known as Mayfly's own, and dated by the next sweep", async () => {
  const { days, server } = await idleServer();
  await days.sweep(30 * day);
  days.faults.set('StopInstances', lost);
  expect(await days.sweep(30 * day + hour)).toEqual(['server: stop idle-copied, waiting']);
  days.faults.clear();
  expect(await days.sweep(30 * day + 2 * hour)).toEqual(['server: stop stop-unfinished, stopped']);
  expect((await server.live()).tags).toMatchObject({ 'expires-at': dateOn(days, 44 + 2 / 24) });
});

test('a date that may not be written is written once it may', async () => {
  const { days, server } = await idleServer();
  await days.sweep(30 * day);
  days.faults.set('CreateTags', refused);
  expect(await days.sweep(30 * day + hour)).toEqual(['server: stop idle-copied, failed']);
  expect(days.detail(server.arn)).toContain("its expiry can't be written");
  expect(await days.sweep(31 * day)).toEqual(['server: stop stop-unfinished, failed']);
  days.faults.clear();
  expect(await days.sweep(32 * day)).toEqual(['server: stop stop-unfinished, stopped']);
  expect((await server.live()).tags).toMatchObject({ 'expires-at': dateOn(days, 46) });
});

test('a removal whose answer was lost is found done in the same sweep', async () => {
  const { days, server } = await leavingServer();
  const held = (await server.live()).BlockDeviceMappings?.length;
  await days.sweep(44 * day + 2 * hour);
  days.faults.set('TerminateInstances', lost);
  expect(await days.sweep(44 * day + 3 * hour)).toEqual(['server: remove idle-done, removed']);
  days.faults.clear();
  expect(await server.live()).toMatchObject({ state: 'terminated' });
  expect(await days.sweepDays(45, 60, 15)).toEqual([]);
  const { Volumes = [] } = await server.ec2.send(new DescribeVolumesCommand({}));
  expect([held, Volumes.length]).toEqual([2, 1]);
});

test('paused, it takes no step; the day after it goes on', async () => {
  const { days, server } = await stoppedServer();
  await days.sweep(43 * day + 2 * hour);
  await days.sweep(44 * day + 0.5 * hour);
  await days.ports.ledger.pause(days.start + 46 * day, 'ben');
  expect(await days.sweepDays(45, 45.5, 0.5)).toEqual(['server: hold paused']);
  expect(await imagesIn(days)).toHaveLength(1);
  expect(await days.sweep(47 * day)).toEqual(['server: copy idle, copied']);
  expect(await days.sweep(47 * day + hour)).toEqual(['server: remove idle-done, removed']);
  expect(await server.live()).toMatchObject({ state: 'terminated' });
});

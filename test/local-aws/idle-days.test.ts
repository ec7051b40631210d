import {
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  ModifyNetworkInterfaceAttributeCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { day, hour } from '../../lib/core/time.ts';
import { given } from '../../scripts/local-aws/site.ts';
import { aServer, dateOn, imagesIn, interfaceWith, quietTo } from './idle-days-server.ts';
import { openDays } from './idle-days-stage.ts';

// Weeks of sweeps by the real house, against a moto that lives in the time of the test. Sweeps are left out on days on
// which nothing can happen; those that are there tell the days at which something does.

test('a server that nobody touches goes down step by step, and leaves its copies and its address', async () => {
  const days = await openDays();
  const server = await aServer(days);
  expect(await days.sweepDays(0, 26, 13)).toEqual(['server: keep changed-lately']);
  await quietTo(days, server, 31);
  expect(await days.sweep(27 * day)).toEqual(['server: warn idle-soon, warned']);
  expect(days.warnings.at(-1)).toMatchObject({
    owner: 'ana',
    items: [{ arn: server.arn, reason: 'idle-soon', idleAt: days.start + 30 * day, unchangedSince: days.start }],
  });
  expect(await days.sweep(29 * day + 23 * hour)).toEqual(['server: keep warned-of-stop']);

  expect(await days.sweep(30 * day)).toEqual(['server: copy idle, copied']);
  expect(await server.live()).toMatchObject({ state: 'running' });
  expect(await imagesIn(days)).toMatchObject([{ keptTo: 120 }]);
  expect(await days.sweep(30 * day + hour)).toEqual(['server: stop idle-copied, stopped']);
  const expiry = dateOn(days, 44 + 1 / 24);
  expect(await server.live()).toMatchObject({ state: 'stopped', tags: { 'expires-at': expiry } });

  expect(await days.sweepDays(31, 43, 4)).toEqual(['server: keep not-due']);
  expect(await days.sweep(43 * day + 2 * hour)).toEqual(['server: warn expiring, warned']);
  expect(await days.sweep(44 * day + 0.5 * hour)).toEqual(['server: warn expiring, warned']);
  expect(await days.sweep(44 * day + 2 * hour)).toEqual(['server: copy idle, copied']);
  expect(days.detail(server.arn)).toMatch(/complete, 17 GB$/);
  expect(await server.live()).toMatchObject({ state: 'stopped' });
  expect(await days.sweep(44 * day + 3 * hour)).toEqual(['server: remove idle-done, removed']);
  expect(await server.live()).toMatchObject({ state: 'terminated' });
  expect(await interfaceWith(days, '10.20.1.50')).toEqual(['available']);
  expect(await days.sweepDays(46, 60, 14)).toEqual([]);
  expect(await days.story(server.arn)).toEqual([
    '0 configured',
    ...['27 idle-warned', '30 copy-requested', '30 copy-verified', '30 stop-requested', '30 stopped', '30 dating'],
    ...['30 dated', '30 seen', '43 warned', '44 warned', '44 copy-requested', '44 copy-verified'],
    ...['44 removal-requested', '44 removed'],
  ]);

  const [first, second] = await imagesIn(days);
  expect([first?.keptTo, second?.keptTo]).toEqual([120, 134]);
  expect(await days.sweep(119 * day)).toEqual([]);
  expect(await days.sweep(121 * day)).toEqual(['copy: remove copy-expired, removed']);
  expect(await imagesIn(days)).toEqual([second]);
  expect(await days.sweep(131 * day + 3 * hour)).toEqual(['copy: warn copy-expiring, warned']);
  expect(days.warnings.at(-1)).toMatchObject({ owner: 'ana', items: [{ reason: 'copy-expiring' }] });
  expect(await days.sweep(134 * day)).toEqual([]);
  expect(await interfaceWith(days, '10.20.1.50')).toEqual(['available']);
  expect(await days.sweep(134 * day + 4 * hour)).toEqual(['copy: remove copy-expired, removed']);
  expect(await imagesIn(days)).toEqual([]);
  expect(await interfaceWith(days, '10.20.1.50')).toEqual([]);
  expect(await days.sweep(136 * day)).toEqual([]);
});

test('a change on day 29 begins the thirty days anew, and the history says what changed', async () => {
  const days = await openDays({ requireMetrics: false });
  const server = await aServer(days);
  await days.sweep(0);
  expect(await days.sweep(27 * day)).toEqual(['server: warn idle-soon, warned']);
  const { VpcId, NetworkInterfaces = [] } = await server.live();
  days.clock.moveTo(days.start + 28.9 * day);
  const made = await server.ec2.send(new CreateSecurityGroupCommand({ GroupName: 'more', Description: 'more', VpcId }));
  const GroupId = given(made.GroupId, 'a group');
  const { NetworkInterfaceId, Groups = [] } = given(NetworkInterfaces[0], 'its network interface');
  const wanted = [...Groups.flatMap((one) => one.GroupId ?? []), GroupId];
  await server.ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: wanted }));
  expect(await days.sweepDays(29, 55, 13)).toEqual(['server: keep changed-lately']);
  const changed = (await days.ports.ledger.history(server.arn)).at(-1);
  expect(changed).toMatchObject({
    kind: 'configured',
    since: days.start + 29 * day,
    change: `security group ${GroupId} added`,
  });
  // The receipt of the first warning counts for nothing.
  expect(await days.sweep(56 * day)).toEqual(['server: warn idle-soon, warned']);
  expect(await days.sweep(59 * day)).toEqual(['server: copy idle, copied']);
  expect(await days.sweep(59 * day + hour)).toEqual(['server: stop idle-copied, stopped']);
});

test('a change between the copy and the stop saves it, and that copy does not count any more', async () => {
  const days = await openDays({ requireMetrics: false });
  const server = await aServer(days);
  await days.sweep(0);
  await days.sweep(27 * day);
  expect(await days.sweep(30 * day)).toEqual(['server: copy idle, copied']);
  days.clock.moveTo(days.start + 30 * day + 0.5 * hour);
  const Tags = [{ Key: 'branch', Value: 'next' }];
  await server.ec2.send(new CreateTagsCommand({ Resources: [server.id], Tags }));
  expect(await days.sweepDays(31, 55, 12)).toEqual(['server: keep changed-lately']);
  expect(await days.sweep(58 * day)).toEqual(['server: warn idle-soon, warned']);
  expect(await days.sweep(61 * day)).toEqual(['server: copy idle, copied']);
  expect(await imagesIn(days)).toHaveLength(2);
  expect(await days.sweep(61 * day + hour)).toEqual(['server: stop idle-copied, stopped']);
});

test('metrics that are missing keep a server, and work that they show does, too', async () => {
  const days = await openDays();
  const server = await aServer(days);
  await days.sweep(0);
  expect(await days.sweepDays(27, 31, 4)).toEqual(['server: hold idle-evidence-missing']);
  const [decision] = days.last().plan.decisions;
  expect(decision?.detail).toMatch(/cpuPeak: CPUUtilization of .*: no data for 33\d of 33\d hours/);
  await quietTo(days, server, 40, 60);
  expect(await days.sweep(40 * day)).toEqual(['server: keep at-work']);
  expect(days.last().plan.decisions[0]?.detail).toBe('CPU peak 60%');
  expect(days.warnings).toEqual([]);
  expect(await server.live()).toMatchObject({ state: 'running' });
});

test('what a person stopped is left alone for as long as it stands', async () => {
  const days = await openDays({ requireMetrics: false });
  const server = await aServer(days);
  await days.sweep(0);
  days.clock.moveTo(days.start + 5 * day);
  await server.ec2.send(new StopInstancesCommand({ InstanceIds: [server.id] }));
  expect(await days.sweepDays(6, 60, 27)).toEqual(['server: keep stopped-by-person']);
  expect(days.warnings).toEqual([]);
  expect(await imagesIn(days)).toEqual([]);
  expect((await server.live()).tags).not.toHaveProperty('expires-at');
});

test('what a person starts again after the stop loses its date, and has thirty days again', async () => {
  const days = await openDays({ requireMetrics: false });
  const server = await aServer(days);
  await days.sweep(0);
  await days.sweep(27 * day);
  await days.sweep(30 * day);
  await days.sweep(30 * day + hour);
  expect(await server.live()).toMatchObject({ state: 'stopped' });
  days.clock.moveTo(days.start + 43.5 * day);
  await server.ec2.send(new StartInstancesCommand({ InstanceIds: [server.id] }));
  expect(await days.sweep(44 * day)).toEqual(['server: keep started-again, changed']);
  expect((await server.live()).tags).not.toHaveProperty('expires-at');
  expect(await days.sweepDays(45, 70, 12.5)).toEqual(['server: keep changed-lately']);
  expect(await server.live()).toMatchObject({ state: 'running' });
  expect(await days.sweep(71 * day)).toEqual(['server: warn idle-soon, warned']);
  expect(await days.sweep(74 * day)).toEqual(['server: copy idle, copied']);
  expect(await days.sweep(74 * day + hour)).toEqual(['server: stop idle-copied, stopped']);
  expect((await server.live()).tags).toMatchObject({ 'expires-at': dateOn(days, 88 + 1 / 24) });
  expect((await days.story(server.arn)).slice(-10)).toEqual([
    '44 started-again',
    '45 untagged',
    ...['71 idle-warned', '74 copy-requested', '74 copy-verified', '74 stop-requested', '74 stopped', '74 dating'],
    ...['74 dated', '74 seen'],
  ]);
});

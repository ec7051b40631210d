import { CreateTagsCommand, DescribeInstancesCommand, type Instance } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { day, hour } from '../../lib/core/time.ts';
import { extend } from '../../lib/use-cases/extend.ts';
import { findRestorable } from '../../lib/use-cases/find-restorable.ts';
import { restore } from '../../lib/use-cases/restore.ts';
import { given } from '../../scripts/local-aws/site.ts';
import { awsError } from '../samples/sample.ts';
import { changedByAna } from '../samples/servers/server-sample.ts';
import {
  aServer,
  dateOn,
  imagesIn,
  interfaceWith,
  leavingServer,
  type StagingServer,
  tagsOf,
} from './idle-days-server.ts';
import { openDays } from './idle-days-stage.ts';

// What people say about a server in the last moment, what they have back, and what CloudTrail tells of them.

const ana = { who: 'ana', by: 6 * day };

test('on the last day its owner wants six more days: it is copied and stopped six days later', async () => {
  const days = await openDays({ requireMetrics: false });
  const server = await aServer(days);
  await days.sweep(0);
  await days.sweep(27 * day);
  days.clock.moveTo(days.start + 29.9 * day);
  const { changed, failed } = await extend(days.ports, { ...ana, policy: days.policy, name: server.arn });
  expect(failed).toEqual([]);
  expect(changed).toMatchObject([{ from: dateOn(days, 30), to: dateOn(days, 36) }]);
  expect(await days.sweepDays(30, 32, 2)).toEqual(['server: keep postponed']);
  expect(await days.sweep(33 * day)).toEqual(['server: warn idle-soon, warned']);
  expect(days.warnings.at(-1)).toMatchObject({ items: [{ idleAt: days.start + 36 * day }] });
  expect(await days.sweep(36 * day)).toEqual(['server: copy idle, copied']);
  // The copy is there, and the owner comes once more.
  const again = await extend(days.ports, { ...ana, policy: days.policy, name: server.arn });
  expect(again.changed).toMatchObject([{ from: dateOn(days, 36), to: dateOn(days, 42) }]);
  expect(await days.sweepDays(37, 38)).toEqual(['server: keep postponed']);
  expect(await days.sweep(39 * day)).toEqual(['server: warn idle-soon, warned']);
  expect(await days.sweep(42 * day)).toEqual(['server: copy idle, copied']);
  expect(await days.sweep(42 * day + hour)).toEqual(['server: stop idle-copied, stopped']);
});

test('in the last hour of a stopped server its owner wants six more days: it goes six days later', async () => {
  const { days, server } = await leavingServer();
  const { changed } = await extend(days.ports, { ...ana, policy: days.policy, name: server.arn });
  const later = dateOn(days, 50 + 1 / 24);
  expect(changed).toMatchObject([{ from: dateOn(days, 44 + 1 / 24), to: later }]);
  expect((await server.live()).tags).toMatchObject({ 'expires-at': later });
  expect(await days.sweepDays(45, 49, 4)).toEqual(['server: keep not-due']);
  expect(await days.sweep(49 * day + 2 * hour)).toEqual(['server: warn expiring, warned']);
  expect(await days.sweep(50 * day + 0.5 * hour)).toEqual(['server: warn expiring, warned']);
  expect(await days.sweep(50 * day + 2 * hour)).toEqual(['server: copy idle, copied']);
  expect(await days.sweep(50 * day + 3 * hour)).toEqual(['server: remove idle-done, removed']);
});

test('between its last copy and its end its owner wants six more days: it stays', async () => {
  const { days, server } = await leavingServer();
  expect(await days.sweep(44 * day + 2 * hour)).toEqual(['server: copy idle, copied']);
  await extend(days.ports, { ...ana, policy: days.policy, name: server.arn });
  expect(await days.sweep(44 * day + 3 * hour)).toEqual(['server: keep not-due']);
  expect(await days.sweep(49 * day + 4 * hour)).toEqual(['server: warn expiring, warned']);
  expect(await days.sweep(50 * day + 1.5 * hour)).toEqual(['server: warn expiring, warned']);
  // It has not run since, so the copy is still of its last state.
  expect(await days.sweep(50 * day + 3 * hour)).toEqual(['server: remove idle-done, removed']);
  expect(await imagesIn(days)).toHaveLength(2);
});

/** Servers that were made of a copy and are there. */
async function restoredIn({ ec2 }: StagingServer): Promise<Instance[]> {
  const Filters = [
    { Name: 'tag-key', Values: ['mayfly:restored-from'] },
    { Name: 'instance-state-name', Values: ['running', 'pending'] },
  ];
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

test('what is gone comes back once, as it was, without an expiry, and its time begins anew', async () => {
  const { days, server } = await leavingServer();
  await days.sweep(44 * day + 2 * hour);
  expect(await days.sweep(44 * day + 3 * hour)).toEqual(['server: remove idle-done, removed']);
  days.clock.moveTo(days.start + 60 * day);
  const [, newest] = await imagesIn(days);
  const back = async () => {
    const [target] = await findRestorable(days.ports, days.policy, server.id);
    const until = days.clock.now() + hour;
    return restore(days.ports, { policy: days.policy, who: 'ana', until }, given(target, 'a server'));
  };
  const first = await back();
  expect(first).toMatchObject({ kind: 'restored', how: 'made', from: server.arn, copy: newest?.id, pending: [] });
  expect(await back()).toMatchObject({ kind: 'restored', how: 'running', pending: [] });
  const [restored, ...others] = await restoredIn(server);
  expect(others).toEqual([]);
  expect(restored).toMatchObject({ PrivateIpAddress: '10.20.1.50' });
  const own = { Name: 'web', environment: 'staging', owner: 'ana' };
  expect(tagsOf(given(restored, 'a server'))).toEqual({ ...own, 'mayfly:restored-from': newest?.id });
  expect(await interfaceWith(days, '10.20.1.50')).toEqual(['in-use']);

  expect(await days.sweepDays(61, 87, 13)).toEqual(['server: keep changed-lately']);
  expect(await days.sweep(91 * day)).toEqual(['server: warn idle-soon, warned']);
  expect(await days.sweep(94 * day)).toEqual(['server: copy idle, copied']);
  expect(await days.sweep(94 * day + hour)).toEqual(['server: stop idle-copied, stopped']);
  expect(await imagesIn(days)).toMatchObject([{ keptTo: 120 }, { keptTo: 134 }, { keptTo: 184 }]);
});

test('the copies of a server that is back go in their time, and what it uses of the old one stays', async () => {
  const { days, server } = await leavingServer();
  await days.sweep(44 * day + 2 * hour);
  await days.sweep(44 * day + 3 * hour);
  const [target] = await findRestorable(days.ports, days.policy, server.id);
  const order = { policy: days.policy, who: 'ana', until: days.clock.now() + hour };
  expect(await restore(days.ports, order, given(target, 'a server'))).toMatchObject({ kind: 'restored', how: 'made' });
  const [back] = await restoredIn(server);
  const Tags = [{ Key: 'mayfly:not-idle', Value: 'true' }];
  await server.ec2.send(new CreateTagsCommand({ Resources: [given(back?.InstanceId, 'its id')], Tags }));
  const kept = 'server: keep idle-excluded';
  expect(await days.sweep(46 * day)).toEqual([kept]);
  expect(await days.sweep(121 * day)).toEqual(['copy: remove copy-expired, removed', kept]);
  expect(await days.sweep(131 * day + 3 * hour)).toEqual(['copy: warn copy-expiring, warned', kept]);
  expect(await days.sweep(135 * day)).toEqual(['copy: remove copy-expired, removed', kept]);
  expect(await imagesIn(days)).toEqual([]);
  expect(await interfaceWith(days, '10.20.1.50')).toEqual(['in-use']);
  expect(await restoredIn(server)).toMatchObject([{ PrivateIpAddress: '10.20.1.50' }]);
});

test('what is stopped is started again by a restore, and keeps no date', async () => {
  const { days, server } = await leavingServer();
  const [target] = await findRestorable(days.ports, days.policy, server.id);
  const until = days.clock.now() + hour;
  const order = { policy: days.policy, who: 'ana', until };
  expect(await restore(days.ports, order, given(target, 'a server'))).toMatchObject({
    kind: 'restored',
    how: 'started',
  });
  expect(await server.live()).toMatchObject({ state: 'running' });
  expect((await server.live()).tags).not.toHaveProperty('expires-at');
  expect(await days.sweepDays(45, 71, 13)).toEqual(['server: keep changed-lately']);
  expect(await days.sweep(72 * day)).toEqual(['server: warn idle-soon, warned']);
});

test.each<[string, object | Error, string[], number]>([
  ['nothing in all of its time', { Events: [] }, ['server: warn idle-soon, warned'], 30],
  ['a change on its twenty-fifth day', { Events: [changed(25)] }, ['server: keep changed-lately'], 55],
  // What CloudTrail can't tell may have been a change: the thirty days begin when the server is seen.
  ['nothing, because it may not', awsError('AccessDeniedException'), ['server: keep changed-lately'], 70],
])('of a server that is seen on its fortieth day CloudTrail tells %s', async (_, answer, lines, idleOn) => {
  const days = await openDays({ requireMetrics: false, cloudTrail: 'auto' });
  const server = await aServer(days);
  days.faults.set('LookupEvents', async () => {
    if (answer instanceof Error) throw answer;
    return answer;
  });
  expect(await days.sweep(40 * day)).toEqual(lines);
  expect(days.last().plan.decisions).toMatchObject([{ idleAt: days.start + idleOn * day }]);
  expect(await server.live()).toMatchObject({ state: 'running' });
  const warnsOn = Math.max(idleOn - 3, 40);
  if (warnsOn > 40) expect(await days.sweep(warnsOn * day)).toEqual(['server: warn idle-soon, warned']);
  expect(await days.sweep((warnsOn + 2.9) * day)).toEqual(['server: keep warned-of-stop']);
  expect(await days.sweep((warnsOn + 3.1) * day)).toEqual(['server: copy idle, copied']);
});

function changed(onDay: number): object {
  return {
    ...changedByAna('ModifyInstanceAttribute'),
    EventTime: new Date(Date.parse('2027-01-04T09:00Z') + onDay * day),
  };
}

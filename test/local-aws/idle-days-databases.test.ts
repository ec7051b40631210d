import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  type DBSnapshot,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
  StartDBInstanceCommand,
  type Tag,
} from '@aws-sdk/client-rds';
import { expect, test } from 'vitest';
import { day, hour } from '../../lib/core/time.ts';
import { findRestorable } from '../../lib/use-cases/find-restorable.ts';
import { restore } from '../../lib/use-cases/restore.ts';
import { given } from '../../scripts/local-aws/site.ts';
import { awsError } from '../samples/sample.ts';
import { type Days, openDays } from './idle-days-stage.ts';

// RDS starts what was stopped by itself after seven days, and moto does so here.

const login = { MasterUsername: 'admin1', MasterUserPassword: 'not-a-secret' };
const Tags = [
  { Key: 'environment', Value: 'staging' },
  { Key: 'owner', Value: 'ana' },
];

interface Kept {
  id: string;
  /** The day until which its tag keeps it. */
  keptTo: number;
  /** Of all its tags. */
  keys: string[];
}

interface Database {
  arn: string;
  /** `undefined` once it is gone. */
  state: () => Promise<string | undefined>;
  snapshots: () => Promise<Kept[]>;
}

function kept({ start }: Days, id = '', TagList: Tag[] = []): Kept {
  const keepUntil = TagList.find(({ Key }) => Key === 'mayfly:keep-until')?.Value ?? '';
  const keys = TagList.flatMap(({ Key }) => Key ?? []).toSorted();
  return { id, keptTo: Math.floor((Date.parse(keepUntil) - start) / day), keys };
}

async function aDatabase(days: Days): Promise<Database> {
  const { site } = days;
  const rds = site.client(RDSClient);
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'orders',
      DBInstanceClass: 'db.t4g.medium',
      Engine: 'postgres',
      AllocatedStorage: 20,
      CopyTagsToSnapshot: true,
      Tags,
      ...login,
    }),
  );
  return {
    arn: `arn:aws:rds:${site.region}:${site.account}:db:orders`,
    async state() {
      const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
      return DBInstances[0]?.DBInstanceStatus;
    },
    async snapshots() {
      const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand({ SnapshotType: 'manual' }));
      return DBSnapshots.map((one) => kept(days, one.DBSnapshotIdentifier, one.TagList));
    },
  };
}

async function aCluster(days: Days): Promise<Database> {
  const { site } = days;
  const rds = site.client(RDSClient);
  const Engine = 'aurora-postgresql';
  await rds.send(
    new CreateDBClusterCommand({ DBClusterIdentifier: 'shop', Engine, CopyTagsToSnapshot: true, Tags, ...login }),
  );
  const member = { DBInstanceIdentifier: 'shop-1', DBClusterIdentifier: 'shop', DBInstanceClass: 'db.r6g.large' };
  await rds.send(new CreateDBInstanceCommand({ ...member, Engine }));
  return {
    arn: `arn:aws:rds:${site.region}:${site.account}:cluster:shop`,
    async state() {
      const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({}));
      return DBClusters[0]?.Status;
    },
    async snapshots() {
      const manual = new DescribeDBClusterSnapshotsCommand({ SnapshotType: 'manual' });
      const { DBClusterSnapshots = [] } = await rds.send(manual);
      return DBClusterSnapshots.map((one) => kept(days, one.DBClusterSnapshotIdentifier, one.TagList));
    },
  };
}

test.each([
  ['a database', aDatabase],
  ['a cluster', aCluster],
])('%s wakes up by itself, is stopped again, and goes with its final snapshot as its copy', async (_, make) => {
  const days = await openDays({ requireMetrics: false });
  const { arn, state, snapshots } = await make(days);
  expect(await days.sweepDays(0, 26, 13)).toEqual(['server: keep changed-lately']);
  expect(await days.sweep(27 * day)).toEqual(['server: warn idle-soon, warned']);
  expect(await days.sweep(30 * day)).toEqual(['server: copy idle, copied']);
  const [copy] = await snapshots();
  expect(await days.sweep(30 * day + hour)).toEqual(['server: stop idle-copied, stopped']);
  expect(await state()).toBe('stopped');
  expect(await days.sweepDays(31, 37, 3)).toEqual(['server: keep not-due']);

  days.clock.moveTo(days.start + 37.1 * day);
  expect(await state()).toBe('available');
  expect(await days.sweep(37 * day + 3 * hour)).toEqual(['server: stop woke-up, stopped']);
  expect(await state()).toBe('stopped');
  expect(days.detail(arn)).toBe('stopped again');
  expect(await days.sweepDays(38, 43, 4)).toEqual(['server: keep not-due']);
  expect(await days.sweep(43 * day + 2 * hour)).toEqual(['server: warn expiring, warned']);
  expect(await days.sweep(44 * day + 0.5 * hour)).toEqual(['server: warn expiring, warned']);
  expect(await days.sweep(44 * day + 2 * hour)).toEqual(['server: remove idle-done, removed']);
  expect(await state()).toBeUndefined();

  expect(await days.story(arn)).toEqual([
    ...['0 configured', '27 idle-warned', '30 copy-requested', '30 copy-verified', '30 stop-requested', '30 stopped'],
    ...['30 dating', '30 dated', '30 seen', '37 stop-requested', '37 stopped', '43 warned', '44 warned'],
    ...['44 copy-requested', '44 removal-requested', '44 copy-verified', '44 removed'],
  ]);
  const final = (await days.ports.ledger.history(arn)).findLast(({ kind }) => kind === 'copy-requested');
  const finalId = final?.kind === 'copy-requested' ? final.copy.id : undefined;
  // The date of its database would have taken it along.
  const keys = ['Name', 'environment', 'mayfly:copy-of', 'mayfly:keep-until', 'owner'];
  const both = [
    { id: copy?.id, keptTo: 120, keys },
    { id: finalId, keptTo: 134, keys: keys.slice(1) },
  ];
  expect((await snapshots()).toSorted((a, b) => a.keptTo - b.keptTo)).toEqual(both);

  expect(await days.sweepDays(60, 119, 59)).toEqual([]);
  expect(await days.sweep(121 * day)).toEqual(['copy: remove copy-expired, removed']);
  expect(await days.sweep(132 * day)).toEqual(['copy: warn copy-expiring, warned']);
  expect(await snapshots()).toMatchObject([{ id: finalId }]);
  expect(await days.sweep(135 * day)).toEqual(['copy: remove copy-expired, removed']);
  expect(await snapshots()).toEqual([]);
});

test('a database that a person starts before its week is over is alive', async () => {
  const days = await openDays({ requireMetrics: false });
  const { arn, state } = await aDatabase(days);
  await days.sweep(0);
  await days.sweep(27 * day);
  await days.sweep(30 * day);
  expect(await days.sweep(30 * day + hour)).toEqual(['server: stop idle-copied, stopped']);
  days.clock.moveTo(days.start + 33 * day);
  await days.site.client(RDSClient).send(new StartDBInstanceCommand({ DBInstanceIdentifier: 'orders' }));
  expect(await days.sweep(33 * day + hour)).toEqual(['server: keep started-again, changed']);
  expect(await days.sweepDays(38, 59, 7)).toEqual(['server: keep changed-lately']);
  expect(await days.story(arn)).toContain('33 started-again');
  expect(await state()).toBe('available');
});

async function leavingDatabase() {
  const days = await openDays({ requireMetrics: false });
  const database = await aDatabase(days);
  for (const at of [0, 27 * day, 30 * day, 30 * day + hour]) await days.sweep(at);
  expect(await days.sweep(37 * day + 3 * hour)).toEqual(['server: stop woke-up, stopped']);
  await days.sweep(43 * day + 2 * hour);
  await days.sweep(44 * day + 0.5 * hour);
  return { days, database };
}

test('a database that is awake when it is due is stopped first', async () => {
  const { days, database } = await leavingDatabase();
  expect(await days.sweep(44 * day + 5 * hour)).toEqual(['server: stop woke-up, stopped']);
  expect(await database.state()).toBe('stopped');
  expect(await days.sweep(44 * day + 6 * hour)).toEqual(['server: remove idle-done, removed']);
});

test('a database whose removal lost its answer leaves its copy marked, and whole by the ledger', async () => {
  const { days, database } = await leavingDatabase();
  days.faults.set('DeleteDBInstance', async (_, truth) => {
    await truth();
    throw awsError('TimeoutError', 'socket hang up');
  });
  expect(await days.sweep(44 * day + 2 * hour)).toEqual(['server: remove idle-done, removed']);
  days.faults.clear();
  const keys = ['environment', 'mayfly:copy-of', 'mayfly:keep-until', 'owner'];
  expect(await database.snapshots()).toMatchObject([{}, { keys }]);
  expect((await days.story(database.arn)).slice(-2)).toEqual(['44 copy-verified', '44 removed']);
});

test('a final snapshot that may not be tagged is told, and is the copy that a restore takes all the same', async () => {
  const { days, database } = await leavingDatabase();
  days.faults.set('AddTagsToResource', async () => {
    throw awsError('AccessDenied');
  });
  expect(await days.sweep(44 * day + 2 * hour)).toEqual(['server: remove idle-done, removed']);
  expect(days.detail(database.arn)).toContain('its copy could not be tagged');
  expect((await days.story(database.arn)).slice(-2)).toEqual(['44 copy-verified', '44 removed']);
  days.faults.clear();
  const [, final] = await database.snapshots();
  const [target] = await findRestorable(days.ports, days.policy, 'orders');
  const order = { policy: days.policy, who: 'ana', until: days.clock.now() + hour };
  const back = await restore(days.ports, order, given(target, 'a database'));
  expect(back).toMatchObject({ kind: 'restored', how: 'made', copy: final?.id, pending: [] });
  expect(await database.state()).toBe('available');
});

test('a snapshot that fails stops nothing, and one that takes hours is waited for', async () => {
  const days = await openDays({ requireMetrics: false });
  const { arn, state, snapshots } = await aDatabase(days);
  for (const at of [0, 27 * day]) await days.sweep(at);
  const saying = (about: Partial<DBSnapshot>) => {
    days.faults.set('DescribeDBSnapshots', async (_, truth) => {
      const { DBSnapshots = [] } = (await truth()) as { DBSnapshots?: DBSnapshot[] };
      return { DBSnapshots: DBSnapshots.map((one) => ({ ...one, ...about })) };
    });
  };
  saying({ Status: 'failed' });
  expect(await days.sweep(30 * day)).toEqual(['server: copy idle, failed']);
  expect(days.detail(arn)).toContain('the snapshot is failed');
  days.faults.clear();
  expect(await snapshots()).toEqual([]);
  saying({ Status: 'creating', PercentProgress: 12 });
  expect(await days.sweep(30 * day + hour)).toEqual(['server: copy idle, waiting']);
  expect(await days.sweep(30 * day + 9 * hour)).toEqual(['server: keep copying, waiting']);
  expect(days.detail(arn)).toMatch(/is being made: the snapshot is creating, 12%$/);
  expect(await state()).toBe('available');
  days.faults.clear();
  expect(await days.sweep(30 * day + 10 * hour)).toEqual(['server: keep copying, copied']);
  expect(await days.sweep(30 * day + 11 * hour)).toEqual(['server: stop idle-copied, stopped']);
  expect(await snapshots()).toHaveLength(1);
});

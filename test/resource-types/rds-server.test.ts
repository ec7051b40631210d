import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import { expect, test } from 'vitest';
import { rdsClusterServer, rdsDbServer } from '../../lib/resource-types/rds-server.ts';

const db: DBInstance = { Engine: 'postgres', DBInstanceStatus: 'available' };
const cluster: DBCluster = {
  Engine: 'aurora-mysql',
  EngineMode: 'provisioned',
  Status: 'available',
  DBClusterMembers: [{ DBInstanceIdentifier: 'shop-1' }],
};

test.each([
  ['available', 'running'],
  ['stopped', 'stopped'],
  ['starting', 'changing'],
  ['stopping', 'changing'],
  ['storage-optimization', 'changing'],
  ['storage-full', 'changing'],
  ['a state of tomorrow', 'changing'],
  [undefined, 'changing'],
] as const)('a database that is %s counts as %s', (status, state) => {
  expect(rdsDbServer({ ...db, DBInstanceStatus: status }).state).toBe(state);
  expect(rdsClusterServer({ ...cluster, Status: status }, []).state).toBe(state);
});

test('a stopped one says when RDS starts it again', () => {
  const AutomaticRestartTime = new Date('2026-11-30T08:00:00Z');
  const wakesAt = AutomaticRestartTime.getTime();
  expect(rdsDbServer({ ...db, DBInstanceStatus: 'stopped', AutomaticRestartTime })).toMatchObject({ wakesAt });
  expect(rdsClusterServer({ ...cluster, Status: 'stopped', AutomaticRestartTime }, [])).toMatchObject({ wakesAt });
  expect(rdsDbServer(db)).not.toHaveProperty('wakesAt');
});

test('milestones are the creations, of a cluster also those of its instances', () => {
  const InstanceCreateTime = new Date('2026-11-10T08:00:00Z');
  const ClusterCreateTime = new Date('2026-11-01T08:00:00Z');
  expect(rdsDbServer({ ...db, InstanceCreateTime }).milestones).toEqual([
    { what: 'created', at: InstanceCreateTime.getTime() },
  ]);
  const members = [{ DBInstanceIdentifier: 'shop-1', InstanceCreateTime }];
  expect(rdsClusterServer({ ...cluster, ClusterCreateTime }, members).milestones).toEqual([
    { what: 'created', at: ClusterCreateTime.getTime() },
    { what: 'instance shop-1 created', at: InstanceCreateTime.getTime() },
  ]);
  expect(rdsDbServer(db).milestones).toEqual([]);
});

test.each<[string, DBInstance, RegExp]>([
  ['a replica', { ReadReplicaSourceDBInstanceIdentifier: 'main' }, /read replica of main/],
  ['a replica of a cluster', { ReadReplicaSourceDBClusterIdentifier: 'shop' }, /read replica of shop/],
  ['a source', { ReadReplicaDBInstanceIdentifiers: ['orders-2'] }, /read replicas \(orders-2\)/],
  ['a source of a cluster', { ReadReplicaDBClusterIdentifiers: ['shop'] }, /read replicas \(shop\)/],
  ['RDS Custom', { Engine: 'custom-oracle-ee' }, /RDS Custom/],
  ['SQL Server Multi-AZ', { Engine: 'sqlserver-se', MultiAZ: true }, /SQL Server in several/],
  ['SQL Server with a mirror', { Engine: 'sqlserver-se', SecondaryAvailabilityZone: 'eu-west-1b' }, /SQL Server/],
  ['a member', { Engine: 'aurora-mysql', DBClusterIdentifier: 'shop' }, /member of the cluster shop/],
  ['Neptune', { Engine: 'neptune' }, /does not support the engine neptune/],
])('%s is never stopped, and says why', (_, change, why) => {
  expect(rdsDbServer({ ...db, ...change }).unstoppable).toMatch(why);
});

test.each<DBInstance>([
  {},
  { MultiAZ: true },
  { Engine: 'sqlserver-se', MultiAZ: false },
  { ReadReplicaDBInstanceIdentifiers: [], ReadReplicaDBClusterIdentifiers: [] },
])('an ordinary database may be stopped: %o', (change) => {
  expect(rdsDbServer({ ...db, ...change })).not.toHaveProperty('unstoppable');
});

test.each<[string, DBCluster, RegExp]>([
  ['a Multi-AZ cluster', { Engine: 'postgres' }, /Multi-AZ cluster/],
  ['DocumentDB', { Engine: 'docdb' }, /does not support the engine docdb/],
  ['serverless of the first kind', { EngineMode: 'serverless' }, /mode serverless/],
  ['parallel query', { EngineMode: 'parallelquery' }, /mode parallelquery/],
  ['a global database', { GlobalClusterIdentifier: 'world' }, /global database world/],
  ['a replica', { ReplicationSourceIdentifier: 'arn:s' }, /replicates arn:s/],
  ['one with readers in another region', { ReadReplicaIdentifiers: ['arn:us'] }, /replicas \(arn:us\)/],
  ['a limitless database', { ClusterScalabilityType: 'limitless' }, /limitless/],
  ['one without instances', { DBClusterMembers: [] }, /no instance/],
])('%s is never stopped, and says why', (_, change, why) => {
  expect(rdsClusterServer({ ...cluster, ...change }, []).unstoppable).toMatch(why);
});

test('an ordinary Aurora cluster may be stopped', () => {
  expect(rdsClusterServer(cluster, [])).not.toHaveProperty('unstoppable');
});

import type { DBInstance } from '@aws-sdk/client-rds';
import { describe, expect, test } from 'vitest';
import { differences } from '../../lib/core/configuration.ts';
import { configurationOf } from '../../lib/resource-types/field-table.ts';
import { rdsDbFields } from '../../lib/resource-types/rds-fields.ts';

const db: DBInstance = {
  DBInstanceIdentifier: 'orders',
  DBInstanceClass: 'db.t4g.medium',
  Engine: 'postgres',
  EngineVersion: '16.4',
  LicenseModel: 'postgresql-license',
  Endpoint: { Address: 'orders.abc.rds.amazonaws.com', Port: 5432 },
  StorageType: 'gp3',
  AllocatedStorage: 20,
  Iops: 3000,
  StorageThroughput: 125,
  StorageEncrypted: false,
  DBParameterGroups: [{ DBParameterGroupName: 'pg16', ParameterApplyStatus: 'in-sync' }],
  OptionGroupMemberships: [{ OptionGroupName: 'og16', Status: 'in-sync' }],
  VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1', Status: 'active' }],
  DBSubnetGroup: { DBSubnetGroupName: 'private' },
  NetworkType: 'IPV4',
  PubliclyAccessible: false,
  MultiAZ: false,
  BackupRetentionPeriod: 7,
  PreferredBackupWindow: '03:00-03:30',
  PreferredMaintenanceWindow: 'mon:04:00-mon:04:30',
  AutoMinorVersionUpgrade: true,
  DeletionProtection: false,
  IAMDatabaseAuthenticationEnabled: false,
  MonitoringInterval: 0,
  TagList: [{ Key: 'owner', Value: 'ana' }],
};

const dbChanges: readonly [string, DBInstance, string][] = [
  ['class', { DBInstanceClass: 'db.r6g.large' }, 'class db.r6g.large instead of db.t4g.medium'],
  ['engine', { EngineVersion: '17.1' }, 'engine postgres 17 instead of postgres 16'],
  [
    'license model',
    { LicenseModel: 'bring-your-own-license' },
    'license model bring-your-own-license instead of postgresql-license',
  ],
  ['port', { Endpoint: { Port: 5433 } }, 'port 5433 instead of 5432'],
  ['storage type', { StorageType: 'io2' }, 'storage type io2 instead of gp3'],
  ['storage GB', { AllocatedStorage: 40 }, 'storage GB 40 instead of 20'],
  ['storage IOPS', { Iops: 6000 }, 'storage IOPS 6000 instead of 3000'],
  ['storage throughput', { StorageThroughput: 500 }, 'storage throughput 500 instead of 125'],
  ['storage limit GB', { MaxAllocatedStorage: 100 }, 'storage limit GB 100 added'],
  ['storage encryption', { KmsKeyId: 'arn:k' }, 'storage encryption arn:k added'],
  [
    'parameter group',
    { DBParameterGroups: [{ DBParameterGroupName: 'tuned' }] },
    'parameter group tuned instead of pg16',
  ],
  ['option group', { OptionGroupMemberships: [{ OptionGroupName: 'audit' }] }, 'option group audit instead of og16'],
  ['security group', { VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-2' }] }, 'security group sg-2 instead of sg-1'],
  ['subnet group', { DBSubnetGroup: { DBSubnetGroupName: 'public' } }, 'subnet group public instead of private'],
  ['network type', { NetworkType: 'DUAL' }, 'network type DUAL instead of IPV4'],
  ['public access', { PubliclyAccessible: true }, 'public access true instead of false'],
  ['Multi-AZ', { MultiAZ: true }, 'Multi-AZ true instead of false'],
  ['replica', { ReadReplicaDBInstanceIdentifiers: ['orders-2'] }, 'replica orders-2 added'],
  ['replica', { ReadReplicaDBClusterIdentifiers: ['shop'] }, 'replica shop added'],
  ['replica of', { ReadReplicaSourceDBInstanceIdentifier: 'main' }, 'replica of main added'],
  ['cluster', { DBClusterIdentifier: 'shop' }, 'cluster shop added'],
  ['backup retention days', { BackupRetentionPeriod: 1 }, 'backup retention days 1 instead of 7'],
  ['backup window', { PreferredBackupWindow: '05:00-05:30' }, 'backup window 05:00-05:30 instead of 03:00-03:30'],
  [
    'maintenance window',
    { PreferredMaintenanceWindow: 'tue:04:00-tue:04:30' },
    'maintenance window tue:04:00-tue:04:30 instead of mon:04:00-mon:04:30',
  ],
  ['minor upgrades', { AutoMinorVersionUpgrade: false }, 'minor upgrades false instead of true'],
  ['deletion protection', { DeletionProtection: true }, 'deletion protection true instead of false'],
  ['IAM authentication', { IAMDatabaseAuthenticationEnabled: true }, 'IAM authentication true instead of false'],
  ['role', { AssociatedRoles: [{ RoleArn: 'arn:r', Status: 'ACTIVE' }] }, 'role arn:r added'],
  ['domain', { DomainMemberships: [{ Domain: 'd-1', Status: 'joined' }] }, 'domain d-1 added'],
  ['exported log', { EnabledCloudwatchLogsExports: ['postgresql'] }, 'exported log postgresql added'],
  ['monitoring interval', { MonitoringInterval: 60 }, 'monitoring interval 60 instead of 0'],
  ['CPU option', { ProcessorFeatures: [{ Name: 'coreCount', Value: '2' }] }, 'CPU option coreCount=2 added'],
  ['tag', { TagList: [{ Key: 'owner', Value: 'ben' }] }, 'tag owner=ben instead of owner=ana'],
];

const dbBefore = configurationOf(rdsDbFields, db);

describe('what changes the configuration of a database instance', () => {
  test.each(dbChanges)('%s', (_, change, words) => {
    expect(differences(dbBefore, configurationOf(rdsDbFields, { ...db, ...change }))).toEqual([words]);
  });

  test('each field of the table is one of them', () => {
    expect([...new Set(dbChanges.map(([field]) => field))].toSorted()).toEqual(
      Object.keys(rdsDbFields.fields).toSorted(),
    );
  });
});

test.each<[string, DBInstance]>([
  ['a minor version', { EngineVersion: '16.9' }],
  ['a certificate', { CACertificateIdentifier: 'rds-ca-rsa4096-g1', CertificateDetails: { CAIdentifier: 'x' } }],
  ['pending maintenance and modifications', { PendingModifiedValues: { EngineVersion: '16.9' } }],
  ['the latest restorable time', { LatestRestorableTime: new Date('2026-11-23T08:00:00Z') }],
  ['its status', { DBInstanceStatus: 'stopped', AutomaticRestartTime: new Date('2026-11-30T08:00:00Z') }],
  ['its address', { Endpoint: { Address: 'other.abc.rds.amazonaws.com', Port: 5432 } }],
  [
    'the state of its groups',
    { DBParameterGroups: [{ DBParameterGroupName: 'pg16', ParameterApplyStatus: 'pending-reboot' }] },
  ],
  ['a failover', { AvailabilityZone: 'eu-west-1b', SecondaryAvailabilityZone: 'eu-west-1a' }],
  ["Mayfly's own tags", { TagList: [...(db.TagList ?? []), { Key: 'mayfly:restored-from', Value: 'x' }] }],
])('%s changes nothing', (_, change) => {
  expect(configurationOf(rdsDbFields, { ...db, ...change })).toEqual(dbBefore);
});

test.each([
  ['postgres', '16.4', 'postgres 16'],
  ['postgres', '9.6.24', 'postgres 9.6'],
  ['mysql', '8.0.39', 'mysql 8.0'],
  ['mysql', '8.4.3', 'mysql 8.4'],
  ['mariadb', '10.11.8', 'mariadb 10.11'],
  ['aurora-mysql', '8.0.mysql_aurora.3.05.2', 'aurora-mysql 8.0'],
  ['aurora-postgresql', '16.6', 'aurora-postgresql 16'],
  ['oracle-ee', '19.0.0.0.ru-2024-01.rur-2024-01.r1', 'oracle-ee 19'],
  ['sqlserver-se', '15.00.4345.5.v1', 'sqlserver-se 15'],
  ['db2-se', '11.5.9.0.sb00040592.r1', 'db2-se 11.5'],
  ['postgres', undefined, 'postgres'],
])('the major version of %s %s', (Engine, EngineVersion, words) => {
  expect(configurationOf(rdsDbFields, { Engine, EngineVersion }).fields['engine']).toEqual([words]);
});

import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import { describe, expect, test } from 'vitest';
import { differences } from '../../lib/core/configuration.ts';
import { configurationOf } from '../../lib/resource-types/field-table.ts';
import { rdsClusterFields, type SeenCluster } from '../../lib/resource-types/rds-fields.ts';

const cluster: DBCluster = {
  DBClusterIdentifier: 'shop',
  Engine: 'aurora-postgresql',
  EngineMode: 'provisioned',
  EngineVersion: '16.6',
  DBClusterMembers: [{ DBInstanceIdentifier: 'shop-1', IsClusterWriter: true, PromotionTier: 1 }],
  DBClusterParameterGroup: 'apg16',
  VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1', Status: 'active' }],
  DBSubnetGroup: 'private',
  NetworkType: 'IPV4',
  Port: 5432,
  StorageType: 'aurora',
  StorageEncrypted: true,
  BackupRetentionPeriod: 7,
  PreferredBackupWindow: '03:00-03:30',
  PreferredMaintenanceWindow: 'mon:04:00-mon:04:30',
  DeletionProtection: false,
  IAMDatabaseAuthenticationEnabled: false,
  HttpEndpointEnabled: false,
  ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 8 },
  TagList: [{ Key: 'owner', Value: 'ana' }],
};

const member: DBInstance = {
  DBInstanceIdentifier: 'shop-1',
  DBInstanceClass: 'db.r6g.large',
  DBParameterGroups: [{ DBParameterGroupName: 'default.apg16' }],
  PubliclyAccessible: false,
};

const second = { DBInstanceIdentifier: 'shop-2', IsClusterWriter: false, PromotionTier: 1 };
const [first] = cluster.DBClusterMembers ?? [];

const clusterChanges: readonly [string, DBCluster, string, DBInstance?][] = [
  ['engine', { EngineVersion: '17.2' }, 'engine aurora-postgresql 17 instead of aurora-postgresql 16'],
  ['engine mode', { EngineMode: 'serverless' }, 'engine mode serverless instead of provisioned'],
  ['class', { DBClusterInstanceClass: 'db.r6gd.large' }, 'class db.r6gd.large added'],
  ['instance', { DBClusterMembers: [{ ...first, DBInstanceIdentifier: 'x' }] }, 'instance x instead of shop-1'],
  [
    'instance class',
    {},
    'instance class shop-1 db.t4g.medium instead of shop-1 db.r6g.large',
    { DBInstanceClass: 'db.t4g.medium' },
  ],
  [
    'instance parameter group',
    {},
    'instance parameter group shop-1 tuned instead of shop-1 default.apg16',
    { DBParameterGroups: [{ DBParameterGroupName: 'tuned' }] },
  ],
  [
    'promotion tier',
    { DBClusterMembers: [{ ...first, PromotionTier: 0 }] },
    'promotion tier shop-1 0 instead of shop-1 1',
  ],
  [
    'serverless capacity',
    { ServerlessV2ScalingConfiguration: { MinCapacity: 0.5 } },
    'serverless capacity MaxCapacity=8 removed',
  ],
  ['parameter group', { DBClusterParameterGroup: 'tuned' }, 'parameter group tuned instead of apg16'],
  ['option group', { DBClusterOptionGroupMemberships: [{ DBClusterOptionGroupName: 'og' }] }, 'option group og added'],
  ['security group', { VpcSecurityGroups: [] }, 'security group sg-1 removed'],
  ['subnet group', { DBSubnetGroup: 'public' }, 'subnet group public instead of private'],
  ['network type', { NetworkType: 'DUAL' }, 'network type DUAL instead of IPV4'],
  ['public access', {}, 'public access shop-1 added', { PubliclyAccessible: true }],
  ['port', { Port: 5433 }, 'port 5433 instead of 5432'],
  ['storage type', { StorageType: 'aurora-iopt1' }, 'storage type aurora-iopt1 instead of aurora'],
  ['storage IOPS', { Iops: 1000 }, 'storage IOPS 1000 added'],
  ['storage encryption', { KmsKeyId: 'arn:k' }, 'storage encryption arn:k added'],
  ['global cluster', { GlobalClusterIdentifier: 'world' }, 'global cluster world added'],
  ['replica', { ReadReplicaIdentifiers: ['arn:c'] }, 'replica arn:c added'],
  ['replica of', { ReplicationSourceIdentifier: 'arn:s' }, 'replica of arn:s added'],
  ['backup retention days', { BackupRetentionPeriod: 1 }, 'backup retention days 1 instead of 7'],
  ['backup window', { PreferredBackupWindow: '05:00-05:30' }, 'backup window 05:00-05:30 instead of 03:00-03:30'],
  ['maintenance window', { PreferredMaintenanceWindow: undefined }, 'maintenance window mon:04:00-mon:04:30 removed'],
  ['backtrack window', { BacktrackWindow: 3600 }, 'backtrack window 3600 added'],
  ['deletion protection', { DeletionProtection: true }, 'deletion protection true instead of false'],
  ['IAM authentication', { IAMDatabaseAuthenticationEnabled: true }, 'IAM authentication true instead of false'],
  ['data API', { HttpEndpointEnabled: true }, 'data API true instead of false'],
  ['role', { AssociatedRoles: [{ RoleArn: 'arn:r' }] }, 'role arn:r added'],
  ['domain', { DomainMemberships: [{ Domain: 'd-1' }] }, 'domain d-1 added'],
  ['exported log', { EnabledCloudwatchLogsExports: ['audit'] }, 'exported log audit added'],
  ['tag', { TagList: [] }, 'tag owner=ana removed'],
];

function seen(change: DBCluster = {}, ofMember: DBInstance = {}): SeenCluster {
  return { cluster: { ...cluster, ...change }, members: [{ ...member, ...ofMember }] };
}

const clusterBefore = configurationOf(rdsClusterFields, seen());

describe('what changes the configuration of a cluster', () => {
  test.each(clusterChanges)('%s', (field, change, words, ofMember) => {
    const found = differences(clusterBefore, configurationOf(rdsClusterFields, seen(change, ofMember)));
    expect(found.filter((one) => one.startsWith(`${field} `))).toContain(words);
    // Another instance has another promotion tier, too; everything else changes one field.
    if (field !== 'instance') expect(found).toEqual([words]);
  });

  test('each field of the table is one of them', () => {
    expect([...new Set(clusterChanges.map(([field]) => field))].toSorted()).toEqual(
      Object.keys(rdsClusterFields.fields).toSorted(),
    );
  });
});

test.each<[string, DBCluster]>([
  ['a minor version', { EngineVersion: '16.9' }],
  ['a failover', { DBClusterMembers: [{ ...first, IsClusterWriter: false }] }],
  ['its status', { Status: 'stopped' }],
  ['its endpoints', { Endpoint: 'x', ReaderEndpoint: 'y' }],
  ['its capacity of the moment', { Capacity: 4 }],
  ['the data that it holds', { AllocatedStorage: 400 }],
])('%s changes nothing', (_, change) => {
  expect(configurationOf(rdsClusterFields, seen(change))).toEqual(clusterBefore);
});

test('another instance in a cluster is a change', () => {
  const DBClusterMembers = [...(cluster.DBClusterMembers ?? []), second];
  const after = configurationOf(rdsClusterFields, seen({ DBClusterMembers }));
  expect(differences(clusterBefore, after)).toEqual(['instance shop-2 added', 'promotion tier shop-2 1 added']);
});

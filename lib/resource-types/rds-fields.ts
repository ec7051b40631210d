import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import { type FieldTable, optionWords, userTags } from './field-table.ts';

/**
 * What of a database instance is configuration. Left out is what RDS changes by itself: minor versions, certificates,
 * pending maintenance, states, addresses.
 */
export const rdsDbFields: FieldTable<DBInstance> = {
  version: 1,
  fields: {
    class: ({ DBInstanceClass }) => [DBInstanceClass],
    engine: ({ Engine, EngineVersion }) => [engineWords(Engine, EngineVersion)],
    'license model': ({ LicenseModel }) => [LicenseModel],
    port: ({ Endpoint, DbInstancePort }) => [Endpoint?.Port ?? (DbInstancePort || undefined)],
    'storage type': ({ StorageType }) => [StorageType],
    'storage GB': ({ AllocatedStorage }) => [AllocatedStorage],
    'storage IOPS': ({ Iops }) => [Iops],
    'storage throughput': ({ StorageThroughput }) => [StorageThroughput],
    'storage limit GB': ({ MaxAllocatedStorage }) => [MaxAllocatedStorage],
    'storage encryption': ({ StorageEncrypted, KmsKeyId }) => [StorageEncrypted, KmsKeyId],
    'parameter group': ({ DBParameterGroups = [] }) =>
      DBParameterGroups.map(({ DBParameterGroupName }) => DBParameterGroupName),
    'option group': ({ OptionGroupMemberships = [] }) =>
      OptionGroupMemberships.map(({ OptionGroupName }) => OptionGroupName),
    'security group': ({ VpcSecurityGroups = [] }) =>
      VpcSecurityGroups.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId),
    'subnet group': ({ DBSubnetGroup }) => [DBSubnetGroup?.DBSubnetGroupName],
    'network type': ({ NetworkType }) => [NetworkType],
    'public access': ({ PubliclyAccessible }) => [PubliclyAccessible],
    'Multi-AZ': ({ MultiAZ }) => [MultiAZ],
    replica: ({ ReadReplicaDBInstanceIdentifiers: dbs = [], ReadReplicaDBClusterIdentifiers: clusters = [] }) => [
      ...dbs,
      ...clusters,
    ],
    'replica of': (db) => [db.ReadReplicaSourceDBInstanceIdentifier, db.ReadReplicaSourceDBClusterIdentifier],
    cluster: ({ DBClusterIdentifier }) => [DBClusterIdentifier],
    'backup retention days': ({ BackupRetentionPeriod }) => [BackupRetentionPeriod],
    'backup window': ({ PreferredBackupWindow }) => [PreferredBackupWindow],
    'maintenance window': ({ PreferredMaintenanceWindow }) => [PreferredMaintenanceWindow],
    'minor upgrades': ({ AutoMinorVersionUpgrade }) => [AutoMinorVersionUpgrade],
    'deletion protection': ({ DeletionProtection }) => [DeletionProtection],
    'IAM authentication': ({ IAMDatabaseAuthenticationEnabled }) => [IAMDatabaseAuthenticationEnabled],
    role: ({ AssociatedRoles = [] }) => AssociatedRoles.map(({ RoleArn }) => RoleArn),
    domain: ({ DomainMemberships = [] }) => DomainMemberships.map(({ Domain }) => Domain),
    'exported log': ({ EnabledCloudwatchLogsExports = [] }) => EnabledCloudwatchLogsExports,
    'monitoring interval': ({ MonitoringInterval }) => [MonitoringInterval],
    'CPU option': ({ ProcessorFeatures = [] }) => ProcessorFeatures.map(({ Name, Value }) => `${Name}=${Value}`),
    tag: ({ TagList }) => userTags(TagList),
  },
};

/** A cluster with its instances, as far as they are instances of their own. */
export interface SeenCluster {
  cluster: DBCluster;
  members: readonly DBInstance[];
}

/** The same for a cluster. What an instance of it costs and can do is the cluster's configuration, too. */
export const rdsClusterFields: FieldTable<SeenCluster> = {
  version: 1,
  fields: {
    engine: ({ cluster }) => [engineWords(cluster.Engine, cluster.EngineVersion)],
    'engine mode': ({ cluster }) => [cluster.EngineMode],
    class: ({ cluster }) => [cluster.DBClusterInstanceClass],
    instance: ({ cluster: { DBClusterMembers = [] } }) =>
      DBClusterMembers.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier),
    'instance class': ({ members }) => members.map((one) => `${one.DBInstanceIdentifier} ${one.DBInstanceClass}`),
    'instance parameter group': ({ members }) =>
      members.flatMap(({ DBInstanceIdentifier: id, DBParameterGroups = [] }) =>
        DBParameterGroups.map(({ DBParameterGroupName }) => `${id} ${DBParameterGroupName}`),
      ),
    'promotion tier': ({ cluster: { DBClusterMembers = [] } }) =>
      DBClusterMembers.map(({ DBInstanceIdentifier: id, PromotionTier }) => `${id} ${PromotionTier ?? 0}`),
    'serverless capacity': ({ cluster }) => [
      ...optionWords(cluster.ServerlessV2ScalingConfiguration, 'MinCapacity', 'MaxCapacity', 'SecondsUntilAutoPause'),
      ...optionWords(cluster.ScalingConfigurationInfo, 'AutoPause', 'TimeoutAction'),
    ],
    'parameter group': ({ cluster }) => [cluster.DBClusterParameterGroup],
    'option group': ({ cluster: { DBClusterOptionGroupMemberships = [] } }) =>
      DBClusterOptionGroupMemberships.map(({ DBClusterOptionGroupName }) => DBClusterOptionGroupName),
    'security group': ({ cluster: { VpcSecurityGroups = [] } }) =>
      VpcSecurityGroups.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId),
    'subnet group': ({ cluster }) => [cluster.DBSubnetGroup],
    'network type': ({ cluster }) => [cluster.NetworkType],
    'public access': ({ cluster, members }) => [
      cluster.PubliclyAccessible,
      ...members.map((one) => one.PubliclyAccessible && `${one.DBInstanceIdentifier}`).filter(Boolean),
    ],
    port: ({ cluster }) => [cluster.Port],
    'storage type': ({ cluster }) => [cluster.StorageType],
    'storage IOPS': ({ cluster }) => [cluster.Iops],
    'storage encryption': ({ cluster: { StorageEncrypted, KmsKeyId } }) => [StorageEncrypted, KmsKeyId],
    'global cluster': ({ cluster }) => [cluster.GlobalClusterIdentifier],
    replica: ({ cluster: { ReadReplicaIdentifiers = [] } }) => ReadReplicaIdentifiers,
    'replica of': ({ cluster }) => [cluster.ReplicationSourceIdentifier],
    'backup retention days': ({ cluster }) => [cluster.BackupRetentionPeriod],
    'backup window': ({ cluster }) => [cluster.PreferredBackupWindow],
    'maintenance window': ({ cluster }) => [cluster.PreferredMaintenanceWindow],
    'backtrack window': ({ cluster }) => [cluster.BacktrackWindow],
    'deletion protection': ({ cluster }) => [cluster.DeletionProtection],
    'IAM authentication': ({ cluster }) => [cluster.IAMDatabaseAuthenticationEnabled],
    'data API': ({ cluster }) => [cluster.HttpEndpointEnabled],
    role: ({ cluster: { AssociatedRoles = [] } }) => AssociatedRoles.map(({ RoleArn }) => RoleArn),
    domain: ({ cluster: { DomainMemberships = [] } }) => DomainMemberships.map(({ Domain }) => Domain),
    'exported log': ({ cluster: { EnabledCloudwatchLogsExports = [] } }) => EnabledCloudwatchLogsExports,
    tag: ({ cluster }) => userTags(cluster.TagList),
  },
};

/** Engines whose major version has two numbers; PostgreSQL had until 9. */
const twoNumbers = /^(mysql|mariadb|aurora-mysql|aurora$|db2-)/;

/** `postgres 16`: RDS changes minor versions by itself. */
function engineWords(engine: string | undefined, version: string | undefined): string | undefined {
  if (engine === undefined) return undefined;
  const numbers = (version ?? '').split('.');
  const isTwo = twoNumbers.test(engine) || (/postgres/.test(engine) && Number(numbers[0]) < 10);
  return `${engine} ${numbers.slice(0, isTwo ? 2 : 1).join('.')}`.trimEnd();
}

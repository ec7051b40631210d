import type {
  CreateDBInstanceMessage,
  DBCluster,
  DBInstance,
  RestoreDBClusterFromSnapshotMessage,
  RestoreDBInstanceFromDBSnapshotMessage,
} from '@aws-sdk/client-rds';
import type { Json } from '../core/server.ts';
import type { Target } from './define.ts';
import { membersByCluster } from './rds-cluster-members.ts';
import type { Rds } from './rds-final-snapshot.ts';
import type { RecipeResult } from './server-operations.ts';
import { tagMap } from './tag-list.ts';

/** Of the settings of instances, and of clusters. */
export const rdsRecipeVersion = 1;

/** What a restore of a database instance needs besides its snapshot and its tags. */
export interface DbSettings {
  engine: string;
  /** As the restore takes it. */
  restore: Partial<RestoreDBInstanceFromDBSnapshotMessage>;
  /** What the restore takes no word for, in words. */
  byHand: readonly string[];
}

export interface ClusterSettings {
  engine: string;
  restore: Partial<RestoreDBClusterFromSnapshotMessage>;
  byHand: readonly string[];
  /** The writer comes first. */
  members: readonly MemberSettings[];
}

export interface MemberSettings {
  create: CreateDBInstanceMessage;
  tags: Readonly<Record<string, string>>;
}

export async function dbRecipe(aws: Rds, { id, arn: of, identity }: Target): Promise<RecipeResult> {
  const db = await findDb(aws, id);
  if (db === undefined) return { kind: 'gone', id };
  const settings: DbSettings = { engine: engineOf(db), restore: dbRestore(db), byHand: byHandOf(db) };
  const recipe = { version: rdsRecipeVersion, type: 'rds:db', of, identity, tags: tagMap(db.TagList) };
  return { kind: 'recipe', id, recipe: { ...recipe, settings: asJson(settings) } };
}

export async function clusterRecipe(aws: Rds, { id, arn: of, identity }: Target): Promise<RecipeResult> {
  const cluster = await findCluster(aws, id);
  if (cluster === undefined) return { kind: 'gone', id };
  const members = (await membersByCluster(aws, [id])).get(id) ?? [];
  const settings: ClusterSettings = {
    engine: engineOf(cluster),
    restore: clusterRestore(cluster),
    byHand: byHandOf(cluster),
    members: writerFirst(cluster, members).map((one) => ({
      create: memberCreation(one, id),
      tags: tagMap(one.TagList),
    })),
  };
  const recipe = { version: rdsRecipeVersion, type: 'rds:cluster', of, identity, tags: tagMap(cluster.TagList) };
  return { kind: 'recipe', id, recipe: { ...recipe, settings: asJson(settings) } };
}

export async function findDb({ client, sdk }: Rds, id: string): Promise<DBInstance | undefined> {
  const input = { Filters: [{ Name: 'db-instance-id', Values: [id] }] };
  const found: DBInstance[] = [];
  for await (const page of sdk.paginateDescribeDBInstances({ client }, input)) found.push(...(page.DBInstances ?? []));
  return found.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === id);
}

export async function findCluster({ client, sdk }: Rds, id: string): Promise<DBCluster | undefined> {
  const input = { Filters: [{ Name: 'db-cluster-id', Values: [id] }] };
  const found: DBCluster[] = [];
  for await (const page of sdk.paginateDescribeDBClusters({ client }, input)) found.push(...(page.DBClusters ?? []));
  return found.find(({ DBClusterIdentifier }) => DBClusterIdentifier === id);
}

/** What is undefined is left out. */
function asJson(settings: object): Record<string, Json> {
  return JSON.parse(JSON.stringify(settings)) as Record<string, Json>;
}

function engineOf({ Engine = 'unknown', EngineVersion = '' }: DBInstance | DBCluster): string {
  return `${Engine} ${EngineVersion}`.trimEnd();
}

function dbRestore(db: DBInstance): Partial<RestoreDBInstanceFromDBSnapshotMessage> {
  const [parameters] = db.DBParameterGroups ?? [];
  const [options] = db.OptionGroupMemberships ?? [];
  return {
    DBInstanceClass: db.DBInstanceClass,
    Port: db.Endpoint?.Port,
    DBSubnetGroupName: db.DBSubnetGroup?.DBSubnetGroupName,
    MultiAZ: db.MultiAZ,
    // With a standby RDS chooses the zones itself.
    ...(!db.MultiAZ && { AvailabilityZone: db.AvailabilityZone }),
    PubliclyAccessible: db.PubliclyAccessible,
    AutoMinorVersionUpgrade: db.AutoMinorVersionUpgrade,
    LicenseModel: db.LicenseModel,
    ...storageOf(db),
    DBParameterGroupName: parameters?.DBParameterGroupName,
    OptionGroupName: options?.OptionGroupName,
    VpcSecurityGroupIds: groupsOf(db),
    CopyTagsToSnapshot: db.CopyTagsToSnapshot,
    DeletionProtection: db.DeletionProtection,
    EnableIAMDatabaseAuthentication: db.IAMDatabaseAuthenticationEnabled,
    EnableCloudwatchLogsExports: db.EnabledCloudwatchLogsExports,
    ProcessorFeatures: db.ProcessorFeatures,
    NetworkType: db.NetworkType,
    DedicatedLogVolume: db.DedicatedLogVolume || undefined,
    BackupRetentionPeriod: db.BackupRetentionPeriod,
    PreferredBackupWindow: db.PreferredBackupWindow,
  };
}

/** What gp3 gives anyway RDS takes no word for where the disk is small. */
const gp3 = { iops: 3000, throughput: 125 };

function storageOf({ StorageType, Iops = 0, StorageThroughput = 0 }: DBInstance) {
  const isProvisioned = StorageType?.startsWith('io') ?? false;
  return {
    StorageType,
    ...((isProvisioned || Iops > gp3.iops) && { Iops }),
    ...(StorageThroughput > gp3.throughput && { StorageThroughput }),
  };
}

function groupsOf({ VpcSecurityGroups = [] }: DBInstance | DBCluster): string[] {
  return VpcSecurityGroups.flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []);
}

function clusterRestore(cluster: DBCluster): Partial<RestoreDBClusterFromSnapshotMessage> {
  const { MinCapacity, MaxCapacity, SecondsUntilAutoPause } = cluster.ServerlessV2ScalingConfiguration ?? {};
  return {
    Engine: cluster.Engine,
    Port: cluster.Port,
    DBSubnetGroupName: cluster.DBSubnetGroup,
    VpcSecurityGroupIds: groupsOf(cluster),
    DBClusterParameterGroupName: cluster.DBClusterParameterGroup,
    EnableIAMDatabaseAuthentication: cluster.IAMDatabaseAuthenticationEnabled,
    BacktrackWindow: cluster.BacktrackWindow,
    EnableCloudwatchLogsExports: cluster.EnabledCloudwatchLogsExports,
    DeletionProtection: cluster.DeletionProtection,
    CopyTagsToSnapshot: cluster.CopyTagsToSnapshot,
    // Aurora shows no storage type for its usual one.
    StorageType: cluster.StorageType,
    NetworkType: cluster.NetworkType,
    BackupRetentionPeriod: cluster.BackupRetentionPeriod,
    PreferredBackupWindow: cluster.PreferredBackupWindow,
    ...(MaxCapacity !== undefined && {
      ServerlessV2ScalingConfiguration: { MinCapacity, MaxCapacity, SecondsUntilAutoPause },
    }),
  };
}

function writerFirst({ DBClusterMembers = [] }: DBCluster, members: readonly DBInstance[]): DBInstance[] {
  const writer = DBClusterMembers.find(({ IsClusterWriter }) => IsClusterWriter)?.DBInstanceIdentifier;
  return members.toSorted(
    (a, b) => Number(b.DBInstanceIdentifier === writer) - Number(a.DBInstanceIdentifier === writer),
  );
}

function memberCreation(db: DBInstance, cluster: string): CreateDBInstanceMessage {
  return {
    DBInstanceIdentifier: db.DBInstanceIdentifier,
    DBInstanceClass: db.DBInstanceClass,
    Engine: db.Engine,
    DBClusterIdentifier: cluster,
    AvailabilityZone: db.AvailabilityZone,
    DBParameterGroupName: db.DBParameterGroups?.[0]?.DBParameterGroupName,
    PromotionTier: db.PromotionTier,
    PubliclyAccessible: db.PubliclyAccessible,
    AutoMinorVersionUpgrade: db.AutoMinorVersionUpgrade,
  };
}

type GivenByHand = Pick<DBInstance, 'MaxAllocatedStorage' | 'DBParameterGroups' | 'AssociatedRoles'> &
  Pick<
    DBCluster,
    | 'MonitoringInterval'
    | 'PerformanceInsightsEnabled'
    | 'PreferredMaintenanceWindow'
    | 'MasterUserSecret'
    | 'DomainMemberships'
    | 'HttpEndpointEnabled'
    | 'CustomEndpoints'
  >;

/** What a person gives again after a restore. */
function byHandOf(server: GivenByHand): string[] {
  const { MonitoringInterval = 0, AssociatedRoles = [], DomainMemberships = [], DBParameterGroups = [] } = server;
  return [
    MonitoringInterval > 0 && `its enhanced monitoring, every ${MonitoringInterval} seconds`,
    server.PerformanceInsightsEnabled && 'its performance insights',
    server.MaxAllocatedStorage !== undefined && `its storage limit of ${server.MaxAllocatedStorage} GB`,
    server.PreferredMaintenanceWindow !== undefined && `its maintenance window ${server.PreferredMaintenanceWindow}`,
    server.MasterUserSecret !== undefined && 'its password in Secrets Manager: it has the password of the snapshot',
    ...AssociatedRoles.map(({ RoleArn }) => `its role ${RoleArn}`),
    ...DomainMemberships.map(({ Domain }) => `its domain ${Domain}`),
    ...DBParameterGroups.slice(1).map(({ DBParameterGroupName: name }) => `its parameter group ${name}`),
    server.HttpEndpointEnabled && 'its data API',
    ...(server.CustomEndpoints ?? []).map((one) => `its endpoint ${one}`),
  ].filter((one) => typeof one === 'string');
}

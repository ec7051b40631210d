import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import type { Server } from '../core/server.ts';
import { configurationOf } from './field-table.ts';
import { milestone } from './milestone.ts';
import { rdsClusterFields, rdsDbFields } from './rds-fields.ts';

/** DocumentDB and Neptune share the ARNs and the API of RDS, and have rules of their own. */
export const supportedDbEngine = /^(aurora|mysql|mariadb|postgres|oracle-|sqlserver-|db2-|custom-)/;

/** A database instance as the idle rule sees it. */
export function rdsDbServer(db: DBInstance): Server {
  return serverOf(
    db,
    db.DBInstanceStatus,
    configurationOf(rdsDbFields, db),
    milestone('created', db.InstanceCreateTime),
    whyDbUnstoppable(db),
  );
}

/** A cluster as the idle rule sees it. `members`: its instances, as far as they are instances of their own. */
export function rdsClusterServer(cluster: DBCluster, members: readonly DBInstance[]): Server {
  const milestones = [
    ...milestone('created', cluster.ClusterCreateTime),
    ...members.flatMap((one) => milestone(`instance ${one.DBInstanceIdentifier} created`, one.InstanceCreateTime)),
  ];
  const configuration = configurationOf(rdsClusterFields, { cluster, members });
  return serverOf(cluster, cluster.Status, configuration, milestones, whyClusterUnstoppable(cluster));
}

function serverOf(
  { AutomaticRestartTime }: { AutomaticRestartTime?: Date | undefined },
  status: string | undefined,
  configuration: Server['configuration'],
  milestones: Server['milestones'],
  unstoppable: string | undefined,
): Server {
  const state = status === 'available' ? 'running' : status === 'stopped' ? 'stopped' : 'changing';
  return {
    state,
    configuration,
    milestones,
    ...(AutomaticRestartTime !== undefined && { wakesAt: AutomaticRestartTime.getTime() }),
    ...(unstoppable !== undefined && { unstoppable }),
  };
}

function whyDbUnstoppable(db: DBInstance): string | undefined {
  const { Engine = 'unknown', DBClusterIdentifier: cluster, MultiAZ, SecondaryAvailabilityZone } = db;
  const source = db.ReadReplicaSourceDBInstanceIdentifier ?? db.ReadReplicaSourceDBClusterIdentifier;
  const replicas = [...(db.ReadReplicaDBInstanceIdentifiers ?? []), ...(db.ReadReplicaDBClusterIdentifiers ?? [])];
  if (!supportedDbEngine.test(Engine)) return `Mayfly does not support the engine ${Engine}`;
  if (cluster !== undefined) return `it is a member of the cluster ${cluster}, which is the server`;
  if (Engine.startsWith('custom-')) return 'it is RDS Custom, which RDS does not stop';
  if (source !== undefined) return `it is a read replica of ${source}, which RDS does not stop`;
  if (replicas.length > 0) return `it has read replicas (${replicas.join(', ')}), so RDS does not stop it`;
  if (Engine.startsWith('sqlserver-') && (MultiAZ || SecondaryAvailabilityZone !== undefined)) {
    return 'it is SQL Server in several availability zones, which RDS does not stop';
  }
  return undefined;
}

function whyClusterUnstoppable(cluster: DBCluster): string | undefined {
  const {
    Engine = 'unknown',
    EngineMode = 'provisioned',
    DBClusterMembers = [],
    ReadReplicaIdentifiers = [],
  } = cluster;
  const { GlobalClusterIdentifier: global, ReplicationSourceIdentifier: source } = cluster;
  if (/^(mysql|postgres)$/.test(Engine)) return 'it is a Multi-AZ cluster, and RDS stops Aurora clusters only';
  if (!Engine.startsWith('aurora')) return `Mayfly does not support the engine ${Engine}`;
  if (EngineMode !== 'provisioned') return `Aurora does not stop a cluster of the mode ${EngineMode}`;
  if (global) return `it is part of the global database ${global}, which Aurora does not stop`;
  if (source) return `it replicates ${source}, so Aurora does not stop it`;
  if (ReadReplicaIdentifiers.length > 0) return `it has replicas (${ReadReplicaIdentifiers.join(', ')})`;
  if (cluster.ClusterScalabilityType === 'limitless') return 'it is a limitless database, which Aurora does not stop';
  return DBClusterMembers.length === 0 ? 'it has no instance that could be stopped' : undefined;
}

import type { DBCluster, DBInstance, DescribeDBClustersMessage } from '@aws-sdk/client-rds';
import type { Shard } from '../core/resource.ts';
import { batchesOf } from './batches.ts';
import { type Description, defineResourceType, type RemovalResult, type Target, type UsedBy } from './define.ts';
import { rdsClusterCost } from './rds-cluster-cost.ts';
import { membersByCluster, membersOf } from './rds-cluster-members.ts';
import { rdsClusterServerOperations } from './rds-cluster-server.ts';
import { finalSnapshotName, markFinalSnapshots, type Rds, snapshotExists } from './rds-final-snapshot.ts';
import { readReplica } from './rds-replica.ts';
import { rdsClusterServer } from './rds-server.ts';
import { codeOf, removeEach } from './removal-errors.ts';
import { tagMap } from './tag-list.ts';

/** Unlike an identifier, a filter does not fail on an unknown one. */
const idsPerFilter = 100;

/** DocumentDB and Neptune share the ARNs and the API of RDS, and have deletion rules of their own. */
const supportedEngine = /^(aurora|mysql$|postgres$)/;

/** Instances go before AWS answers about the snapshot, so nothing is begun in a state where it would say no. */
const statesWithSnapshot = ['available', 'stopped'];

const errors = {
  gone: ['DBClusterNotFoundFault'],
  // InvalidParameterCombination is how RDS refuses a protected cluster.
  blocked: [
    'InvalidDBClusterStateFault',
    'InvalidDBInstanceStateFault',
    'InvalidGlobalClusterStateFault',
    'InvalidParameterCombination',
  ],
};

/** An Aurora or a Multi-AZ cluster. Its instances and automated backups go with it, the final snapshot stays. */
export const rdsCluster = defineResourceType({
  id: 'rds:cluster',
  title: 'RDS cluster',
  idIn: ({ service, resource }) =>
    service === 'rds' ? /^cluster:([a-z](?:-?[a-z0-9])*)$/.exec(resource)?.[1] : undefined,
  cloudFormation: 'AWS::RDS::DBCluster',
  sdk: () => import('./sdk/rds.ts'),
  client: (sdk) => sdk.RDSClient,
  after: [{ type: 'rds:db', because: 'a cluster goes only when its instances are going' }],
  removal: 'asynchronous',

  describe: {
    needs: [{ actions: ['rds:DescribeDBClusters', 'rds:DescribeDBInstances'], on: '*' }],
    async run(aws, ids) {
      const found = new Map<string, DBCluster>();
      for (const batch of batchesOf(ids, idsPerFilter)) {
        const some = await readClusters(aws, { Filters: [{ Name: 'db-cluster-id', Values: batch }] });
        for (const cluster of some) found.set(cluster.DBClusterIdentifier ?? '', cluster);
      }
      const members = await membersByCluster(aws, [...found.keys()]);
      return ids.map((id) => describeCluster(id, found.get(id), members.get(id) ?? [], aws.shard));
    },
  },

  census: {
    needs: [{ actions: ['rds:DescribeDBClusters', 'rds:DescribeDBInstances'], on: '*' }],
    async run(aws) {
      const all = await readClusters(aws, {});
      const names = all.flatMap(({ DBClusterIdentifier }) => DBClusterIdentifier ?? []);
      const members = await membersByCluster(aws, names);
      return all.map((cluster) => {
        const { DBClusterIdentifier: id = '' } = cluster;
        return describeCluster(id, cluster, members.get(id) ?? [], aws.shard);
      });
    },
  },

  remove: {
    needs: [
      { actions: ['rds:DescribeDBClusterSnapshots'], on: '*' },
      { actions: ['rds:DeleteDBInstance'], on: 'CARRIED' },
      { actions: ['rds:DeleteDBCluster'], on: 'arn:aws:rds:REGION:ACCOUNT:cluster:*', guard: 'tags' },
      { actions: ['rds:DeleteDBCluster'], on: 'arn:aws:rds:REGION:ACCOUNT:cluster-snapshot:mayfly-*' },
      {
        actions: ['rds:CreateDBClusterSnapshot'],
        on: 'arn:aws:rds:REGION:ACCOUNT:cluster:*',
        guard: 'tags',
        implied: 'a deletion with a final snapshot makes one',
      },
      {
        actions: ['rds:CreateDBClusterSnapshot', 'rds:AddTagsToResource'],
        on: 'arn:aws:rds:REGION:ACCOUNT:cluster-snapshot:mayfly-*',
        implied: 'a deletion with a final snapshot makes one and may copy the tags to it',
      },
    ],
    run: (aws, targets, { finalSnapshot }) =>
      removeEach(targets, errors, (target) => removeCluster(aws, target, finalSnapshot), 'requested'),
  },

  finish: {
    needs: [
      {
        actions: ['rds:ListTagsForResource', 'rds:AddTagsToResource', 'rds:RemoveTagsFromResource'],
        on: 'arn:aws:rds:REGION:ACCOUNT:cluster-snapshot:mayfly-*',
      },
    ],
    run: (aws, targets, settings) => markFinalSnapshots(aws, 'cluster-snapshot', targets, settings),
  },

  tag: {
    needs: [{ actions: ['rds:AddTagsToResource'], on: 'arn:aws:rds:REGION:ACCOUNT:cluster:*' }],
    async run({ client, sdk }, { arn }, { key, value }) {
      await client.send(new sdk.AddTagsToResourceCommand({ ResourceName: arn, Tags: [{ Key: key, Value: value }] }));
    },
  },

  server: rdsClusterServerOperations,

  cost: rdsClusterCost,
});

async function readClusters({ client, sdk }: Rds, input: DescribeDBClustersMessage): Promise<DBCluster[]> {
  const found: DBCluster[] = [];
  for await (const { DBClusters = [] } of sdk.paginateDescribeDBClusters({ client }, input)) found.push(...DBClusters);
  return found;
}

function describeCluster(
  id: string,
  cluster: DBCluster | undefined,
  members: readonly DBInstance[],
  shard: Shard & { partition: string },
): Description {
  if (cluster === undefined) return { kind: 'gone', id };
  const { DBClusterArn: arn, DbClusterResourceId: identity, Status: state = 'unknown' } = cluster;
  if (state === 'deleting') return { kind: 'leaving', id };
  if (arn === undefined || identity === undefined) {
    return { kind: 'unreadable', id, why: 'RDS shows no resource id that would tell it from another of its name' };
  }
  const createdAt = cluster.ClusterCreateTime?.getTime();
  const protection = protectionOf(cluster);
  const usedBy = usersOf(cluster);
  return {
    kind: 'present',
    id,
    arn,
    identity,
    ...(createdAt !== undefined && { createdAt }),
    tags: tagMap(cluster.TagList),
    ...(protection !== undefined && { protection }),
    ...(usedBy.length > 0 && { usedBy }),
    facts: {
      state,
      engine: cluster.Engine ?? 'unknown',
      engineMode: cluster.EngineMode ?? 'unknown',
      ...(cluster.DBClusterInstanceClass !== undefined && { instanceClass: cluster.DBClusterInstanceClass }),
      ...(cluster.AllocatedStorage !== undefined && { storageGb: cluster.AllocatedStorage }),
      ...(cluster.StorageEncrypted && cluster.KmsKeyId !== undefined && { kmsKey: cluster.KmsKeyId }),
      instances: cluster.DBClusterMembers?.length ?? 0,
      ...(members.length > 0 && {
        memberClasses: members.map(({ DBInstanceClass = 'unknown' }) => DBInstanceClass).join(' '),
      }),
      publicIps: members.filter(({ PubliclyAccessible }) => PubliclyAccessible).length,
      ...(cluster.StorageType !== undefined && { storageType: cluster.StorageType }),
    },
    server: rdsClusterServer(cluster, members),
    carries: membersOf(cluster, shard),
  };
}

function protectionOf({
  DeletionProtection,
  Engine = 'unknown',
  ReplicationSourceIdentifier: source,
}: DBCluster): string | undefined {
  if (!supportedEngine.test(Engine)) return `Mayfly does not support the engine ${Engine}`;
  if (DeletionProtection) return 'deletion protection is on';
  // AWS refuses to delete the last instance of an Aurora replica, when the others would be gone already.
  if (source && Engine.startsWith('aurora')) return `it replicates ${source} and must be promoted first`;
  return undefined;
}

function usersOf({ GlobalClusterIdentifier, ReadReplicaIdentifiers = [] }: DBCluster): UsedBy[] {
  return [
    ...(GlobalClusterIdentifier ? [{ words: `global cluster ${GlobalClusterIdentifier}` }] : []),
    // A bare name may be an instance's or a cluster's, so it is not known again.
    ...ReadReplicaIdentifiers.map((name) => readReplica(name)),
  ];
}

async function removeCluster(aws: Rds, target: Target, finalSnapshot: boolean): Promise<Partial<RemovalResult>> {
  const { client, sdk } = aws;
  const name = finalSnapshotName(target);
  // The members of a Multi-AZ cluster can't go alone: AWS takes them with the cluster.
  const members = String(target.facts['engine']).startsWith('aurora') ? (target.carries ?? []) : [];
  if (finalSnapshot && !statesWithSnapshot.includes(String(target.facts['state']))) {
    return {
      kind: 'blocked',
      why: `the policy wants a final snapshot, and AWS makes none in the state ${target.facts['state']}`,
    };
  }
  // Asked before an instance is touched: a cluster that can't go must not lose them.
  if (finalSnapshot && members.length > 0 && (await isThere(aws, name))) {
    return { kind: 'blocked', why: snapshotExists(name) };
  }
  for (const { id } of members) await removeMember(aws, id);
  try {
    await client.send(
      new sdk.DeleteDBClusterCommand({
        DBClusterIdentifier: target.id,
        ...(finalSnapshot ? { FinalDBSnapshotIdentifier: name } : {}),
        SkipFinalSnapshot: !finalSnapshot,
        DeleteAutomatedBackups: true,
      }),
    );
  } catch (error) {
    if (codeOf(error) !== 'DBClusterSnapshotAlreadyExistsFault') throw error;
    return { kind: 'blocked', why: snapshotExists(name) };
  }
  return finalSnapshot ? { detail: `final snapshot ${name}` } : {};
}

/** A member that is gone or going is no obstacle; if it is neither, AWS refuses the cluster and says so. */
async function removeMember({ client, sdk }: Rds, id: string): Promise<void> {
  const noObstacle = [
    'DBInstanceNotFoundFault',
    'DBInstanceNotFound',
    'InvalidDBInstanceStateFault',
    'InvalidDBInstanceState',
  ];
  try {
    await client.send(new sdk.DeleteDBInstanceCommand({ DBInstanceIdentifier: id, SkipFinalSnapshot: true }));
  } catch (error) {
    if (!noObstacle.includes(codeOf(error))) throw error;
  }
}

async function isThere({ client, sdk }: Rds, snapshot: string): Promise<boolean> {
  const input = { Filters: [{ Name: 'db-cluster-snapshot-id', Values: [snapshot] }] };
  for await (const { DBClusterSnapshots = [] } of sdk.paginateDescribeDBClusterSnapshots({ client }, input)) {
    if (DBClusterSnapshots.length > 0) return true;
  }
  return false;
}

import type { DBInstance, DescribeDBInstancesMessage } from '@aws-sdk/client-rds';
import type { Owner } from '../core/resource.ts';
import { batchesOf } from './batches.ts';
import { type Description, defineResourceType, type RemovalResult, type Target, type UsedBy } from './define.ts';
import { rdsDbCost } from './rds-db-cost.ts';
import { rdsDbServerOperations } from './rds-db-server.ts';
import { finalSnapshotName, markFinalSnapshots, type Rds, snapshotExists } from './rds-final-snapshot.ts';
import { readReplica } from './rds-replica.ts';
import { rdsDbServer, supportedDbEngine } from './rds-server.ts';
import { codeOf, removeEach } from './removal-errors.ts';
import { tagMap } from './tag-list.ts';

/** Unlike an identifier, a filter does not fail on an unknown one. */
const idsPerFilter = 100;

/** AWS makes no final snapshot in these states; in any other it is asked for one, and its refusal is respected. */
const statesWithoutSnapshot = /^(creating|failed|restore-error|incompatible-(create|network|restore))$/;

const errors = {
  gone: ['DBInstanceNotFoundFault', 'DBInstanceNotFound'],
  // InvalidParameterCombination is how RDS refuses a protected instance.
  blocked: [
    'InvalidDBInstanceStateFault',
    'InvalidDBInstanceState',
    'InvalidDBClusterStateFault',
    'InvalidParameterCombination',
  ],
};

/** A database instance. Automated backups go with it, the final snapshot and manual ones stay. */
export const rdsDb = defineResourceType({
  id: 'rds:db',
  title: 'RDS database instance',
  idIn: ({ service, resource }) => (service === 'rds' ? /^db:([a-z](?:-?[a-z0-9])*)$/.exec(resource)?.[1] : undefined),
  cloudFormation: 'AWS::RDS::DBInstance',
  sdk: () => import('./sdk/rds.ts'),
  client: (sdk) => sdk.RDSClient,
  after: [],
  removal: 'asynchronous',

  describe: {
    needs: [{ actions: ['rds:DescribeDBInstances'], on: '*' }],
    async run(aws, ids) {
      const found = new Map<string, DBInstance>();
      for (const batch of batchesOf(ids, idsPerFilter)) {
        const some = await readInstances(aws, { Filters: [{ Name: 'db-instance-id', Values: batch }] });
        for (const instance of some) found.set(instance.DBInstanceIdentifier ?? '', instance);
      }
      return ids.map((id) => describeInstance(id, found.get(id)));
    },
  },

  census: {
    needs: [{ actions: ['rds:DescribeDBInstances'], on: '*' }],
    async run(aws) {
      // RDS answers with a hundred a page, and with no more.
      const all = await readInstances(aws, {});
      return all.map((instance) => describeInstance(instance.DBInstanceIdentifier ?? '', instance));
    },
  },

  remove: {
    needs: [
      { actions: ['rds:DeleteDBInstance'], on: 'arn:aws:rds:REGION:ACCOUNT:db:*', guard: 'tags' },
      {
        actions: ['rds:CreateDBSnapshot'],
        on: 'arn:aws:rds:REGION:ACCOUNT:db:*',
        guard: 'tags',
        implied: 'a deletion with a final snapshot makes one',
      },
      {
        actions: ['rds:CreateDBSnapshot', 'rds:AddTagsToResource'],
        on: 'arn:aws:rds:REGION:ACCOUNT:snapshot:mayfly-*',
        implied: 'a deletion with a final snapshot makes one and may copy the tags to it',
      },
    ],
    run: (aws, targets, { finalSnapshot }) =>
      removeEach(targets, errors, (target) => removeInstance(aws, target, finalSnapshot), 'requested'),
  },

  finish: {
    needs: [
      {
        actions: ['rds:ListTagsForResource', 'rds:AddTagsToResource', 'rds:RemoveTagsFromResource'],
        on: 'arn:aws:rds:REGION:ACCOUNT:snapshot:mayfly-*',
      },
    ],
    run: (aws, targets, settings) => markFinalSnapshots(aws, 'snapshot', targets.filter(hasItsOwnData), settings),
  },

  tag: {
    needs: [{ actions: ['rds:AddTagsToResource'], on: 'arn:aws:rds:REGION:ACCOUNT:db:*' }],
    async run({ client, sdk }, { arn }, { key, value }) {
      await client.send(new sdk.AddTagsToResourceCommand({ ResourceName: arn, Tags: [{ Key: key, Value: value }] }));
    },
  },

  server: rdsDbServerOperations,

  cost: rdsDbCost,
});

async function readInstances({ client, sdk }: Rds, input: DescribeDBInstancesMessage): Promise<DBInstance[]> {
  const found: DBInstance[] = [];
  for await (const { DBInstances = [] } of sdk.paginateDescribeDBInstances({ client }, input)) {
    found.push(...DBInstances);
  }
  return found;
}

function describeInstance(id: string, instance: DBInstance | undefined): Description {
  if (instance === undefined) return { kind: 'gone', id };
  const { DBInstanceArn: arn, DbiResourceId: identity, DBInstanceStatus: state = 'unknown' } = instance;
  if (state === 'deleting') return { kind: 'leaving', id };
  if (arn === undefined || identity === undefined) {
    return { kind: 'unreadable', id, why: 'RDS shows no resource id that would tell it from another of its name' };
  }
  const createdAt = instance.InstanceCreateTime?.getTime();
  const protection = protectionOf(instance);
  const owner = ownerOf(instance);
  const usedBy = replicasOf(instance);
  return {
    kind: 'present',
    id,
    arn,
    identity,
    ...(createdAt !== undefined && { createdAt }),
    tags: tagMap(instance.TagList),
    ...(protection !== undefined && { protection }),
    ...(owner !== undefined && { owner }),
    ...(usedBy.length > 0 && { usedBy }),
    facts: factsOf(instance, state),
    server: rdsDbServer(instance),
  };
}

function protectionOf({ DeletionProtection, Engine = 'unknown' }: DBInstance): string | undefined {
  if (!supportedDbEngine.test(Engine)) return `Mayfly does not support the engine ${Engine}`;
  return DeletionProtection ? 'deletion protection is on' : undefined;
}

/**
 * AWS deletes a member of a Multi-AZ cluster only together with the cluster; a member of an Aurora cluster goes alone.
 */
function ownerOf({ DBClusterIdentifier, Engine = '' }: DBInstance): Owner | undefined {
  if (DBClusterIdentifier === undefined || Engine.startsWith('aurora')) return undefined;
  return { kind: 'controller', name: `Multi-AZ cluster ${DBClusterIdentifier}` };
}

/** Deleting the source would promote its replicas, or break them, behind their owners' backs. */
function replicasOf(instance: DBInstance): UsedBy[] {
  const { ReadReplicaDBInstanceIdentifiers: instances = [], ReadReplicaDBClusterIdentifiers: clusters = [] } = instance;
  return [
    ...instances.map((name) => readReplica(name, 'rds:db')),
    ...clusters.map((name) => readReplica(name, 'rds:cluster')),
  ];
}

function factsOf(instance: DBInstance, state: string): Target['facts'] {
  const replicaOf = instance.ReadReplicaSourceDBInstanceIdentifier ?? instance.ReadReplicaSourceDBClusterIdentifier;
  return {
    state,
    engine: instance.Engine ?? 'unknown',
    instanceClass: instance.DBInstanceClass ?? 'unknown',
    multiAz: instance.MultiAZ ?? false,
    storageType: instance.StorageType ?? 'unknown',
    ...(instance.AllocatedStorage !== undefined && { storageGb: instance.AllocatedStorage }),
    ...(instance.Iops !== undefined && { iops: instance.Iops }),
    ...(instance.StorageThroughput !== undefined && { throughputMbps: instance.StorageThroughput }),
    publiclyAccessible: instance.PubliclyAccessible ?? false,
    ...(instance.StorageEncrypted && instance.KmsKeyId !== undefined && { kmsKey: instance.KmsKeyId }),
    ...(instance.DBClusterIdentifier !== undefined && { cluster: instance.DBClusterIdentifier }),
    ...(replicaOf !== undefined && { replicaOf }),
  };
}

/** The data of a cluster's member is the cluster's, that of a replica is its source's: AWS makes no copy of either. */
function hasItsOwnData({ facts }: Target): boolean {
  return facts['cluster'] === undefined && facts['replicaOf'] === undefined;
}

async function removeInstance(
  { client, sdk }: Rds,
  target: Target,
  finalSnapshot: boolean,
): Promise<Partial<RemovalResult>> {
  const { id, facts } = target;
  if (!finalSnapshot || !hasItsOwnData(target)) {
    const backups = facts['cluster'] === undefined ? { DeleteAutomatedBackups: true } : {};
    await client.send(
      new sdk.DeleteDBInstanceCommand({ DBInstanceIdentifier: id, SkipFinalSnapshot: true, ...backups }),
    );
    return {};
  }
  const obstacle = obstacleToSnapshot(facts);
  if (obstacle !== undefined) return { kind: 'blocked', why: obstacle };
  const name = finalSnapshotName(target);
  try {
    await client.send(
      new sdk.DeleteDBInstanceCommand({
        DBInstanceIdentifier: id,
        SkipFinalSnapshot: false,
        FinalDBSnapshotIdentifier: name,
        DeleteAutomatedBackups: true,
      }),
    );
  } catch (error) {
    if (!['DBSnapshotAlreadyExistsFault', 'DBSnapshotAlreadyExists'].includes(codeOf(error))) throw error;
    return { kind: 'blocked', why: snapshotExists(name) };
  }
  return { detail: `final snapshot ${name}` };
}

/** A database is never removed without the copy that the policy wants. */
function obstacleToSnapshot({ state, engine }: Target['facts']): string | undefined {
  const kept = 'the policy wants a final snapshot, and AWS makes none';
  if (String(engine).startsWith('custom-')) return `${kept} of RDS Custom`;
  if (statesWithoutSnapshot.test(String(state))) return `${kept} in the state ${state}`;
  return undefined;
}

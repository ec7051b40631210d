import type { Permission } from './define.ts';
import { lastChanges } from './last-change.ts';
import { restoreCluster } from './rds-cluster-restore.ts';
import { copyDatabase, copyOf, discardSnapshot, finishSnapshot, snapshotStates } from './rds-copy.ts';
import { databaseMetrics, restoring, trailNames } from './rds-db-server.ts';
import { finalSnapshotName, type Rds } from './rds-final-snapshot.ts';
import { startCluster, stopCluster, untagDatabase } from './rds-power.ts';
import { clusterRecipe } from './rds-recipe.ts';
import { clusterSnapshots } from './rds-snapshot-kinds.ts';
import { readMetrics } from './server-metrics.ts';
import { keyNeeds, passesKeys } from './server-needs.ts';
import type { ServerDefinition } from './server-operations.ts';

const of = (word: string) => `arn:aws:rds:REGION:ACCOUNT:${word}:*`;
const ownSnapshots = 'arn:aws:rds:REGION:ACCOUNT:cluster-snapshot:mayfly-*';

export const rdsClusterServerOperations: ServerDefinition<Rds['sdk'], Rds['client']> = {
  metrics: {
    needs: [{ actions: ['cloudwatch:GetMetricData'], on: '*' }],
    run: (aws, targets, window) =>
      readMetrics(
        aws,
        targets.map(({ id, carries = [] }) => ({ id, wanted: databaseMetrics(carries.map((one) => one.id)) })),
        window,
      ),
  },
  lastChange: {
    needs: [{ actions: ['cloudtrail:LookupEvents'], on: '*' }],
    run: (aws, targets, question) => lastChanges(aws, targets.map(trailNames), question),
  },
  copy: {
    needs: [
      { actions: ['rds:DescribeDBClusterSnapshots'], on: '*' },
      ...keyNeeds,
      { actions: ['rds:CreateDBClusterSnapshot'], on: of('cluster'), guard: 'tags' },
      { actions: ['rds:CreateDBClusterSnapshot'], on: ownSnapshots },
      { actions: ['rds:AddTagsToResource'], on: ownSnapshots, implied: 'a snapshot that is born with tags' },
      ...passesKeys,
    ],
    run: (aws, target, order) => copyDatabase(aws, clusterSnapshots, target, order),
  },
  finishCopy: {
    needs: [{ actions: ['rds:ListTagsForResource', 'rds:RemoveTagsFromResource'], on: ownSnapshots }],
    run: (aws, copy, marks) => finishSnapshot(aws, clusterSnapshots, copy, marks),
  },
  copyState: {
    needs: [{ actions: ['rds:DescribeDBClusterSnapshots'], on: '*' }],
    run: (aws, copies) => snapshotStates(aws, clusterSnapshots, copies),
  },
  stop: { needs: [{ actions: ['rds:StopDBCluster'], on: of('cluster'), guard: 'tags' }], run: stopCluster },
  start: {
    needs: [{ actions: ['rds:StartDBCluster'], on: of('cluster'), guard: 'tags' }, ...passesKeys],
    run: startCluster,
  },
  untag: {
    needs: [{ actions: ['rds:RemoveTagsFromResource'], on: of('cluster'), guard: 'tags' }],
    run: untagDatabase,
  },
  recipe: {
    needs: [{ actions: ['rds:DescribeDBClusters', 'rds:DescribeDBInstances'], on: '*' }],
    run: clusterRecipe,
  },
  restore: {
    needs: [
      { actions: ['rds:DescribeDBClusters', 'rds:DescribeDBInstances'], on: '*' },
      { actions: ['rds:RestoreDBClusterFromSnapshot'], on: of('cluster'), only: restoring },
      { actions: ['rds:RestoreDBClusterFromSnapshot'], on: ownSnapshots },
      ...['og', 'cluster-pg', 'subgrp'].map(
        (word): Permission => ({ actions: ['rds:RestoreDBClusterFromSnapshot'], on: of(word) }),
      ),
      { actions: ['rds:CreateDBInstance'], on: of('db'), only: restoring },
      { actions: ['rds:CreateDBInstance'], on: of('cluster') },
      ...['og', 'pg', 'secgrp', 'subgrp'].map(
        (word): Permission => ({ actions: ['rds:CreateDBInstance'], on: of(word) }),
      ),
      ...['cluster', 'db'].map(
        (word): Permission => ({
          actions: ['rds:AddTagsToResource'],
          on: of(word),
          only: restoring,
          implied: 'a cluster and instances that are born with tags',
        }),
      ),
      ...passesKeys,
    ],
    run: restoreCluster,
  },
  discardCopy: {
    needs: [
      { actions: ['rds:DescribeDBClusterSnapshots'], on: '*' },
      { actions: ['rds:DeleteDBClusterSnapshot'], on: ownSnapshots, guard: 'own' },
    ],
    run: (aws, copy) => discardSnapshot(aws, clusterSnapshots, copy),
  },
  finalCopy: (target, shard, at) => copyOf({ shard }, clusterSnapshots, target, finalSnapshotName(target), at),
};

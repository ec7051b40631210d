import type { Condition, Permission, Target } from './define.ts';
import { lastChanges } from './last-change.ts';
import { restoredKey } from './own-copy.ts';
import { copyDatabase, copyOf, discardSnapshot, finishSnapshot, snapshotStates } from './rds-copy.ts';
import { finalSnapshotName, type Rds } from './rds-final-snapshot.ts';
import { startDb, stopDb, untagDatabase } from './rds-power.ts';
import { dbRecipe } from './rds-recipe.ts';
import { restoreDb } from './rds-restore.ts';
import { dbSnapshots } from './rds-snapshot-kinds.ts';
import { readMetrics, type WantedMetric } from './server-metrics.ts';
import { keyNeeds, passesKeys } from './server-needs.ts';
import type { ServerDefinition } from './server-operations.ts';

const of = (word: string) => `arn:aws:rds:REGION:ACCOUNT:${word}:*`;
const ownSnapshots = 'arn:aws:rds:REGION:ACCOUNT:snapshot:mayfly-*';

/** A request that makes something of a copy says so in a tag. */
export const restoring: Condition = { Null: { [`aws:RequestTag/${restoredKey}`]: 'false' } };

export const rdsDbServerOperations: ServerDefinition<Rds['sdk'], Rds['client']> = {
  metrics: {
    needs: [{ actions: ['cloudwatch:GetMetricData'], on: '*' }],
    run: (aws, targets, window) =>
      readMetrics(
        aws,
        targets.map(({ id }) => ({ id, wanted: databaseMetrics([id]) })),
        window,
      ),
  },
  lastChange: {
    needs: [{ actions: ['cloudtrail:LookupEvents'], on: '*' }],
    run: (aws, targets, question) => lastChanges(aws, targets.map(trailNames), question),
  },
  copy: {
    needs: [
      { actions: ['rds:DescribeDBSnapshots'], on: '*' },
      ...keyNeeds,
      { actions: ['rds:CreateDBSnapshot'], on: of('db'), guard: 'tags' },
      { actions: ['rds:CreateDBSnapshot'], on: ownSnapshots },
      { actions: ['rds:AddTagsToResource'], on: ownSnapshots, implied: 'a snapshot that is born with tags' },
      ...passesKeys,
    ],
    run: (aws, target, order) => copyDatabase(aws, dbSnapshots, target, order),
  },
  finishCopy: {
    needs: [{ actions: ['rds:ListTagsForResource', 'rds:RemoveTagsFromResource'], on: ownSnapshots }],
    run: (aws, copy, marks) => finishSnapshot(aws, dbSnapshots, copy, marks),
  },
  copyState: {
    needs: [{ actions: ['rds:DescribeDBSnapshots'], on: '*' }],
    run: (aws, copies) => snapshotStates(aws, dbSnapshots, copies),
  },
  stop: { needs: [{ actions: ['rds:StopDBInstance'], on: of('db'), guard: 'tags' }], run: stopDb },
  start: {
    needs: [{ actions: ['rds:StartDBInstance'], on: of('db'), guard: 'tags' }, ...passesKeys],
    run: startDb,
  },
  untag: {
    needs: [{ actions: ['rds:RemoveTagsFromResource'], on: of('db'), guard: 'tags' }],
    run: untagDatabase,
  },
  recipe: { needs: [{ actions: ['rds:DescribeDBInstances'], on: '*' }], run: dbRecipe },
  restore: {
    needs: [
      { actions: ['rds:DescribeDBInstances'], on: '*' },
      { actions: ['rds:RestoreDBInstanceFromDBSnapshot'], on: of('db'), only: restoring },
      { actions: ['rds:RestoreDBInstanceFromDBSnapshot'], on: ownSnapshots },
      ...['og', 'pg', 'subgrp'].map(
        (word): Permission => ({ actions: ['rds:RestoreDBInstanceFromDBSnapshot'], on: of(word) }),
      ),
      {
        actions: ['rds:AddTagsToResource'],
        on: of('db'),
        only: restoring,
        implied: 'a database that is born with tags',
      },
      ...passesKeys,
    ],
    run: restoreDb,
  },
  discardCopy: {
    needs: [
      { actions: ['rds:DescribeDBSnapshots'], on: '*' },
      { actions: ['rds:DeleteDBSnapshot'], on: ownSnapshots, guard: 'own' },
    ],
    run: (aws, copy) => discardSnapshot(aws, dbSnapshots, copy),
  },
  finalCopy: (target, shard, at) => copyOf({ shard }, dbSnapshots, target, finalSnapshotName(target), at),
};

/** CloudTrail may call a database by its name or by its ARN, and a cluster changes with its instances. */
export function trailNames({ id, arn, carries = [] }: Target): { id: string; names: string[] } {
  return { id, names: [id, arn, ...carries.flatMap((one) => [one.id, one.arn])] };
}

/** Of all instances of a server together: it works if one of them does. */
export function databaseMetrics(instances: readonly string[]): WantedMetric[] {
  const series = (name: string) =>
    instances.map((value) => ({
      namespace: 'AWS/RDS' as const,
      name,
      stat: 'Maximum' as const,
      dimension: 'DBInstanceIdentifier' as const,
      value,
    }));
  return [
    { metric: 'cpuPeak', of: 'peaks', series: series('CPUUtilization') },
    { metric: 'connections', of: 'peaks', series: series('DatabaseConnections') },
  ];
}

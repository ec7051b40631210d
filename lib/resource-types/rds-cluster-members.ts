import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import type { Shard } from '../core/resource.ts';
import { batchesOf } from './batches.ts';
import type { Carried } from './define.ts';
import type { Rds } from './rds-final-snapshot.ts';

/** Clusters in one filter. */
const idsPerFilter = 100;

/**
 * The instances of clusters. Their classes are part of a cluster's configuration, and only their own description shows
 * them.
 */
export async function membersByCluster(
  { client, sdk }: Pick<Rds, 'client' | 'sdk'>,
  clusters: readonly string[],
): Promise<Map<string, DBInstance[]>> {
  const found: DBInstance[] = [];
  for (const batch of batchesOf(clusters, idsPerFilter)) {
    const input = { Filters: [{ Name: 'db-cluster-id', Values: batch }] };
    for await (const { DBInstances = [] } of sdk.paginateDescribeDBInstances({ client }, input)) {
      found.push(...DBInstances);
    }
  }
  return Map.groupBy(found, ({ DBClusterIdentifier = '' }) => DBClusterIdentifier);
}

/** What goes with a cluster. The writer comes last, so that the deletions cause no failover. */
export function membersOf({ DBClusterMembers = [] }: DBCluster, shard: Shard & { partition: string }): Carried[] {
  return DBClusterMembers.toSorted((a, b) => Number(a.IsClusterWriter ?? false) - Number(b.IsClusterWriter ?? false))
    .flatMap(({ DBInstanceIdentifier: id }) => (id === undefined ? [] : [id]))
    .map((id) => ({ id, arn: `arn:${shard.partition}:rds:${shard.region}:${shard.account}:db:${id}`, type: 'rds:db' }));
}

import type { DBInstance } from '@aws-sdk/client-rds';
import { batchesOf } from './batches.ts';
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

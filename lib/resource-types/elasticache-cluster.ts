import type { CacheCluster } from '@aws-sdk/client-elasticache';
import { type Amount, type Cost, estimate } from '../core/cost.ts';
import { defineCostType } from './cost-type.ts';
import type { Description } from './define.ts';
import { numberIn, wordIn } from './fact.ts';
import { taggedResources, taggedResourcesNeed } from './tagged-resources.ts';

/** States of which it is not known what AWS bills. */
const broken = /^(incompatible-|restore-failed|create-failed|unknown)/;

const cacheClusterCost: Cost = {
  says:
    'the hours of its nodes, by their type and engine. Of a replication group each node is a cluster of its own. ' +
    'Backups beyond what is included, and extended support, are not in it',

  monthlyUsd(facts, prices): Amount {
    const state = wordIn(facts, 'state');
    if (broken.test(state)) return { kind: 'unknown', why: `what AWS bills in the state ${state} is not known` };
    const item = `elasticache.${wordIn(facts, 'engine')}.${wordIn(facts, 'nodeType')}`;
    return estimate(prices, [{ item, unit: 'hour', quantity: numberIn(facts, 'nodes') }]);
  },
};

/**
 * A cluster of Memcached, or one node of Valkey or Redis OSS. It can't be stopped: "As long as a cluster is in the
 * available state, you are being charged for it" (Amazon ElastiCache user guide).
 */
export const elasticacheCluster = defineCostType({
  id: 'elasticache:cluster',
  title: 'ElastiCache cluster',
  sdk: () => import('./sdk/elasticache.ts'),
  client: (sdk) => sdk.ElastiCacheClient,

  census: {
    needs: [{ actions: ['elasticache:DescribeCacheClusters'], on: '*' }, taggedResourcesNeed],
    async run(aws) {
      const { client, sdk } = aws;
      const all: CacheCluster[] = [];
      // ElastiCache answers with a hundred a page, and with no more.
      for await (const { CacheClusters = [] } of sdk.paginateDescribeCacheClusters({ client }, {})) {
        all.push(...CacheClusters);
      }
      const tags = all.length === 0 ? undefined : await taggedResources(aws, 'elasticache');
      return all.map((cluster) => describeCluster(cluster, tags?.get(cluster.ARN ?? '') ?? {}));
    },
  },

  cost: cacheClusterCost,
});

function describeCluster(cluster: CacheCluster, tags: Record<string, string>): Description {
  const { CacheClusterId: id = '', ARN: arn, CacheClusterStatus: state = 'unknown' } = cluster;
  if (state === 'deleting') return { kind: 'leaving', id };
  if (state === 'deleted') return { kind: 'gone', id };
  if (arn === undefined) return { kind: 'unreadable', id, why: 'ElastiCache shows no ARN of it' };
  return {
    kind: 'present',
    id,
    arn,
    identity: arn,
    ...(cluster.CacheClusterCreateTime !== undefined && { createdAt: cluster.CacheClusterCreateTime.getTime() }),
    tags,
    facts: {
      state,
      engine: cluster.Engine ?? 'unknown',
      nodeType: cluster.CacheNodeType ?? 'unknown',
      ...(cluster.NumCacheNodes !== undefined && { nodes: cluster.NumCacheNodes }),
    },
  };
}

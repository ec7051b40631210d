import type { ServerlessCache } from '@aws-sdk/client-elasticache';
import { unknownCost } from '../core/cost.ts';
import { defineCostType } from './cost-type.ts';
import type { Description } from './define.ts';
import { taggedResources, taggedResourcesNeed } from './tagged-resources.ts';

/**
 * A serverless cache. Not every region offers them, and a call to what is not there fails as any other. So they are
 * asked for only where the index of tags names one; whatever carries no tag beside it is seen then, too.
 */
export const elasticacheServerlessCache = defineCostType({
  id: 'elasticache:serverlesscache',
  title: 'ElastiCache serverless cache',
  sdk: () => import('./sdk/elasticache.ts'),
  client: (sdk) => sdk.ElastiCacheClient,

  census: {
    needs: [taggedResourcesNeed, { actions: ['elasticache:DescribeServerlessCaches'], on: '*' }],
    async run(aws) {
      const { client, sdk } = aws;
      // By service: the index refuses a filter by a type that a region does not offer.
      const tags = await taggedResources(aws, 'elasticache');
      if (![...tags.keys()].some((arn) => arn.includes(':serverlesscache:'))) return [];
      const found: Description[] = [];
      for await (const { ServerlessCaches = [] } of sdk.paginateDescribeServerlessCaches({ client }, {})) {
        found.push(...ServerlessCaches.map((cache) => describeCache(cache, tags.get(cache.ARN ?? '') ?? {})));
      }
      return found;
    },
  },

  cost: unknownCost(
    'a serverless cache is billed by what it stores and by use, and ElastiCache shows neither. Where none of them ' +
      'carries a tag they are not seen',
  ),
});

function describeCache(cache: ServerlessCache, tags: Record<string, string>): Description {
  const { ServerlessCacheName: id = '', ARN: arn, Status: state = 'unknown' } = cache;
  if (state.toLowerCase() === 'deleting') return { kind: 'leaving', id };
  if (arn === undefined) return { kind: 'unreadable', id, why: 'ElastiCache shows no ARN of it' };
  return {
    kind: 'present',
    id,
    arn,
    identity: arn,
    ...(cache.CreateTime !== undefined && { createdAt: cache.CreateTime.getTime() }),
    tags,
    facts: { state, engine: cache.Engine ?? 'unknown' },
  };
}

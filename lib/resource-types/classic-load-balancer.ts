import type { LoadBalancerDescription } from '@aws-sdk/client-elastic-load-balancing';
import { type Amount, type Cost, estimate } from '../core/cost.ts';
import { batchesOf, inParallel } from './batches.ts';
import { defineCostType } from './cost-type.ts';
import type { Aws, Description } from './define.ts';
import { numberIn } from './fact.ts';
import { tagMap } from './tag-list.ts';

type Classic = Aws<
  typeof import('./sdk/elastic-load-balancing.ts'),
  import('@aws-sdk/client-elastic-load-balancing').ElasticLoadBalancingClient
>;

/** The largest page that AWS gives. */
const balancersPerPage = 400;

const namesPerTagCall = 20;
const tagCallsAtOnce = 4;

const classicLoadBalancerCost: Cost = {
  says:
    'its hours, and those of the public IPv4 addresses that AWS gives it, one a zone. What it is billed for traffic ' +
    'is not in it',

  monthlyUsd: (facts, prices): Amount =>
    estimate(prices, [
      { item: 'lb.classic.hour', unit: 'hour', quantity: 1 },
      { item: 'public-ipv4.in-use.hour', unit: 'hour', quantity: numberIn(facts, 'publicIps') },
    ]),
};

/** A load balancer of the first generation. It has no states: it is there and billed, or it is gone. */
export const classicLoadBalancer = defineCostType({
  id: 'elasticloadbalancing:classic-loadbalancer',
  title: 'Classic load balancer',
  sdk: () => import('./sdk/elastic-load-balancing.ts'),
  client: (sdk) => sdk.ElasticLoadBalancingClient,

  census: {
    needs: [{ actions: ['elasticloadbalancing:DescribeLoadBalancers', 'elasticloadbalancing:DescribeTags'], on: '*' }],
    async run(aws) {
      const { client, sdk } = aws;
      const all: LoadBalancerDescription[] = [];
      for await (const { LoadBalancerDescriptions = [] } of sdk.paginateDescribeLoadBalancers(
        { client },
        { PageSize: balancersPerPage },
      )) {
        all.push(...LoadBalancerDescriptions);
      }
      const tags = await tagsByName(
        aws,
        all.flatMap(({ LoadBalancerName }) => LoadBalancerName ?? []),
      );
      return all.map((one) => describeBalancer(one, tags.get(one.LoadBalancerName ?? ''), aws));
    },
  },

  cost: classicLoadBalancerCost,
});

async function tagsByName(
  { client, sdk }: Classic,
  names: readonly string[],
): Promise<Map<string, Record<string, string>>> {
  const answers = await inParallel(batchesOf(names, namesPerTagCall), tagCallsAtOnce, async (LoadBalancerNames) => {
    const { TagDescriptions = [] } = await client.send(new sdk.DescribeTagsCommand({ LoadBalancerNames }));
    return TagDescriptions.map(({ LoadBalancerName = '', Tags }) => [LoadBalancerName, tagMap(Tags)] as const);
  });
  return new Map(answers.flat());
}

function describeBalancer(
  balancer: LoadBalancerDescription,
  tags: Record<string, string> | undefined,
  { shard }: Classic,
): Description {
  const { LoadBalancerName: id = '', Scheme: scheme = 'unknown', AvailabilityZones, CreatedTime } = balancer;
  if (tags === undefined) return { kind: 'unreadable', id, why: 'the service gave no answer about its tags' };
  const publicIps = scheme === 'internet-facing' ? AvailabilityZones?.length : 0;
  const arn = `arn:${shard.partition}:elasticloadbalancing:${shard.region}:${shard.account}:loadbalancer/${id}`;
  return {
    kind: 'present',
    id,
    arn,
    identity: arn,
    ...(CreatedTime !== undefined && { createdAt: CreatedTime.getTime() }),
    tags,
    facts: { scheme, ...(publicIps !== undefined && { publicIps }) },
  };
}

import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Description, defineResourceType } from './define.ts';
import { loadBalancerCost, publicIpsOf } from './load-balancer-cost.ts';
import { arnOf, describeTogether, kubernetesOwner, type LoadBalancing, tagsByArn } from './load-balancing.ts';
import { describeEach, removeEach } from './removal-errors.ts';

const goneNames = ['LoadBalancerNotFoundException', 'LoadBalancerNotFound'];

const blockedNames = [
  'OperationNotPermittedException',
  'OperationNotPermitted',
  'ResourceInUseException',
  'ResourceInUse',
];

/** An application, network or gateway load balancer. Its listeners go with it, its targets stay. */
export const loadBalancer = defineResourceType({
  id: 'elasticloadbalancing:loadbalancer',
  title: 'Load balancer',
  // A classic load balancer has one word after the slash and belongs to another API.
  idIn: ({ service, resource }) =>
    service === 'elasticloadbalancing'
      ? /^loadbalancer\/((?:app|net|gwy)\/[\w-]+\/[0-9a-f]+)$/.exec(resource)?.[1]
      : undefined,
  cloudFormation: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  sdk: () => import('./sdk/elastic-load-balancing-v2.ts'),
  client: (sdk) => sdk.ElasticLoadBalancingV2Client,
  after: [],
  removal: 'synchronous',

  describe: {
    needs: [
      {
        actions: [
          'elasticloadbalancing:DescribeLoadBalancers',
          'elasticloadbalancing:DescribeTags',
          'elasticloadbalancing:DescribeLoadBalancerAttributes',
        ],
        on: '*',
      },
    ],
    run: (aws, ids) =>
      describeTogether(ids, goneNames, async (some) => {
        const LoadBalancerArns = some.map((id) => arnOf(aws, `loadbalancer/${id}`));
        const found = new Map<string, LoadBalancer>();
        for await (const page of aws.sdk.paginateDescribeLoadBalancers({ client: aws.client }, { LoadBalancerArns })) {
          for (const one of page.LoadBalancers ?? []) found.set(one.LoadBalancerArn ?? '', one);
        }
        const tags = await tagsByArn(aws, [...found.keys()]);
        const known = some.filter((id) => found.has(arnOf(aws, `loadbalancer/${id}`)));
        return describeEach(known, goneNames, (id) => {
          const arn = arnOf(aws, `loadbalancer/${id}`);
          return describeLoadBalancer(aws, id, found.get(arn), tags.get(arn));
        });
      }),
  },

  remove: {
    needs: [
      {
        actions: ['elasticloadbalancing:DeleteLoadBalancer'],
        // Two slashes: the classic load balancers, which share the action, stay out of reach.
        on: 'arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/*/*/*',
        guard: 'tags',
      },
    ],
    run: ({ client, sdk }, targets) =>
      removeEach(targets, { gone: goneNames, blocked: blockedNames }, async ({ arn }) => {
        await client.send(new sdk.DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
        return {};
      }),
  },

  tag: {
    needs: [
      {
        actions: ['elasticloadbalancing:AddTags'],
        on: 'arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/*/*/*',
      },
    ],
    async run({ client, sdk }, { arn }, { key, value }) {
      await client.send(new sdk.AddTagsCommand({ ResourceArns: [arn], Tags: [{ Key: key, Value: value }] }));
    },
  },

  cost: loadBalancerCost,
});

async function describeLoadBalancer(
  { client, sdk }: LoadBalancing,
  id: string,
  found: LoadBalancer | undefined,
  tags: Record<string, string> | undefined,
): Promise<Description> {
  const arn = found?.LoadBalancerArn;
  if (found === undefined || arn === undefined || tags === undefined) {
    throw new Error('the service gave no answer about it or its tags');
  }
  const { Attributes = [] } = await client.send(
    new sdk.DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }),
  );
  const isProtected = Attributes.some(({ Key, Value }) => Key === 'deletion_protection.enabled' && Value === 'true');
  const owner = kubernetesOwner(tags);
  const publicIps = publicIpsOf(found);
  return {
    kind: 'present',
    id,
    arn,
    identity: arn,
    ...(found.CreatedTime !== undefined && { createdAt: found.CreatedTime.getTime() }),
    tags,
    ...(isProtected && { protection: 'deletion protection is on' }),
    ...(owner !== undefined && { owner }),
    facts: {
      state: found.State?.Code ?? 'unknown',
      loadBalancerType: found.Type ?? 'unknown',
      scheme: found.Scheme ?? 'unknown',
      ...(publicIps !== undefined && { publicIps }),
    },
  };
}

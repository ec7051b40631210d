import type { DescribeLoadBalancersInput, LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Description, defineResourceType, type Present } from './define.ts';
import { loadBalancerCost, publicIpsOf } from './load-balancer-cost.ts';
import { arnOf, describeTogether, kubernetesOwner, type LoadBalancing, tagsByArn } from './load-balancing.ts';
import { describeEach, removeEach } from './removal-errors.ts';

const goneNames = ['LoadBalancerNotFoundException', 'LoadBalancerNotFound'];

/** The largest page that AWS gives. */
const balancersPerPage = 400;

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
        const all = await readLoadBalancers(aws, { LoadBalancerArns });
        const found = new Map(all.map((one) => [one.LoadBalancerArn ?? '', one]));
        const tags = await tagsByArn(aws, [...found.keys()]);
        const known = some.filter((id) => found.has(arnOf(aws, `loadbalancer/${id}`)));
        return describeEach(known, goneNames, (id) => {
          const arn = arnOf(aws, `loadbalancer/${id}`);
          return describeLoadBalancer(aws, id, found.get(arn), tags.get(arn));
        });
      }),
  },

  census: {
    needs: [{ actions: ['elasticloadbalancing:DescribeLoadBalancers', 'elasticloadbalancing:DescribeTags'], on: '*' }],
    async run(aws) {
      const all = await readLoadBalancers(aws, { PageSize: balancersPerPage });
      const tags = await tagsByArn(
        aws,
        all.flatMap(({ LoadBalancerArn }) => LoadBalancerArn ?? []),
      );
      // Its deletion protection takes a call for each, and no price depends on it.
      return all.map((one) => {
        const id = one.LoadBalancerArn?.split(':loadbalancer/')[1] ?? '';
        return present(id, one, tags.get(one.LoadBalancerArn ?? '')) ?? { kind: 'unreadable', id, why: noAnswer };
      });
    },
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

async function readLoadBalancers(
  { client, sdk }: LoadBalancing,
  input: DescribeLoadBalancersInput,
): Promise<LoadBalancer[]> {
  const found: LoadBalancer[] = [];
  for await (const { LoadBalancers = [] } of sdk.paginateDescribeLoadBalancers({ client }, input)) {
    found.push(...LoadBalancers);
  }
  return found;
}

async function describeLoadBalancer(
  { client, sdk }: LoadBalancing,
  id: string,
  found: LoadBalancer | undefined,
  tags: Record<string, string> | undefined,
): Promise<Description> {
  const described = present(id, found, tags);
  if (described === undefined) throw new Error(noAnswer);
  const { Attributes = [] } = await client.send(
    new sdk.DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: described.arn }),
  );
  const isProtected = Attributes.some(({ Key, Value }) => Key === 'deletion_protection.enabled' && Value === 'true');
  return { ...described, ...(isProtected && { protection: 'deletion protection is on' }) };
}

const noAnswer = 'the service gave no answer about it or its tags';

/** Without its protection, which takes a call of its own. `undefined` where AWS left it or its tags out. */
function present(
  id: string,
  found: LoadBalancer | undefined,
  tags: Record<string, string> | undefined,
): Present | undefined {
  const arn = found?.LoadBalancerArn;
  if (found === undefined || arn === undefined || tags === undefined) return undefined;
  const owner = kubernetesOwner(tags);
  const publicIps = publicIpsOf(found);
  return {
    kind: 'present',
    id,
    arn,
    identity: arn,
    ...(found.CreatedTime !== undefined && { createdAt: found.CreatedTime.getTime() }),
    tags,
    ...(owner !== undefined && { owner }),
    facts: {
      state: found.State?.Code ?? 'unknown',
      loadBalancerType: found.Type ?? 'unknown',
      scheme: found.Scheme ?? 'unknown',
      ...(publicIps !== undefined && { publicIps }),
    },
  };
}

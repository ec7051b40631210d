import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { noCost } from '../core/cost.ts';
import { type Description, defineResourceType } from './define.ts';
import { arnOf, describeTogether, kubernetesOwner, tagsByArn } from './load-balancing.ts';
import { removeEach } from './removal-errors.ts';

const goneNames = ['TargetGroupNotFoundException', 'TargetGroupNotFound'];

const onTargetGroups = 'arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/*';

/** Where a load balancer sends requests. The targets themselves stay. AWS shows no creation of it. */
export const targetGroup = defineResourceType({
  id: 'elasticloadbalancing:targetgroup',
  title: 'Target group',
  idIn: ({ service, resource }) =>
    service === 'elasticloadbalancing' ? /^targetgroup\/([\w-]+\/[0-9a-f]+)$/.exec(resource)?.[1] : undefined,
  cloudFormation: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  sdk: () => import('./sdk/elastic-load-balancing-v2.ts'),
  client: (sdk) => sdk.ElasticLoadBalancingV2Client,
  after: [
    { type: 'elasticloadbalancing:loadbalancer', because: 'a listener that points at a target group keeps it in use' },
  ],
  removal: 'synchronous',

  describe: {
    needs: [{ actions: ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTags'], on: '*' }],
    run: (aws, ids) =>
      describeTogether(ids, goneNames, async (some) => {
        const TargetGroupArns = some.map((id) => arnOf(aws, `targetgroup/${id}`));
        const found = new Map<string, TargetGroup>();
        for await (const page of aws.sdk.paginateDescribeTargetGroups({ client: aws.client }, { TargetGroupArns })) {
          for (const one of page.TargetGroups ?? []) found.set(one.TargetGroupArn ?? '', one);
        }
        const tags = await tagsByArn(aws, [...found.keys()]);
        return some.flatMap((id) => {
          const group = found.get(arnOf(aws, `targetgroup/${id}`));
          return group === undefined ? [] : [describeTargetGroup(id, group, tags.get(group.TargetGroupArn ?? ''))];
        });
      }),
  },

  remove: {
    needs: [{ actions: ['elasticloadbalancing:DeleteTargetGroup'], on: onTargetGroups, guard: 'tags' }],
    run: ({ client, sdk }, targets) =>
      removeEach(
        targets,
        { gone: goneNames, blocked: ['ResourceInUseException', 'ResourceInUse'] },
        async ({ arn }) => {
          await client.send(new sdk.DeleteTargetGroupCommand({ TargetGroupArn: arn }));
          return {};
        },
      ),
  },

  tag: {
    needs: [{ actions: ['elasticloadbalancing:AddTags'], on: onTargetGroups }],
    async run({ client, sdk }, { arn }, { key, value }) {
      await client.send(new sdk.AddTagsCommand({ ResourceArns: [arn], Tags: [{ Key: key, Value: value }] }));
    },
  },

  cost: noCost('a target group is free; its load balancer costs'),
});

function describeTargetGroup(id: string, found: TargetGroup, tags: Record<string, string> | undefined): Description {
  const { TargetGroupArn: arn = '', LoadBalancerArns = [], TargetType = 'unknown', Protocol = 'unknown' } = found;
  if (tags === undefined) return { kind: 'unreadable', id, why: 'the service gave no answer about its tags' };
  const owner = kubernetesOwner(tags);
  const usedBy = LoadBalancerArns.map((one) => ({
    words: `load balancer ${one.split('loadbalancer/').at(-1)}`,
    arn: one,
  }));
  return {
    kind: 'present',
    id,
    arn,
    identity: arn,
    tags,
    ...(owner !== undefined && { owner }),
    ...(usedBy.length > 0 && { usedBy }),
    facts: { targetType: TargetType, protocol: Protocol },
  };
}

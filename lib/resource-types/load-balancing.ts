import type { Owner } from '../core/resource.ts';
import { batchesOf, inParallel } from './batches.ts';
import type { Aws, Description } from './define.ts';
import { codeOf, describeEach, messageOf } from './removal-errors.ts';
import { tagMap } from './tag-list.ts';

export type LoadBalancing = Aws<
  typeof import('./sdk/elastic-load-balancing-v2.ts'),
  import('@aws-sdk/client-elastic-load-balancing-v2').ElasticLoadBalancingV2Client
>;

/** DescribeTags takes 20 ARNs, and so do the other reads. */
const arnsPerCall = 20;

const tagCallsAtOnce = 4;

export function arnOf({ shard }: LoadBalancing, resource: string): string {
  return `arn:${shard.partition}:elasticloadbalancing:${shard.region}:${shard.account}:${resource}`;
}

/**
 * Describes many in one call. One unknown ARN fails the whole call on AWS's side, so then each is asked alone, and so
 * is what a call leaves out: only an error of its own tells that one is gone.
 */
export async function describeTogether(
  ids: readonly string[],
  goneNames: readonly string[],
  describeAll: (ids: readonly string[]) => Promise<Description[]>,
): Promise<Description[]> {
  const alone = (some: readonly string[]) =>
    describeEach(some, goneNames, async (id) => {
      const [answer] = await describeAll([id]);
      return answer ?? { kind: 'unreadable', id, why: 'the service gave no answer about it' };
    });
  const answers: Description[] = [];
  for (const batch of batchesOf(ids, arnsPerCall)) {
    try {
      const some = await describeAll(batch);
      const answered = new Set(some.map(({ id }) => id));
      answers.push(...some, ...(await alone(batch.filter((id) => !answered.has(id)))));
    } catch (error) {
      if (goneNames.includes(codeOf(error))) answers.push(...(await alone(batch)));
      else answers.push(...batch.map((id) => ({ kind: 'unreadable' as const, id, why: messageOf(error) })));
    }
  }
  return answers;
}

/** The tags by ARN. An ARN that AWS leaves out is not in the map: that is no empty set of tags. */
export async function tagsByArn(
  { client, sdk }: LoadBalancing,
  arns: readonly string[],
): Promise<Map<string, Record<string, string>>> {
  const answers = await inParallel(batchesOf(arns, arnsPerCall), tagCallsAtOnce, async (ResourceArns) => {
    const { TagDescriptions = [] } = await client.send(new sdk.DescribeTagsCommand({ ResourceArns }));
    return TagDescriptions.map(({ ResourceArn = '', Tags }) => [ResourceArn, tagMap(Tags)] as const);
  });
  return new Map(answers.flat());
}

/** What a controller in a Kubernetes cluster made, it makes again. */
export function kubernetesOwner(tags: Readonly<Record<string, string>>): Owner | undefined {
  const cluster = tags['elbv2.k8s.aws/cluster'];
  if (cluster !== undefined) return { kind: 'controller', name: cluster };
  const prefix = 'kubernetes.io/cluster/';
  const key = Object.keys(tags).find((one) => one.startsWith(prefix));
  return key === undefined ? undefined : { kind: 'controller', name: key.slice(prefix.length) };
}

import type { Instance } from '@aws-sdk/client-ec2';
import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { inParallel } from './batches.ts';
import type { Ec2 } from './ec2-image.ts';
import { codeOf } from './removal-errors.ts';

const groupsAtOnce = 4;

/** A server's place in a target group of a load balancer. */
export interface Membership {
  arn: string;
  by: 'instance' | 'ip';
  port: number;
}

/** No call finds the groups of a target, so each group of its network is asked. */
export async function targetGroupsOf(
  { source }: Pick<Ec2, 'source'>,
  { InstanceId = '', VpcId, PrivateIpAddress = '' }: Instance,
): Promise<Membership[]> {
  const sdk = await import('./sdk/elastic-load-balancing-v2.ts');
  const client = source(sdk.ElasticLoadBalancingV2Client);
  const groups: TargetGroup[] = [];
  for await (const page of sdk.paginateDescribeTargetGroups({ client }, {})) groups.push(...(page.TargetGroups ?? []));
  const near = groups.filter(
    (one) => one.VpcId === VpcId && (one.TargetType === 'instance' || one.TargetType === 'ip'),
  );
  const found = await inParallel(
    near,
    groupsAtOnce,
    async ({ TargetGroupArn: arn = '', TargetType, Port: usual = 0 }) => {
      const by = TargetType === 'ip' ? 'ip' : 'instance';
      const wanted = by === 'ip' ? PrivateIpAddress : InstanceId;
      const { TargetHealthDescriptions = [] } = await client.send(
        new sdk.DescribeTargetHealthCommand({ TargetGroupArn: arn }),
      );
      return TargetHealthDescriptions.filter(({ Target }) => Target?.Id === wanted).map(({ Target }) => ({
        arn,
        by,
        port: Target?.Port ?? usual,
      })) satisfies Membership[];
    },
  );
  return found.flat();
}

/** Puts a server into its groups again; safe to repeat. Tells those that it can't be put into, in words. */
export async function registerInGroups(
  { source }: Pick<Ec2, 'source'>,
  { InstanceId = '', PrivateIpAddress = '' }: Instance,
  groups: readonly Membership[],
): Promise<string[]> {
  if (groups.length === 0) return [];
  const sdk = await import('./sdk/elastic-load-balancing-v2.ts');
  const client = source(sdk.ElasticLoadBalancingV2Client);
  const lost: string[] = [];
  for (const { arn, by, port } of groups) {
    const Targets = [{ Id: by === 'ip' ? PrivateIpAddress : InstanceId, Port: port }];
    try {
      await client.send(new sdk.RegisterTargetsCommand({ TargetGroupArn: arn, Targets }));
    } catch (error) {
      if (codeOf(error) !== 'TargetGroupNotFoundException') throw error;
      lost.push(`its place in the target group ${arn}, which is gone`);
    }
  }
  return lost;
}

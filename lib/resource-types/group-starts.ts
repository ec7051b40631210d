import type { AutoScalingGroup, LaunchTemplateSpecification } from '@aws-sdk/client-auto-scaling';
import { isLeaving } from './auto-scaling-group.ts';
import type { Aws, UsedBy } from './define.ts';

const groupsPerPage = 100;

/** What a group starts its servers from. */
export interface GroupStart {
  group: UsedBy;
  templates: readonly LaunchTemplateSpecification[];
  /** Images that it puts in the place of its templates'. */
  images: readonly string[];
  configuration?: string;
}

/**
 * All groups of the shard in large pages: no call finds the groups of one template. A group that is being deleted
 * starts nothing any more.
 */
export async function groupStarts({ source }: Pick<Aws<unknown, unknown>, 'source'>): Promise<GroupStart[]> {
  const sdk = await import('./sdk/auto-scaling.ts');
  const client = source(sdk.AutoScalingClient);
  const starts: GroupStart[] = [];
  const input = { IncludeInstances: false };
  for await (const page of sdk.paginateDescribeAutoScalingGroups({ client, pageSize: groupsPerPage }, input)) {
    starts.push(...(page.AutoScalingGroups ?? []).filter((group) => !isLeaving(group)).map(startOf));
  }
  return starts;
}

function startOf({ LaunchTemplate, MixedInstancesPolicy, ...group }: AutoScalingGroup): GroupStart {
  const { AutoScalingGroupName: name, AutoScalingGroupARN: arn, LaunchConfigurationName: configuration } = group;
  const { LaunchTemplateSpecification, Overrides = [] } = MixedInstancesPolicy?.LaunchTemplate ?? {};
  const others = Overrides.map((override) => override.LaunchTemplateSpecification);
  return {
    // Only the ARN holds an id that is never used again.
    group: { words: `Auto Scaling group ${name}`, ...(arn !== undefined && { arn }) },
    templates: [LaunchTemplate, LaunchTemplateSpecification, ...others].filter((one) => one !== undefined),
    images: Overrides.flatMap(({ ImageId }) => ImageId ?? []),
    ...(configuration !== undefined && { configuration }),
  };
}

import type { AutoScalingGroup, Instance } from '@aws-sdk/client-auto-scaling';
import { noCost } from '../core/cost.ts';
import type { Sizes } from '../core/guard-parts.ts';
import type { Owner } from '../core/resource.ts';
import { batchesOf, inParallel } from './batches.ts';
import type { Aws, Carried, Present, RemovalResult } from './define.ts';
import { defineResourceType } from './define.ts';
import { codeOf, describeEach, messageOf, removeEach, stepFailure } from './removal-errors.ts';
import type { StepResult } from './server-operations.ts';
import { tagMap } from './tag-list.ts';

type AutoScaling = Aws<
  typeof import('./sdk/auto-scaling.ts'),
  import('@aws-sdk/client-auto-scaling').AutoScalingClient
>;

/** A call takes at most 50 names and answers with at most 100 groups. */
const namesPerCall = 50;
const groupsPerPage = 100;

const instancesAtOnce = 4;

const groupArns = 'arn:aws:autoscaling:REGION:ACCOUNT:autoScalingGroup:*:autoScalingGroupName/*';

/** A group of servers that replaces what is missing. Its instances go with it. */
export const autoScalingGroup = defineResourceType({
  id: 'autoscaling:autoScalingGroup',
  title: 'Auto Scaling group',
  idIn: ({ service, resource }) =>
    service === 'autoscaling' ? /^autoScalingGroup:[^:]+:autoScalingGroupName\/(.+)$/.exec(resource)?.[1] : undefined,
  cloudFormation: 'AWS::AutoScaling::AutoScalingGroup',
  sdk: () => import('./sdk/auto-scaling.ts'),
  client: (sdk) => sdk.AutoScalingClient,
  after: [],
  removal: 'asynchronous',

  list: {
    needs: [{ actions: ['autoscaling:DescribeAutoScalingGroups'], on: '*' }],
    async run({ client, sdk }) {
      const groups: Present[] = [];
      const input = { IncludeInstances: false };
      for await (const page of sdk.paginateDescribeAutoScalingGroups({ client, pageSize: groupsPerPage }, input)) {
        groups.push(...(page.AutoScalingGroups ?? []).filter((group) => !isLeaving(group)).map(present));
      }
      return groups;
    },
  },

  describe: {
    needs: [
      {
        actions: [
          'autoscaling:DescribeAutoScalingGroups',
          'autoscaling:DescribeWarmPool',
          'ec2:DescribeInstanceAttribute',
        ],
        on: '*',
      },
    ],
    async run(aws, ids) {
      const { client, sdk } = aws;
      const found = new Map<string, AutoScalingGroup>();
      for (const batch of batchesOf(ids, namesPerCall)) {
        const input = { AutoScalingGroupNames: batch, ...(aws.alone && { IncludeInstances: false }) };
        for await (const { AutoScalingGroups = [] } of sdk.paginateDescribeAutoScalingGroups({ client }, input)) {
          for (const group of AutoScalingGroups) found.set(group.AutoScalingGroupName ?? '', group);
        }
      }
      return describeEach(ids, [], async (id) => {
        const group = found.get(id);
        if (group === undefined) return { kind: 'gone', id };
        if (isLeaving(group)) return { kind: 'leaving', id };
        return aws.alone ? present(group) : { ...present(group), carries: await instancesOf(aws, group) };
      });
    },
  },

  remove: {
    needs: [{ actions: ['autoscaling:DeleteAutoScalingGroup'], on: groupArns, guard: 'tags' }],
    run: (aws, targets) =>
      removeEach(
        targets,
        { gone: [], blocked: ['ResourceInUseFault', 'ScalingActivityInProgressFault', 'ResourceContentionFault'] },
        ({ id }) => removeGroup(aws, id),
        'requested',
      ),
  },

  tag: {
    needs: [
      { actions: ['autoscaling:DescribeTags'], on: '*' },
      { actions: ['autoscaling:CreateOrUpdateTags'], on: groupArns },
    ],
    async run(aws, { id }, { key, value }) {
      const tag = { ResourceId: id, ResourceType: 'auto-scaling-group', Key: key, Value: value };
      const PropagateAtLaunch = await isPropagated(aws, id, key);
      await aws.client.send(new aws.sdk.CreateOrUpdateTagsCommand({ Tags: [{ ...tag, PropagateAtLaunch }] }));
    },
  },

  resize: {
    needs: [{ actions: ['autoscaling:UpdateAutoScalingGroup'], on: groupArns, guard: 'tags' }],
    run: resizeGroup,
  },

  cost: noCost('its instances cost, and are counted as such'),
});

/** AWS shows a status only while a group is being deleted. */
export function isLeaving({ Status }: AutoScalingGroup): boolean {
  return Status?.toLowerCase() === 'delete in progress';
}

function present(group: AutoScalingGroup): Present {
  const { AutoScalingGroupName = '', AutoScalingGroupARN = '', CreatedTime, Tags, DeletionProtection } = group;
  const tags = tagMap(Tags);
  const owner = ownerOf(group, tags);
  return {
    kind: 'present',
    id: AutoScalingGroupName,
    arn: AutoScalingGroupARN,
    // The name can be used again; its ARN holds an id that can't.
    identity: AutoScalingGroupARN,
    ...(CreatedTime !== undefined && { createdAt: CreatedTime.getTime() }),
    tags,
    // A removal here is a forced one, which both levels of protection forbid.
    ...((DeletionProtection ?? 'none') !== 'none' && { protection: `deletion protection (${DeletionProtection})` }),
    ...(owner !== undefined && { owner }),
    facts: {
      state: group.Status ?? 'active',
      desiredCapacity: group.DesiredCapacity ?? 0,
      minSize: group.MinSize ?? 0,
      maxSize: group.MaxSize ?? 0,
    },
  };
}

const controllerKeys = [
  'eks:nodegroup-name',
  'eks:cluster-name',
  'elasticbeanstalk:environment-name',
  'elasticbeanstalk:environment-id',
  'AWSBatchServiceTag',
];

/** The service that made a group makes it again, or breaks without it. */
function ownerOf({ Operator }: AutoScalingGroup, tags: Readonly<Record<string, string>>): Owner | undefined {
  if (Operator !== undefined) return { kind: 'controller', name: Operator.Principal ?? 'an AWS service' };
  const key = controllerKeys.find((one) => tags[one] !== undefined);
  return key === undefined ? undefined : { kind: 'controller', name: `${key} ${tags[key]}` };
}

/** Instances of a warm pool go with the group too, and only a call of their own shows them. */
async function instancesOf(aws: AutoScaling, group: AutoScalingGroup): Promise<Carried[]> {
  const { client, sdk, shard } = aws;
  const instances: Instance[] = [...(group.Instances ?? [])];
  if (group.WarmPoolConfiguration !== undefined) {
    const input = { AutoScalingGroupName: group.AutoScalingGroupName };
    for await (const { Instances = [] } of sdk.paginateDescribeWarmPool({ client }, input))
      instances.push(...Instances);
  }
  return inParallel(instances, instancesAtOnce, async (instance) => {
    const { InstanceId = '' } = instance;
    const protection = await protectionOf(aws, instance);
    return {
      id: InstanceId,
      arn: `arn:${shard.partition}:ec2:${shard.region}:${shard.account}:instance/${InstanceId}`,
      type: 'ec2:instance',
      ...(protection !== undefined && { protection }),
    };
  });
}

/** Deleting the group by force respects neither protection. Termination protection is shown one instance a call. */
async function protectionOf({ source }: AutoScaling, instance: Instance): Promise<string | undefined> {
  if (instance.ProtectedFromScaleIn) return 'it is protected from scale in';
  const sdk = await import('./sdk/ec2.ts');
  const input = { InstanceId: instance.InstanceId, Attribute: 'disableApiTermination' } as const;
  try {
    const found = await source(sdk.EC2Client).send(new sdk.DescribeInstanceAttributeCommand(input));
    return found.DisableApiTermination?.Value ? 'its termination protection is on' : undefined;
  } catch (error) {
    if (codeOf(error) === 'InvalidInstanceID.NotFound') return undefined;
    throw error;
  }
}

/** The service has one error for everything that it finds invalid; only its message tells what. */
async function removeGroup({ client, sdk }: AutoScaling, id: string): Promise<Partial<RemovalResult>> {
  try {
    await client.send(new sdk.DeleteAutoScalingGroupCommand({ AutoScalingGroupName: id, ForceDelete: true }));
    return {};
  } catch (error) {
    if (codeOf(error) !== 'ValidationError') throw error;
    const why = messageOf(error);
    if (/not found/i.test(why)) return { kind: 'gone' };
    if (/deletion.?protection/i.test(why)) return { kind: 'blocked', why };
    throw error;
  }
}

/** The group is at work on something else, which ends by itself. */
const busy = ['ResourceContentionFault', 'ScalingActivityInProgressFault'];

async function resizeGroup({ client, sdk }: AutoScaling, { id }: Present, sizes: Partial<Sizes>): Promise<StepResult> {
  const { min: MinSize, desired: DesiredCapacity, max: MaxSize } = sizes;
  const input = { AutoScalingGroupName: id, MinSize, DesiredCapacity, MaxSize };
  try {
    await client.send(new sdk.UpdateAutoScalingGroupCommand(input));
    return { kind: 'done', id };
  } catch (error) {
    const [code, why] = [codeOf(error), messageOf(error)];
    if (code === 'ValidationError' && /not found/i.test(why)) return { kind: 'gone', id };
    return busy.includes(code) ? { kind: 'transient', id, why, code } : stepFailure(id, error);
  }
}

/** Writing a tag sets anew whether instances get it, so it is read just before and kept. */
async function isPropagated({ client, sdk }: AutoScaling, id: string, key: string): Promise<boolean> {
  const Filters = [
    { Name: 'auto-scaling-group', Values: [id] },
    { Name: 'key', Values: [key] },
  ];
  for await (const { Tags = [] } of sdk.paginateDescribeTags({ client }, { Filters })) {
    const same = Tags.find(({ ResourceId, Key }) => ResourceId === id && Key === key);
    if (same !== undefined) return same.PropagateAtLaunch ?? false;
  }
  return false;
}

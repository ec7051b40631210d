import type { Instance } from '@aws-sdk/client-ec2';
import type { Owner } from '../core/resource.ts';
import type { Milestone, Server } from '../core/server.ts';
import { type Instant, readInstant } from '../core/time.ts';
import { ec2Fields } from './ec2-fields.ts';
import { configurationOf } from './field-table.ts';
import { milestone } from './milestone.ts';
import { tagMap } from './tag-list.ts';

/** An instance as the idle rule sees it. */
export function ec2Server(instance: Instance): Server {
  const state = stateOf(instance);
  const stoppedAt = state === 'stopped' ? stopIn(instance.StateTransitionReason) : undefined;
  const unstoppable = whyUnstoppable(instance);
  return {
    state,
    configuration: configurationOf(ec2Fields, instance),
    milestones: milestonesOf(instance),
    ...(stoppedAt !== undefined && { stoppedAt }),
    ...(unstoppable !== undefined && { unstoppable }),
  };
}

function stateOf({ State }: Instance): Server['state'] {
  const name = State?.Name;
  return name === 'running' || name === 'stopped' ? name : 'changing';
}

/** `User initiated (2026-11-23 16:47:09 GMT)`; a shutdown from inside the server leaves no time. */
function stopIn(reason: string | undefined): Instant | undefined {
  const [, date, time] = /\((\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) (?:GMT|UTC)\)$/.exec(reason ?? '') ?? [];
  return date === undefined ? undefined : readInstant(`${date}T${time}Z`, 'UTC');
}

function milestonesOf(instance: Instance): Milestone[] {
  const { LaunchTime, UsageOperationUpdateTime, NetworkInterfaces = [], BlockDeviceMappings = [] } = instance;
  return [
    ...milestone('launched', LaunchTime).map((one) => ({ ...one, launch: true as const })),
    ...NetworkInterfaces.flatMap(({ NetworkInterfaceId, Attachment }) =>
      milestone(`network interface ${NetworkInterfaceId} attached`, Attachment?.AttachTime),
    ),
    ...BlockDeviceMappings.flatMap(({ Ebs }) => milestone(`volume ${Ebs?.VolumeId} attached`, Ebs?.AttachTime)),
    ...milestone('its platform or billing changed', UsageOperationUpdateTime),
  ];
}

const boughtAs: Readonly<Record<string, string>> = {
  spot: 'it is a Spot instance, which AWS may not start again',
  scheduled: 'it is a scheduled instance, which runs by its own calendar',
  'capacity-block': 'it runs in a capacity block, which is paid for until it ends',
  'interruptible-capacity-reservation': 'it runs on interruptible capacity, which AWS may not give again',
};

/** What the description shows; local disks show in the instance type, which is asked for candidates only. */
function whyUnstoppable(instance: Instance): string | undefined {
  const { RootDeviceType, InstanceLifecycle, HibernationOptions, Placement } = instance;
  if (RootDeviceType === 'instance-store') return 'its root disk is an instance store, which a stop would erase';
  if (InstanceLifecycle !== undefined) {
    return boughtAs[InstanceLifecycle] ?? `Mayfly does not know instances of the kind ${InstanceLifecycle}`;
  }
  if (HibernationOptions?.Configured) return 'it is enabled for hibernation, and AWS makes no image of such a server';
  if (Placement?.Tenancy === 'host') return 'it runs on a dedicated host, which costs the same while it is stopped';
  const cluster = Object.entries(tagMap(instance.Tags)).find(([key, value]) => isNodeTag(key, value))?.[0];
  return cluster === undefined ? undefined : `it is a node of a Kubernetes cluster (${cluster})`;
}

/** Kubernetes' installers and node provisioners mark what they make again like this. */
function isNodeTag(key: string, value: string): boolean {
  return (key.startsWith('kubernetes.io/cluster/') && value === 'owned') || key === 'karpenter.sh/nodepool';
}

/** Beside the owners that AWS's own tags show, services that make an instance again mark it with these. */
const controllerKeys = [
  'elasticbeanstalk:environment-name',
  'elasticbeanstalk:environment-id',
  'AmazonECSManaged',
  'AWSBatchServiceTag',
];

export function ec2Owner({ Operator, Tags }: Instance): Owner | undefined {
  if (Operator?.Managed) return { kind: 'controller', name: Operator.Principal ?? 'an AWS service' };
  const tags = tagMap(Tags);
  const key = controllerKeys.find((one) => tags[one] !== undefined);
  return key === undefined ? undefined : { kind: 'controller', name: `${key} ${tags[key]}`.trimEnd() };
}

import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DescribeLoadBalancerAttributesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Site } from '../../../scripts/local-aws/site.ts';
import { type Answer, errorAnswer } from './answers.ts';
import { type Call, numbered, text } from './call.ts';

/** What AWS refuses to remove and moto does not. */
export interface Protections {
  /** Learns from launches which instances are protected. */
  learn(call: Call, answer: Answer): void;
  /** Turns a stack's termination protection on. */
  protectStack: (arn: string) => void;
  /** The refusal of a removal, if there is one. */
  refusal(call: Call, site: Site): Promise<Answer | undefined>;
}

export function protections(): Protections {
  const guardedAtLaunch = new Set<string>();
  const guardedStacks = new Set<string>();
  return {
    protectStack: (arn) => void guardedStacks.add(arn),
    learn(call, answer) {
      if (call.name !== 'ec2:RunInstances' || text(call, 'DisableApiTermination') !== 'true') return;
      const ids = answer.body.toString().matchAll(/<instanceId>(i-[0-9a-f]+)<\/instanceId>/g);
      for (const [, id = ''] of ids) guardedAtLaunch.add(id);
    },
    async refusal(call, site) {
      switch (call.name) {
        case 'ec2:TerminateInstances':
          return terminationRefusal(call, guardedAtLaunch);
        case 'ec2:DeleteSecurityGroup':
          return groupRefusal(call, site);
        case 'ec2:DeleteSnapshot':
          return snapshotRefusal(call, site);
        case 'cloudformation:DeleteStack':
          return stackRefusal(call, site, guardedStacks);
        case 'elasticloadbalancing:DeleteLoadBalancer':
          return loadBalancerRefusal(call, site);
        default:
          return undefined;
      }
    },
  };
}

function terminationRefusal(call: Call, guarded: ReadonlySet<string>): Answer | undefined {
  const id = numbered(call, 'InstanceId').find((one) => guarded.has(one));
  if (id === undefined) return undefined;
  const why = `The instance '${id}' may not be terminated. Modify its 'disableApiTermination' instance attribute.`;
  return errorAnswer(call, 400, 'OperationNotPermitted', why);
}

async function groupRefusal(call: Call, site: Site): Promise<Answer | undefined> {
  const id = text(call, 'GroupId');
  const ec2 = site.client(EC2Client);
  const Filters = [{ Name: 'group-id', Values: [id] }];
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  // moto keeps the interfaces of terminated instances.
  const terminated = new Set(
    instances.filter(({ State }) => State?.Name === 'terminated').map(({ InstanceId }) => InstanceId),
  );
  if (NetworkInterfaces.every(({ Attachment }) => terminated.has(Attachment?.InstanceId))) return undefined;
  return errorAnswer(call, 400, 'DependencyViolation', `resource ${id} has a dependent object`);
}

async function snapshotRefusal(call: Call, site: Site): Promise<Answer | undefined> {
  const id = text(call, 'SnapshotId');
  const { Images = [] } = await site.client(EC2Client).send(new DescribeImagesCommand({ Owners: ['self'] }));
  const user = Images.find(({ BlockDeviceMappings = [] }) =>
    BlockDeviceMappings.some(({ Ebs }) => Ebs?.SnapshotId === id),
  );
  if (user === undefined) return undefined;
  return errorAnswer(call, 400, 'InvalidSnapshot.InUse', `The snapshot ${id} is currently in use by ${user.ImageId}`);
}

async function stackRefusal(call: Call, site: Site, guarded: ReadonlySet<string>): Promise<Answer | undefined> {
  const StackName = text(call, 'StackName');
  const { Stacks: [stack] = [] } = await site
    .client(CloudFormationClient)
    .send(new DescribeStacksCommand({ StackName }))
    .catch(() => ({ Stacks: [] }));
  if (stack === undefined) return undefined;
  if (!stack.EnableTerminationProtection && !guarded.has(stack.StackId ?? '')) return undefined;
  const why = `Stack [${stack.StackName}] cannot be deleted while TerminationProtection is enabled`;
  return errorAnswer(call, 400, 'ValidationError', why);
}

async function loadBalancerRefusal(call: Call, site: Site): Promise<Answer | undefined> {
  const LoadBalancerArn = text(call, 'LoadBalancerArn');
  const { Attributes = [] } = await site
    .client(ElasticLoadBalancingV2Client)
    .send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }))
    .catch(() => ({ Attributes: [] }));
  const isOn = Attributes.some(({ Key, Value }) => Key === 'deletion_protection.enabled' && Value === 'true');
  if (!isOn) return undefined;
  const why = `Load balancer '${LoadBalancerArn}' cannot be deleted because deletion protection is enabled`;
  return errorAnswer(call, 400, 'OperationNotPermitted', why);
}

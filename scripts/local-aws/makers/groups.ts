import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { arnOf, given, type Made, type Seed, type Site, tagList, usedId } from '../site.ts';
import { inOrder, tagAs } from './ec2.ts';

/** A group with one server for each part. moto sets aws:autoscaling:groupName on them, as AWS does. */
export async function autoScalingGroup(site: Site, seed: Seed): Promise<Made> {
  const client = site.client(AutoScalingClient);
  const { name, tags, parts } = seed;
  await client.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      MinSize: 0,
      MaxSize: parts.length,
      DesiredCapacity: parts.length,
      AvailabilityZones: [`${site.region}a`],
      LaunchTemplate: { LaunchTemplateId: usedId(site, seed), Version: '1' },
      Tags: tagList(tags).map((tag) => ({ ...tag, PropagateAtLaunch: false })),
    }),
  );
  const { AutoScalingGroups: [made] = [] } = await client.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  const servers = await inOrder(parts, async (part, index) => {
    const id = given(made?.Instances?.[index]?.InstanceId, 'an instance of the group');
    await tagAs(site, id, part);
    return arnOf(site, 'ec2', `instance/${id}`);
  });
  return { id: name, arn: given(made?.AutoScalingGroupARN, 'the ARN of the group'), parts: servers };
}

/** A stack with a topic, and one volume for each part; CloudFormation sets its own tags and the stack's on volumes. */
export async function stack(site: Site, { name, tags, parts }: Seed): Promise<Made> {
  const alerts = { Type: 'AWS::SNS::Topic', Properties: { TopicName: `${name}-alerts` } };
  const disk = { Type: 'AWS::EC2::Volume', Properties: { Size: 4, AvailabilityZone: `${site.region}a` } };
  const Resources = { Alerts: alerts, ...Object.fromEntries(parts.map((part) => [part.name, disk])) };
  const TemplateBody = JSON.stringify({ Resources });
  const client = site.client(CloudFormationClient);
  const { StackId } = await client.send(new CreateStackCommand({ StackName: name, TemplateBody, Tags: tagList(tags) }));
  const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName: name }));
  const ids = new Map(StackResources.map((one) => [one.LogicalResourceId, one.PhysicalResourceId]));
  const arn = given(StackId, 'a stack id');
  // moto drops the tags that a template gives a volume, so they come afterwards, as by hand.
  const members = await inOrder(parts, async (part) => {
    const id = given(ids.get(part.name), 'a member of the stack');
    await tagAs(site, id, part);
    return arnOf(site, 'ec2', `volume/${id}`);
  });
  return { id: arn, arn, parts: members };
}

export async function targetGroup(site: Site, { name, tags }: Seed): Promise<Made> {
  const [subnet] = await defaultSubnets(site);
  const { TargetGroups: [made] = [] } = await site.client(ElasticLoadBalancingV2Client).send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: 'HTTP',
      Port: 80,
      VpcId: given(subnet?.VpcId, 'a default VPC'),
      Tags: tagList(tags),
    }),
  );
  const arn = given(made?.TargetGroupArn, 'the ARN of the target group');
  return { id: arn, arn };
}

/** A load balancer that feeds the target group that it uses. */
export async function loadBalancer(site: Site, seed: Seed): Promise<Made> {
  const client = site.client(ElasticLoadBalancingV2Client);
  const Subnets = (await defaultSubnets(site)).slice(0, 2).flatMap(({ SubnetId }) => SubnetId ?? []);
  const { LoadBalancers: [made] = [] } = await client.send(
    new CreateLoadBalancerCommand({ Name: seed.name, Subnets, Tags: tagList(seed.tags) }),
  );
  const arn = given(made?.LoadBalancerArn, 'the ARN of the load balancer');
  const DefaultActions = [{ Type: 'forward', TargetGroupArn: usedId(site, seed) } as const];
  await client.send(new CreateListenerCommand({ LoadBalancerArn: arn, Protocol: 'HTTP', Port: 80, DefaultActions }));
  return { id: arn, arn };
}

async function defaultSubnets(site: Site) {
  return (await site.client(EC2Client).send(new DescribeSubnetsCommand({}))).Subnets ?? [];
}

import { CloudWatchClient, type Dimension, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { hour } from '../../lib/core/time.ts';
import { given, type Site, tagList } from './site.ts';

const usualTags = { Name: 'web', environment: 'staging', 'expires-at': '2026-12-20', owner: 'ana' };

interface Made {
  id: string;
  targetGroup: string;
  elastic: string;
}

/** A staging server with two disks, an elastic address, and a place in a target group. */
export async function stagingServer(
  site: Site,
  { tags = usualTags, disks = 2 }: { tags?: Readonly<Record<string, string>>; disks?: number } = {},
): Promise<Made> {
  const ec2 = site.client(EC2Client);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.20.0.0/16' }));
  const VpcId = given(Vpc?.VpcId, 'a network');
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.20.1.0/24' }));
  const SubnetId = given(Subnet?.SubnetId, 'a subnet');
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({ GroupName: 'web', Description: 'web', VpcId }));
  const { Instances: [started] = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0123456789abcdef0',
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          SubnetId,
          Groups: [given(GroupId, 'a group')],
          PrivateIpAddress: '10.20.1.50',
          DeleteOnTermination: true,
        },
      ],
      BlockDeviceMappings: ['/dev/xvda', '/dev/sdf', '/dev/sdg'].slice(0, disks).map((DeviceName, index) => ({
        DeviceName,
        Ebs: { VolumeSize: 8 + index, DeleteOnTermination: index === 0 },
      })),
      UserData: Buffer.from('#!/bin/sh\necho hello').toString('base64'),
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: tagList(tags),
        },
      ],
    }),
  );
  const id = given(started?.InstanceId, 'an instance');
  const { AllocationId, PublicIp } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  await ec2.send(new AssociateAddressCommand({ AllocationId, InstanceId: id }));
  const targetGroup = await groupWith(site, id, VpcId);
  return { id, targetGroup, elastic: given(PublicIp, 'an address') };
}

async function groupWith(site: Site, id: string, VpcId: string): Promise<string> {
  const elb = site.client(ElasticLoadBalancingV2Client);
  const { TargetGroups: [group] = [] } = await elb.send(
    new CreateTargetGroupCommand({
      Name: `web-${id.slice(-8)}`,
      Protocol: 'HTTP',
      Port: 80,
      VpcId,
      TargetType: 'instance',
    }),
  );
  const TargetGroupArn = given(group?.TargetGroupArn, 'a target group');
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: id, Port: 8080 }] }));
  return TargetGroupArn;
}

const datumsPerCall = 500;

/** One value an hour of each metric, for as many hours before `until`. */
export async function fillMetrics(
  site: Site,
  about: { namespace: string; dimensions: Dimension[]; until: number; hours?: number },
  values: Readonly<Record<string, number>>,
): Promise<void> {
  const { namespace, dimensions, until, hours = 14 * 24 } = about;
  const times = Array.from({ length: hours + 1 }, (_, index) => new Date(until - index * hour));
  const data = Object.entries(values).flatMap(([MetricName, Value]) =>
    times.map((Timestamp) => ({ MetricName, Dimensions: dimensions, Timestamp, Value })),
  );
  for (let start = 0; start < data.length; start += datumsPerCall) {
    const MetricData = data.slice(start, start + datumsPerCall);
    await site.client(CloudWatchClient).send(new PutMetricDataCommand({ Namespace: namespace, MetricData }));
  }
}

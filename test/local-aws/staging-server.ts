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
import { given, type Site } from '../../scripts/local-aws/site.ts';

/** A staging server with two disks, an elastic address, and a place in a target group. */
export async function stagingServer(site: Site): Promise<{ id: string; targetGroup: string; elastic: string }> {
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
      BlockDeviceMappings: ['/dev/xvda', '/dev/sdf'].map((DeviceName, index) => ({
        DeviceName,
        Ebs: { VolumeSize: 8 + index, DeleteOnTermination: index === 0 },
      })),
      UserData: Buffer.from('#!/bin/sh\necho hello').toString('base64'),
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: Object.entries({ Name: 'web', environment: 'staging', 'expires-at': '2026-12-20', owner: 'ana' }).map(
            ([Key, Value]) => ({ Key, Value }),
          ),
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

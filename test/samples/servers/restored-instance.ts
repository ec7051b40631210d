import type { Copy, Recipe } from '../../../lib/core/server.ts';
import { ec2Instance } from '../../../lib/resource-types/ec2-instance.ts';
import { answeredServer } from '../../fakes/answered-server.ts';
import type { Answer } from '../sample.ts';
import { ownTagsOf } from './server-sample.ts';

const arn = 'arn:aws:ec2:eu-west-1:222222222222:instance/i-1';
export const stripKeys = ['expires-at', 'ttl', 'mayfly:protect'];
export const copy: Copy = {
  id: 'ami-1',
  arn: 'arn:image',
  of: arn,
  identity: 'i-1',
  requestedAt: 0,
  volumes: ['vol-1'],
};

export const settings = {
  launch: {
    InstanceType: 't3.micro',
    KeyName: 'ana',
    Placement: { AvailabilityZone: 'eu-west-1a', Tenancy: 'default', GroupName: 'near' },
    MetadataOptions: { HttpTokens: 'required' },
    IamInstanceProfile: { Arn: 'arn:profile' },
    DisableApiTermination: true,
  },
  network: {
    vpc: 'vpc-1',
    subnet: 'subnet-1',
    interface: 'eni-1',
    goesWithServer: true,
    privateAddress: '10.0.0.5',
    otherAddresses: [],
    securityGroups: ['sg-1', 'sg-2'],
    sourceDestCheck: true,
    hasLentAddress: false,
    otherInterfaces: [],
  },
  volumes: [
    { device: '/dev/xvda', id: 'vol-1', tags: { part: 'root', 'expires-at': '2026-11-20' } },
    { device: '/dev/sdf', id: 'vol-2', tags: {} },
  ],
  elasticAddresses: [{ allocationId: 'eipalloc-1', publicAddress: '203.0.113.9' }],
  targetGroups: [{ arn: 'arn:tg', by: 'instance', port: 8080 }],
  licenses: [],
};

export const recipe: Recipe = {
  version: 1,
  type: 'ec2:instance',
  of: arn,
  identity: 'i-1',
  tags: {
    Name: 'web',
    owner: 'ana',
    'Expires-At': '2026-11-20',
    'mayfly:protect': 'true',
    'mayfly:restored-from': 'ami-0',
    'aws:ec2launchtemplate:id': 'lt-1',
  },
  settings,
};

/** The server as it comes back, with everything that it had. */
export const whole = {
  InstanceId: 'i-2',
  State: { Name: 'running' },
  KeyName: 'ana',
  PrivateIpAddress: '10.0.0.5',
  IamInstanceProfile: { Arn: 'arn:profile' },
  Placement: { GroupName: 'near' },
  SecurityGroups: [{ GroupId: 'sg-1' }, { GroupId: 'sg-2' }],
  NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', Attachment: { DeviceIndex: 0 } }],
  BlockDeviceMappings: [{ DeviceName: '/dev/xvda' }, { DeviceName: '/dev/sdf' }],
};

export const kept = {
  NetworkInterfaceId: 'eni-1',
  Status: 'available',
  TagSet: ownTagsOf(arn),
  Attachment: { AttachmentId: 'a-1', DeleteOnTermination: false },
};

export const found = (...Instances: object[]) => ({ Reservations: [{ Instances }] });

export const answers: Readonly<Record<string, Answer>> = {
  DescribeInstances: { Reservations: [] },
  DescribeNetworkInterfaces: { NetworkInterfaces: [kept] },
  DescribeSubnets: { Subnets: [{ SubnetId: 'subnet-1' }] },
  DescribeSecurityGroups: { SecurityGroups: [{ GroupId: 'sg-2' }, { GroupId: 'sg-1' }] },
  RunInstances: { Instances: [{ ...whole, State: { Name: 'pending' } }] },
  DescribeVolumes: {
    Volumes: [
      { VolumeId: 'vol-8', Attachments: [{ Device: '/dev/xvda' }] },
      { VolumeId: 'vol-9', Attachments: [{ Device: '/dev/sdf' }] },
    ],
  },
  DescribeAddresses: { Addresses: [{ AllocationId: 'eipalloc-1' }] },
  CreateTags: {},
  DeleteTags: {},
  ModifyNetworkInterfaceAttribute: {},
  DeleteNetworkInterface: {},
  AssociateAddress: {},
  RegisterTargets: {},
};

/** Restores with the answers of the sample, and these over them. */
export async function restore(more: Readonly<Record<string, Answer>> = {}, change: Partial<typeof settings> = {}) {
  const at = await answeredServer(ec2Instance, { ...answers, ...more });
  const some = { ...recipe, settings: { ...settings, ...change } };
  return { ...at, result: await at.server.restore({ recipe: some, secret: 'IyEvYmluL3No', copy, stripKeys }) };
}

export const running = { DescribeInstances: found(whole) };

import { ec2Instance } from '../ec2-instance.ts';
import { awsError } from '../sample.ts';
import { changedByAna, everyHour, ownTagsOf, type ServerSample, usableKey } from './server-sample.ts';

const { id, arn } = ec2Instance;
const image = 'ami-0a1b2c3d4e5f60718';
const root = 'vol-0a1b2c3d4e5f60718';
const data = 'vol-0b1b2c3d4e5f60718';
const kmsKey = 'arn:aws:kms:eu-west-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const instance = {
  InstanceId: id,
  InstanceType: 't4g.medium',
  ImageId: 'ami-0f0f0f0f0f0f0f0f0',
  State: { Code: 16, Name: 'running' },
  LaunchTime: new Date('2026-10-01T08:00:00Z'),
  VpcId: 'vpc-1',
  SubnetId: 'subnet-1',
  KeyName: 'ana',
  PrivateIpAddress: '10.0.0.5',
  RootDeviceType: 'ebs',
  IamInstanceProfile: { Arn: 'arn:aws:iam::222222222222:instance-profile/web' },
  Placement: { AvailabilityZone: 'eu-west-1a', Tenancy: 'default', GroupName: 'near' },
  CpuOptions: { CoreCount: 1, ThreadsPerCore: 1 },
  MetadataOptions: { State: 'applied', HttpTokens: 'required' },
  SecurityGroups: [{ GroupId: 'sg-1' }],
  NetworkInterfaces: [
    {
      NetworkInterfaceId: 'eni-1',
      Attachment: { AttachmentId: 'eni-attach-1', DeviceIndex: 0, DeleteOnTermination: true },
      Groups: [{ GroupId: 'sg-1' }],
      PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.5', Primary: true }],
    },
  ],
  BlockDeviceMappings: [
    { DeviceName: '/dev/xvda', Ebs: { VolumeId: root, DeleteOnTermination: true } },
    { DeviceName: '/dev/sdf', Ebs: { VolumeId: data, DeleteOnTermination: false } },
  ],
  Tags: [
    { Key: 'expires-at', Value: '2026-12-20T00:00:00Z' },
    { Key: 'owner', Value: 'ana' },
  ],
};

const restored = { ...instance, InstanceId: 'i-0f1b2c3d4e5f60718', KeyName: 'ana', ImageId: image };

const withLentAddress = {
  ...instance,
  NetworkInterfaces: instance.NetworkInterfaces.map((one) => ({ ...one, Association: { IpOwnerId: 'amazon' } })),
};

const kept = {
  NetworkInterfaceId: 'eni-1',
  Status: 'available',
  Attachment: { AttachmentId: 'eni-attach-1', DeviceIndex: 0, DeleteOnTermination: true },
  TagSet: ownTagsOf(arn),
};

const snapshot = (name: string, VolumeId: string) => ({
  SnapshotId: name,
  VolumeId,
  VolumeSize: 20,
  State: 'completed',
  StartTime: new Date('2026-11-20T08:00:05Z'),
  Tags: [],
});

/** The instance of the sample; once it is gone, its restored one by the tag. */
function describeInstances({ Filters = [] }: { Filters?: { Name: string }[] }) {
  const byTag = Filters.some(({ Name }) => Name.startsWith('tag:'));
  return { Reservations: [{ Instances: [byTag ? restored : instance] }] };
}

export const ec2InstanceServer: ServerSample = {
  type: 'ec2:instance',
  id,
  copy: {
    id: image,
    arn: `arn:aws:ec2:eu-west-1::image/${image}`,
    of: arn,
    identity: id,
    requestedAt: Date.parse('2026-11-20T08:00:00Z'),
    volumes: [root, data],
  },
  answers: {
    ...usableKey,
    DescribeInstances: describeInstances as never,
    DescribeInstanceTypes: {
      InstanceTypes: [
        { InstanceType: 't4g.medium', InstanceStorageSupported: false, BurstablePerformanceSupported: true },
      ],
    },
    DescribeInstanceAttribute: { UserData: { Value: 'IyEvYmluL3No' }, DisableApiStop: { Value: false } },
    DescribeInstanceCreditSpecifications: { InstanceCreditSpecifications: [{ CpuCredits: 'unlimited' }] },
    DescribeVolumes: ((input: { Filters: { Values: string[] }[] }) => {
      const isNew = input.Filters.some(({ Values }) => Values.includes(restored.InstanceId));
      const Tags = isNew ? [] : [{ Key: 'part', Value: 'data' }];
      return {
        Volumes: [
          { VolumeId: root, Encrypted: true, KmsKeyId: kmsKey, Attachments: [{ Device: '/dev/xvda' }] },
          { VolumeId: data, Attachments: [{ Device: '/dev/sdf' }], Tags },
        ],
      };
    }) as never,
    DescribeImages: ((input: { Filters: { Name: string }[] }) =>
      input.Filters.some(({ Name }) => Name === 'name')
        ? { Images: [] }
        : {
            Images: [
              {
                ImageId: image,
                State: 'available',
                Tags: ownTagsOf(arn),
                BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-1' } }, { Ebs: { SnapshotId: 'snap-2' } }],
              },
            ],
          }) as never,
    DescribeSnapshots: { Snapshots: [snapshot('snap-1', root), snapshot('snap-2', data)] },
    DescribeAddresses: { Addresses: [{ AllocationId: 'eipalloc-1', PublicIp: '203.0.113.9' }] },
    DescribeNetworkInterfaces: (({ Filters }: { Filters: { Name: string }[] }) => {
      const before = Filters.some(({ Name }) => Name === 'attachment.instance-id');
      const Attachment = { ...kept.Attachment, DeleteOnTermination: before };
      return { NetworkInterfaces: [{ ...kept, Attachment }] };
    }) as never,
    DescribeSubnets: { Subnets: [{ SubnetId: 'subnet-1' }] },
    DescribeSecurityGroups: { SecurityGroups: [{ GroupId: 'sg-1' }] },
    DescribeTargetGroups: {
      TargetGroups: [{ TargetGroupArn: 'arn:tg', VpcId: 'vpc-1', TargetType: 'instance', Port: 80 }],
    },
    DescribeTargetHealth: { TargetHealthDescriptions: [{ Target: { Id: id, Port: 8080 } }] },
    GetMetricData: everyHour(1),
    LookupEvents: { Events: [changedByAna('ModifyInstanceAttribute')] },
    CreateImage: { ImageId: image },
    CreateTags: {},
    DeleteTags: {},
    StopInstances: { StoppingInstances: [{ InstanceId: id }] },
    StartInstances: { StartingInstances: [{ InstanceId: id }] },
    RunInstances: { Instances: [{ ...restored, State: { Name: 'pending' } }] },
    ModifyNetworkInterfaceAttribute: {},
    DeleteNetworkInterface: {},
    AssociateAddress: {},
    RegisterTargets: {},
    DeregisterImage: {},
    DeleteSnapshot: {},
  },
  turns: [
    {
      operation: 'restore',
      answers: {
        DescribeInstances: (({ Filters }: { Filters: { Name: string }[] }) =>
          Filters.some(({ Name }) => Name.startsWith('tag:'))
            ? { Reservations: [] }
            : describeInstances({ Filters })) as never,
        DescribeNetworkInterfaces: { NetworkInterfaces: [] },
      },
    },
    {
      // AWS had lent it a public address, which an interface that is there already does not get.
      operation: 'restore',
      answers: {
        DescribeInstances: (({ Filters }: { Filters: { Name: string }[] }) =>
          Filters.some(({ Name }) => Name.startsWith('tag:'))
            ? { Reservations: [] }
            : { Reservations: [{ Instances: [withLentAddress] }] }) as never,
      },
    },
    { operation: 'copy', answers: { CreateImage: awsError('InvalidAMIName.Duplicate') } },
  ],
  paged: [
    { command: 'DescribeInstances', items: 'Reservations', token: 'NextToken', inputToken: 'NextToken' },
    { command: 'DescribeVolumes', items: 'Volumes', token: 'NextToken', inputToken: 'NextToken' },
    { command: 'DescribeImages', items: 'Images', token: 'NextToken', inputToken: 'NextToken' },
    { command: 'DescribeSnapshots', items: 'Snapshots', token: 'NextToken', inputToken: 'NextToken' },
    { command: 'DescribeInstanceTypes', items: 'InstanceTypes', token: 'NextToken', inputToken: 'NextToken' },
    { command: 'DescribeNetworkInterfaces', items: 'NetworkInterfaces', token: 'NextToken', inputToken: 'NextToken' },
    { command: 'DescribeTargetGroups', items: 'TargetGroups', token: 'NextMarker', inputToken: 'Marker' },
    { command: 'GetMetricData', items: 'MetricDataResults', token: 'NextToken', inputToken: 'NextToken' },
    { command: 'LookupEvents', items: 'Events', token: 'NextToken', inputToken: 'NextToken' },
  ],
};

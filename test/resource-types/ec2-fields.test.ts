import type { Instance } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { differences } from '../../lib/core/configuration.ts';
import { ec2Fields } from '../../lib/resource-types/ec2-fields.ts';
import { configurationOf } from '../../lib/resource-types/field-table.ts';

const network = {
  NetworkInterfaceId: 'eni-1',
  Attachment: { DeviceIndex: 0, AttachmentId: 'eni-attach-1', DeleteOnTermination: true },
  Groups: [{ GroupId: 'sg-1', GroupName: 'web' }],
  PrivateIpAddress: '10.0.0.5',
  PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.5', Primary: true }],
  Association: { PublicIp: '203.0.113.5', IpOwnerId: 'amazon' },
};

const root = { DeviceName: '/dev/xvda', Ebs: { VolumeId: 'vol-1', DeleteOnTermination: true } };

const whole: Instance = {
  InstanceId: 'i-1',
  InstanceType: 't3.micro',
  ImageId: 'ami-1',
  KeyName: 'ana',
  VpcId: 'vpc-1',
  SubnetId: 'subnet-1',
  PrivateIpAddress: '10.0.0.5',
  SecurityGroups: [{ GroupId: 'sg-1' }],
  NetworkInterfaces: [network],
  SourceDestCheck: true,
  BlockDeviceMappings: [root],
  EbsOptimized: false,
  IamInstanceProfile: { Arn: 'arn:aws:iam::222222222222:instance-profile/web', Id: 'AIPA1' },
  MetadataOptions: { State: 'applied', HttpTokens: 'required', HttpPutResponseHopLimit: 2, HttpEndpoint: 'enabled' },
  Placement: { AvailabilityZone: 'eu-west-1a', Tenancy: 'default', GroupName: '' },
  CpuOptions: { CoreCount: 1, ThreadsPerCore: 2 },
  HibernationOptions: { Configured: false },
  EnclaveOptions: { Enabled: false },
  Monitoring: { State: 'disabled' },
  MaintenanceOptions: { AutoRecovery: 'default' },
  PrivateDnsNameOptions: { HostnameType: 'ip-name', EnableResourceNameDnsARecord: false },
  CapacityReservationSpecification: { CapacityReservationPreference: 'open' },
  Licenses: [],
  Tags: [
    { Key: 'Name', Value: 'web' },
    { Key: 'owner', Value: 'ana' },
  ],
};

const data = { DeviceName: '/dev/sdf', Ebs: { VolumeId: 'vol-2', DeleteOnTermination: false } };

/** A change of the answer, and the words that people read about it. */
const changes: readonly [string, Instance, readonly string[]][] = [
  ['instance type', { InstanceType: 'm5.large' }, ['instance type m5.large instead of t3.micro']],
  ['image', { ImageId: 'ami-2' }, ['image ami-2 instead of ami-1']],
  ['key', { KeyName: undefined }, ['key ana removed']],
  ['VPC', { VpcId: 'vpc-2' }, ['VPC vpc-2 instead of vpc-1']],
  ['subnet', { SubnetId: 'subnet-2' }, ['subnet subnet-2 instead of subnet-1']],
  [
    'private address',
    { NetworkInterfaces: [{ ...network, PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.9' }] }] },
    ['private address 10.0.0.9 added'],
  ],
  [
    'private address',
    { NetworkInterfaces: [{ ...network, Ipv6Addresses: [{ Ipv6Address: '2001:db8::1' }] }] },
    ['private address 2001:db8::1 added'],
  ],
  ['security group', { SecurityGroups: [{ GroupId: 'sg-1' }, { GroupId: 'sg-2' }] }, ['security group sg-2 added']],
  [
    'security group',
    { NetworkInterfaces: [{ ...network, Groups: [{ GroupId: 'sg-1' }, { GroupId: 'sg-3' }] }] },
    ['security group sg-3 added'],
  ],
  [
    'network interface',
    { NetworkInterfaces: [network, { NetworkInterfaceId: 'eni-2', Attachment: { DeviceIndex: 1 } }] },
    ['network interface eni-2 at 1 added'],
  ],
  [
    'elastic address',
    { NetworkInterfaces: [{ ...network, Association: { PublicIp: '198.51.100.7', IpOwnerId: '222222222222' } }] },
    ['elastic address 198.51.100.7 added'],
  ],
  ['source/destination check', { SourceDestCheck: false }, ['source/destination check false instead of true']],
  ['volume', { BlockDeviceMappings: [root, data] }, ['volume vol-2 at /dev/sdf added']],
  [
    'volume',
    { BlockDeviceMappings: [{ ...root, DeviceName: '/dev/sda1' }] },
    ['volume vol-1 at /dev/sda1 instead of vol-1 at /dev/xvda'],
  ],
  [
    'volume that goes with it',
    { BlockDeviceMappings: [{ ...root, Ebs: { ...root.Ebs, DeleteOnTermination: false } }] },
    ['volume that goes with it vol-1 removed'],
  ],
  ['EBS optimization', { EbsOptimized: true }, ['EBS optimization true instead of false']],
  [
    'instance profile',
    { IamInstanceProfile: undefined },
    ['instance profile arn:aws:iam::222222222222:instance-profile/web removed'],
  ],
  [
    'metadata option',
    { MetadataOptions: { ...whole.MetadataOptions, HttpTokens: 'optional' } },
    ['metadata option HttpTokens=optional added', 'metadata option HttpTokens=required removed'],
  ],
  [
    'availability zone',
    { Placement: { ...whole.Placement, AvailabilityZone: 'eu-west-1b' } },
    ['availability zone eu-west-1b instead of eu-west-1a'],
  ],
  ['tenancy', { Placement: { ...whole.Placement, Tenancy: 'dedicated' } }, ['tenancy dedicated instead of default']],
  ['dedicated host', { Placement: { ...whole.Placement, HostId: 'h-1' } }, ['dedicated host h-1 added']],
  ['placement group', { Placement: { ...whole.Placement, GroupName: 'near' } }, ['placement group near added']],
  [
    'CPU option',
    { CpuOptions: { CoreCount: 1, ThreadsPerCore: 1 } },
    ['CPU option ThreadsPerCore=1 added', 'CPU option ThreadsPerCore=2 removed'],
  ],
  ['hibernation', { HibernationOptions: { Configured: true } }, ['hibernation true instead of false']],
  ['enclave', { EnclaveOptions: { Enabled: true } }, ['enclave true instead of false']],
  ['detailed monitoring', { Monitoring: { State: 'pending' } }, ['detailed monitoring true instead of false']],
  [
    'maintenance option',
    { MaintenanceOptions: { AutoRecovery: 'disabled' } },
    ['maintenance option AutoRecovery=disabled instead of AutoRecovery=default'],
  ],
  [
    'host name option',
    { PrivateDnsNameOptions: { HostnameType: 'resource-name', EnableResourceNameDnsARecord: false } },
    ['host name option HostnameType=resource-name added', 'host name option HostnameType=ip-name removed'],
  ],
  [
    'capacity reservation',
    { CapacityReservationSpecification: { CapacityReservationPreference: 'none' } },
    ['capacity reservation none instead of open'],
  ],
  ['license', { Licenses: [{ LicenseConfigurationArn: 'arn:l' }] }, ['license arn:l added']],
  [
    'tag',
    {
      Tags: [
        { Key: 'Name', Value: 'web' },
        { Key: 'owner', Value: 'ben' },
      ],
    },
    ['tag owner=ben added', 'tag owner=ana removed'],
  ],
];

const before = configurationOf(ec2Fields, whole);

describe('what changes the configuration of an instance', () => {
  test.each(changes)('%s', (field, change, words) => {
    const after = configurationOf(ec2Fields, { ...whole, ...change });
    expect(differences(before, after)).toEqual(words);
    const changed = Object.keys(after.fields).filter(
      (name) => String(after.fields[name]) !== String(before.fields[name]),
    );
    expect(changed).toContain(field);
  });

  test('each field of the table is one of them', () => {
    expect([...new Set(changes.map(([field]) => field))].toSorted()).toEqual(Object.keys(ec2Fields.fields).toSorted());
  });
});

/** What comes and goes with a stop, a start, AWS's own doing, or Mayfly's. */
const nothings: readonly [string, Instance][] = [
  ['its state', { State: { Code: 80, Name: 'stopped' }, StateReason: { Code: 'Client.UserInitiatedShutdown' } }],
  ['another start', { LaunchTime: new Date('2026-11-23T08:00:00Z') }],
  ['another public address of AWS', { PublicIpAddress: '198.51.100.9', PublicDnsName: 'ec2-198-51-100-9' }],
  ['no public address while it is stopped', { NetworkInterfaces: [without(network)] }],
  ['metadata options on the way', { MetadataOptions: { ...whole.MetadataOptions, State: 'pending' } }],
  [
    'an interface that Mayfly keeps at a removal',
    { NetworkInterfaces: [{ ...network, Attachment: { ...network.Attachment, DeleteOnTermination: false } }] },
  ],
  [
    "tags of Mayfly's and AWS's own, in any case",
    {
      Tags: [
        ...(whole.Tags ?? []),
        { Key: 'mayfly:restored-from', Value: 'ami-9' },
        { Key: 'Mayfly:x', Value: '1' },
        { Key: 'aws:ec2launchtemplate:id', Value: 'lt-1' },
      ],
    },
  ],
  ['the same tags in another order', { Tags: whole.Tags?.toReversed() }],
  ['an option that AWS adds one day', { CpuOptions: { ...whole.CpuOptions, NestedVirtualization: 'x' } as never }],
];

function without(one: typeof network) {
  const { Association: _, ...rest } = one;
  return rest;
}

test.each(nothings)('%s changes nothing', (_, change) => {
  expect(configurationOf(ec2Fields, { ...whole, ...change })).toEqual(before);
});

test('a server of which nothing is shown has every field, each empty: what comes later is a change', () => {
  const { fields } = configurationOf(ec2Fields, {});
  expect(Object.keys(fields)).toEqual(Object.keys(ec2Fields.fields));
  expect(Object.values(fields).flat()).toEqual([]);
});

test('values are sorted words, each once', () => {
  expect(before.fields['private address']).toEqual(['10.0.0.5']);
  expect(
    configurationOf(ec2Fields, { SecurityGroups: [{ GroupId: 'sg-9' }, { GroupId: 'sg-10' }] }).fields,
  ).toMatchObject({
    'security group': ['sg-10', 'sg-9'],
  });
});

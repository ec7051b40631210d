import type { Instance } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { ec2Instance } from '../../lib/resource-types/ec2-instance.ts';
import { answeredServer } from '../fakes/answered-server.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const arn = 'arn:aws:ec2:eu-west-1:222222222222:instance/i-1';
const target = { kind: 'present' as const, id: 'i-1', arn, identity: 'i-1', tags: {}, facts: {} };

const instance: Instance = {
  InstanceId: 'i-1',
  InstanceType: 't3.micro',
  State: { Name: 'stopped' },
  VpcId: 'vpc-1',
  SubnetId: 'subnet-1',
  PrivateIpAddress: '10.0.0.5',
  KeyName: 'ana',
  EbsOptimized: false,
  Placement: { AvailabilityZone: 'eu-west-1a', Tenancy: 'default', GroupName: '' },
  CpuOptions: { CoreCount: 1, ThreadsPerCore: 2 },
  MetadataOptions: { State: 'applied', HttpTokens: 'required', HttpEndpoint: 'enabled' },
  NetworkInterfaces: [
    {
      NetworkInterfaceId: 'eni-1',
      Attachment: { DeviceIndex: 0, DeleteOnTermination: true },
      Groups: [{ GroupId: 'sg-1' }],
      PrivateIpAddresses: [
        { PrivateIpAddress: '10.0.0.5', Primary: true },
        { PrivateIpAddress: '10.0.0.6', Primary: false },
      ],
      Association: { IpOwnerId: 'amazon', PublicIp: '203.0.113.5' },
    },
    { NetworkInterfaceId: 'eni-2', Attachment: { DeviceIndex: 1, DeleteOnTermination: false } },
  ],
  BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeId: 'vol-1' } }],
  Tags: [
    { Key: 'owner', Value: 'ana' },
    { Key: 'expires-at', Value: '2026-11-20' },
  ],
};

const type = {
  InstanceType: 't3.micro',
  BurstablePerformanceSupported: true,
  VCpuInfo: { DefaultCores: 1, DefaultThreadsPerCore: 2 },
};

const attributes: Answer = (({ Attribute }: { Attribute: string }) => ({
  ...(Attribute === 'userData' && { UserData: { Value: 'c2VjcmV0' } }),
  ...(Attribute === 'disableApiTermination' && { DisableApiTermination: { Value: true } }),
  ...(Attribute === 'disableApiStop' && { DisableApiStop: { Value: false } }),
  ...(Attribute === 'instanceInitiatedShutdownBehavior' && {
    InstanceInitiatedShutdownBehavior: { Value: 'terminate' },
  }),
})) as Answer;

const group = (name: string, more = {}) => ({
  TargetGroupArn: name,
  VpcId: 'vpc-1',
  TargetType: 'instance',
  Port: 80,
  ...more,
});
const registered: Readonly<Record<string, object[]>> = {
  web: [{ Target: { Id: 'i-1', Port: 8080 } }, { Target: { Id: 'i-9', Port: 8080 } }],
  byAddress: [{ Target: { Id: '10.0.0.5' } }],
  others: [{ Target: { Id: 'i-9' } }],
};

const answers: Readonly<Record<string, Answer>> = {
  DescribeInstances: { Reservations: [{ Instances: [instance] }] },
  DescribeInstanceTypes: { InstanceTypes: [type] },
  DescribeInstanceAttribute: attributes,
  DescribeInstanceCreditSpecifications: { InstanceCreditSpecifications: [{ CpuCredits: 'unlimited' }] },
  DescribeVolumes: { Volumes: [{ VolumeId: 'vol-1', Tags: [{ Key: 'part', Value: 'root' }] }] },
  DescribeAddresses: {
    Addresses: [{ AllocationId: 'eipalloc-1', PublicIp: '203.0.113.9' }, { PublicIp: '203.0.113.1' }],
  },
  DescribeTargetGroups: {
    TargetGroups: [
      group('web'),
      group('byAddress', { TargetType: 'ip' }),
      group('others'),
      group('elsewhere', { VpcId: 'vpc-2' }),
      group('function', { TargetType: 'lambda' }),
    ],
  },
  DescribeTargetHealth: (({ TargetGroupArn }: { TargetGroupArn: string }) => ({
    TargetHealthDescriptions: registered[TargetGroupArn] ?? awsError('never asked'),
  })) as Answer,
};

async function recipe(change: Instance = {}, more: Readonly<Record<string, Answer>> = {}) {
  const DescribeInstances = { Reservations: [{ Instances: [{ ...instance, ...change }] }] };
  const { server } = await answeredServer(ec2Instance, { ...answers, DescribeInstances, ...more });
  const result = await server.recipe(target);
  if (result.kind !== 'recipe') throw new Error(JSON.stringify(result));
  return result;
}

describe('the recipe of an instance', () => {
  test('has all that a restore needs, as plain JSON', async () => {
    const { recipe: written } = await recipe();
    expect(JSON.parse(JSON.stringify(written))).toEqual(written);
    expect(written).toEqual({
      version: 1,
      type: 'ec2:instance',
      of: arn,
      identity: 'i-1',
      tags: { owner: 'ana', 'expires-at': '2026-11-20' },
      settings: {
        launch: {
          InstanceType: 't3.micro',
          KeyName: 'ana',
          EbsOptimized: false,
          Monitoring: { Enabled: false },
          Placement: { AvailabilityZone: 'eu-west-1a', Tenancy: 'default' },
          MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' },
          DisableApiTermination: true,
          DisableApiStop: false,
          InstanceInitiatedShutdownBehavior: 'terminate',
          CreditSpecification: { CpuCredits: 'unlimited' },
        },
        network: {
          vpc: 'vpc-1',
          subnet: 'subnet-1',
          interface: 'eni-1',
          goesWithServer: true,
          privateAddress: '10.0.0.5',
          otherAddresses: ['10.0.0.6'],
          securityGroups: ['sg-1'],
          sourceDestCheck: true,
          hasLentAddress: true,
          otherInterfaces: [{ id: 'eni-2', deviceIndex: 1 }],
        },
        volumes: [{ device: '/dev/xvda', id: 'vol-1', tags: { part: 'root' } }],
        elasticAddresses: [{ allocationId: 'eipalloc-1', publicAddress: '203.0.113.9' }],
        targetGroups: [
          { arn: 'web', by: 'instance', port: 8080 },
          { arn: 'byAddress', by: 'ip', port: 80 },
        ],
        licenses: [],
      },
    });
  });

  test('leaves the user data out, which comes apart because it may hold secrets', async () => {
    const { recipe: written, secret } = await recipe();
    expect(secret).toBe('c2VjcmV0');
    expect(JSON.stringify(written)).not.toContain('c2VjcmV0');
    const without = await recipe({}, { DescribeInstanceAttribute: {} });
    expect(without).not.toHaveProperty('secret');
  });

  test.each<[string, Instance, object]>([
    [
      'CPU options that are not those of its type',
      { CpuOptions: { CoreCount: 1, ThreadsPerCore: 1 } },
      { CpuOptions: { CoreCount: 1, ThreadsPerCore: 1 } },
    ],
    ['its role', { IamInstanceProfile: { Arn: 'arn:p', Id: 'x' } }, { IamInstanceProfile: { Arn: 'arn:p' } }],
    ['its placement group', { Placement: { GroupName: 'near' } }, { Placement: { GroupName: 'near' } }],
    ['enclaves', { EnclaveOptions: { Enabled: true } }, { EnclaveOptions: { Enabled: true } }],
    [
      'recovery that is off',
      { MaintenanceOptions: { AutoRecovery: 'disabled' } },
      { MaintenanceOptions: { AutoRecovery: 'disabled' } },
    ],
    ['detailed monitoring', { Monitoring: { State: 'enabled' } }, { Monitoring: { Enabled: true } }],
  ])('has %s', async (_, change, expected) => {
    expect((await recipe(change)).recipe.settings['launch']).toMatchObject(expected);
  });

  test('is none where a part of it can not be read', async () => {
    for (const command of Object.keys(answers)) {
      const { server } = await answeredServer(ec2Instance, { ...answers, [command]: awsError('AccessDenied', 'no') });
      expect(await server.recipe(target), command).toMatchObject({ kind: 'unreadable', why: 'AccessDenied: no' });
    }
  });

  test('is none of a server that is gone', async () => {
    const { server } = await answeredServer(ec2Instance, { ...answers, DescribeInstances: { Reservations: [] } });
    expect(await server.recipe(target)).toEqual({ kind: 'gone', id: 'i-1' });
  });
});

import type { Instance } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { ec2Owner, ec2Server } from '../../lib/resource-types/ec2-server.ts';

const at = (iso: string) => new Date(iso);

test.each([
  ['running', 'running'],
  ['stopped', 'stopped'],
  ['pending', 'changing'],
  ['stopping', 'changing'],
  [undefined, 'changing'],
] as const)('an instance that is %s counts as %s', (Name, state) => {
  expect(ec2Server({ State: { Name } }).state).toBe(state);
});

describe('when it was stopped', () => {
  const stopped = { State: { Name: 'stopped' } } as const;

  test.each([
    ['User initiated (2026-11-23 16:47:09 UTC)', Date.parse('2026-11-23T16:47:09Z')],
    ['User initiated (2026-11-23 16:47:09 GMT)', Date.parse('2026-11-23T16:47:09Z')],
    ['User initiated (2026-02-30 16:47:09 UTC)', undefined],
    ['User initiated (2026-11-23 25:47:09 UTC)', undefined],
    ['User initiated (2026-11-23 16:47:09 CET)', undefined],
    ['User initiated', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (StateTransitionReason, expected) => {
    expect(ec2Server({ ...stopped, StateTransitionReason }).stoppedAt).toBe(expected);
  });

  test('says nothing about a server that runs again', () => {
    const StateTransitionReason = 'User initiated (2026-11-23 16:47:09 UTC)';
    expect(ec2Server({ State: { Name: 'running' }, StateTransitionReason })).not.toHaveProperty('stoppedAt');
  });
});

test('milestones are what the service dates: the launch apart, because Mayfly starts servers, too', () => {
  const { milestones } = ec2Server({
    LaunchTime: at('2026-11-20T08:00:00Z'),
    UsageOperationUpdateTime: at('2026-11-03T08:00:00Z'),
    NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', Attachment: { AttachTime: at('2026-11-01T08:00:00Z') } }],
    BlockDeviceMappings: [
      { DeviceName: '/dev/xvda', Ebs: { VolumeId: 'vol-1', AttachTime: at('2026-11-01T08:00:01Z') } },
      { DeviceName: '/dev/sdf', Ebs: { VolumeId: 'vol-2', AttachTime: at('2026-11-09T08:00:00Z') } },
    ],
  });
  expect(milestones).toEqual([
    { what: 'launched', at: Date.parse('2026-11-20T08:00:00Z'), launch: true },
    { what: 'network interface eni-1 attached', at: Date.parse('2026-11-01T08:00:00Z') },
    { what: 'volume vol-1 attached', at: Date.parse('2026-11-01T08:00:01Z') },
    { what: 'volume vol-2 attached', at: Date.parse('2026-11-09T08:00:00Z') },
    { what: 'its platform or billing changed', at: Date.parse('2026-11-03T08:00:00Z') },
  ]);
});

test('a server without creation data has no milestones, and none is made up', () => {
  expect(ec2Server({ InstanceId: 'i-1', NetworkInterfaces: [{}], BlockDeviceMappings: [{}] }).milestones).toEqual([]);
});

const kept: readonly [string, Instance, RegExp][] = [
  ['an instance store', { RootDeviceType: 'instance-store' }, /instance store, which a stop would erase/],
  ['Spot', { InstanceLifecycle: 'spot' }, /Spot instance/],
  ['a scheduled instance', { InstanceLifecycle: 'scheduled' }, /scheduled/],
  ['a capacity block', { InstanceLifecycle: 'capacity-block' }, /capacity block/],
  [
    'a way of buying of tomorrow',
    { InstanceLifecycle: 'leased' as 'spot' },
    /does not know instances of the kind leased/,
  ],
  ['hibernation', { HibernationOptions: { Configured: true } }, /hibernation/],
  ['a dedicated host', { Placement: { Tenancy: 'host' } }, /dedicated host/],
  ['a node', { Tags: [{ Key: 'kubernetes.io/cluster/ci', Value: 'owned' }] }, /node of a Kubernetes cluster/],
  ['a provisioned node', { Tags: [{ Key: 'karpenter.sh/nodepool', Value: 'default' }] }, /node of a Kubernetes/],
];

test.each(kept)('%s is never stopped, and says why', (_, instance, why) => {
  expect(ec2Server(instance).unstoppable).toMatch(why);
});

test('an ordinary instance may be stopped', () => {
  const ordinary: Instance = {
    RootDeviceType: 'ebs',
    HibernationOptions: { Configured: false },
    Placement: { Tenancy: 'default' },
    Tags: [{ Key: 'kubernetes.io/cluster/ci', Value: 'shared' }],
  };
  expect(ec2Server(ordinary)).not.toHaveProperty('unstoppable');
});

test.each([
  [{ Operator: { Managed: true, Principal: 'eks.amazonaws.com' } }, 'eks.amazonaws.com'],
  [{ Operator: { Managed: true } }, 'an AWS service'],
  [{ Tags: [{ Key: 'elasticbeanstalk:environment-name', Value: 'web' }] }, 'elasticbeanstalk:environment-name web'],
  [{ Tags: [{ Key: 'AmazonECSManaged', Value: '' }] }, 'AmazonECSManaged'],
  [{ Tags: [{ Key: 'AWSBatchServiceTag', Value: 'batch' }] }, 'AWSBatchServiceTag batch'],
] as const)('%o belongs to a controller', (instance, name) => {
  expect(ec2Owner(instance as unknown as Instance)).toEqual({ kind: 'controller', name });
});

test('an instance that nobody makes again has no owner', () => {
  expect(ec2Owner({ Operator: { Managed: false }, Tags: [{ Key: 'owner', Value: 'ana' }] })).toBeUndefined();
});

import type { Sample } from './sample.ts';

const id = 'web workers';
const uuid = '5fd3e8d0-6c3a-4f2b-9d59-1c2b3a4d5e6f';
const arn = `arn:aws:autoscaling:eu-west-1:222222222222:autoScalingGroup:${uuid}:autoScalingGroupName/${id}`;
const tag = { ResourceId: id, ResourceType: 'auto-scaling-group', PropagateAtLaunch: true };

export const autoScalingGroup: Sample = {
  type: 'autoscaling:autoScalingGroup',
  arn,
  id,
  answers: {
    DescribeAutoScalingGroups: {
      AutoScalingGroups: [
        {
          AutoScalingGroupName: id,
          AutoScalingGroupARN: arn,
          CreatedTime: new Date('2026-11-18T09:00:00Z'),
          MinSize: 1,
          MaxSize: 3,
          DesiredCapacity: 1,
          DefaultCooldown: 300,
          AvailabilityZones: ['eu-west-1a'],
          HealthCheckType: 'EC2',
          DeletionProtection: 'none',
          WarmPoolConfiguration: { MinSize: 1, PoolState: 'Stopped' },
          WarmPoolSize: 1,
          Instances: [
            {
              InstanceId: 'i-0a1b2c3d4e5f60718',
              AvailabilityZone: 'eu-west-1a',
              LifecycleState: 'InService',
              HealthStatus: 'Healthy',
              ProtectedFromScaleIn: false,
            },
          ],
          Tags: [
            { ...tag, Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
            { ...tag, Key: 'owner', Value: 'ana' },
          ],
        },
      ],
    },
    DescribeWarmPool: {
      WarmPoolConfiguration: { MinSize: 1, PoolState: 'Stopped' },
      Instances: [
        {
          InstanceId: 'i-0a1b2c3d4e5f60719',
          AvailabilityZone: 'eu-west-1a',
          LifecycleState: 'Warmed:Stopped',
          HealthStatus: 'Healthy',
        },
      ],
    },
    DescribeInstanceAttribute: ({ InstanceId }: { InstanceId: string }) => ({
      InstanceId,
      DisableApiTermination: { Value: false },
    }),
    DescribeTags: { Tags: [{ ...tag, Key: 'expires-at', Value: '2026-11-20T00:00:00Z' }] },
    DeleteAutoScalingGroup: {},
    CreateOrUpdateTags: {},
    UpdateAutoScalingGroup: {},
  },
  gone: { DescribeAutoScalingGroups: { AutoScalingGroups: [] } },
  paged: [
    { command: 'DescribeAutoScalingGroups', items: 'AutoScalingGroups', token: 'NextToken', inputToken: 'NextToken' },
    { command: 'DescribeWarmPool', items: 'Instances', token: 'NextToken', inputToken: 'NextToken' },
  ],
};

import type { Sample } from './sample.ts';

const id = 'ami-0a1b2c3d4e5f60718';
const groups = 'arn:aws:autoscaling:eu-west-1:222222222222:autoScalingGroup';
const nextToken = { token: 'NextToken', inputToken: 'NextToken' };

export const ec2Image: Sample = {
  type: 'ec2:image',
  arn: `arn:aws:ec2:eu-west-1::image/${id}`,
  id,
  answers: {
    DescribeImages: {
      Images: [
        {
          ImageId: id,
          OwnerId: '222222222222',
          State: 'available',
          Name: 'web-2026-11-18',
          CreationDate: '2026-11-18T09:00:00.000Z',
          Architecture: 'arm64',
          DeregistrationProtection: 'disabled',
          RootDeviceName: '/dev/xvda',
          RootDeviceType: 'ebs',
          BlockDeviceMappings: [
            { DeviceName: '/dev/xvda', Ebs: { SnapshotId: 'snap-01', VolumeSize: 8, VolumeType: 'gp3' } },
            { DeviceName: '/dev/xvdb', Ebs: { SnapshotId: 'snap-02', VolumeSize: 100, VolumeType: 'gp3' } },
            { DeviceName: '/dev/xvdc', VirtualName: 'ephemeral0' },
          ],
          Tags: [
            { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
            { Key: 'owner', Value: 'ana' },
          ],
        },
      ],
    },
    DescribeLaunchTemplateVersions: {
      LaunchTemplateVersions: [
        {
          LaunchTemplateId: 'lt-0a1b2c3d4e5f60719',
          LaunchTemplateName: 'mail',
          VersionNumber: 3,
          DefaultVersion: true,
          LaunchTemplateData: { ImageId: 'ami-0a1b2c3d4e5f60719', InstanceType: 'm7g.large' },
        },
      ],
    },
    DescribeAutoScalingGroups: {
      AutoScalingGroups: [
        {
          AutoScalingGroupName: 'old',
          AutoScalingGroupARN: `${groups}:1fd3e8d0-6c3a-4f2b-9d59-1c2b3a4d5e6f:autoScalingGroupName/old`,
          LaunchConfigurationName: 'old',
        },
        {
          AutoScalingGroupName: 'mail',
          AutoScalingGroupARN: `${groups}:2fd3e8d0-6c3a-4f2b-9d59-1c2b3a4d5e6f:autoScalingGroupName/mail`,
          LaunchTemplate: { LaunchTemplateId: 'lt-0a1b2c3d4e5f60719', LaunchTemplateName: 'mail', Version: '2' },
        },
      ],
    },
    DescribeLaunchConfigurations: {
      LaunchConfigurations: [{ LaunchConfigurationName: 'old', ImageId: 'ami-0a1b2c3d4e5f60720' }],
    },
    DeregisterImage: {
      Return: true,
      DeleteSnapshotResults: [
        { SnapshotId: 'snap-01', ReturnCode: 'success' },
        { SnapshotId: 'snap-02', ReturnCode: 'internal-error' },
      ],
    },
    DeleteSnapshot: {},
    CreateTags: {},
  },
  gone: { DescribeImages: { Images: [] } },
  paged: [
    { command: 'DescribeImages', items: 'Images', ...nextToken },
    { command: 'DescribeLaunchTemplateVersions', items: 'LaunchTemplateVersions', ...nextToken },
    { command: 'DescribeAutoScalingGroups', items: 'AutoScalingGroups', ...nextToken },
    { command: 'DescribeLaunchConfigurations', items: 'LaunchConfigurations', ...nextToken },
  ],
};

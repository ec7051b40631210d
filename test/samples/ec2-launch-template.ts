import { awsError, type Sample } from './sample.ts';

const id = 'lt-0a1b2c3d4e5f60718';
const uuid = '5fd3e8d0-6c3a-4f2b-9d59-1c2b3a4d5e6f';
const groupArn = `arn:aws:autoscaling:eu-west-1:222222222222:autoScalingGroup:${uuid}:autoScalingGroupName/mail`;

export const ec2LaunchTemplate: Sample = {
  type: 'ec2:launch-template',
  arn: `arn:aws:ec2:eu-west-1:222222222222:launch-template/${id}`,
  id,
  answers: {
    DescribeLaunchTemplates: {
      LaunchTemplates: [
        {
          LaunchTemplateId: id,
          LaunchTemplateName: 'web',
          CreateTime: new Date('2026-11-18T09:00:00Z'),
          CreatedBy: 'arn:aws:iam::222222222222:user/ana',
          DefaultVersionNumber: 1,
          LatestVersionNumber: 3,
          Operator: { Managed: false },
          Tags: [
            { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
            { Key: 'owner', Value: 'ana' },
          ],
        },
      ],
    },
    DescribeAutoScalingGroups: {
      AutoScalingGroups: [
        {
          AutoScalingGroupName: 'mail',
          AutoScalingGroupARN: groupArn,
          LaunchTemplate: { LaunchTemplateId: 'lt-0a1b2c3d4e5f60719', LaunchTemplateName: 'mail', Version: '$Latest' },
        },
      ],
    },
    DeleteLaunchTemplate: { LaunchTemplate: { LaunchTemplateId: id, LaunchTemplateName: 'web' } },
    CreateTags: {},
  },
  gone: { DescribeLaunchTemplates: awsError('InvalidLaunchTemplateId.NotFound') },
  paged: [
    { command: 'DescribeLaunchTemplates', items: 'LaunchTemplates', token: 'NextToken', inputToken: 'NextToken' },
    { command: 'DescribeAutoScalingGroups', items: 'AutoScalingGroups', token: 'NextToken', inputToken: 'NextToken' },
  ],
};

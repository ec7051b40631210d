import type { Sample } from './sample.ts';

const id = 'ami-0a1b2c3d4e5f60718';

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
  paged: [{ command: 'DescribeImages', items: 'Images', token: 'NextToken', inputToken: 'NextToken' }],
};

import type { Sample } from './sample.ts';

const id = 'vol-0a1b2c3d4e5f60718';

export const ec2Volume: Sample = {
  type: 'ec2:volume',
  arn: `arn:aws:ec2:eu-west-1:222222222222:volume/${id}`,
  id,
  answers: {
    DescribeVolumes: {
      Volumes: [
        {
          VolumeId: id,
          State: 'available',
          CreateTime: new Date('2026-11-18T09:00:00Z'),
          Size: 100,
          VolumeType: 'gp3',
          Iops: 3000,
          Throughput: 125,
          AvailabilityZone: 'eu-west-1a',
          Encrypted: true,
          SnapshotId: '',
          MultiAttachEnabled: false,
          Attachments: [],
          Tags: [
            { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
            { Key: 'owner', Value: 'ana' },
          ],
        },
      ],
    },
    DeleteVolume: {},
    CreateTags: {},
  },
  gone: { DescribeVolumes: { Volumes: [] } },
  paged: [{ command: 'DescribeVolumes', items: 'Volumes', token: 'NextToken', inputToken: 'NextToken' }],
};

import type { Sample } from './sample.ts';

const id = 'snap-0a1b2c3d4e5f60718';

export const ec2Snapshot: Sample = {
  type: 'ec2:snapshot',
  arn: `arn:aws:ec2:eu-west-1::snapshot/${id}`,
  id,
  answers: {
    DescribeSnapshots: {
      Snapshots: [
        {
          SnapshotId: id,
          OwnerId: '222222222222',
          State: 'completed',
          StartTime: new Date('2026-11-18T09:00:00Z'),
          Progress: '100%',
          VolumeId: 'vol-0a1b2c3d4e5f60718',
          VolumeSize: 100,
          FullSnapshotSizeInBytes: 34_359_738_368,
          StorageTier: 'standard',
          Description: 'before the migration',
          Encrypted: true,
          Tags: [
            { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
            { Key: 'owner', Value: 'ana' },
          ],
        },
      ],
    },
    DescribeImages: { Images: [] },
    DeleteSnapshot: {},
    CreateTags: {},
  },
  gone: { DescribeSnapshots: { Snapshots: [] } },
  paged: [
    { command: 'DescribeSnapshots', items: 'Snapshots', token: 'NextToken', inputToken: 'NextToken' },
    { command: 'DescribeImages', items: 'Images', token: 'NextToken', inputToken: 'NextToken' },
  ],
};

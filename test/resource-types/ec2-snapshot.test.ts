import { expect, test } from 'vitest';
import { ec2Snapshot } from '../../lib/resource-types/ec2-snapshot.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const own = { SnapshotId: 'snap-1', OwnerId: '222222222222', State: 'completed' };
const image = { ImageId: 'ami-1', BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-1' } }] };

async function describe(ids: string[], answers: Record<string, Answer>) {
  const { source } = answeredClients(answers);
  const bound = await ec2Snapshot.bind(source, { account: '222222222222', region: 'eu-west-1', partition: 'aws' });
  return bound.describe(ids);
}

test('a snapshot of an image is in use', async () => {
  const answers = await describe(['snap-1'], {
    DescribeSnapshots: { Snapshots: [own] },
    DescribeImages: { Images: [image] },
  });
  expect(answers).toMatchObject([
    { kind: 'present', usedBy: [{ words: 'image ami-1', type: 'ec2:image', id: 'ami-1' }] },
  ]);
});

test('a snapshot whose images can not be read is unreadable', async () => {
  const answers = await describe(['snap-1'], {
    DescribeSnapshots: { Snapshots: [own] },
    DescribeImages: awsError('UnauthorizedOperation'),
  });
  expect(answers).toMatchObject([{ kind: 'unreadable', id: 'snap-1' }]);
});

test('snapshots of others and of AWS Backup have an owner', async () => {
  const backup = { ...own, SnapshotId: 'snap-2', Tags: [{ Key: 'aws:backup:source-resource', Value: 'vol-1:x' }] };
  const theirs = { ...own, SnapshotId: 'snap-3', OwnerId: '999999999999' };
  const answers = await describe(['snap-2', 'snap-3'], {
    DescribeSnapshots: ({ OwnerIds }: { OwnerIds?: string[] }) => ({ Snapshots: OwnerIds ? [backup] : [theirs] }),
    DescribeImages: { Images: [] },
  });
  expect(answers).toMatchObject([
    { kind: 'present', owner: { name: 'AWS Backup' } },
    { kind: 'present', owner: { name: 'account 999999999999' } },
  ]);
});

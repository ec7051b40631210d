import { awsError } from '../samples/sample.ts';
import { tagList } from './world-places.ts';
import { type Input, tagsIn, valuesOf } from './world-server-input.ts';
import { arnOf, type Servers } from './world-servers.ts';

/** Images are available once each of their snapshots is over, whole or not. */
export function copyAnswers(aws: Servers) {
  let images = 0;
  return {
    CreateImage({ InstanceId, Name, TagSpecifications: [tags] }: Input) {
      const server = aws.servers.get(InstanceId);
      if (server === undefined) return awsError('InvalidInstanceID.NotFound');
      if ([...aws.images.values()].some((image) => image.name === Name)) return awsError('InvalidAMIName.Duplicate');
      const createdAt = aws.clock.now();
      images += 1;
      const number = images.toString(16).padStart(8, '0');
      const snapshots = server.volumes.map((volume, index) => {
        const id = `snap-${number}${index.toString(16).padStart(4, '0')}`;
        const readyAt = createdAt + aws.snapshotsTake;
        const failed = aws.failing.has(volume);
        aws.snapshots.set(id, { id, arn: arnOf('snapshot', id), tags: {}, createdAt, volume, readyAt, failed });
        return id;
      });
      const id = `ami-${number}`;
      const about = { arn: arnOf('image', id), tags: tagsIn(tags?.Tags), createdAt };
      aws.images.set(id, { id, name: Name, of: InstanceId, snapshots, ...about });
      return { ImageId: id };
    },
    DescribeImages: (input: Input) => {
      const ids = valuesOf(input, 'image-id');
      const names = valuesOf(input, 'name');
      const images = [...aws.images.values()].filter(
        ({ id, name }) => (ids?.includes(id) ?? true) && (names?.includes(name) ?? true),
      );
      return {
        Images: images.map(({ id, name, snapshots, tags, createdAt }) => ({
          ImageId: id,
          Name: name,
          OwnerId: '222222222222',
          State: snapshots.every((one) => isOver(aws, one)) ? 'available' : 'pending',
          CreationDate: new Date(createdAt).toISOString(),
          Tags: tagList(tags),
          BlockDeviceMappings: snapshots.map((SnapshotId) => ({ Ebs: { SnapshotId, VolumeSize: 8 } })),
        })),
      };
    },
    DescribeSnapshots: (input: Input) => {
      const ids = valuesOf(input, 'snapshot-id');
      const part = valuesOf(input, 'tag:mayfly:part-of');
      const now = aws.clock.now();
      return {
        Snapshots: [...aws.snapshots.values()]
          .filter(
            ({ id, tags }) => (ids?.includes(id) ?? true) && (part?.includes(tags['mayfly:part-of'] ?? '') ?? true),
          )
          .map(({ id, tags, createdAt, volume, readyAt, failed }) => ({
            SnapshotId: id,
            VolumeId: volume,
            VolumeSize: 8,
            State: readyAt > now ? 'pending' : failed ? 'error' : 'completed',
            StartTime: new Date(createdAt),
            Description: `Created by CreateImage(i-1) for ${imageOf(id)}`,
            Tags: tagList(tags),
          })),
      };
    },
    // Nobody's templates and groups start servers of an image.
    DescribeLaunchTemplateVersions: () => ({ LaunchTemplateVersions: [] }),
    DescribeLaunchConfigurations: () => ({ LaunchConfigurations: [] }),
    DeregisterImage: ({ ImageId }: Input) => (aws.images.delete(ImageId) ? {} : awsError('InvalidAMIID.NotFound')),
    DeleteSnapshot: ({ SnapshotId }: Input) =>
      aws.snapshots.delete(SnapshotId) ? {} : awsError('InvalidSnapshot.NotFound'),
  };
}

/** Ids of snapshots hold the number of their image. */
function imageOf(snapshot: string): string {
  return `ami-${snapshot.slice('snap-'.length, -4)}`;
}

function isOver({ snapshots, clock }: Servers, id: string): boolean {
  const snapshot = snapshots.get(id);
  return snapshot === undefined || snapshot.readyAt <= clock.now();
}

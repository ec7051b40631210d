import type { DescribeSnapshotsRequest, Snapshot } from '@aws-sdk/client-ec2';
import type { Owner } from '../core/resource.ts';
import { batchesOf } from './batches.ts';
import type { Aws, Description, UsedBy } from './define.ts';
import { defineResourceType } from './define.ts';
import { ec2SnapshotCost } from './ec2-snapshot-cost.ts';
import { removeEach } from './removal-errors.ts';
import { tagMap } from './tag-list.ts';

type Ec2 = Aws<typeof import('./sdk/ec2.ts'), import('@aws-sdk/client-ec2').EC2Client>;

/** A filter takes at most 200 values; unlike an id list it does not fail on an unknown id. */
const idsPerFilter = 200;
const imagesPerPage = 1000;
const snapshotsPerPage = 1000;

/** A copy of a disk. While an image is made of it, AWS refuses to delete it. */
export const ec2Snapshot = defineResourceType({
  id: 'ec2:snapshot',
  title: 'EBS snapshot',
  idIn: ({ service, resource }) => (service === 'ec2' ? /^snapshot\/(snap-[0-9a-f]+)$/.exec(resource)?.[1] : undefined),
  sdk: () => import('./sdk/ec2.ts'),
  client: (sdk) => sdk.EC2Client,
  after: [{ type: 'ec2:image', because: 'a snapshot that an image is made of can not be deleted' }],
  removal: 'synchronous',

  describe: {
    needs: [{ actions: ['ec2:DescribeSnapshots', 'ec2:DescribeImages'], on: '*' }],
    async run(aws, ids) {
      const own = await findSnapshots(aws, ids, ['self']);
      // Somebody else's shared snapshot can carry our tags; it must not look gone, so only the rest is asked for
      // widely.
      const others = await findSnapshots(
        aws,
        ids.filter((id) => !own.has(id)),
      );
      const images = own.size === 0 ? new Map<string, UsedBy[]>() : await imagesMadeOf(aws);
      return ids.map((id) => describeSnapshot(id, own.get(id) ?? others.get(id), images.get(id) ?? [], aws.shard));
    },
  },

  census: {
    needs: [{ actions: ['ec2:DescribeSnapshots'], on: '*' }],
    async run(aws) {
      const all = await readSnapshots(aws, { OwnerIds: ['self'], MaxResults: snapshotsPerPage });
      return all.map((snapshot) => describeSnapshot(snapshot.SnapshotId ?? '', snapshot, [], aws.shard));
    },
  },

  remove: {
    needs: [{ actions: ['ec2:DeleteSnapshot'], on: 'arn:aws:ec2:REGION::snapshot/*', guard: 'tags' }],
    run: ({ client, sdk }, targets) =>
      removeEach(
        targets,
        { gone: ['InvalidSnapshot.NotFound'], blocked: ['InvalidSnapshot.InUse', 'OperationNotPermitted'] },
        async ({ id }) => {
          await client.send(new sdk.DeleteSnapshotCommand({ SnapshotId: id }));
          return {};
        },
      ),
  },

  tag: {
    needs: [{ actions: ['ec2:CreateTags'], on: 'arn:aws:ec2:REGION::snapshot/*' }],
    async run({ client, sdk }, { id }, { key, value }) {
      await client.send(new sdk.CreateTagsCommand({ Resources: [id], Tags: [{ Key: key, Value: value }] }));
    },
  },

  cost: ec2SnapshotCost,
});

export async function findSnapshots(
  aws: Ec2,
  ids: readonly string[],
  OwnerIds?: string[],
): Promise<Map<string, Snapshot>> {
  const found = new Map<string, Snapshot>();
  for (const batch of batchesOf(ids, idsPerFilter)) {
    const input = { Filters: [{ Name: 'snapshot-id', Values: batch }], ...(OwnerIds && { OwnerIds }) };
    for (const snapshot of await readSnapshots(aws, input)) found.set(snapshot.SnapshotId ?? '', snapshot);
  }
  return found;
}

async function readSnapshots({ client, sdk }: Ec2, input: DescribeSnapshotsRequest): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  for await (const { Snapshots = [] } of sdk.paginateDescribeSnapshots({ client }, input)) found.push(...Snapshots);
  return found;
}

/**
 * The account's images by the snapshots that they are made of. All of them, in large pages: a filter by snapshot would
 * take a call for each 200 ids, and emulators don't know it.
 */
async function imagesMadeOf({ client, sdk }: Ec2): Promise<Map<string, UsedBy[]>> {
  const images = new Map<string, UsedBy[]>();
  const input = { Owners: ['self'], IncludeDisabled: true, MaxResults: imagesPerPage };
  for await (const { Images = [] } of sdk.paginateDescribeImages({ client }, input)) {
    for (const { ImageId = '', BlockDeviceMappings = [] } of Images) {
      const image = { words: `image ${ImageId}`, type: 'ec2:image', id: ImageId };
      for (const snapshotId of new Set(BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []))) {
        images.set(snapshotId, [...(images.get(snapshotId) ?? []), image]);
      }
    }
  }
  return images;
}

function describeSnapshot(
  id: string,
  snapshot: Snapshot | undefined,
  usedBy: readonly UsedBy[],
  shard: Ec2['shard'],
): Description {
  // One that can be recovered lies in the Recycle Bin: it was deleted.
  if (snapshot === undefined || snapshot.State === 'recoverable') return { kind: 'gone', id };
  const owner = ownerOf(snapshot, shard.account);
  return {
    kind: 'present',
    id,
    arn: `arn:${shard.partition}:ec2:${shard.region}::snapshot/${id}`,
    identity: id,
    ...(snapshot.StartTime !== undefined && { createdAt: snapshot.StartTime.getTime() }),
    tags: tagMap(snapshot.Tags),
    ...(owner !== undefined && { owner }),
    ...(usedBy.length > 0 && { usedBy }),
    facts: {
      state: snapshot.State ?? 'unknown',
      storageTier: snapshot.StorageTier ?? 'standard',
      ...(snapshot.VolumeSize !== undefined && { sizeGb: snapshot.VolumeSize }),
      ...(snapshot.FullSnapshotSizeInBytes !== undefined && { fullBytes: snapshot.FullSnapshotSizeInBytes }),
      ...(snapshot.VolumeId !== undefined && { volumeId: snapshot.VolumeId }),
    },
  };
}

/** AWS Backup keeps its recovery points by its own plan and is the only one that may delete them. */
function ownerOf({ OwnerId, Tags = [] }: Snapshot, account: string): Owner | undefined {
  if (OwnerId !== account) return { kind: 'controller', name: `account ${OwnerId ?? 'unknown'}` };
  if (Tags.some(({ Key }) => Key?.startsWith('aws:backup:'))) return { kind: 'controller', name: 'AWS Backup' };
  return undefined;
}

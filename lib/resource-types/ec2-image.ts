import type { Image } from '@aws-sdk/client-ec2';
import { noCost } from '../core/cost.ts';
import type { Owner } from '../core/resource.ts';
import { batchesOf } from './batches.ts';
import type { Aws, Carried, Description, RemovalResult, Target, UsedBy } from './define.ts';
import { defineResourceType } from './define.ts';
import { type ImageUsers, imageUsers } from './image-users.ts';
import { codeOf, messageOf, removeEach } from './removal-errors.ts';
import { tagMap } from './tag-list.ts';

export type Ec2 = Aws<typeof import('./sdk/ec2.ts'), import('@aws-sdk/client-ec2').EC2Client>;

/** A filter takes at most 200 values; unlike an id list it does not fail on an unknown id. */
const idsPerFilter = 200;

/** What a server starts from. Its snapshots cost money and are of no use without it, so they go with it. */
export const ec2Image = defineResourceType({
  id: 'ec2:image',
  title: 'EC2 image (AMI)',
  idIn: ({ service, resource }) => (service === 'ec2' ? /^image\/(ami-[0-9a-f]+)$/.exec(resource)?.[1] : undefined),
  sdk: () => import('./sdk/ec2.ts'),
  client: (sdk) => sdk.EC2Client,
  after: [{ type: 'ec2:launch-template', because: 'a template whose image is gone starts nothing' }],
  removal: 'synchronous',

  describe: {
    needs: [
      {
        actions: [
          'ec2:DescribeImages',
          'ec2:DescribeLaunchTemplateVersions',
          'autoscaling:DescribeAutoScalingGroups',
          'autoscaling:DescribeLaunchConfigurations',
        ],
        on: '*',
      },
    ],
    async run(aws, ids) {
      const own = await findImages(aws, ids, ['self']);
      // Somebody else's shared image can carry our tags; it must not look gone, so only the rest is asked for widely.
      const others = await findImages(
        aws,
        ids.filter((id) => !own.has(id)),
      );
      const users: ImageUsers = own.size === 0 ? new Map() : await imageUsers(aws);
      return ids.map((id) => describeImage(id, own.get(id) ?? others.get(id), users.get(id) ?? [], aws.shard));
    },
  },

  remove: {
    needs: [
      { actions: ['ec2:DeregisterImage'], on: 'arn:aws:ec2:REGION::image/*', guard: 'tags' },
      { actions: ['ec2:DeleteSnapshot'], on: 'CARRIED' },
    ],
    run: (aws, targets) =>
      removeEach(
        targets,
        // Unavailable means deregistered or not ready: the next describe tells which.
        { gone: ['InvalidAMIID.NotFound'], blocked: ['InvalidAMIID.Unavailable', 'OperationNotPermitted'] },
        (target) => removeImage(aws, target),
      ),
  },

  tag: {
    needs: [{ actions: ['ec2:CreateTags'], on: 'arn:aws:ec2:REGION::image/*' }],
    async run({ client, sdk }, { id }, { key, value }) {
      await client.send(new sdk.CreateTagsCommand({ Resources: [id], Tags: [{ Key: key, Value: value }] }));
    },
  },

  cost: noCost('its snapshots cost, and are counted as such'),
});

/** Images by their ids, those that are disabled or deprecated included. */
export async function findImages(
  { client, sdk }: Ec2,
  ids: readonly string[],
  Owners?: string[],
): Promise<Map<string, Image>> {
  const found = new Map<string, Image>();
  for (const batch of batchesOf(ids, idsPerFilter)) {
    // AWS leaves out disabled and deprecated images unless asked; they would look gone.
    const input = {
      Filters: [{ Name: 'image-id', Values: batch }],
      IncludeDisabled: true,
      IncludeDeprecated: true,
      ...(Owners && { Owners }),
    };
    for await (const { Images = [] } of sdk.paginateDescribeImages({ client }, input)) {
      for (const image of Images) found.set(image.ImageId ?? '', image);
    }
  }
  return found;
}

function describeImage(
  id: string,
  image: Image | undefined,
  usedBy: readonly UsedBy[],
  shard: Ec2['shard'],
): Description {
  if (image === undefined || image.State === 'deregistered') return { kind: 'gone', id };
  const owner = ownerOf(image, shard.account);
  const guard = image.DeregistrationProtection ?? 'disabled';
  return {
    kind: 'present',
    id,
    arn: `arn:${shard.partition}:ec2:${shard.region}::image/${id}`,
    identity: id,
    ...(image.CreationDate !== undefined && { createdAt: Date.parse(image.CreationDate) }),
    tags: tagMap(image.Tags),
    ...(guard !== 'disabled' && { protection: `deregistration protection (${guard})` }),
    ...(owner !== undefined && { owner }),
    ...(usedBy.length > 0 && { usedBy }),
    facts: { state: image.State ?? 'unknown', name: image.Name ?? '', sizeGb: totalSize(image) },
    carries: snapshotsOf(image, shard),
  };
}

/** AWS Backup keeps its recovery points by its own plan and is the only one that may delete them. */
function ownerOf({ OwnerId, Tags = [] }: Image, account: string): Owner | undefined {
  if (OwnerId !== account) return { kind: 'controller', name: `account ${OwnerId ?? 'unknown'}` };
  if (Tags.some(({ Key }) => Key?.startsWith('aws:backup:'))) return { kind: 'controller', name: 'AWS Backup' };
  return undefined;
}

function snapshotsOf({ BlockDeviceMappings = [] }: Image, { partition, region }: Ec2['shard']): Carried[] {
  const ids = new Set(BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []));
  return [...ids].map((id) => ({ id, arn: `arn:${partition}:ec2:${region}::snapshot/${id}`, type: 'ec2:snapshot' }));
}

function totalSize({ BlockDeviceMappings = [] }: Image): number {
  return BlockDeviceMappings.reduce((sum, { Ebs }) => sum + (Ebs?.VolumeSize ?? 0), 0);
}

/**
 * The image is gone after the first call whatever becomes of its snapshots, so what stays is told and not a failure.
 */
async function removeImage(aws: Ec2, { id, carries = [] }: Target): Promise<Partial<RemovalResult>> {
  const { client, sdk } = aws;
  const { DeleteSnapshotResults = [] } = await client.send(
    new sdk.DeregisterImageCommand({ ImageId: id, DeleteAssociatedSnapshots: true }),
  );
  const codes = new Map(DeleteSnapshotResults.map(({ SnapshotId, ReturnCode }) => [SnapshotId, ReturnCode]));
  const left: string[] = [];
  for (const snapshot of carries) {
    const code = codes.get(snapshot.id);
    const why =
      code === 'skipped' ? 'another image uses it' : code === 'success' ? '' : await deleteLeft(aws, snapshot);
    if (why !== '') left.push(`${snapshot.id} (${why})`);
  }
  return left.length === 0 ? {} : { detail: `these snapshots stay: ${left.join(', ')}` };
}

/** Deletes a snapshot that AWS left behind; its own refusal says more than the code in the image's answer. */
async function deleteLeft({ client, sdk }: Ec2, { id }: Carried): Promise<string> {
  try {
    await client.send(new sdk.DeleteSnapshotCommand({ SnapshotId: id }));
    return '';
  } catch (error) {
    return codeOf(error) === 'InvalidSnapshot.NotFound' ? '' : messageOf(error);
  }
}

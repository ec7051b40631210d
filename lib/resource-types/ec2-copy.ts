import type { Image, Snapshot, Volume } from '@aws-sdk/client-ec2';
import type { Copy, CopyState } from '../core/server.ts';
import { attachedVolumes } from './attached-volumes.ts';
import type { Target } from './define.ts';
import { type Ec2, findImages } from './ec2-image.ts';
import { findSnapshots } from './ec2-snapshot.ts';
import { copyTags, isOwnCopy, keepUntilIn, notOwn, ownTags, partKey } from './own-copy.ts';
import { codeOf } from './removal-errors.ts';
import type { CopyMarks, CopyOrder, CopyReading, CopyResult, StepResult } from './server-operations.ts';
import { tagList, tagMap } from './tag-list.ts';
import { keyObstacle } from './usable-keys.ts';

/**
 * Begins an image of a server with all its volumes, also those that would not go with it. The server is not rebooted:
 * the image is what a power failure would have left.
 */
export async function copyInstance(aws: Ec2, target: Target, order: CopyOrder): Promise<CopyResult> {
  const { client, sdk } = aws;
  const { id } = target;
  const volumes = await attachedVolumes(aws, id);
  if (volumes.length === 0) return { kind: 'refused', id, why: 'it has no volume to copy', code: 'NoVolumes' };
  const earlier = await earlierCopy(aws, target, order, volumes);
  if (earlier !== undefined) return earlier;
  const obstacle = await keyObstacle(
    aws,
    volumes.map(({ KmsKeyId }) => KmsKeyId),
  );
  if (obstacle !== undefined) return { kind: 'refused', id, why: obstacle, code: 'KeyNotUsable' };
  try {
    const { ImageId = '' } = await client.send(
      new sdk.CreateImageCommand({
        InstanceId: id,
        Name: order.name,
        NoReboot: true,
        // Its snapshots are tagged once they are there: only the image can be found before.
        TagSpecifications: [{ ResourceType: 'image', Tags: tagList(copyTags(target, order)) }],
      }),
    );
    return { kind: 'requested', id, copy: copyOf(aws, target, ImageId, volumes, order.at) };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'InvalidInstanceID.NotFound') return { kind: 'gone', id };
    if (code !== 'InvalidAMIName.Duplicate') throw error;
    const why = `the image ${order.name} of an earlier try does not show yet`;
    return (await earlierCopy(aws, target, order, volumes)) ?? { kind: 'transient', id, why, code };
  }
}

/** An image of that name: the copy of an earlier try, or somebody else's. */
async function earlierCopy(
  aws: Ec2,
  target: Target,
  { name, at }: CopyOrder,
  volumes: readonly Volume[],
): Promise<CopyResult | undefined> {
  const { client, sdk } = aws;
  const images: Image[] = [];
  const input = { Filters: [{ Name: 'name', Values: [name] }], Owners: ['self'], IncludeDisabled: true };
  for await (const { Images = [] } of sdk.paginateDescribeImages({ client }, input)) images.push(...Images);
  const [image] = images;
  if (image?.ImageId === undefined) return undefined;
  if (!isOwnCopy(tagMap(image.Tags), { of: target.arn })) return { ...notOwn(image.ImageId), id: target.id };
  const requestedAt = image.CreationDate === undefined ? at : Date.parse(image.CreationDate);
  return {
    kind: 'requested',
    id: target.id,
    found: true,
    copy: copyOf(aws, target, image.ImageId, volumes, requestedAt),
  };
}

function copyOf(
  { shard: { partition, region } }: Ec2,
  { arn: of, identity }: Target,
  id: string,
  volumes: readonly Volume[],
  requestedAt: number,
): Copy {
  const arn = `arn:${partition}:ec2:${region}::image/${id}`;
  return { id, arn, of, identity, requestedAt, volumes: volumes.flatMap(({ VolumeId }) => VolumeId ?? []).toSorted() };
}

/** An image is whole once it is available, and each volume has a snapshot of its own that is completed. */
export async function imageStates(aws: Ec2, copies: readonly Copy[]): Promise<CopyReading[]> {
  const images = await findImages(
    aws,
    copies.map(({ id }) => id),
    ['self'],
  );
  const snapshots = await findSnapshots(aws, [...images.values()].flatMap(snapshotsIn), ['self']);
  return copies.map((copy) => {
    const image = images.get(copy.id);
    return { id: copy.id, state: stateOf(copy, image, snapshots), ...keepUntilIn(tagMap(image?.Tags)) };
  });
}

export function snapshotsIn({ BlockDeviceMappings = [] }: Image): string[] {
  return [...new Set(BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []))];
}

function stateOf(copy: Copy, image: Image | undefined, snapshots: ReadonlyMap<string, Snapshot>): CopyState {
  if (image === undefined || image.State === 'deregistered') return { kind: 'gone' };
  const { State = 'unknown', StateReason } = image;
  const ids = snapshotsIn(image);
  const isComing = State === 'pending' || State === 'transient';
  // While an image is made its snapshots come one by one, so only one that failed says something.
  const telling = isComing ? ids.filter((id) => snapshots.get(id)?.State === 'error') : ids;
  const broken = telling.map((id) => whyBroken(id, snapshots.get(id))).find((why) => why !== undefined);
  if (!isComing && State !== 'available') {
    return {
      kind: 'incomplete',
      why: `the image is ${State}${StateReason?.Message ? `: ${StateReason.Message}` : ''}`,
    };
  }
  if (broken !== undefined) return { kind: 'incomplete', why: broken };
  if (isComing) return { kind: 'pending', detail: `the image is ${State}` };
  const known = ids.flatMap((id) => snapshots.get(id) ?? []);
  const without = copy.volumes.filter((volume) => !known.some(({ VolumeId }) => VolumeId === volume));
  if (without.length > 0) return { kind: 'incomplete', why: `it has no snapshot of ${without.join(', ')}` };
  const open = known.filter((one) => one.State !== 'completed');
  if (open.length > 0) {
    const detail = open.map(({ SnapshotId, State: state, Progress = '' }) =>
      `${SnapshotId} is ${state} ${Progress}`.trimEnd(),
    );
    return { kind: 'pending', detail: detail.join(', ') };
  }
  const taken = known.flatMap(({ StartTime }) => StartTime?.getTime() ?? []);
  return {
    kind: 'complete',
    sizeGb: known.reduce((sum, { VolumeSize = 0 }) => sum + VolumeSize, 0),
    // It is no newer than the oldest of its parts, and undated if one of them is.
    ...(taken.length === known.length && taken.length > 0 && { takenAt: Math.min(...taken) }),
  };
}

/** Why a snapshot of an image will never be one. */
function whyBroken(id: string, snapshot: Snapshot | undefined): string | undefined {
  if (snapshot === undefined) return `its snapshot ${id} is not there any more`;
  const { State, StateMessage, VolumeId } = snapshot;
  if (State === 'error') return `the snapshot ${id} of ${VolumeId} failed${StateMessage ? `: ${StateMessage}` : ''}`;
  if (State === 'recoverable' || State === 'recovering')
    return `its snapshot ${id} of ${VolumeId} is in the Recycle Bin`;
  return undefined;
}

/** Marks the snapshots of an image, so that AWS lets the idle role delete them one day, and no other. */
export async function finishImage(aws: Ec2, copy: Copy, { keepUntil }: CopyMarks): Promise<StepResult> {
  const { client, sdk } = aws;
  const { id } = copy;
  const image = (await findImages(aws, [id], ['self'])).get(id);
  if (image === undefined) return { kind: 'gone', id };
  if (!isOwnCopy(tagMap(image.Tags), copy)) return notOwn(id);
  const tags = { ...ownTags(copy, keepUntil), [partKey]: id };
  const snapshots = await findSnapshots(aws, snapshotsIn(image), ['self']);
  const unmarked = [...snapshots].flatMap(([snapshot, { Tags }]) => {
    const known = tagMap(Tags);
    return Object.entries(tags).every(([key, value]) => known[key] === value) ? [] : [snapshot];
  });
  if (unmarked.length > 0) await client.send(new sdk.CreateTagsCommand({ Resources: unmarked, Tags: tagList(tags) }));
  return { kind: 'done', id };
}

import type { Snapshot } from '@aws-sdk/client-ec2';
import type { Copy } from '../core/server.ts';
import { snapshotsIn } from './ec2-copy.ts';
import { type Ec2, findImages } from './ec2-image.ts';
import { releaseInterfaces } from './ec2-interface.ts';
import { findSnapshots } from './ec2-snapshot.ts';
import { copyKeys, isOwnCopy, notOwn, partKey } from './own-copy.ts';
import { codeOf, isTransient, messageOf } from './removal-errors.ts';
import type { StepResult } from './server-operations.ts';
import { tagList, tagMap } from './tag-list.ts';

/**
 * Deletes an image of Mayfly's with its snapshots. An image that an earlier try deregistered has snapshots left, which
 * are found by their own tags.
 */
export async function discardImage(aws: Ec2, copy: Copy, { last }: { last: boolean }): Promise<StepResult> {
  const { client, sdk } = aws;
  const { id } = copy;
  const image = (await findImages(aws, [id], ['self'])).get(id);
  const tags = tagMap(image?.Tags);
  if (image !== undefined && !isOwnCopy(tags, copy)) return notOwn(id);
  const parts = image === undefined ? [] : [...(await findSnapshots(aws, snapshotsIn(image), ['self'])).keys()];
  // A copy that never became whole has snapshots without tags, and AWS lets the idle role delete none without.
  if (parts.length > 0) await markParts(aws, parts, copy, tags[copyKeys.keepUntil] ?? '');
  if (image !== undefined) {
    await ifThere('InvalidAMIID.NotFound', () => client.send(new sdk.DeregisterImageCommand({ ImageId: id })));
  }
  const snapshots = [...new Set([...parts, ...(await leftBehind(aws, copy))])];
  const stay: string[] = [];
  for (const snapshot of snapshots) {
    const why = await deleteSnapshot(aws, snapshot);
    if (why !== '') stay.push(`${snapshot} (${why})`);
  }
  if (last) await releaseInterfaces(aws, copy);
  const staying = `these snapshots stay: ${stay.join(', ')}`;
  // Where nothing went that was still there, nothing was deleted.
  if (image === undefined && stay.length > 0 && stay.length === snapshots.length) {
    return { kind: 'refused', id, why: staying, code: 'SnapshotsStay' };
  }
  if (stay.length > 0) return { kind: 'done', id, detail: staying };
  return image === undefined && snapshots.length === 0 ? { kind: 'gone', id } : { kind: 'done', id };
}

async function markParts(
  { client, sdk }: Ec2,
  Resources: string[],
  { id, of }: Copy,
  keepUntil: string,
): Promise<void> {
  const tags = { [copyKeys.keepUntil]: keepUntil, [copyKeys.copyOf]: of, [partKey]: id };
  await ifThere('InvalidSnapshot.NotFound', () =>
    client.send(new sdk.CreateTagsCommand({ Resources, Tags: tagList(tags) })),
  );
}

/**
 * Snapshots of an image that an earlier try deregistered. Tags anybody may write who may tag; what EC2 itself wrote on
 * a snapshot that it made for an image nobody can change.
 */
async function leftBehind({ client, sdk }: Ec2, copy: Copy): Promise<string[]> {
  const found: Snapshot[] = [];
  const input = { OwnerIds: ['self'], Filters: [{ Name: `tag:${partKey}`, Values: [copy.id] }] };
  for await (const { Snapshots = [] } of sdk.paginateDescribeSnapshots({ client }, input)) found.push(...Snapshots);
  const isPart = ({ Tags, Description = '' }: Snapshot) =>
    isOwnCopy(tagMap(Tags), copy) && /^Created by CreateImage\(\S*\) for (ami-\w+)/.exec(Description)?.[1] === copy.id;
  return found.flatMap((one) => (one.SnapshotId && isPart(one) ? [one.SnapshotId] : []));
}

/** Why a snapshot stays; empty where it went. AWS's faults are thrown, so that it is tried again. */
async function deleteSnapshot({ client, sdk }: Ec2, SnapshotId: string): Promise<string> {
  try {
    await client.send(new sdk.DeleteSnapshotCommand({ SnapshotId }));
    return '';
  } catch (error) {
    if (codeOf(error) === 'InvalidSnapshot.NotFound') return '';
    if (isTransient(error)) throw error;
    return messageOf(error);
  }
}

async function ifThere(notFound: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (codeOf(error) !== notFound) throw error;
  }
}

import { createHash } from 'node:crypto';
import { inParallel } from './batches.ts';
import type { Aws, RemovalSettings, Target } from './define.ts';
import { ownTags } from './own-copy.ts';
import { codeOf } from './removal-errors.ts';
import { tagList, tagMap } from './tag-list.ts';

export type Rds = Aws<typeof import('./sdk/rds.ts'), import('@aws-sdk/client-rds').RDSClient>;

const snapshotsAtOnce = 4;

/** No final snapshot was wanted, or it is not there yet. */
const notThere = [
  'DBSnapshotNotFoundFault',
  'DBSnapshotNotFound',
  'DBClusterSnapshotNotFoundFault',
  'DBClusterSnapshotNotFound',
];

/**
 * The same on every try, so that a repeated run can't make a second copy; another database of that name gets another.
 */
export function finalSnapshotName({ id, identity }: Pick<Target, 'id' | 'identity'>): string {
  return `mayfly-${id}-${createHash('sha256').update(identity).digest('hex').slice(0, 8)}`;
}

/** A snapshot of this name may be an older state of the data, so nobody but a person says that it is enough. */
export function snapshotExists(name: string): string {
  return `the final snapshot ${name} exists already, from an earlier try: check and delete it, then it goes again`;
}

/**
 * Says until when the final snapshots are kept and of what they are, and takes off the keys that CopyTagsToSnapshot
 * carried over and that would make a copy expire with its database. One that can't be tagged never holds the others; it
 * is told at the end.
 */
export async function markFinalSnapshots(
  aws: Rds,
  word: 'snapshot' | 'cluster-snapshot',
  targets: readonly Target[],
  settings: RemovalSettings,
): Promise<void> {
  const { partition, region, account } = aws.shard;
  const failures = await inParallel(targets, snapshotsAtOnce, async (target) => {
    try {
      const arn = `arn:${partition}:rds:${region}:${account}:${word}:${finalSnapshotName(target)}`;
      await markSnapshot(aws, arn, ownTags({ of: target.arn }, settings.keepUntil), settings.stripKeys);
      return [];
    } catch (error) {
      return notThere.includes(codeOf(error)) ? [] : [error];
    }
  });
  if (failures.flat().length > 0) throw new AggregateError(failures.flat(), 'a final snapshot could not be tagged');
}

/** The own tags come first: a copy without them would be kept for ever. */
async function markSnapshot(
  aws: Rds,
  ResourceName: string,
  own: Readonly<Record<string, string>>,
  stripKeys: readonly string[],
): Promise<void> {
  const { client, sdk } = aws;
  const tags = await snapshotTags(aws, ResourceName);
  const missing = Object.fromEntries(Object.entries(own).filter(([key, value]) => tags[key] !== value));
  if (Object.keys(missing).length > 0) {
    await client.send(new sdk.AddTagsToResourceCommand({ ResourceName, Tags: tagList(missing) }));
  }
  await takeOff(aws, ResourceName, tags, stripKeys);
}

export async function snapshotTags({ client, sdk }: Rds, ResourceName: string): Promise<Record<string, string>> {
  const { TagList } = await client.send(new sdk.ListTagsForResourceCommand({ ResourceName }));
  return tagMap(TagList);
}

/** Takes these keys off a snapshot that has these tags, in any case. */
export async function takeOff(
  { client, sdk }: Rds,
  ResourceName: string,
  tags: Readonly<Record<string, string>>,
  stripKeys: readonly string[],
): Promise<void> {
  const TagKeys = Object.keys(tags).filter((key) => stripKeys.includes(key.toLowerCase()));
  if (TagKeys.length > 0) await client.send(new sdk.RemoveTagsFromResourceCommand({ ResourceName, TagKeys }));
}

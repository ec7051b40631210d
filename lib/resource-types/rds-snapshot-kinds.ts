import type { DBClusterSnapshot, DBSnapshot } from '@aws-sdk/client-rds';
import type { Instant } from '../core/time.ts';
import { batchesOf } from './batches.ts';
import type { Target } from './define.ts';
import type { Rds } from './rds-final-snapshot.ts';
import { tagList, tagMap } from './tag-list.ts';

/** Names in one filter. */
const namesPerFilter = 20;

/** A snapshot of either kind. */
export interface SeenSnapshot {
  name: string;
  /** Of the database that it is of: names are used again, this is not. */
  identity: string | undefined;
  status: string;
  progress: number | undefined;
  sizeGb: number | undefined;
  takenAt: Instant | undefined;
  tags: Readonly<Record<string, string>>;
}

/** What copies of instances and of clusters do alike, each with its own calls. */
export interface SnapshotKind {
  word: 'snapshot' | 'cluster-snapshot';
  /** States in which RDS makes one. */
  copiedIn: readonly string[];
  create: (aws: Rds, target: Target, name: string, tags: Readonly<Record<string, string>>) => Promise<void>;
  find: (aws: Rds, names: readonly string[]) => Promise<Map<string, SeenSnapshot>>;
  remove: (aws: Rds, name: string) => Promise<void>;
  errors: { exists: readonly string[]; snapshotGone: readonly string[]; serverGone: readonly string[] };
}

export const dbSnapshots: SnapshotKind = {
  word: 'snapshot',
  copiedIn: ['available'],
  async create({ client, sdk }, { id }, name, tags) {
    const input = { DBInstanceIdentifier: id, DBSnapshotIdentifier: name, Tags: tagList(tags) };
    await client.send(new sdk.CreateDBSnapshotCommand(input));
  },
  async find({ client, sdk }, names) {
    const found: DBSnapshot[] = [];
    for (const batch of batchesOf(names, namesPerFilter)) {
      const input = { Filters: [{ Name: 'db-snapshot-id', Values: batch }] };
      for await (const page of sdk.paginateDescribeDBSnapshots({ client }, input))
        found.push(...(page.DBSnapshots ?? []));
    }
    return byName(found.map((one) => seen(one, one.DBSnapshotIdentifier, one.DbiResourceId)));
  },
  async remove({ client, sdk }, name) {
    await client.send(new sdk.DeleteDBSnapshotCommand({ DBSnapshotIdentifier: name }));
  },
  errors: {
    exists: ['DBSnapshotAlreadyExistsFault', 'DBSnapshotAlreadyExists'],
    snapshotGone: ['DBSnapshotNotFoundFault', 'DBSnapshotNotFound'],
    serverGone: ['DBInstanceNotFoundFault', 'DBInstanceNotFound'],
  },
};

export const clusterSnapshots: SnapshotKind = {
  word: 'cluster-snapshot',
  copiedIn: ['available'],
  async create({ client, sdk }, { id }, name, tags) {
    const input = { DBClusterIdentifier: id, DBClusterSnapshotIdentifier: name, Tags: tagList(tags) };
    await client.send(new sdk.CreateDBClusterSnapshotCommand(input));
  },
  async find({ client, sdk }, names) {
    const found: DBClusterSnapshot[] = [];
    for (const batch of batchesOf(names, namesPerFilter)) {
      const input = { Filters: [{ Name: 'db-cluster-snapshot-id', Values: batch }] };
      for await (const page of sdk.paginateDescribeDBClusterSnapshots({ client }, input)) {
        found.push(...(page.DBClusterSnapshots ?? []));
      }
    }
    return byName(found.map((one) => seen(one, one.DBClusterSnapshotIdentifier, one.DbClusterResourceId)));
  },
  async remove({ client, sdk }, name) {
    await client.send(new sdk.DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: name }));
  },
  errors: {
    exists: ['DBClusterSnapshotAlreadyExistsFault', 'DBClusterSnapshotAlreadyExists'],
    snapshotGone: ['DBClusterSnapshotNotFoundFault', 'DBClusterSnapshotNotFound'],
    serverGone: ['DBClusterNotFoundFault', 'DBClusterNotFound'],
  },
};

function seen(
  { Status, PercentProgress, AllocatedStorage, SnapshotCreateTime, TagList }: DBSnapshot & DBClusterSnapshot,
  name = '',
  identity?: string,
): SeenSnapshot {
  return {
    name,
    identity,
    status: Status ?? 'unknown',
    progress: PercentProgress,
    sizeGb: AllocatedStorage,
    takenAt: SnapshotCreateTime?.getTime(),
    tags: tagMap(TagList),
  };
}

function byName(snapshots: readonly SeenSnapshot[]): Map<string, SeenSnapshot> {
  return new Map(snapshots.map((one) => [one.name, one]));
}

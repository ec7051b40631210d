import { type Answer, awsError } from '../samples/sample.ts';
import { type Place, tagList } from './world-places.ts';

interface Input {
  Filters: { Values: string[] }[];
  DBInstanceIdentifier: string;
  FinalDBSnapshotIdentifier?: string;
  ResourceName: string;
  Tags: { Key: string; Value: string }[];
  TagKeys: string[];
}

/** A database that is deleted stays `deleting` until a test takes it away; its final snapshot is there at once. */
export function databaseAnswers({ databases, snapshots }: Place): Record<string, Answer> {
  const on = (arn: string) => [...snapshots.values()].find((one) => one.arn === arn);
  const answers = {
    DescribeDBInstances: ({ Filters }: Input) => ({
      DBInstances: [...databases]
        .filter(([name]) => Filters.some(({ Values }) => Values.includes(name)))
        .map(([DBInstanceIdentifier, { arn, tags, createdAt, identity, state, replicas }]) => ({
          DBInstanceIdentifier,
          DBInstanceArn: arn,
          DbiResourceId: identity,
          DBInstanceStatus: state,
          Engine: 'postgres',
          InstanceCreateTime: new Date(createdAt),
          TagList: tagList(tags),
          ReadReplicaDBInstanceIdentifiers: replicas,
        })),
    }),
    DeleteDBInstance({ DBInstanceIdentifier, FinalDBSnapshotIdentifier: copy }: Input) {
      const database = databases.get(DBInstanceIdentifier);
      if (database === undefined) return awsError('DBInstanceNotFoundFault');
      database.state = 'deleting';
      const { tags, createdAt, arn } = database;
      if (copy !== undefined) {
        snapshots.set(copy, { arn: arn.replace(/:db:.*/, `:snapshot:${copy}`), tags, createdAt });
      }
      return {};
    },
    DescribeDBSnapshots: ({ Filters }: Input) => ({
      DBSnapshots: [...snapshots]
        .filter(([name]) => Filters.some(({ Values }) => Values.includes(name)))
        .map(([DBSnapshotIdentifier, { tags }]) => ({
          DBSnapshotIdentifier,
          Status: 'available',
          AllocatedStorage: 20,
          TagList: tagList(tags),
        })),
    }),
    ListTagsForResource({ ResourceName }: Input) {
      const found = on(ResourceName);
      return found === undefined ? awsError('DBSnapshotNotFoundFault') : { TagList: tagList(found.tags) };
    },
    AddTagsToResource({ ResourceName, Tags }: Input) {
      const found = on(ResourceName);
      if (found === undefined) return awsError('DBSnapshotNotFoundFault');
      found.tags = { ...found.tags, ...Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) };
      return {};
    },
    RemoveTagsFromResource({ ResourceName, TagKeys }: Input) {
      const found = on(ResourceName);
      if (found === undefined) return awsError('DBSnapshotNotFoundFault');
      found.tags = Object.fromEntries(Object.entries(found.tags).filter(([key]) => !TagKeys.includes(key)));
      return {};
    },
  };
  return answers as Record<string, Answer>;
}

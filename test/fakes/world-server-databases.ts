import { type Duration, day, hour, type Instant } from '../../lib/core/time.ts';
import { type Answer, awsError } from '../samples/sample.ts';
import { account, region } from './world.ts';
import { type Database, type Thing, tagList } from './world-places.ts';
import { tagsIn } from './world-server-input.ts';
import type { ServerWorld } from './world-servers.ts';

/** A database that RDS starts again by itself a week after it was stopped. */
export type FakeDatabase = Thing & Database & { wakesAt?: Instant };

type Snapshot = Thing & { of: string; readyAt: Instant };

interface Input {
  Filters?: { Values: string[] }[];
  DBInstanceIdentifier: string;
  DBSnapshotIdentifier: string;
  FinalDBSnapshotIdentifier?: string;
  ResourceName: string;
  Tags: { Key: string; Value: string }[];
  TagKeys: string[];
  StartTime: Date;
  EndTime: Date;
  MetricDataQueries: { Id: string; MetricStat?: { Metric: { MetricName: string } } }[];
}

export interface Databases {
  databases: Map<string, FakeDatabase>;
  snapshots: Map<string, Snapshot>;
  snapshotsTake: Duration;
  stops: string[];
  /** How many use them. */
  connections: number;
}

/** Has the RDS of a world stop, wake and copy its databases, all of them quiet. Before its first session. */
export function withDatabases(world: ServerWorld): Databases {
  const { clock, answers } = world;
  const databases = world.place().databases as Map<string, FakeDatabase>;
  const rds: Databases = { databases, snapshots: new Map(), snapshotsTake: hour / 2, stops: [], connections: 0 };
  const awake = (name: string): FakeDatabase | undefined => {
    const found = databases.get(name);
    if (found?.wakesAt !== undefined && clock.now() >= found.wakesAt) {
      found.state = 'available';
      delete found.wakesAt;
    }
    return found;
  };
  const named = ({ Filters = [] }: Input) => Filters.flatMap(({ Values }) => Values);
  const own = {
    DescribeDBInstances: (input: Input) => ({
      DBInstances: named(input)
        .flatMap((name) => awake(name) ?? [])
        .map(shownDatabase),
    }),
    StopDBInstance({ DBInstanceIdentifier: name }: Input) {
      const found = awake(name);
      if (found === undefined) return awsError('DBInstanceNotFoundFault');
      if (found.state !== 'available') return awsError('InvalidDBInstanceState', `it is ${found.state}`);
      rds.stops.push(name);
      Object.assign(found, { state: 'stopped', wakesAt: clock.now() + 7 * day });
      // As long as it is stopping RDS does not show when it will start again.
      return { DBInstance: { DBInstanceStatus: 'stopping' } };
    },
    DeleteDBInstance({ DBInstanceIdentifier: name, FinalDBSnapshotIdentifier: copy }: Input) {
      const found = databases.get(name);
      if (found === undefined) return awsError('DBInstanceNotFoundFault');
      if (copy !== undefined) addSnapshot(rds, copy, found, clock.now());
      databases.delete(name);
      return {};
    },
    CreateDBSnapshot({ DBInstanceIdentifier, DBSnapshotIdentifier, Tags }: Input) {
      const found = databases.get(DBInstanceIdentifier);
      if (found === undefined) return awsError('DBInstanceNotFoundFault');
      addSnapshot(rds, DBSnapshotIdentifier, { ...found, tags: tagsIn(Tags) }, clock.now());
      return {};
    },
    DescribeDBSnapshots: (input: Input) => ({
      DBSnapshots: named(input).flatMap((name) => {
        const found = rds.snapshots.get(name);
        return found === undefined ? [] : [shownSnapshot(name, found, clock.now())];
      }),
    }),
    DeleteDBSnapshot: ({ DBSnapshotIdentifier }: Input) =>
      rds.snapshots.delete(DBSnapshotIdentifier) ? {} : awsError('DBSnapshotNotFoundFault'),
    GetMetricData: ({ StartTime, EndTime, MetricDataQueries }: Input) => ({
      MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) => {
        const value = MetricStat?.Metric.MetricName === 'DatabaseConnections' ? rds.connections : 0;
        const hours: Date[] = [];
        for (let at = StartTime.getTime(); at < EndTime.getTime(); at += hour) hours.push(new Date(at));
        return { Id, StatusCode: 'Complete', Timestamps: hours, Values: hours.map(() => value) };
      }),
    }),
    ...tagAnswers(rds),
  };
  Object.assign(answers, own as unknown as Record<string, Answer>);
  return rds;
}

function addSnapshot(rds: Databases, name: string, { identity, tags }: FakeDatabase, at: Instant): void {
  const arn = `arn:aws:rds:${region}:${account}:snapshot:${name}`;
  rds.snapshots.set(name, { arn, tags, createdAt: at, of: identity, readyAt: at + rds.snapshotsTake });
}

function shownDatabase({ arn, tags, createdAt, identity, state, wakesAt }: FakeDatabase) {
  return {
    DBInstanceIdentifier: arn.slice(arn.lastIndexOf(':') + 1),
    DBInstanceArn: arn,
    DbiResourceId: identity,
    DBInstanceStatus: state,
    DBInstanceClass: 'db.t4g.small',
    Engine: 'postgres',
    InstanceCreateTime: new Date(createdAt),
    TagList: tagList(tags),
    ...(wakesAt !== undefined && { AutomaticRestartTime: new Date(wakesAt) }),
  };
}

function shownSnapshot(DBSnapshotIdentifier: string, { of, tags, createdAt, readyAt }: Snapshot, now: Instant) {
  return {
    DBSnapshotIdentifier,
    DbiResourceId: of,
    Status: now >= readyAt ? 'available' : 'creating',
    AllocatedStorage: 20,
    SnapshotCreateTime: new Date(createdAt),
    TagList: tagList(tags),
  };
}

function tagAnswers({ databases, snapshots }: Databases) {
  const on = (arn: string) => [...databases.values(), ...snapshots.values()].find((one) => one.arn === arn);
  const changed = (arn: string, change: (tags: Thing['tags']) => Thing['tags']) => {
    const found = on(arn);
    if (found === undefined) return awsError('DBSnapshotNotFoundFault');
    found.tags = change(found.tags);
    return {};
  };
  return {
    ListTagsForResource: ({ ResourceName }: Input) => ({ TagList: tagList(on(ResourceName)?.tags ?? {}) }),
    AddTagsToResource: ({ ResourceName, Tags }: Input) =>
      changed(ResourceName, (tags) => ({ ...tags, ...tagsIn(Tags) })),
    RemoveTagsFromResource: ({ ResourceName, TagKeys }: Input) =>
      changed(ResourceName, (tags) =>
        Object.fromEntries(Object.entries(tags).filter(([key]) => !TagKeys.includes(key))),
      ),
  };
}

import { type Answer, awsError } from '../samples/sample.ts';
import type { GuardedAccountFake } from './guarded-account.ts';
import { account, region, type World } from './world.ts';

interface Copy {
  of: string;
  at: Date;
  tags: { Key: string; Value: string }[];
  state: 'pending' | 'available' | 'failed';
}

/** The copies in a guarded account, by their names. */
export interface Copies {
  images: Map<string, Copy>;
  snapshots: Map<string, Copy>;
  /** What was asked for, in its order, with what it is about. */
  calls: string[];
  /** What CreateImage refuses, by server. */
  refusals: Map<string, Error>;
  /** The snapshots of databases are complete, and what was backed up can be stopped again. */
  finish(): void;
}

interface Input {
  InstanceId?: string;
  InstanceIds?: string[];
  Name?: string;
  NoReboot?: boolean;
  TagSpecifications?: { Tags: Copy['tags'] }[];
  DBInstanceIdentifier?: string;
  DBSnapshotIdentifier?: string;
  Tags?: Copy['tags'];
  Filters?: { Name: string; Values: string[] }[];
}

/** Lets servers and databases of the account be copied; to be called before its first session. */
export function guardedCopies(world: World, fake: GuardedAccountFake): Copies {
  const made: Copies = {
    images: new Map(),
    snapshots: new Map(),
    calls: [],
    refusals: new Map(),
    finish() {
      for (const one of made.snapshots.values()) one.state = 'available';
      for (const one of Object.values(fake.databases)) if (one.state === 'backing-up') one.state = 'available';
    },
  };
  const before = world.answers;
  const noted = (command: string, of: (input: Input) => string): Record<string, Answer> => ({
    [command]: (input: Input) => {
      made.calls.push(`${command} ${of(input)}`);
      return (before[command] as (input: Input) => object)(input);
    },
  });
  world.answers = {
    ...before,
    ...imageAnswers(world, made),
    ...snapshotAnswers(world, fake, made),
    ...noted('StopInstances', ({ InstanceIds = [] }) => InstanceIds.join(' ')),
    ...noted('StopDBInstance', ({ DBInstanceIdentifier = '' }) => DBInstanceIdentifier),
  };
  return made;
}

const wanted = ({ Filters = [] }: Input, name: string) => Filters.find((one) => one.Name === name)?.Values;

function imageAnswers(world: World, { images, refusals, calls }: Copies): Record<string, Answer> {
  const idOf = (name: string) => `ami-of-${images.get(name)?.of}-${[...images.keys()].indexOf(name)}`;
  return {
    DescribeVolumes: (input: Input) => ({
      Volumes: (wanted(input, 'attachment.instance-id') ?? []).map((id) => ({ VolumeId: `vol-of-${id}` })),
    }),
    CreateImage: ({ InstanceId = '', Name = '', NoReboot, TagSpecifications = [] }: Input) => {
      calls.push(`CreateImage ${InstanceId}`);
      const refused = refusals.get(InstanceId);
      if (refused !== undefined) return refused;
      if (images.has(Name)) return awsError('InvalidAMIName.Duplicate');
      if (!NoReboot) return awsError('Rebooted');
      const [{ Tags } = { Tags: [] }] = TagSpecifications;
      images.set(Name, { of: InstanceId, at: new Date(world.clock.now()), tags: Tags, state: 'pending' });
      return { ImageId: idOf(Name) };
    },
    DescribeImages: (input: Input) => ({
      Images: [...images]
        .filter(([name]) => wanted(input, 'name')?.includes(name) ?? true)
        .filter(([name]) => wanted(input, 'image-id')?.includes(idOf(name)) ?? true)
        .map(([name, { at, tags, state }]) => ({
          ImageId: idOf(name),
          Name: name,
          State: state,
          CreationDate: at.toISOString(),
          Tags: tags,
          BlockDeviceMappings: [],
        })),
    }),
  };
}

function snapshotAnswers(
  world: World,
  { databases }: GuardedAccountFake,
  { snapshots, calls }: Copies,
): Record<string, Answer> {
  return {
    CreateDBSnapshot: ({ DBInstanceIdentifier: of = '', DBSnapshotIdentifier: name = '', Tags = [] }: Input) => {
      calls.push(`CreateDBSnapshot ${of}`);
      snapshots.set(name, { of, at: new Date(world.clock.now()), tags: Tags, state: 'pending' });
      const database = databases[of];
      if (database !== undefined) database.state = 'backing-up';
      return {};
    },
    DescribeDBSnapshots: (input: Input) => ({
      DBSnapshots: [...snapshots]
        .filter(([name]) => wanted(input, 'db-snapshot-id')?.includes(name) ?? true)
        .map(([name, { of, tags, state, at }]) => ({
          DBSnapshotIdentifier: name,
          DBSnapshotArn: `arn:aws:rds:${region}:${account}:snapshot:${name}`,
          DbiResourceId: `db-${of}`,
          Status: state === 'pending' ? 'creating' : state,
          SnapshotCreateTime: at,
          TagList: tags,
        })),
    }),
  };
}

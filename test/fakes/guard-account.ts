import { sessionPolicy, sessionPolicyMax } from '../../lib/adapters/session-policy.ts';
import type { Sizes } from '../../lib/core/guard-parts.ts';
import type { Ports, Session, SessionScope } from '../../lib/use-cases/ports.ts';
import { type Answer, awsError } from '../samples/sample.ts';
import { answeredClients, type Sent } from './answered-clients.ts';
import { hurriedClock } from './clocks.ts';
import { tagList } from './world-places.ts';

const account = '222222222222';
export const region = 'eu-west-1';
export const shard = { account, region };

type Tags = Record<string, string>;

interface FakeInstance {
  tags?: Tags;
  state?: string;
  type?: string;
  lifecycle?: string;
  stopProtected?: boolean;
  publicIp?: boolean;
}

interface FakeDatabase {
  tags?: Tags;
  state?: string;
  identity?: string;
  cluster?: string;
  replicaOf?: string;
}

interface FakeGroup extends Sizes {
  tags?: Tags;
  instances?: string[];
  /** Instances that are protected from scale in. */
  keeps?: string[];
  guid?: string;
}

/** An account with what a guard stops, which refuses what its session is not pinned to. */
export interface GuardAccount {
  ports: Pick<Ports, 'cloud' | 'clock'>;
  instances: Map<string, FakeInstance>;
  databases: Map<string, FakeDatabase>;
  clusters: Map<string, FakeDatabase>;
  groups: Map<string, FakeGroup>;
  sent: Sent[];
  scopes: SessionScope[];
  /** What AWS answers in place of all else. */
  faults: Map<string, Answer>;
  /** Called once a session of the guard is there, before it is used. */
  meanwhile: () => void;
  calls: (command: string) => number;
}

export const arns = {
  instance: (id: string) => `arn:aws:ec2:${region}:${account}:instance/${id}`,
  database: (name: string) => `arn:aws:rds:${region}:${account}:db:${name}`,
  cluster: (name: string) => `arn:aws:rds:${region}:${account}:cluster:${name}`,
  group: (name: string, guid = '1') =>
    `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:${guid}:autoScalingGroupName/${name}`,
};

export function aGuardAccount(): GuardAccount {
  const about: Omit<GuardAccount, 'ports'> = {
    instances: new Map(),
    databases: new Map(),
    clusters: new Map(),
    groups: new Map(),
    sent: [],
    scopes: [],
    faults: new Map(),
    meanwhile: () => {},
    calls: (command) => made.sent.filter((one) => one.command === command).length,
  };
  const made: GuardAccount = { ...about, ports: { clock: hurriedClock(), cloud: {} as Ports['cloud'] } };
  const reader: Session = { partition: 'aws', source: sourceOf(made) };
  const cloud: Partial<Ports['cloud']> = {
    reader: async () => reader,
    fits: (scope) => sessionPolicy(scope).length <= sessionPolicyMax,
    guard: async (_, scope) => {
      if (scope !== undefined) made.scopes.push(scope);
      made.meanwhile();
      return { partition: 'aws', source: sourceOf(made, scope) };
    },
  };
  made.ports.cloud = cloud as Ports['cloud'];
  return made;
}

function sourceOf(aws: GuardAccount, scope?: SessionScope): Session['source'] {
  const all = { ...reads(aws), ...(scope && writes(aws, scope)) } as unknown as Record<string, Answer>;
  const answers = Object.entries(all).map(([command, answer]): [string, Answer] => [
    command,
    (input: object) => {
      aws.sent.push({ service: '', command, input: input as Sent['input'] });
      const fault = aws.faults.get(command) ?? answer;
      return typeof fault === 'function' ? (fault as (input: object) => object)(input) : fault;
    },
  ]);
  return answeredClients(Object.fromEntries(answers)).source;
}

interface Filtered {
  Filters?: { Values: string[] }[];
}

/** All, or what a filter names. */
function found<T>(things: ReadonlyMap<string, T>, { Filters = [] }: Filtered): [string, T][] {
  const wanted = Filters.flatMap(({ Values }) => Values);
  return [...things].filter(([id]) => Filters.length === 0 || wanted.includes(id));
}

function reads(aws: GuardAccount) {
  return {
    DescribeInstances: (input: Filtered) => ({
      Reservations: found(aws.instances, input).map(([id, one]) => ({ Instances: [shownInstance(id, one)] })),
    }),
    DescribeInstanceTypes: ({ Filters = [] }: Filtered) => ({
      InstanceTypes: Filters.flatMap(({ Values }) => Values).map((InstanceType) => ({
        InstanceType,
        InstanceStorageSupported: InstanceType.includes('d.'),
      })),
    }),
    DescribeInstanceAttribute: ({ InstanceId }: { InstanceId: string }) => ({
      DisableApiStop: { Value: aws.instances.get(InstanceId)?.stopProtected ?? false },
      DisableApiTermination: { Value: false },
    }),
    DescribeDBInstances: (input: Filtered) => ({
      DBInstances: found(aws.databases, input).map(([name, one]) => ({
        DBInstanceIdentifier: name,
        DBInstanceArn: arns.database(name),
        DbiResourceId: one.identity ?? `db-${name}`,
        DBInstanceStatus: one.state ?? 'available',
        Engine: one.cluster === undefined ? 'postgres' : 'aurora-postgresql',
        TagList: tagList(one.tags ?? {}),
        ...(one.cluster !== undefined && { DBClusterIdentifier: one.cluster }),
        ...(one.replicaOf !== undefined && { ReadReplicaSourceDBInstanceIdentifier: one.replicaOf }),
      })),
    }),
    DescribeDBClusters: (input: Filtered) => ({
      DBClusters: found(aws.clusters, input).map(([name, one]) => ({
        DBClusterIdentifier: name,
        DBClusterArn: arns.cluster(name),
        DbClusterResourceId: one.identity ?? `cluster-${name}`,
        Status: one.state ?? 'available',
        Engine: 'aurora-postgresql',
        EngineMode: 'provisioned',
        TagList: tagList(one.tags ?? {}),
        DBClusterMembers: [...aws.databases]
          .filter(([, { cluster }]) => cluster === name)
          .map(([DBInstanceIdentifier]) => ({ DBInstanceIdentifier })),
      })),
    }),
    DescribeVolumes: { Volumes: [{ VolumeId: 'vol-1' }] },
    DescribeImages: { Images: [] },
    DescribeDBSnapshots: { DBSnapshots: [] },
    DescribeDBClusterSnapshots: { DBClusterSnapshots: [] },
    DescribeAutoScalingGroups: (input: { AutoScalingGroupNames?: string[]; IncludeInstances?: boolean }) => ({
      AutoScalingGroups: [...aws.groups]
        .filter(([name]) => input.AutoScalingGroupNames?.includes(name) ?? true)
        .map(([name, { min, desired, max, tags = {}, instances = [], keeps = [], guid }]) => ({
          AutoScalingGroupName: name,
          AutoScalingGroupARN: arns.group(name, guid),
          MinSize: min,
          DesiredCapacity: desired,
          MaxSize: max,
          Tags: tagList(tags),
          ...(input.IncludeInstances !== false && {
            Instances: instances.map((id) => ({ InstanceId: id, ProtectedFromScaleIn: keeps.includes(id) })),
          }),
        })),
    }),
  };
}

function shownInstance(id: string, one: FakeInstance) {
  return {
    InstanceId: id,
    InstanceType: one.type ?? 't3.micro',
    State: { Name: one.state ?? 'running' },
    Tags: tagList(one.tags ?? {}),
    ...(one.lifecycle !== undefined && { InstanceLifecycle: one.lifecycle }),
    ...(one.publicIp && {
      NetworkInterfaces: [{ Association: { IpOwnerId: 'amazon', PublicIp: '203.0.113.7' } }],
    }),
  };
}

/** As IAM would: the action and the ARN must be pinned, and the protect tag as it was. */
function isLetThrough({ pins }: SessionScope, action: string, arn: string, tags: Tags = {}): boolean {
  const pin = pins.find((one) => one.arn === arn && one.actions.some((pinned) => pinned === action));
  const key = 'mayfly:protect';
  return pin !== undefined && pin.tags[key] === tags[key];
}

function writes(aws: GuardAccount, scope: SessionScope) {
  const instances = (action: string, state: string, field: string) => {
    return ({ InstanceIds }: { InstanceIds: string[] }) => {
      for (const id of InstanceIds) {
        const one = aws.instances.get(id);
        if (one === undefined) return awsError('InvalidInstanceID.NotFound');
        if (!isLetThrough(scope, action, arns.instance(id), one.tags)) return awsError('UnauthorizedOperation', 'no');
        if (one.stopProtected && state === 'stopped') return awsError('OperationNotPermitted', 'stop protection');
      }
      for (const id of InstanceIds) Object.assign(aws.instances.get(id) ?? {}, { state });
      return { [field]: InstanceIds.map((InstanceId) => ({ InstanceId })) };
    };
  };
  const databases = (of: Map<string, FakeDatabase>, arnOf: (name: string) => string, action: string, state: string) => {
    return (input: { DBInstanceIdentifier?: string; DBClusterIdentifier?: string }) => {
      const name = input.DBInstanceIdentifier ?? input.DBClusterIdentifier ?? '';
      const one = of.get(name);
      if (one === undefined) return awsError('DBInstanceNotFoundFault');
      if (!isLetThrough(scope, action, arnOf(name), one.tags)) return awsError('AccessDenied', 'no');
      one.state = state;
      return {};
    };
  };
  const copied = (arn: string, action: string, tags: Tags | undefined, answer: object) =>
    isLetThrough(scope, action, arn, tags) ? answer : awsError('UnauthorizedOperation', 'no');
  return {
    CreateImage: ({ InstanceId: id }: { InstanceId: string }) =>
      copied(arns.instance(id), 'ec2:CreateImage', aws.instances.get(id)?.tags, { ImageId: `ami-of-${id}` }),
    CreateDBSnapshot: ({ DBInstanceIdentifier: name }: { DBInstanceIdentifier: string }) =>
      copied(arns.database(name), 'rds:CreateDBSnapshot', aws.databases.get(name)?.tags, {}),
    CreateDBClusterSnapshot: ({ DBClusterIdentifier: name }: { DBClusterIdentifier: string }) =>
      copied(arns.cluster(name), 'rds:CreateDBClusterSnapshot', aws.clusters.get(name)?.tags, {}),
    StopInstances: instances('ec2:StopInstances', 'stopped', 'StoppingInstances'),
    StartInstances: instances('ec2:StartInstances', 'running', 'StartingInstances'),
    StopDBInstance: databases(aws.databases, arns.database, 'rds:StopDBInstance', 'stopped'),
    StartDBInstance: databases(aws.databases, arns.database, 'rds:StartDBInstance', 'available'),
    StopDBCluster: databases(aws.clusters, arns.cluster, 'rds:StopDBCluster', 'stopped'),
    StartDBCluster: databases(aws.clusters, arns.cluster, 'rds:StartDBCluster', 'available'),
    UpdateAutoScalingGroup: (input: {
      AutoScalingGroupName: string;
      MinSize?: number;
      DesiredCapacity?: number;
      MaxSize?: number;
    }) => {
      const one = aws.groups.get(input.AutoScalingGroupName);
      if (one === undefined) return awsError('ValidationError', 'AutoScalingGroup name not found');
      const arn = arns.group(input.AutoScalingGroupName, one.guid);
      if (!isLetThrough(scope, 'autoscaling:UpdateAutoScalingGroup', arn, one.tags)) return awsError('AccessDenied');
      const { MinSize: min = one.min, MaxSize: max = one.max } = input;
      Object.assign(one, { min, max, desired: Math.min(input.DesiredCapacity ?? one.desired, max) });
      return {};
    },
  };
}

import type { Sizes } from '../../lib/core/guard-parts.ts';
import { account, region, type World } from './world.ts';

interface Server {
  state: 'running' | 'stopped';
  tags: Record<string, string>;
  lifecycle?: 'spot';
}

/** What the guard finds in one account: servers, databases and groups, which its calls change. */
export interface GuardedAccountFake {
  servers: Record<string, Server>;
  databases: Record<string, { state: 'available' | 'stopped' | 'backing-up' }>;
  groups: Record<string, Sizes>;
}

type Input = Readonly<Record<string, never>>;
type ListInput = { InstanceIds?: string[] };

const created = new Date('2026-11-01T10:00:00Z');

/** Puts an account into the world in place of what it has, until the first session. */
export function guardedAccount(world: World, about: Partial<GuardedAccountFake> = {}): GuardedAccountFake {
  const fake: GuardedAccountFake = { servers: {}, databases: {}, groups: {}, ...about };
  world.answers = {
    ...emptyAnswers,
    ...serverAnswers(fake),
    ...databaseAnswers(fake),
    ...groupAnswers(fake),
  };
  return fake;
}

/** Nothing else costs there. */
const emptyAnswers = {
  DescribeAddresses: { Addresses: [] },
  DescribeVolumes: { Volumes: [] },
  DescribeSnapshots: { Snapshots: [] },
  DescribeNatGateways: { NatGateways: [] },
  DescribeDBClusters: { DBClusters: [] },
  DescribeLoadBalancers: { LoadBalancers: [], LoadBalancerDescriptions: [] },
  ListTables: { TableNames: [] },
  DescribeCacheClusters: { CacheClusters: [] },
  DescribeServerlessCaches: { ServerlessCaches: [] },
  ListDomainNames: { DomainNames: [] },
  ListClusters: { clusters: [] },
  DescribeFileSystems: { FileSystems: [] },
  ListSecrets: { SecretList: [] },
  GetResources: { ResourceTagMappingList: [] },
};

function serverAnswers({ servers }: GuardedAccountFake) {
  const change = (answer: string, state: Server['state']) => (input: Input) => {
    const { InstanceIds = [] } = input as ListInput;
    for (const id of InstanceIds) {
      const server = servers[id];
      if (server !== undefined) server.state = state;
    }
    return { [answer]: InstanceIds.map((InstanceId) => ({ InstanceId })) };
  };
  return {
    DescribeInstances: (input: Input) => {
      const { Filters = [] } = input as { Filters?: { Values?: string[] }[] };
      const wanted = Filters[0]?.Values;
      const found = Object.entries(servers).filter(([id]) => wanted?.includes(id) ?? true);
      return { Reservations: [{ Instances: found.map(([id, server]) => instance(id, server)) }] };
    },
    DescribeInstanceTypes: { InstanceTypes: [{ InstanceType: 'm5.large', InstanceStorageSupported: false }] },
    DescribeInstanceAttribute: { DisableApiStop: { Value: false }, DisableApiTermination: { Value: false } },
    StopInstances: change('StoppingInstances', 'stopped'),
    StartInstances: change('StartingInstances', 'running'),
  };
}

function instance(InstanceId: string, { state, tags, lifecycle }: Server) {
  return {
    InstanceId,
    State: { Name: state },
    InstanceType: 'm5.large',
    PlatformDetails: 'Linux/UNIX',
    RootDeviceType: 'ebs',
    LaunchTime: created,
    Placement: { AvailabilityZone: `${region}a`, Tenancy: 'default' },
    NetworkInterfaces: [],
    ...(lifecycle && { InstanceLifecycle: lifecycle }),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

function databaseAnswers({ databases }: GuardedAccountFake) {
  const change = (state: 'available' | 'stopped') => (input: Input) => {
    const database = databases[(input as { DBInstanceIdentifier?: string }).DBInstanceIdentifier ?? ''];
    if (database !== undefined) database.state = state;
    return {};
  };
  return {
    DescribeDBInstances: (input: Input) => {
      const { DBInstanceIdentifier: wanted, Filters = [] } = input as {
        DBInstanceIdentifier?: string;
        Filters?: { Values?: string[] }[];
      };
      const names = wanted === undefined ? Filters[0]?.Values : [wanted];
      const found = Object.entries(databases).filter(([name]) => names?.includes(name) ?? true);
      return { DBInstances: found.map(([name, { state }]) => database(name, state)) };
    },
    StopDBInstance: change('stopped'),
    StartDBInstance: change('available'),
  };
}

function database(name: string, state: string) {
  return {
    DBInstanceIdentifier: name,
    DBInstanceArn: `arn:aws:rds:${region}:${account}:db:${name}`,
    DbiResourceId: `db-${name}`,
    DBInstanceStatus: state,
    DBInstanceClass: 'db.t3.micro',
    Engine: 'postgres',
    InstanceCreateTime: created,
    AllocatedStorage: 20,
    StorageType: 'gp3',
    TagList: [],
  };
}

function groupAnswers({ groups }: GuardedAccountFake) {
  return {
    DescribeAutoScalingGroups: (input: Input) => {
      const { AutoScalingGroupNames: names } = input as { AutoScalingGroupNames?: string[] };
      const found = Object.entries(groups).filter(([name]) => names?.includes(name) ?? true);
      return { AutoScalingGroups: found.map(([name, sizes]) => group(name, sizes)) };
    },
    UpdateAutoScalingGroup: (input: Input) => {
      const { AutoScalingGroupName, MinSize, MaxSize, DesiredCapacity } = input as {
        AutoScalingGroupName?: string;
        MinSize?: number;
        MaxSize?: number;
        DesiredCapacity?: number;
      };
      const sizes = groups[AutoScalingGroupName ?? ''];
      if (sizes === undefined) return {};
      sizes.min = MinSize ?? sizes.min;
      sizes.max = MaxSize ?? sizes.max;
      sizes.desired = Math.min(Math.max(DesiredCapacity ?? sizes.desired, sizes.min), sizes.max);
      return {};
    },
  };
}

function group(name: string, { min, desired, max }: Sizes) {
  return {
    AutoScalingGroupName: name,
    AutoScalingGroupARN: `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:0a1b:autoScalingGroupName/${name}`,
    MinSize: min,
    DesiredCapacity: desired,
    MaxSize: max,
    CreatedTime: created,
    Instances: [],
    Tags: [],
  };
}

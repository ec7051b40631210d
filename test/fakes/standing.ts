import type { Answer } from '../samples/sample.ts';
import { account, region } from './world.ts';

/** What stands in one shard and costs, as its services show it. */
export interface Standing {
  instances: Row[];
  volumes: Row[];
  addresses: Row[];
  snapshots: Row[];
  balancers: Row[];
  /** By ARN of a balancer. */
  balancerTags: Record<string, Tags>;
  clusters: Row[];
  databases: Row[];
  gateways: Row[];
}

type Row = Readonly<Record<string, unknown>>;
export type Tags = Readonly<Record<string, string>>;

const rows = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
const made = new Date('2026-09-01T08:00:00Z');

function nothing(): Standing {
  return {
    instances: [],
    volumes: [],
    addresses: [],
    snapshots: [],
    balancers: [],
    balancerTags: {},
    clusters: [],
    databases: [],
    gateways: [],
  };
}

/** A place in Ireland to put things in, and the answers that its services then give, in pages. */
export function standing(): {
  aws: Standing;
  answers: Record<string, Answer>;
  volume: (id: string, tags?: Tags, sizeGb?: number, createdAt?: Date) => string;
  instance: (id: string, tags?: Tags, more?: Row) => string;
  database: (id: string, tags?: Tags, more?: Row) => string;
  balancer: (name: string, tags?: Tags) => string;
  gateway: (id: string, tags?: Tags) => string;
} {
  const aws = nothing();
  const arnOf = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  return {
    aws,
    answers: answersOf(aws),
    volume(VolumeId, tags = {}, Size = 100, CreateTime = made) {
      aws.volumes.push({
        VolumeId,
        State: 'available',
        VolumeType: 'gp3',
        Size,
        Iops: 3000,
        Throughput: 125,
        CreateTime,
        Tags: rows(tags),
      });
      return arnOf('ec2', `volume/${VolumeId}`);
    },
    instance(InstanceId, tags = {}, more = {}) {
      const own = {
        InstanceId,
        InstanceType: 'm5.large',
        State: { Name: 'running' },
        LaunchTime: made,
        Tags: rows(tags),
      };
      aws.instances.push({ ...own, ...more });
      return arnOf('ec2', `instance/${InstanceId}`);
    },
    database(name, tags = {}, more = {}) {
      const DBInstanceArn = arnOf('rds', `db:${name}`);
      const own = {
        DBInstanceIdentifier: name,
        DBInstanceArn,
        DbiResourceId: `db-${name}`,
        DBInstanceStatus: 'available',
      };
      const size = {
        Engine: 'postgres',
        DBInstanceClass: 'db.t3.micro',
        AllocatedStorage: 20,
        StorageType: 'gp3',
        MultiAZ: false,
      };
      aws.databases.push({ ...own, ...size, InstanceCreateTime: made, TagList: rows(tags), ...more });
      return DBInstanceArn;
    },
    balancer(name, tags = {}) {
      const LoadBalancerArn = arnOf('elasticloadbalancing', `loadbalancer/app/${name}/50dc6c495c0c9188`);
      aws.balancers.push({ LoadBalancerArn, Type: 'application', Scheme: 'internal', State: { Code: 'active' } });
      aws.balancerTags[LoadBalancerArn] = tags;
      return LoadBalancerArn;
    },
    gateway(NatGatewayId, tags = {}) {
      aws.gateways.push({ NatGatewayId, State: 'available', CreateTime: made, Tags: rows(tags) });
      return arnOf('ec2', `natgateway/${NatGatewayId}`);
    },
  };
}

interface Input {
  Filters?: { Name: string; Values: string[] }[];
  MaxResults?: number;
  PageSize?: number;
  NextToken?: string;
  Marker?: string;
  ResourceArns: string[];
}

function answersOf(aws: Standing): Record<string, Answer> {
  const answers = {
    DescribeInstances: (input: Input) => {
      const { items, next } = page(aws.instances, 'InstanceId', input, 1000);
      return { Reservations: items.map((one) => ({ Instances: [one] })), NextToken: next };
    },
    DescribeVolumes: (input: Input) => {
      const { items, next } = page(aws.volumes, 'VolumeId', input, 500);
      return { Volumes: items, NextToken: next };
    },
    DescribeAddresses: () => ({ Addresses: aws.addresses }),
    DescribeSnapshots: (input: Input) => {
      const { items, next } = page(aws.snapshots, 'SnapshotId', input, 1000);
      return { Snapshots: items, NextToken: next };
    },
    DescribeLoadBalancers: (input: Input) => {
      const { items, next } = page(aws.balancers, 'LoadBalancerArn', input, 400);
      return { LoadBalancers: items, NextMarker: next };
    },
    DescribeTags: ({ ResourceArns }: Input) => ({
      TagDescriptions: ResourceArns.map((ResourceArn) => ({
        ResourceArn,
        Tags: rows(aws.balancerTags[ResourceArn] ?? {}),
      })),
    }),
    DescribeDBClusters: (input: Input) => {
      const { items, next } = page(aws.clusters, 'DBClusterIdentifier', input, 100);
      return { DBClusters: items, Marker: next };
    },
    DescribeDBInstances: (input: Input) => {
      const { items, next } = page(aws.databases, 'DBInstanceIdentifier', input, 100);
      return { DBInstances: items, Marker: next };
    },
    DescribeNatGateways: (input: Input) => {
      const { items, next } = page(aws.gateways, 'NatGatewayId', input, 1000);
      return { NatGateways: items, NextToken: next };
    },
    ...noneOfThose,
  };
  return answers as unknown as Record<string, Answer>;
}

/** What is only counted and stands nowhere here. A classic load balancer is asked for by a command of the same name. */
export const noneOfThose: Readonly<Record<string, Answer>> = {
  DescribeCacheClusters: { CacheClusters: [] },
  DescribeFileSystems: { FileSystems: [] },
  GetResources: { ResourceTagMappingList: [] },
  ListClusters: { clusters: [] },
  ListDomainNames: { DomainNames: [] },
};

/** As many as were asked for, and never more than the service gives. */
function page(all: readonly Row[], id: string, input: Input, most: number): { items: Row[]; next?: string } {
  const { Filters = [], MaxResults = most, PageSize = most, NextToken, Marker } = input;
  const wanted = Filters.length === 0 ? undefined : new Set(Filters.flatMap(({ Values }) => Values));
  const of = (one: Row) => [one[id], one['DBClusterIdentifier']].some((name) => wanted?.has(String(name)) ?? true);
  const from = Number(NextToken ?? Marker ?? 0);
  const size = Math.min(MaxResults, PageSize, most);
  const found = all.filter(of);
  const items = found.slice(from, from + size);
  return { items, ...(from + size < found.length && { next: String(from + size) }) };
}

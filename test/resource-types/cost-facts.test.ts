import { describe, expect, it } from 'vitest';
import { loadPrices } from '../../lib/adapters/prices/load-prices.ts';
import { type Amount, toCents } from '../../lib/core/cost.ts';
import { resourceType } from '../../lib/resource-types/index.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { samples } from '../samples/index.ts';

// From the answers of AWS to dollars: what a description must show, so that the right things are counted, and once.

const prices = await loadPrices();

/** What a sample costs, with something changed in what its service answers. */
async function amountOf(type: string, command: string, change: object, region = 'eu-west-1'): Promise<Amount> {
  const sample = samples.find((one) => one.type === type);
  if (sample === undefined) throw new Error(`there is no sample of ${type}`);
  const answers = { ...sample.answers, [command]: changed(sample.answers[command] as Page, change) };
  const found = await resourceType(type)?.bind(answeredClients(answers).source, {
    account: '222222222222',
    region: 'eu-west-1',
    partition: 'aws',
  });
  const [present] = (await found?.describe([sample.id])) ?? [];
  if (present?.kind !== 'present') throw new Error(`the sample is not present: ${JSON.stringify(present)}`);
  const cost = resourceType(type)?.cost.monthlyUsd(present.facts, prices.in(region));
  if (cost === undefined) throw new Error(`there is no type ${type}`);
  return cost;
}

type Page = Readonly<Record<string, unknown>>;

/** Lays a change over each object at the bottom of an answer. */
function changed(answer: Page, change: object): Page {
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => {
      if (name === 'Reservations') return [name, (value as Page[]).map((one) => changed(one, change))];
      return [
        name,
        Array.isArray(value)
          ? value.map((one: object) => ({ ...one, ...change }))
          : { ...(value as object), ...change },
      ];
    }),
  );
}

function cents(amount: Amount): number | string {
  return amount.kind === 'unknown' ? amount.why : toCents(amount.usd);
}

describe('an instance (t4g.medium in Ireland, 26.86)', () => {
  const loaned = { PublicIp: '203.0.113.7', IpOwnerId: 'amazon' };
  const elastic = { PublicIp: '203.0.113.8', IpOwnerId: '222222222222' };
  const withAddresses = (...associations: object[]) => ({
    NetworkInterfaces: [
      { Association: associations[0], PrivateIpAddresses: associations.map((Association) => ({ Association })) },
    ],
  });

  it.each([
    ['no interface shown', {}, 26.86],
    ['an address on loan, shown twice', withAddresses(loaned), 30.51],
    ['an Elastic IP address, counted as such', withAddresses(elastic), 26.86],
    ['one of each', withAddresses(loaned, elastic), 30.51],
    ['its zone', { Placement: { AvailabilityZone: 'eu-west-1c', Tenancy: 'default' } }, 26.86],
    ['the platform in full', { PlatformDetails: 'Linux/UNIX' }, 26.86],
    ['stopped', { State: { Name: 'stopped' }, StateTransitionReason: 'User initiated' }, 0],
  ])('with %s', async (_, change, usd) => {
    expect(cents(await amountOf('ec2:instance', 'DescribeInstances', change))).toBe(usd);
  });

  it.each([
    [{ PlatformDetails: 'Red Hat Enterprise Linux' }, /Red Hat Enterprise Linux/],
    [{ Platform: 'windows' as const }, /Windows/],
    [{ Placement: { Tenancy: 'host' } }, /tenancy host/],
    [{ InstanceLifecycle: 'spot' }, /spot/],
    [{ Placement: { AvailabilityZone: 'eu-west-1-wl1-foo-wlz-1' } }, /zone/],
    [{ OutpostArn: 'arn:aws:outposts:eu-west-1:222222222222:outpost/op-0a1b' }, /Outpost/],
    [{ InstanceType: 'x99.huge' }, /no price of ec2\.linux\.x99\.huge/],
  ])('has no known price: %j', async (change, why) => {
    expect(await amountOf('ec2:instance', 'DescribeInstances', change)).toEqual({
      kind: 'unknown',
      why: expect.stringMatching(why),
    });
  });
});

describe('a load balancer of two zones (16.43 in Virginia)', () => {
  const zones = (...allocations: (string | undefined)[]) =>
    allocations.map((AllocationId) => ({ LoadBalancerAddresses: [{ IpAddress: '203.0.113.9', AllocationId }] }));

  it.each([
    ['that serves the internet', {}, 23.73],
    ['that is internal', { Scheme: 'internal' }, 16.43],
    ['without public IPv4', { IpAddressType: 'dualstack-without-public-ipv4' }, 16.43],
    [
      'one of whose addresses is an Elastic IP',
      { Type: 'network', AvailabilityZones: zones('eipalloc-1', undefined) },
      20.08,
    ],
    [
      'whose zones are not shown',
      { AvailabilityZones: undefined },
      'AWS does not show how much public-ipv4.in-use.hour it has',
    ],
  ])('%s', async (_, change, usd) => {
    const amount = await amountOf('elasticloadbalancing:loadbalancer', 'DescribeLoadBalancers', change, 'us-east-1');
    expect(cents(amount)).toBe(usd);
  });
});

describe('a table (Ohio)', () => {
  const gb = 2 ** 30;
  const throughput = (ReadCapacityUnits: number, WriteCapacityUnits: number) => ({
    ReadCapacityUnits,
    WriteCapacityUnits,
  });

  it.each([
    ['on demand, with 100 GB', { TableSizeBytes: 100 * gb }, 25],
    [
      'with indexes, which are stored too',
      {
        TableSizeBytes: 100 * gb,
        LocalSecondaryIndexes: [{ IndexSizeBytes: 20 * gb }],
        GlobalSecondaryIndexes: [{ IndexSizeBytes: 40 * gb }],
      },
      40,
    ],
    [
      'provisioned, with an index that has capacity of its own',
      {
        BillingModeSummary: undefined,
        TableSizeBytes: 0,
        ProvisionedThroughput: throughput(10, 10),
        GlobalSecondaryIndexes: [{ IndexSizeBytes: 0, ProvisionedThroughput: throughput(10, 10) }],
      },
      11.39,
    ],
    [
      'provisioned, whose capacity is not shown',
      { BillingModeSummary: undefined, ProvisionedThroughput: undefined },
      'AWS does not show how much dynamodb.provisioned.rcu it has',
    ],
    [
      'of the other class',
      { TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' } },
      'there are no prices of the class STANDARD_INFREQUENT_ACCESS',
    ],
  ])('%s', async (_, change, usd) => {
    expect(cents(await amountOf('dynamodb:table', 'DescribeTable', change, 'us-east-2'))).toBe(usd);
  });
});

describe('a cluster of two db.r6g.large (Virginia)', () => {
  const members = (change: object) => amountOf('rds:cluster', 'DescribeDBInstances', change, 'us-east-1');
  const cluster = (change: object) => amountOf('rds:cluster', 'DescribeDBClusters', change, 'us-east-1');

  it('costs the hours of its instances, and says that its storage is not in it', async () => {
    expect(await members({})).toMatchObject({ usd: 379.6, note: expect.stringContaining('without its storage') });
    expect(cents(await members({ PubliclyAccessible: true }))).toBe(386.9);
  });

  it.each([
    [{ StorageType: 'aurora-iopt1' }, /I\/O-Optimized/],
    [{ EngineMode: 'serverless' }, /serverless/],
    [{ Status: 'stopped' }, /storage/],
    [{ DBClusterMembers: [] }, /not show all|no instance/],
    [{ Engine: 'mysql' }, /engine mysql/],
  ])('is unknown: %j', async (change, why) => {
    expect(await cluster(change)).toEqual({ kind: 'unknown', why: expect.stringMatching(why) });
  });
});

it.each([
  ['rds:db', 'DescribeDBInstances', { PubliclyAccessible: true }, 53.4],
  ['rds:db', 'DescribeDBInstances', { Iops: 3000, StorageThroughput: 125 }, 49.75],
  ['rds:db', 'DescribeDBInstances', { StorageType: 'io1', Iops: 1000 }, 149.95],
  ['rds:db', 'DescribeDBInstances', { MultiAZ: true }, 99.5],
  ['rds:db', 'DescribeDBInstances', { DBInstanceStatus: 'stopped' }, 2.3],
  ['rds:db', 'DescribeDBInstances', { DBInstanceStatus: 'failed' }, 'what AWS bills in the state failed is not known'],
  ['ec2:elastic-ip', 'DescribeAddresses', {}, 3.65],
  ['ec2:elastic-ip', 'DescribeAddresses', { PublicIpv4Pool: 'ipv4pool-ec2-0a1b2c3d' }, 0],
  ['ec2:volume', 'DescribeVolumes', { VolumeType: 'gp2', Size: 100, AvailabilityZone: 'us-east-1b' }, 10],
])('%s after %s with %j', async (type, command, change, usd) => {
  expect(cents(await amountOf(type, command, change, 'us-east-1'))).toBe(usd);
});

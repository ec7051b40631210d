import { describe, expect, test } from 'vitest';
import { loadPrices } from '../../lib/adapters/prices/load-prices.ts';
import { costsInShard } from '../../lib/use-cases/cost-census.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { aPolicy } from '../fakes/builders.ts';
import { somePrices } from '../fakes/prices.ts';
import { standing } from '../fakes/standing.ts';
import { account, region } from '../fakes/world.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const shard = { account, region };
const policy = aPolicy({});

async function census(answers: Readonly<Record<string, Answer>>, prices = somePrices) {
  const { source, sent } = answeredClients(answers);
  const { costs, problems } = await costsInShard({ source, partition: 'aws' }, shard, policy, prices);
  return { costs, problems, commands: sent.map(({ command }) => command) };
}

test('what stands there is counted whether it is tagged or not, with whose it is', async () => {
  const place = standing();
  const server = place.instance(
    'i-1',
    { Name: 'web', OWNER: 'ana', Team: 'shop' },
    { BlockDeviceMappings: [{ Ebs: { VolumeId: 'vol-1' } }] },
  );
  const disk = place.volume('vol-1', {}, 100);
  const database = place.database('orders', { environment: 'staging', 'cost-centre': ' ' });
  const { costs, problems } = await census(place.answers);
  expect(problems).toEqual([]);
  const createdAt = Date.parse('2026-09-01T08:00:00Z');
  const about = { ...shard, createdAt };
  const asOf = '2026-11-01';
  expect(costs).toEqual([
    {
      ...about,
      arn: server,
      type: 'ec2:instance',
      id: 'i-1',
      name: 'web',
      owner: 'ana',
      team: 'shop',
      state: 'running',
      volumes: ['vol-1'],
      amount: { kind: 'estimate', usd: 730, asOf },
    },
    {
      ...about,
      arn: disk,
      type: 'ec2:volume',
      id: 'vol-1',
      state: 'available',
      amount: { kind: 'estimate', usd: 10, asOf },
    },
    {
      ...about,
      arn: database,
      type: 'rds:db',
      id: 'orders',
      environment: 'staging',
      state: 'available',
      amount: { kind: 'estimate', usd: 151, asOf },
    },
  ]);
});

test('what has no price is unknown with its reason, and what is going is not there any more', async () => {
  const place = standing();
  place.instance('i-1', {}, { InstanceType: 'x9.huge' });
  place.instance('i-2', {}, { State: { Name: 'shutting-down' } });
  place.instance('i-3', {}, { State: { Name: 'terminated' } });
  const { costs } = await census(place.answers);
  const why = expect.stringMatching(/no price of ec2.linux.x9.huge/);
  expect(costs).toMatchObject([{ id: 'i-1', amount: { kind: 'unknown', why } }]);
});

describe('what can not be read is named, and hides nothing else', () => {
  test.each([
    ['DescribeVolumes', /^ec2:volume: AccessDenied: not allowed$/],
    ['DescribeDBInstances', /^rds:db: AccessDenied/],
    ['DescribeTags', /^elasticloadbalancing:loadbalancer: AccessDenied/],
    ['DescribeNatGateways', /^ec2:natgateway: AccessDenied/],
    ['ListClusters', /^eks:cluster: AccessDenied/],
  ])('%s', async (command, problem) => {
    const place = standing();
    place.instance('i-1');
    place.balancer('web');
    const { costs, problems } = await census({ ...place.answers, [command]: awsError('AccessDenied', 'not allowed') });
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(costs.map(({ id }) => id)).toContain('i-1');
  });

  test('one that its service shows by half', async () => {
    const place = standing();
    place.database('orders', {}, { DbiResourceId: undefined });
    const { costs, problems } = await census(place.answers);
    expect(costs).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/^rds:db orders: RDS shows no resource id/)]);
  });
});

test('what Mayfly never removes is counted by its kind, with whose it is', async () => {
  const place = standing();
  const arn = place.gateway('nat-1', { Name: 'egress', owner: 'ana' });
  const { costs, problems } = await census(place.answers, await loadPrices());
  expect(problems).toEqual([]);
  expect(costs).toMatchObject([
    { ...shard, arn, type: 'ec2:natgateway', id: 'nat-1', name: 'egress', owner: 'ana', amount: { usd: 35.04 } },
  ]);
});

test('one that two pages show is counted once', async () => {
  const place = standing();
  place.volume('vol-1');
  place.volume('vol-1');
  expect((await census(place.answers)).costs).toHaveLength(1);
});

describe('a count takes few calls, however much stands there', () => {
  test('fourteen for an empty account-region', async () => {
    const { commands } = await census(standing().answers);
    expect(commands.toSorted()).toEqual([
      'DescribeAddresses',
      'DescribeCacheClusters',
      'DescribeDBClusters',
      'DescribeDBInstances',
      'DescribeFileSystems',
      'DescribeInstances',
      // Of the classic kind, too.
      'DescribeLoadBalancers',
      'DescribeLoadBalancers',
      'DescribeNatGateways',
      'DescribeSnapshots',
      'DescribeVolumes',
      // For serverless caches.
      'GetResources',
      'ListClusters',
      'ListDomainNames',
    ]);
  });

  test.each([
    [1_000, 16],
    [10_000, 34],
  ])('%i resources: %i calls', async (all, calls) => {
    const place = standing();
    for (let index = 0; index < all; index += 1) {
      // A third are servers, and most of the rest their disks; a few balancers and databases.
      const kind = index % 100;
      if (kind < 33) place.instance(`i-${index}`);
      else if (kind < 98) place.volume(`vol-${index}`);
      else if (kind === 98) place.balancer(`lb-${index}`);
      else place.database(`db-${index}`);
    }
    const { costs, commands } = await census(place.answers, await loadPrices());
    expect(costs).toHaveLength(all);
    expect(commands).toHaveLength(calls);
  });
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateNatGatewayCommand,
  CreateVolumeCommand,
  DescribeSubnetsCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateFileSystemCommand, EFSClient } from '@aws-sdk/client-efs';
import { CreateClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { CreateLoadBalancerCommand, ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { CreateCacheClusterCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { CreateDomainCommand, OpenSearchClient } from '@aws-sdk/client-opensearch';
import { expect, test } from 'vitest';
import { loadPrices } from '../../lib/adapters/prices/load-prices.ts';
import { costsInShard } from '../../lib/use-cases/cost-census.ts';
import { aPolicy } from '../fakes/builders.ts';
import { readCsv } from '../fakes/read-csv.ts';
import { ago, type Bench, bench } from './command-line.ts';

const hostile = { owner: '=HYPERLINK("http://x","y")', Name: '<script>alert(1)</script>' };

async function volume(here: Bench, Size: number, tags: Readonly<Record<string, string>>): Promise<string> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const made = await (await here.site()).client(EC2Client).send(
    new CreateVolumeCommand({
      AvailabilityZone: 'us-east-1a',
      Size,
      VolumeType: 'gp2',
      ...(Tags.length > 0 && { TagSpecifications: [{ ResourceType: 'volume', Tags }] }),
    }),
  );
  return made.VolumeId ?? '';
}

function csvIn(out: string): Record<string, string>[] {
  const [names = [], ...rows] = readCsv(readFileSync(join(out, 'idle-report.csv'), 'utf8'));
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
}

test('the report says what has expired and what it costs, before anything was swept and after', async () => {
  const here = bench();
  const [account] = here.accounts;
  const out = here.file('report');
  const expired = await volume(here, 100, { 'expires-at': ago(72), ...hostile });
  await volume(here, 50, {});
  const ec2 = (await here.site()).client(EC2Client);
  await ec2.send(
    new RunInstancesCommand({ ImageId: 'ami-12c6146b', InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }),
  );

  const first = await here.mayfly('report', '--out', out);
  expect([first.code, first.stdout]).toEqual([0, '']);
  expect(readdirSync(out).toSorted()).toEqual(['idle-report.csv', 'idle-report.html', 'trend.png']);
  expect(csvIn(out)).toMatchObject([
    {
      account,
      region: 'us-east-1',
      type: 'ec2:volume',
      id: expired,
      owner: `'${hostile.owner}`,
      monthly_usd: '10.00',
      cost_kind: 'estimate',
      next_step: 'removed',
    },
  ]);
  const page = readFileSync(join(out, 'idle-report.html'), 'utf8');
  expect(page).toContain(expired);
  expect(page).not.toContain(hostile.Name);
  expect(readFileSync(join(out, 'trend.png')).subarray(1, 4).toString()).toBe('PNG');
  expect(first.stderr).toMatch(/Idle: 1 resource, ~\$10\.00 a month/);
  // The disk of the server is one of four, and nobody's but for one.
  expect(first.stderr).toMatch(/Seen: 4 resources, ~\$\d+\.\d\d a month/);
  expect(first.stderr).toMatch(/Without an owner: 3 resources/);
  expect(first.stderr).toContain(join(out, 'idle-report.html'));

  expect((await here.mayfly('reap', '--enforce')).code).toBe(0);
  const later = await here.mayfly('report', '--out', out, '--now', ago(-24 * 7));
  expect([later.code, csvIn(out)]).toEqual([0, []]);
  expect(later.stderr).toMatch(/Saved since .*: ~\$2\.\d\d \(1 removed, 0 stopped\)/);
});

test('a folder that can not be written to, or none, is bad usage, and nothing is asked', async () => {
  const here = bench();
  writeFileSync(here.file('taken'), '');
  const [taken, none] = await Promise.all([here.mayfly('report', '--out', here.file('taken')), here.mayfly('report')]);
  expect([taken.code, none.code]).toEqual([2, 2]);
  expect(taken.stderr).toMatch(/^mayfly: --out .*taken is no folder that can be written to/);
  expect(none.stderr).toContain('--out <folder>');
});

const owned = { Key: 'owner', Value: 'ana' };

/** One of each type that is only counted and that this AWS can play. */
async function makeCounted({ client }: Awaited<ReturnType<Bench['site']>>): Promise<void> {
  const { Subnets: [subnet] = [] } = await client(EC2Client).send(new DescribeSubnetsCommand({}));
  await client(EC2Client).send(
    new CreateNatGatewayCommand({
      SubnetId: subnet?.SubnetId,
      ConnectivityType: 'private',
      TagSpecifications: [{ ResourceType: 'natgateway', Tags: [owned] }],
    }),
  );
  await client(ElasticLoadBalancingClient).send(
    new CreateLoadBalancerCommand({
      LoadBalancerName: 'old-shop',
      Scheme: 'internal',
      AvailabilityZones: ['us-east-1a'],
      Listeners: [{ Protocol: 'http', LoadBalancerPort: 80, InstancePort: 80 }],
      Tags: [owned],
    }),
  );
  await client(EFSClient).send(
    new CreateFileSystemCommand({ ThroughputMode: 'provisioned', ProvisionedThroughputInMibps: 10, Tags: [owned] }),
  );
  const cache = { CacheClusterId: 'sessions', CacheNodeType: 'cache.t3.micro', NumCacheNodes: 1 };
  await client(ElastiCacheClient).send(new CreateCacheClusterCommand({ ...cache, Engine: 'redis', Tags: [owned] }));
  await client(OpenSearchClient).send(
    new CreateDomainCommand({
      DomainName: 'logs',
      ClusterConfig: { InstanceType: 't3.small.search', InstanceCount: 2 },
      EBSOptions: { EBSEnabled: true, VolumeType: 'gp3', VolumeSize: 10 },
    }),
  );
  const eks = { roleArn: 'arn:aws:iam::123456789012:role/eks', resourcesVpcConfig: { subnetIds: [] } };
  await client(EKSClient).send(new CreateClusterCommand({ name: 'blue', ...eks, tags: { owner: 'ana' } }));
}

test('what Mayfly never removes is counted through real clients, and is in the sums of the report', async () => {
  const here = bench();
  const site = await here.site();
  await makeCounted(site);
  const shard = { account: here.accounts[0], region: 'us-east-1' };
  const session = { source: site.client, partition: 'aws' };
  const { costs, problems } = await costsInShard(session, shard, aPolicy({}), await loadPrices());
  expect(problems).toEqual([]);
  const usd = (amount: number) => ({ kind: 'estimate', usd: expect.closeTo(amount, 2) });
  expect(Object.fromEntries(costs.map(({ type, owner, amount }) => [type, { owner, amount }]))).toMatchObject({
    'ec2:natgateway': { owner: 'ana', amount: usd(730 * 0.045) },
    'elasticloadbalancing:classic-loadbalancer': { owner: 'ana', amount: usd(730 * 0.025) },
    'elasticfilesystem:file-system': { owner: 'ana', amount: usd(10 * 6) },
    'elasticache:cluster': { owner: 'ana', amount: usd(730 * 0.017) },
    'es:domain': { amount: usd(2 * 730 * 0.036 + 2 * 10 * 0.122) },
    // This AWS tells nothing of versions.
    'eks:cluster': { owner: 'ana', amount: { kind: 'unknown', why: expect.stringMatching(/extended support/) } },
  });

  const made = await here.mayfly('report', '--out', here.file('report'));
  expect(made.stderr).toMatch(/Seen: 6 resources, ~\$\d+\.\d\d a month/);
  expect(made.code).toBe(0);
});

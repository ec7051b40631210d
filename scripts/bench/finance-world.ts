import { sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';
import { loadPrices } from '../../lib/adapters/prices/load-prices.ts';
import type { Event } from '../../lib/core/history.ts';
import type { Plan, PlannedDecision } from '../../lib/core/plan.ts';
import { type Policy, policySchema } from '../../lib/core/policy.ts';
import type { Shard } from '../../lib/core/resource.ts';
import { day, type Instant } from '../../lib/core/time.ts';
import type { Ports } from '../../lib/use-cases/ports.ts';
import { answeredClients, type Sent } from '../../test/fakes/answered-clients.ts';
import { noneOfThose } from '../../test/fakes/standing.ts';
import type { Answer } from '../../test/samples/sample.ts';

const accounts = Array.from({ length: 10 }, (_, index) => String(100_000_000_000 + index));
const regions = ['us-east-1', 'eu-west-1'];
const shards = accounts.flatMap((account) => regions.map((region): Shard => ({ account, region })));

const expiredFor = 9 * day;
const owners = ['ana', 'ben', 'cleo', undefined];
const teams = ['shop', 'search', 'billing', undefined];

/** Every third one is a server; of what an odd number has, nobody says whose it is. */
const isServer = (index: number) => index % 3 === 0;

/**
 * Many accounts in which everything has expired, so that each resource is a row. Nothing of it is kept in memory: pages
 * and plan are made when they are asked for, as AWS and the run store would give them.
 */
export async function financeWorld(
  resources: number,
  now: Instant,
): Promise<{ ports: Ports; policy: Policy; sent: () => number }> {
  const perShard = Math.ceil(resources / shards.length);
  const policy = policySchema.parse({ version: 1, accounts: accounts.map((id) => ({ id })), regions, types: 'all' });
  const clients = new Map<string, { source: ReturnType<typeof answeredClients>['source']; sent: Sent[] }>();
  const ledger = sqliteLedger(':memory:', { now: () => now, sleep: async () => {} });
  await ledger.record(endings(resources / 10, now));
  const documents = new Map<string, unknown>([
    ['latest/sweep', { run: 'run-1', plan: 'plan-1', at: now, since: now, sweeps: 1 }],
  ]);
  const ports = {
    clock: { now: () => now, sleep: async () => {} },
    cloud: {
      checkCredentials: async () => {},
      reader: async (shard: Shard) => {
        const client = answeredClients(answersIn(shard, perShard, now));
        clients.set(`${shard.account} ${shard.region}`, client);
        return { source: client.source, partition: 'aws' };
      },
    },
    ledger,
    runStore: {
      loadPlan: async () => planOf(perShard, now),
      load: async (run: string, name: string) => documents.get(`${run}/${name}`),
      save: async (run: string, name: string, document: unknown) => void documents.set(`${run}/${name}`, document),
    },
    prices: loadPrices,
    progress: () => undefined,
  } as unknown as Ports;
  const sent = () => [...clients.values()].reduce((sum, client) => sum + client.sent.length, 0);
  return { ports, policy, sent };
}

function endings(count: number, now: Instant): Event[] {
  return Array.from({ length: count }, (_, index) => ({
    arn: `arn:aws:ec2:us-east-1:${accounts[0]}:volume/vol-${(index + 2 ** 40).toString(16)}`,
    at: now - (index % 60) * day,
    kind: 'removed',
    monthlyUsd: 20,
  }));
}

function idOf(index: number): string {
  return `${isServer(index) ? 'i' : 'vol'}-${(index + 2 ** 44).toString(16)}`;
}

function tagsOf(index: number, now: Instant): Record<string, string> {
  const [owner, team] = [owners[index % owners.length], teams[index % teams.length]];
  return {
    'expires-at': new Date(now - expiredFor).toISOString(),
    Name: `web-${index}`,
    ...(owner !== undefined && { owner }),
    ...(team !== undefined && { team }),
  };
}

function planOf(perShard: number, now: Instant): Plan {
  const decisions = shards.flatMap(({ account, region }) =>
    Array.from({ length: perShard }, (_, index): PlannedDecision => {
      const { Name: name = '', owner } = tagsOf(index, now);
      const kind = isServer(index) ? 'instance' : 'volume';
      return {
        arn: `arn:aws:ec2:${region}:${account}:${kind}/${idOf(index)}`,
        type: `ec2:${kind}`,
        ...{ account, region, name },
        action: 'remove',
        reason: 'expired',
        expiresAt: now - expiredFor,
        ...(owner !== undefined && { owner }),
        decidedOn: {},
      };
    }),
  );
  return { id: 'plan-1', now, mode: 'dry-run', shards: [], decisions, held: [], tracked: {}, hash: '' };
}

interface Page {
  MaxResults?: number;
  NextToken?: string;
}

function answersIn(_shard: Shard, perShard: number, now: Instant): Record<string, Answer> {
  const all = Array.from({ length: perShard }, (_, index) => index);
  const [servers, disks] = [all.filter(isServer), all.filter((index) => !isServer(index))];
  const tags = (index: number) => Object.entries(tagsOf(index, now)).map(([Key, Value]) => ({ Key, Value }));
  const answers = {
    DescribeInstances: pagesOf('Reservations', servers, (index) => ({
      Instances: [{ InstanceId: idOf(index), InstanceType: 'm5.large', State: { Name: 'running' }, Tags: tags(index) }],
    })),
    DescribeVolumes: pagesOf('Volumes', disks, (index) => ({
      ...{ VolumeId: idOf(index), State: 'available', VolumeType: 'gp3', Size: 100, Iops: 3000, Throughput: 125 },
      Tags: tags(index),
    })),
    DescribeAddresses: { Addresses: [] },
    DescribeSnapshots: { Snapshots: [] },
    DescribeLoadBalancers: { LoadBalancers: [] },
    DescribeDBClusters: { DBClusters: [] },
    DescribeDBInstances: { DBInstances: [] },
    DescribeNatGateways: { NatGateways: [] },
    ...noneOfThose,
  };
  return answers as unknown as Record<string, Answer>;
}

function pagesOf(items: string, all: readonly number[], make: (index: number) => object) {
  return ({ MaxResults = 500, NextToken = '0' }: Page) => {
    const from = Number(NextToken);
    const next = from + MaxResults;
    return { [items]: all.slice(from, next).map(make), ...(next < all.length && { NextToken: String(next) }) };
  };
}

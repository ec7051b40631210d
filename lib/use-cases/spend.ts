import { type Amount, type PriceTable, type Sum, sum } from '../core/cost.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { addSums } from '../core/sums.ts';
import { inParallel } from '../resource-types/batches.ts';
import { isCostType } from '../resource-types/cost-type-ids.ts';
import type { ResourceType } from '../resource-types/define.ts';
import { identify, resourceType } from '../resource-types/index.ts';
import { messageOf } from '../resource-types/removal-errors.ts';
import { type CostCensus, type CostedResource, costed, costsInShard } from './cost-census.ts';
import type { Ports, Session } from './ports.ts';

/** What stands in all shards and costs, and what is known of those that were asked about. */
export interface Spend {
  /** All that Mayfly sees and can price. */
  seen: Sum;
  /** The same by account: each whose shards were looked at, also where nothing could be read. */
  byAccount: Map<string, Sum>;
  /** Without an owner tag; without any of owner, team, cost centre and environment. */
  unowned: Sum;
  untagged: Sum;
  /** By ARN, of those that were asked about: as it stands there now. What is gone meanwhile is `gone`. */
  about: Map<string, CostedResource | 'gone'>;
  unread: (Shard & { why: string })[];
}

/** One resource that is asked about. What no census finds is described by its own service. */
export type Asked = Shard & {
  arn: string;
  type: string;
  /** It is part of a sum by itself, and so no part of a server there. */
  isSummed?: true;
};

const shardsAtOnce = 6;

/**
 * Counts all shards, a few at a time, and keeps of each only sums and what was asked about: many resources need no more
 * room than their report. Never throws; what can't be read is named.
 */
export async function spendIn(
  ports: Pick<Ports, 'cloud' | 'progress'>,
  shards: readonly Shard[],
  policy: Policy,
  prices: PriceTable,
  asked: readonly Asked[],
): Promise<Spend> {
  const askedIn = Map.groupBy(asked, keyOf);
  const counted = await inParallel(shards, shardsAtOnce, async (shard): Promise<Spend> => {
    const spend = await countShard(ports, shard, policy, prices, askedIn.get(keyOf(shard)) ?? []);
    const error = spend.unread.map(({ why }) => why).join('; ');
    const event = { step: 'shard-scanned', shard, tracked: spend.seen.known + spend.seen.unknown } as const;
    ports.progress({ ...event, ...(error !== '' && { error }) });
    return spend;
  });
  return {
    seen: addSums(counted.map(({ seen }) => seen)),
    byAccount: byAccountOf(counted),
    unowned: addSums(counted.map(({ unowned }) => unowned)),
    untagged: addSums(counted.map(({ untagged }) => untagged)),
    about: new Map(counted.flatMap(({ about }) => [...about])),
    unread: counted.flatMap(({ unread }) => unread),
  };
}

function byAccountOf(counted: readonly Spend[]): Map<string, Sum> {
  const groups = Map.groupBy(
    counted.flatMap(({ byAccount }) => [...byAccount]),
    ([account]) => account,
  );
  return new Map([...groups].map(([account, some]) => [account, addSums(some.map(([, one]) => one))]));
}

/** Whether a census of its type shows it; where the census was whole, nothing else stands there. */
export function hasCensus({ type }: Pick<Asked, 'type'>): boolean {
  return isCostType(type) || resourceType(type)?.needs.census !== undefined;
}

function keyOf({ account, region }: Shard): string {
  return `${account} ${region}`;
}

async function countShard(
  { cloud }: Pick<Ports, 'cloud'>,
  shard: Shard,
  policy: Policy,
  prices: PriceTable,
  asked: readonly Asked[],
): Promise<Spend> {
  const [counted, others] = [true, false].map((isCounted) => asked.filter((one) => hasCensus(one) === isCounted));
  try {
    const session = await cloud.reader(shard);
    const census = await costsInShard(session, shard, policy, prices);
    const described = await describeAsked(session, shard, policy, prices, others ?? []);
    return {
      ...sumsOf(census.costs, shard),
      about: new Map([...found(census, new Map(counted?.map((one) => [one.arn, one]))), ...described]),
      unread: census.problems.map((why) => ({ ...shard, why })),
    };
  } catch (error) {
    return { ...sumsOf([], shard), about: new Map(), unread: [{ ...shard, why: messageOf(error) }] };
  }
}

function sumsOf(
  costs: readonly CostedResource[],
  { account }: Shard,
): Pick<Spend, 'seen' | 'unowned' | 'untagged' | 'byAccount'> {
  const unowned = costs.filter(({ owner }) => owner === undefined);
  const untagged = unowned.filter(({ team, costCentre, environment }) => !(team || costCentre || environment));
  const of = (some: readonly CostedResource[]) => sum(some.map(({ amount }) => amount));
  const seen = of(costs);
  return { seen, unowned: of(unowned), untagged: of(untagged), byAccount: new Map([[account, seen]]) };
}

/** Those of the census that were asked about, servers with their volumes. */
function found({ costs, partial }: CostCensus, asked: ReadonlyMap<string, Asked>): [string, CostedResource | 'gone'][] {
  const volumes = new Map(costs.filter(({ type }) => type === 'ec2:volume').map((volume) => [volume.id, volume]));
  const known = costs.filter(({ arn }) => asked.has(arn));
  const whole = known.map((one): [string, CostedResource] => {
    // A volume that is asked about is counted by itself, but for a server in a sum that it is not part of.
    const isApart = (arn = '') =>
      asked.has(arn) && (!asked.get(one.arn)?.isSummed || asked.get(arn)?.isSummed === true);
    const attached = (one.volumes ?? []).flatMap((id) => volumes.get(id) ?? []).filter(({ arn }) => !isApart(arn));
    const amount = together([one.amount, ...attached.map((volume) => volume.amount)]);
    // Those that the census missed stay: without their bill no amount of the server is an actual one.
    const own = one.volumes?.filter((id) => !isApart(volumes.get(id)?.arn));
    return [one.arn, { ...one, amount, ...(own && { volumes: own }) }];
  });
  const standing = new Set(known.map(({ arn }) => arn));
  const gone = [...asked.values()].filter(({ arn, type }) => !standing.has(arn) && !partial.has(type));
  return [...gone.map(({ arn }): [string, 'gone'] => [arn, 'gone']), ...whole];
}

/** A sum with a gap in it would look like less than it costs. */
function together(amounts: readonly Amount[]): Amount {
  const [first, ...more] = amounts;
  if (first !== undefined && more.length === 0) return first;
  const unknown = amounts.find(({ kind }) => kind === 'unknown');
  return unknown ?? sum(amounts).amount;
}

async function describeAsked(
  session: Session,
  shard: Shard,
  policy: Policy,
  prices: PriceTable,
  asked: readonly Asked[],
): Promise<[string, CostedResource | 'gone'][]> {
  const byType = [...Map.groupBy(asked, ({ type }) => type)];
  const answers = await inParallel(byType, 2, async ([id, some]) => {
    const type = resourceType(id);
    return type === undefined ? [] : describeType(type, some, session, shard, policy, prices);
  });
  return answers.flat();
}

async function describeType(
  type: ResourceType,
  asked: readonly Asked[],
  session: Session,
  shard: Shard,
  policy: Policy,
  prices: PriceTable,
): Promise<[string, CostedResource | 'gone'][]> {
  const bound = await type.bind(session.source, { ...shard, partition: session.partition });
  const arns = new Map(asked.map(({ arn }) => [identify(arn)?.id ?? '', arn]));
  const described = await bound.describe([...arns.keys()]);
  return described.flatMap((one): [string, CostedResource | 'gone'][] => {
    const arn = arns.get(one.id);
    if (arn === undefined) return [];
    if (one.kind === 'present') {
      const amount = type.cost.monthlyUsd(one.facts, prices.in(shard.region));
      return [[arn, { ...costed(type, one, shard, policy, amount), arn }]];
    }
    return one.kind === 'unreadable' ? [] : [[arn, 'gone']];
  });
}

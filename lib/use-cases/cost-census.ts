import type { Amount, PriceTable } from '../core/cost.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { CostType } from '../resource-types/cost-type.ts';
import type { Description, Present, ResourceType } from '../resource-types/define.ts';
import { resourceTypes } from '../resource-types/index.ts';
import { messageOf } from '../resource-types/removal-errors.ts';
import { type OwnTags, ownTags } from './belonging.ts';
import type { Session } from './ports.ts';

/** Something that costs by standing there, tagged or not. */
export interface CostedResource extends OwnTags, Shard {
  arn: string;
  type: string;
  id: string;
  state?: string;
  createdAt?: Instant;
  /** A month of it as it stands there now. */
  amount: Amount;
  /** Ids of the volumes of a server: they are counted by themselves. */
  volumes?: readonly string[];
}

export interface CostCensus {
  costs: CostedResource[];
  /** What could not be read, in words: there may be more that costs. */
  problems: string[];
  /** Ids of the types that were not read whole. */
  partial: ReadonlySet<string>;
}

/** Services have limits of their own, so types wait for each other only where they share one. */
const typesAtOnce = 4;

/**
 * All that costs by standing there in one shard, with what it costs, whether Mayfly could remove it or not. It does not
 * take the policy's types into account: a bill knows no policy. Never throws; a type that can't be read is named, and
 * the others are counted.
 */
export async function costsInShard(
  session: Session,
  shard: Shard,
  policy: Pick<Policy, 'tags'>,
  prices: PriceTable,
): Promise<CostCensus> {
  const { costTypes } = await import('../resource-types/cost-types.ts');
  const counting = [...resourceTypes.filter(({ needs }) => needs.census !== undefined), ...costTypes];
  const read = await inParallel(counting, typesAtOnce, (type) => readType(type, session, shard));
  const inRegion = prices.in(shard.region);
  const costs = new Map<string, CostedResource>();
  for (const { type, found } of read) {
    for (const one of found) {
      if (one.kind !== 'present') continue;
      // A page that was turned while something was made shows it twice.
      costs.set(one.arn, costed(type, one, shard, policy, type.cost.monthlyUsd(one.facts, inRegion)));
    }
  }
  const partial = read.filter(({ problems }) => problems.length > 0).map(({ type }) => type.id);
  return { costs: [...costs.values()], problems: read.flatMap(({ problems }) => problems), partial: new Set(partial) };
}

async function readType(
  type: ResourceType | CostType,
  session: Session,
  shard: Shard,
): Promise<{ type: ResourceType | CostType; found: Description[]; problems: string[] }> {
  try {
    const bound = await type.bind(session.source, { ...shard, partition: session.partition });
    const found = (await bound.census?.()) ?? [];
    const unreadable = found.filter((one) => one.kind === 'unreadable');
    return { type, found, problems: unreadable.map(({ id, why }) => `${type.id} ${id}: ${why}`) };
  } catch (error) {
    return { type, found: [], problems: [`${type.id}: ${messageOf(error)}`] };
  }
}

/** What is known of a described resource and its cost. */
export function costed(
  type: Pick<ResourceType, 'id'>,
  { arn, id, tags, createdAt, facts: { state, volumes } }: Present,
  shard: Shard,
  policy: Pick<Policy, 'tags'>,
  amount: Amount,
): CostedResource {
  const { account, region } = shard;
  return {
    arn,
    type: type.id,
    account,
    region,
    id,
    ...ownTags(tags, policy),
    ...(typeof state === 'string' && { state }),
    ...(createdAt !== undefined && { createdAt }),
    ...(typeof volumes === 'string' && volumes !== '' && { volumes: volumes.split(' ') }),
    amount,
  };
}

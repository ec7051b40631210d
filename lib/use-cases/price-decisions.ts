import type { RegionPrices } from '../core/cost.ts';
import type { PlannedDecision } from '../core/plan.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { Present, ResourceType } from '../resource-types/define.ts';
import { identify } from '../resource-types/index.ts';
import { asUsd, type Costs, costsOf, type Priced, type Pricing } from './costs.ts';

/** What a scan has described already. */
export interface Seen {
  /** By ARN. */
  described: ReadonlyMap<string, Present>;
  /** Those that the idle rule is about: they are priced whatever is decided. */
  servers: readonly Present[];
}

const typesAtOnce = 4;

/**
 * Decisions with what their resources cost a month, where that is known: of what is warned about, removed, copied or
 * stopped, and of the servers of the idle rule. Only of those is anything read, in batches by type. What can't be read
 * or has no price stays without an amount; never throws.
 */
export async function priceDecisions(
  pricing: Pricing,
  decisions: readonly PlannedDecision[],
  { described, servers }: Seen,
): Promise<PlannedDecision[]> {
  const seen = new Map([...described, ...servers.map((server) => [server.arn, server] as const)]);
  const isServer = new Set(servers.map(({ arn }) => arn));
  const wanted = decisions.filter((decision) => isTold(decision) || isServer.has(decision.arn));
  if (wanted.length === 0) return [...decisions];
  const byType = [...Map.groupBy(wanted, ({ arn }) => identify(arn)?.type)];
  const priced = await inParallel(byType, typesAtOnce, async ([type, some]) => {
    if (type === undefined) return [];
    if (type.cost.fixed) return samePrice(pricing, type, some);
    return [...(await costsOf(pricing, await pricedOf(pricing, type, some, seen), apartIn(wanted)))];
  });
  const costs = new Map(priced.flat());
  return decisions.map((decision) => ({ ...decision, ...costs.get(decision.arn) }));
}

const told: ReadonlySet<PlannedDecision['action']> = new Set(['warn', 'remove', 'copy', 'stop']);

/** What a copy of Mayfly's costs is not what its image costs, and is not told. */
function isTold({ action, copyOf }: PlannedDecision): boolean {
  return told.has(action) && copyOf === undefined;
}

/** Volumes with a decision of their own are not counted with their server once more. */
function apartIn(wanted: readonly PlannedDecision[]): Set<string> {
  return new Set(wanted.flatMap(({ arn, type }) => (type === 'ec2:volume' ? (identify(arn)?.id ?? []) : [])));
}

/** What all of a type cost the same needs no look at any of them. */
async function samePrice(
  { ports, shard }: Pricing,
  { cost }: ResourceType,
  some: readonly PlannedDecision[],
): Promise<[string, Costs][]> {
  const prices: RegionPrices | undefined = await ports.prices().then(
    (table) => table.in(shard.region),
    () => undefined,
  );
  const monthlyUsd = prices && asUsd(cost.monthlyUsd({}, prices));
  return monthlyUsd === undefined ? [] : some.map(({ arn }) => [arn, { monthlyUsd }]);
}

/** With the ARNs that were decided on: a service may spell them otherwise. */
async function pricedOf(
  { session, shard }: Pricing,
  type: ResourceType,
  some: readonly PlannedDecision[],
  described: ReadonlyMap<string, Present>,
): Promise<Priced[]> {
  const known = some.flatMap(({ arn, action }): Priced[] => {
    const present = described.get(arn);
    return present === undefined ? [] : [{ type, present: { ...present, arn }, ...going(action) }];
  });
  const rest = some.flatMap(({ arn, action }) => {
    const id = described.has(arn) ? undefined : identify(arn)?.id;
    return id === undefined ? [] : [{ arn, id, action }];
  });
  if (rest.length === 0) return known;
  try {
    const bound = await type.bind(session.source, { ...shard, partition: session.partition });
    const found = await bound.facts(rest.map(({ id }) => id));
    const read = rest.flatMap(({ arn, id, action }): Priced[] => {
      const facts = found.get(id);
      return facts === undefined ? [] : [{ type, present: { arn, facts }, ...going(action) }];
    });
    return [...known, ...read];
  } catch {
    return known;
  }
}

function going(action: PlannedDecision['action']): Pick<Priced, 'goes'> {
  return action === 'remove' ? { goes: true } : {};
}

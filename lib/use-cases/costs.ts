import { type Amount, type Facts, type RegionPrices, sum } from '../core/cost.ts';
import type { Shard } from '../core/resource.ts';
import type { Present, ResourceType } from '../resource-types/define.ts';
import { resourceType } from '../resource-types/index.ts';
import type { Ports, Session } from './ports.ts';

/** What something costs a month in USD, not rounded: estimates by list prices, absent where they are not known. */
export interface Costs {
  monthlyUsd?: number;
  /** Of a server that runs: what goes on once it is stopped. */
  stoppedMonthlyUsd?: number;
}

/** What a price is asked for. */
export interface Priced {
  type: ResourceType;
  present: Pick<Present, 'arn' | 'facts' | 'server'>;
  /** It is to be removed: what stays behind and costs on is not counted with it. */
  goes?: true;
}

/** Where prices are asked for: a session that reads in the shard. */
export interface Pricing {
  ports: Pick<Ports, 'prices'>;
  session: Session;
  shard: Shard;
}

/**
 * What resources of one shard cost, by ARN. The volumes of a server are counted with it and read in one batch, but for
 * those that are `apart`, by their ids: they are counted by themselves. What can't be read leaves an amount unknown;
 * never throws.
 */
export async function costsOf(
  { ports, session, shard }: Pricing,
  things: readonly Priced[],
  apart: ReadonlySet<string> = new Set(),
): Promise<Map<string, Costs>> {
  if (things.length === 0) return new Map();
  try {
    const prices = (await ports.prices()).in(shard.region);
    const attached = things.flatMap(volumesOf).filter((id) => !apart.has(id));
    const volumes = await volumeAmounts(session, shard, [...new Set(attached)], prices);
    return new Map(things.map((thing) => [thing.present.arn, costOf(thing, prices, { volumes, apart })]));
  } catch {
    return new Map();
  }
}

/** The same for one that a person named. */
export async function costOfOne(
  ports: Pick<Ports, 'prices' | 'cloud'>,
  { shard, ...thing }: Priced & { shard: Shard },
): Promise<Costs> {
  try {
    const session = await ports.cloud.reader(shard);
    return (await costsOf({ ports, session, shard }, [thing])).get(thing.present.arn) ?? {};
  } catch {
    return {};
  }
}

/** Absent where it is unknown. */
export function asUsd(amount: Amount): number | undefined {
  return amount.kind === 'unknown' ? undefined : amount.usd;
}

function volumesOf({ present: { facts }, goes }: Priced): string[] {
  const staying = new Set(goes ? idsIn(facts['stayingVolumes']) : []);
  return idsIn(facts['volumes']).filter((id) => !staying.has(id));
}

function idsIn(fact: Facts[string] | undefined): string[] {
  return typeof fact === 'string' ? fact.split(' ').filter((id) => id !== '') : [];
}

interface Volumes {
  volumes: ReadonlyMap<string, Amount>;
  apart: ReadonlySet<string>;
}

const unread: Amount = { kind: 'unknown', why: 'one of its volumes was not read' };

function costOf(thing: Priced, prices: RegionPrices, { volumes, apart }: Volumes): Costs {
  const { type, present } = thing;
  const { facts, server } = present;
  const attached = volumesOf(thing)
    .filter((id) => !apart.has(id))
    .map((id) => volumes.get(id) ?? unread);
  const whole = (seen: Facts) => together([type.cost.monthlyUsd(seen, prices), ...attached]);
  const now = whole(facts);
  const stopped = server?.state === 'running' ? whole({ ...facts, state: 'stopped' }) : undefined;
  return {
    ...(now !== undefined && { monthlyUsd: now }),
    ...(stopped !== undefined && { stoppedMonthlyUsd: stopped }),
  };
}

/** A sum with a gap in it would look like less than it costs. */
function together(amounts: readonly Amount[]): number | undefined {
  return amounts.some(({ kind }) => kind === 'unknown') ? undefined : asUsd(sum(amounts).amount);
}

async function volumeAmounts(
  session: Session,
  shard: Shard,
  ids: readonly string[],
  prices: RegionPrices,
): Promise<Map<string, Amount>> {
  const type = resourceType('ec2:volume');
  if (type === undefined || ids.length === 0) return new Map();
  const bound = await type.bind(session.source, { ...shard, partition: session.partition });
  const facts = await bound.facts(ids);
  return new Map([...facts].map(([id, seen]) => [id, type.cost.monthlyUsd(seen, prices)]));
}

import { type Amount, type RegionPrices, sum } from '../core/cost.ts';
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

export interface Described {
  type: ResourceType;
  present: Present;
}

/** Where prices are asked for: a session that reads in the shard. */
export interface Pricing {
  ports: Pick<Ports, 'prices'>;
  session: Session;
  shard: Shard;
}

/**
 * What described resources of one shard cost, by ARN. The volumes of a server are counted with it and read in one
 * batch, but for those that are `apart`, by their ids: they are counted by themselves. What can't be read leaves an
 * amount unknown; never throws.
 */
export async function costsOf(
  { ports, session, shard }: Pricing,
  things: readonly Described[],
  apart: ReadonlySet<string> = new Set(),
): Promise<Map<string, Costs>> {
  if (things.length === 0) return new Map();
  try {
    const prices = (await ports.prices()).in(shard.region);
    const wanted = things.flatMap(({ present }) => volumesIn(present)).filter((id) => !apart.has(id));
    const volumes = await volumeAmounts(session, shard, [...new Set(wanted)], prices);
    return new Map(things.map((thing) => [thing.present.arn, costOf(thing, prices, volumes)]));
  } catch {
    return new Map();
  }
}

/** Absent where it is unknown. */
export function asUsd(amount: Amount): number | undefined {
  return amount.kind === 'unknown' ? undefined : amount.usd;
}

function volumesIn({ facts: { volumes } }: Present): string[] {
  return typeof volumes === 'string' ? volumes.split(' ').filter((id) => id !== '') : [];
}

function costOf({ type, present }: Described, prices: RegionPrices, volumes: ReadonlyMap<string, Amount>): Costs {
  const attached = volumesIn(present).flatMap((id) => volumes.get(id) ?? []);
  const whole = (facts: Present['facts']) => together([type.cost.monthlyUsd(facts, prices), ...attached]);
  const now = whole(present.facts);
  const stopped = present.server?.state === 'running' ? whole({ ...present.facts, state: 'stopped' }) : undefined;
  return {
    ...(now !== undefined && { monthlyUsd: now }),
    ...(stopped !== undefined && { stoppedMonthlyUsd: stopped }),
  };
}

/** A sum with a gap in it would look like less than it costs. */
function together(amounts: readonly Amount[]): number | undefined {
  return amounts.some(({ kind }) => kind === 'unknown') ? undefined : asUsd(sum(amounts).amount);
}

const volumeType = 'ec2:volume';

async function volumeAmounts(
  session: Session,
  shard: Shard,
  ids: readonly string[],
  prices: RegionPrices,
): Promise<Map<string, Amount>> {
  const type = resourceType(volumeType);
  if (type === undefined || ids.length === 0) return new Map();
  const bound = await type.bind(session.source, { ...shard, partition: session.partition });
  const described = await bound.describe(ids);
  return new Map(
    described.flatMap((one): [string, Amount][] => {
      if (one.kind === 'present') return [[one.id, type.cost.monthlyUsd(one.facts, prices)]];
      return one.kind === 'unreadable' ? [[one.id, { kind: 'unknown', why: one.why }]] : [];
    }),
  );
}

import { type Amount, hoursPerMonth, sum } from './cost.ts';
import type { Instant } from './time.ts';

/** Something that costs by standing there, tagged or not, as a census shows it. */
export interface Standing {
  arn: string;
  type: string;
  account: string;
  region: string;
  environment?: string;
  owner?: string;
  createdAt?: Instant;
  /** A month of it as it stands there now. */
  amount: Amount;
}

/** What burns, put together: things of one type, region, environment and owner. */
export interface Cause {
  type: string;
  region: string;
  environment?: string;
  owner?: string;
  count: number;
  /** USD, of all of them. */
  usdPerHour: number;
  /** The ARN of the most expensive one, and USD. */
  largest: string;
  largestUsdPerHour: number;
  /** When the newest of them was made, where that is known of any. */
  newestAt?: Instant;
}

/** What an account burns, or one environment of it. Plain JSON. */
export interface Burn {
  account: string;
  /** Absent: the whole account. */
  environment?: string;
  /** USD, of what has a known price. */
  usdPerHour: number;
  known: number;
  /** How many are not in it. */
  unknown: number;
  /** The ten largest, the most expensive first. */
  causes: readonly Cause[];
}

const causesShown = 10;

/**
 * By account, and by account and environment: the account itself comes before its environments. An account of which
 * nothing was found is not in it; `nothingBurns` stands for one that was read and is empty.
 */
export function burnOf(costs: readonly Standing[]): Burn[] {
  const accounts = Map.groupBy(costs, ({ account }) => account);
  return [...accounts].toSorted(byKey).flatMap(([account, all]) => {
    const environments = Map.groupBy(
      all.filter(({ environment }) => environment !== undefined),
      ({ environment }) => environment ?? '',
    );
    const parts = [...environments].toSorted(byKey);
    return [burn(account, undefined, all), ...parts.map(([environment, some]) => burn(account, environment, some))];
  });
}

/** The burn of an account that was read, and in which nothing stands that costs. */
export function nothingBurns(account: string): Burn {
  return burn(account, undefined, []);
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function burn(account: string, environment: string | undefined, costs: readonly Standing[]): Burn {
  const { known, unknown } = sum(costs.map(({ amount }) => amount));
  return {
    account,
    ...(environment !== undefined && { environment }),
    usdPerHour: perHour(costs),
    known,
    unknown,
    causes: causesOf(costs),
  };
}

/** USD per hour of those with a known amount. */
function perHour(costs: readonly Standing[]): number {
  const { amount } = sum(costs.map((one) => one.amount));
  return amount.kind === 'unknown' ? 0 : amount.usd / hoursPerMonth;
}

function causesOf(costs: readonly Standing[]): Cause[] {
  const groups = Map.groupBy(
    costs.filter(({ amount }) => amount.kind !== 'unknown' && amount.usd > 0),
    ({ type, region, environment = null, owner = null }) => JSON.stringify([type, region, environment, owner]),
  );
  return [...groups.values()]
    .flatMap((some) => causeOf(some) ?? [])
    .toSorted((a, b) => b.usdPerHour - a.usdPerHour || (a.largest < b.largest ? -1 : 1))
    .slice(0, causesShown);
}

function causeOf(some: readonly Standing[]): Cause | undefined {
  const [largest] = some.toSorted((a, b) => perHour([b]) - perHour([a]) || (a.arn < b.arn ? -1 : 1));
  if (largest === undefined) return undefined;
  const { type, region, environment, owner } = largest;
  const made = some.flatMap(({ createdAt }) => createdAt ?? []);
  return {
    type,
    region,
    ...(environment !== undefined && { environment }),
    ...(owner !== undefined && { owner }),
    count: some.length,
    usdPerHour: perHour(some),
    largest: largest.arn,
    largestUsdPerHour: perHour([largest]),
    ...(made.length > 0 && { newestAt: made.reduce((a, b) => Math.max(a, b)) }),
  };
}

/**
 * How many times as much the same things cost by new prices: of what stood there in both sweeps, so that what came
 * meanwhile is not taken for a price. What had no price before and has one now is in it. `undefined` where nothing
 * stood in both, or nothing of it had a price.
 */
export function repricing(before: readonly Standing[], now: readonly Standing[]): number | undefined {
  const [old, present] = [new Set(before.map(({ arn }) => arn)), new Set(now.map(({ arn }) => arn))];
  const was = perHour(before.filter(({ arn }) => present.has(arn)));
  const is = perHour(now.filter(({ arn }) => old.has(arn)));
  return was > 0 && is > 0 ? is / was : undefined;
}

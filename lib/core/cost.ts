/** What a month has, in AWS's own calculator too. */
export const hoursPerMonth = 730;

/** In what AWS sells: a price is in USD for one of these. */
export const units = ['hour', 'month', 'GB-month', 'IOPS-month', 'MBps-month', 'RCU-hour', 'WCU-hour'] as const;

export type Unit = (typeof units)[number];

/** A list price, with where it was read and of which day it is. */
export interface Price {
  usd: number;
  source: string;
  /** `2026-07-20`. */
  date: string;
}

/** The prices of one region. What has no price there has none: no other region's is taken instead. */
export interface RegionPrices {
  region: string;
  find: (item: string, unit: Unit) => Price | undefined;
}

export interface PriceTable {
  in: (region: string) => RegionPrices;
  /** Another one where any price is another; absent: they never change. */
  version?: () => string;
  /** About nightly prices, in words: of which day they are, or why there are none. */
  note?: string;
}

/** What something costs a month, in USD and not rounded. An unknown amount is no 0, and no part of it is told. */
export type Amount =
  | Estimate
  /** What AWS billed. */
  | { kind: 'actual'; usd: number }
  | { kind: 'unknown'; why: string };

/** By list prices: no discounts, no free tier, no tax. */
export interface Estimate {
  kind: 'estimate';
  usd: number;
  /** The day of the oldest price in it; absent where no price was needed. */
  asOf?: string;
  /** AWS may bill less, because it does not show what it counts. */
  atMost?: true;
  /** What is not in it, or why it is nothing. */
  note?: string;
}

/** Size, class, state, as a resource's own service shows them. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

/** How a resource type estimates, in words for people and as a function. */
export interface Cost {
  says: string;
  /** It needs no facts: all of a type in a region cost the same, or are unknown alike. */
  fixed?: true;
  monthlyUsd: (facts: Facts, prices: RegionPrices) => Amount;
}

/** One line of a monthly bill. `quantity`: of the unit; hours of a unit by the hour are multiplied by themselves. */
export interface Part {
  item: string;
  unit: Unit;
  /** Absent where AWS does not show it, which makes the amount unknown. */
  quantity: number | undefined;
}

/** The sum of its parts, or why one of them is unknown. A part of nothing needs no price. */
export function estimate(
  prices: RegionPrices,
  parts: readonly Part[],
  about: Pick<Estimate, 'atMost' | 'note'> = {},
): Amount {
  let usd = 0;
  const dates: string[] = [];
  for (const { item, unit, quantity } of parts) {
    if (quantity === 0) continue;
    if (quantity === undefined || !Number.isFinite(quantity) || quantity < 0) {
      return { kind: 'unknown', why: `AWS does not show how much ${item} it has` };
    }
    const price = prices.find(item, unit);
    if (price === undefined) {
      return { kind: 'unknown', why: `there is no price of ${item} per ${unit} in ${prices.region}` };
    }
    usd += price.usd * quantity * (unit.endsWith('hour') ? hoursPerMonth : 1);
    dates.push(price.date);
  }
  const asOf = dates.toSorted()[0];
  if (asOf === undefined) return nothing('it has nothing that costs');
  return { kind: 'estimate', usd: withoutNoise(usd), asOf, ...about };
}

/** Nothing, for a reason that is known. */
export function nothing(why: string): Estimate {
  return { kind: 'estimate', usd: 0, note: why };
}

/** The cost of a type that has none of its own, with the reason. */
export function noCost(because: string): Cost {
  return { says: `nothing: ${because}`, fixed: true, monthlyUsd: () => nothing(because) };
}

/** The cost of a type that nobody can tell from what is read of it, with the reason. */
export function unknownCost(because: string): Cost {
  return { says: `unknown: ${because}`, fixed: true, monthlyUsd: () => ({ kind: 'unknown', why: because }) };
}

/** What several amounts come to, and how many of them are not in it. */
export interface Sum {
  /** Of the known amounts; unknown where there are amounts and none is known. */
  amount: Amount;
  known: number;
  unknown: number;
}

/** An actual sum has nothing but actual amounts in it. */
export function sum(amounts: readonly Amount[]): Sum {
  const known = amounts.filter((one) => one.kind !== 'unknown');
  const unknown = amounts.length - known.length;
  if (known.length === 0 && unknown > 0) {
    return { amount: { kind: 'unknown', why: 'none of the amounts is known' }, known: 0, unknown };
  }
  const usd = withoutNoise(known.reduce((total, one) => total + one.usd, 0));
  if (known.length > 0 && known.every(({ kind }) => kind === 'actual')) {
    return { amount: { kind: 'actual', usd }, known: known.length, unknown };
  }
  const estimates = known.filter((one) => one.kind === 'estimate');
  const asOf = estimates.flatMap((one) => one.asOf ?? []).toSorted()[0];
  const atMost = estimates.some((one) => one.atMost);
  return {
    amount: { kind: 'estimate', usd, ...(asOf !== undefined && { asOf }), ...(atMost && { atMost }) },
    known: known.length,
    unknown,
  };
}

/** The same to the cent. Where rows are shown, their sum is that of what they show. */
export function amountToCents(amount: Amount): Amount {
  return amount.kind === 'unknown' ? amount : { ...amount, usd: toCents(amount.usd) };
}

/** As bills and reports show it. */
export function toCents(usd: number): number {
  return Math.round(withoutNoise(usd * 100)) / 100;
}

/** What comes after twelve digits comes from counting in binary. */
function withoutNoise(usd: number): number {
  return Number(usd.toPrecision(12));
}

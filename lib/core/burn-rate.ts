import { type Amount, hoursPerMonth, type Sum, sum } from './cost.ts';

/** What stands in one environment of an account costs an hour. */
export interface BurnRate {
  account: string;
  /** Absent: what carries no environment tag. */
  environment?: string;
  /** USD, of what has a known price; not rounded. */
  usdPerHour: number;
  known: number;
  /** How many are not in it. */
  unknown: number;
}

interface Standing {
  account: string;
  environment?: string;
  amount: Amount;
}

/** By account and environment, the most expensive first. */
export function burnRates(costs: readonly Standing[]): BurnRate[] {
  const groups = Map.groupBy(costs, ({ account, environment }) => JSON.stringify([account, environment]));
  const rates = [...groups.values()].flatMap((some): BurnRate[] => {
    const [first] = some;
    if (first === undefined) return [];
    const { amount, known, unknown } = sum(some.map((one) => one.amount));
    return [
      {
        account: first.account,
        ...(first.environment !== undefined && { environment: first.environment }),
        usdPerHour: amount.kind === 'unknown' ? 0 : amount.usd / hoursPerMonth,
        known,
        unknown,
      },
    ];
  });
  return rates.toSorted((a, b) => b.usdPerHour - a.usdPerHour || (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ account, environment = '' }: BurnRate): string {
  return `${account} ${environment}`;
}

/** Sums of parts as the sum of the whole: what is unknown in one part is counted, and hides no other part. */
export function addSums(sums: readonly Sum[]): Sum {
  const counts = {
    known: sums.reduce((all, { known }) => all + known, 0),
    unknown: sums.reduce((all, { unknown }) => all + unknown, 0),
  };
  const some = sums.filter(({ known }) => known > 0).map(({ amount }) => amount);
  if (some.length === 0 && counts.unknown > 0) {
    return { amount: { kind: 'unknown', why: 'none of the amounts is known' }, ...counts };
  }
  return { amount: sum(some).amount, ...counts };
}

import { toCents } from './cost.ts';
import type { Held } from './limits.ts';

/** `$12.50 a month`. `undefined` for what is not known, and for what costs nothing. */
export function aMonth(usd: number | undefined): string | undefined {
  return usd === undefined || toCents(usd) === 0 ? undefined : `$${toCents(usd).toFixed(2)} a month`;
}

/**
 * The costs of several things together: of those that are known, and how many are not. Nothing is known of none, and no
 * unknown one counts as 0.
 */
export function togetherUsd(costs: readonly { monthlyUsd?: number }[]): { usd?: number; unknown: number } {
  const known = costs.flatMap(({ monthlyUsd }) => monthlyUsd ?? []);
  const unknown = costs.length - known.length;
  return known.length === 0 ? { unknown } : { usd: known.reduce((sum, usd) => sum + usd, 0), unknown };
}

/** What stands beside such a sum, to be put after it: `, and what 3 of them cost is not known`. */
export function unknownBeside(unknown: number): string {
  return unknown === 0 ? '' : `, and what ${unknown} of them cost is not known`;
}

/** What a passed limit wanted and allows, in words: `12`, or `$120 a month`; and what is not in the sum. */
export function heldInWords({ limit, allowed, wanted, unknown = 0 }: Held) {
  const isMoney = limit === 'monthlyUsd';
  const inWords = (amount: number) => (isMoney ? `$${amount} a month` : `${amount}`);
  const besides = unknown === 0 ? '' : `; what ${unknown} more would cost is not known`;
  return { wanted: inWords(wanted), allowed: inWords(allowed), besides };
}

/**
 * What a run saves a month, USD: what was removed, and what a stop leaves out, as far as it is known. Nothing where
 * nothing is known.
 */
export function savedMonthly(outcomes: readonly Saving[]): number | undefined {
  const saved = outcomes.flatMap(({ outcome, monthlyUsd, stoppedMonthlyUsd }) => {
    if (monthlyUsd === undefined) return [];
    if (outcome === 'removed') return [monthlyUsd];
    const isStop = outcome === 'stopped' && stoppedMonthlyUsd !== undefined;
    return isStop ? [Math.max(0, monthlyUsd - stoppedMonthlyUsd)] : [];
  });
  return saved.length === 0 ? undefined : saved.reduce((sum, usd) => sum + usd, 0);
}

interface Saving {
  outcome: string;
  monthlyUsd?: number;
  stoppedMonthlyUsd?: number;
}

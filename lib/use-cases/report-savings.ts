import type { FinanceReport, Savings } from '../core/finance-report.ts';
import { addSavings, type Ending, endingsSince, savingsIn } from '../core/savings.ts';
import { type Duration, day, type Instant } from '../core/time.ts';
import type { Ports } from './ports.ts';
import type { KeptWeeks } from './report-weeks.ts';

export const noSavings: Savings = { usd: 0, removed: 0, stopped: 0, unknown: 0, cameBack: 0 };

/** The endings that the savings of a report need: those since the last one, and of what they follow. */
export async function loadEndings(
  { ledger }: Pick<Ports, 'ledger'>,
  week: FinanceReport['week'],
  { total }: KeptWeeks,
): Promise<Ending[]> {
  const from = total === undefined ? 0 : Math.min(week.from, total.until) - endingsSince;
  return ledger.endings(Math.max(0, from), week.to);
}

/** What of the removed stands there again, and since when, as far as that is known. */
export function cameBack(
  endings: readonly Ending[],
  standing: (arn: string) => { since?: Instant } | undefined,
): Ending[] {
  const last = new Map(endings.map((ending) => [ending.arn, ending]));
  return [...last.values()].flatMap((ending): Ending[] => {
    if (ending.kind !== 'removed') return [];
    const again = standing(ending.arn);
    if (again === undefined) return [];
    // Where nobody knows since when, it counts as if it had never gone.
    return [{ arn: ending.arn, kind: 'came-back', at: Math.max(ending.at, again.since ?? ending.at) }];
  });
}

/** A run that is under way writes down later what has ended by now. */
const settlesIn: Duration = day;

/**
 * The savings of a week and since the start: what was counted before, and what has come since. `kept` is for the next
 * report: it ends a day before this one, so that what the ledger is told late is counted then.
 */
export function reportSavings(
  endings: readonly Ending[],
  week: FinanceReport['week'],
  { total }: KeptWeeks,
): { week: Savings; total: Savings; since?: Instant; kept: NonNullable<KeptWeeks['total']> } {
  const first = total?.since ?? endings.find(({ kind }) => kind === 'removed' || kind === 'stopped')?.at;
  const since = first !== undefined && { since: first };
  const from = total?.until ?? 0;
  const until = Math.max(from, week.to - settlesIn);
  const settled = addSavings(total?.savings ?? noSavings, savingsIn(endings, from, until));
  return {
    week: savingsIn(endings, week.from, week.to),
    total: addSavings(settled, savingsIn(endings, until, week.to)),
    ...since,
    kept: { savings: settled, until, ...since },
  };
}

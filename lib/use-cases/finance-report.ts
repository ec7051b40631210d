import { sum } from '../core/cost.ts';
import type { Coverage, FinanceReport, IdleRow } from '../core/finance-report.ts';
import type { PlannedDecision } from '../core/plan.ts';
import type { Policy } from '../core/policy.ts';
import { mondayOf, trendUpTo } from '../core/report-week.ts';
import { messageOf } from '../resource-types/removal-errors.ts';
import type { CostedResource } from './cost-census.ts';
import { checkCredentials } from './credentials.ts';
import { byAmount, expiredRow, expiringRow, extendedRows, type RowsFrom, serverRow } from './finance-rows.ts';
import { type Gathered, gather } from './gather-finance.ts';
import type { Ports } from './ports.ts';
import { cameBack, reportSavings } from './report-savings.ts';
import { saveWeeks, withWeek } from './report-weeks.ts';
import { mergeUnread, ofMayfly } from './unread.ts';

/** What AWS billed, where somebody can say: `seenMonthlyUsd` is what Mayfly sees. Throws where it can't be read. */
export type BillReader = (seenMonthlyUsd: number) => Promise<{ coverage?: Coverage; coverageNote?: string }>;

/**
 * What finance reads every week: of the newest sweep, what stands there now, and the ledger. Changes nothing in any
 * account and nothing in the ledger; the figures of its week stay in the run store. What can't be read is named in it.
 * Throws `CouldNotStart` without credentials.
 */
export async function financeReport(ports: Ports, policy: Policy, bill?: BillReader): Promise<FinanceReport> {
  await checkCredentials(ports);
  const gathered = await gather(ports, policy);
  const { now, week, run, spend, unread, decisions } = gathered;
  const { timeZone } = policy.expiry;
  const from = rowsFrom(gathered, policy);
  const idle = idleRows(gathered, from);
  const idleTotal = sum(idle.map(({ amount }) => amount));
  const saved = await keepWeek(ports, gathered, { timeZone, idleTotal });
  const billed = await billedBeside(gathered, bill);
  const { amount: seenAmount } = spend.seen;
  const pricesAsOf = seenAmount.kind === 'estimate' ? seenAmount.asOf : undefined;
  const names = new Map(decisions.map((decision) => [decision.arn, decision]));
  return {
    at: now,
    timeZone,
    week,
    ...(run !== undefined && { run }),
    idle,
    idleTotal,
    expiring: gathered.expiring
      .filter(({ arn }) => !gathered.isGone(arn))
      .map((one) => expiringRow(one, from))
      .toSorted((a, b) => a.expiresAt - b.expiresAt || (a.arn < b.arn ? -1 : 1)),
    extended: extendedRows(gathered.orders, names),
    ...{ unowned: spend.unowned, untagged: spend.untagged, seen: spend.seen },
    ...saved,
    unread: mergeUnread(unread),
    ...billed,
    ...(pricesAsOf !== undefined && { pricesAsOf }),
  };
}

function rowsFrom({ now, prices, spend, list }: Gathered, policy: Policy): RowsFrom {
  const costs = [...spend.about].filter((entry): entry is [string, CostedResource] => entry[1] !== 'gone');
  return {
    policy,
    now,
    prices,
    costs: new Map(costs),
    modes: new Map(list.accounts.map(({ id, mode }) => [id, mode])),
  };
}

/** A server that has expired, too, is one row: the idle rule knows more about it. */
function idleRows(gathered: Gathered, from: RowsFrom): IdleRow[] {
  const { servers, expired } = gathered;
  const isServer = new Set(servers.map(({ arn }) => arn));
  const others = expired.filter(({ arn }: PlannedDecision) => !isServer.has(arn) && !gathered.isGone(arn));
  return [
    ...servers.map((server) => serverRow(server, from)),
    ...others.map((decision) => expiredRow(decision, from)),
  ].toSorted(byAmount);
}

/** Savings and trend, which the reports of the weeks to come build on. */
async function keepWeek(
  ports: Pick<Ports, 'runStore'>,
  gathered: Gathered,
  { timeZone, idleTotal }: Pick<FinanceReport, 'timeZone' | 'idleTotal'>,
): Promise<Pick<FinanceReport, 'savedThisWeek' | 'savedSinceStart' | 'trend'>> {
  const { week, kept, unread } = gathered;
  const endings = gathered.endings ?? [];
  const saved = reportSavings([...endings, ...cameBack(endings, gathered.standing)], week, kept ?? { weeks: [] });
  const { amount } = idleTotal;
  const one = {
    from: mondayOf(week, timeZone),
    ...(amount.kind !== 'unknown' && { idleMonthlyUsd: amount.usd }),
    ...(gathered.endings !== undefined && { savedUsd: saved.week.usd }),
  };
  const weeks = withWeek(kept?.weeks ?? [], one);
  // Figures that rest on half of what they should are shown with what is missing, and not kept for other weeks.
  if (kept !== undefined && gathered.endings !== undefined) {
    await saveWeeks(ports, { weeks, total: saved.total }).catch((error: unknown) => {
      const why = `the figures of this week can't be kept, so that the trend will not show them: ${messageOf(error)}`;
      unread.push({ account: ofMayfly, why });
    });
  }
  const { since } = saved.total;
  return {
    savedThisWeek: saved.week,
    savedSinceStart: { ...saved.total.savings, ...(since !== undefined && { since }) },
    trend: trendUpTo(one.from, weeks, timeZone),
  };
}

/** Without Cost Explorer nobody knows what AWS billed, and the report says so. */
async function billedBeside(
  { spend: { seen } }: Pick<Gathered, 'spend'>,
  bill: BillReader | undefined,
): Promise<Pick<FinanceReport, 'coverage' | 'coverageNote'>> {
  if (bill === undefined) return { coverageNote: 'Cost Explorer is not asked, so what AWS billed is not known' };
  try {
    return await bill(seen.amount.kind === 'unknown' ? 0 : seen.amount.usd);
  } catch (error) {
    return { coverageNote: `what AWS billed could not be read: ${messageOf(error)}` };
  }
}

import { type Amount, amountToCents, sum } from '../core/cost.ts';
import { withBill } from '../core/coverage.ts';
import { type FinanceReport, type IdleRow, ofMayfly } from '../core/finance-report.ts';
import type { PlannedDecision } from '../core/plan.ts';
import type { Policy } from '../core/policy.ts';
import { mondayOf, trendUpTo } from '../core/report-week.ts';
import { messageOf } from '../resource-types/removal-errors.ts';
import type { CostedResource } from './cost-census.ts';
import { checkCredentials } from './credentials.ts';
import { byAmount, expiredRow, expiringRow, extendedRows, type RowsFrom, serverRow } from './finance-rows.ts';
import { type Gathered, gather } from './gather-finance.ts';
import type { Ports } from './ports.ts';
import type { Bill } from './ports-money.ts';
import { cameBack, noSavings, reportSavings } from './report-savings.ts';
import { saveWeeks, withWeek } from './report-weeks.ts';
import { mergeUnread } from './unread.ts';

/**
 * What finance reads every week: of the newest sweep, what stands there now, and the ledger. Changes nothing in any
 * account and nothing in the ledger; the figures of its week stay in the run store. What can't be read is named in it.
 * `bill`: where somebody can say what AWS billed. Throws `CouldNotStart` without credentials.
 */
export async function financeReport(ports: Ports, policy: Policy, bill?: Bill): Promise<FinanceReport> {
  await checkCredentials(ports);
  const gathered = await gather(ports, policy);
  const estimated = estimatedReport(gathered, policy);
  const report =
    bill === undefined ? { ...estimated, coverageNote: notAsked } : await billed(estimated, gathered, bill);
  const saved = await keepWeek(ports, gathered, report);
  return { ...report, ...saved, unread: mergeUnread(gathered.unread) };
}

const notAsked = 'Cost Explorer is not asked, so what AWS billed is not known.';

/** By list prices, without what other weeks tell. */
function estimatedReport(gathered: Gathered, policy: Policy): FinanceReport {
  const { now, week, run, spend, decisions } = gathered;
  const from = rowsFrom(gathered, policy);
  const idle = idleRows(gathered, from);
  const { amount } = spend.seen;
  return {
    at: now,
    timeZone: policy.expiry.timeZone,
    week,
    ...(run !== undefined && { run }),
    idle,
    idleTotal: sum(idle.map((row) => row.amount)),
    expiring: gathered.expiring
      .filter(({ arn }) => !gathered.isGone(arn))
      .map((one) => expiringRow(one, from))
      .toSorted((a, b) => a.expiresAt - b.expiresAt || (a.arn < b.arn ? -1 : 1)),
    extended: extendedRows(gathered.orders ?? [], new Map(decisions.map((decision) => [decision.arn, decision]))),
    ...(gathered.orders === undefined && { extendedUnread: true }),
    ...(gathered.burning !== undefined && { burning: gathered.burning }),
    ...{ unowned: spend.unowned, untagged: spend.untagged, seen: spend.seen },
    ...{ savedThisWeek: noSavings, savedSinceStart: noSavings, trend: [], unread: [] },
    ...(amount.kind === 'estimate' && amount.asOf !== undefined && { pricesAsOf: amount.asOf }),
    ...(gathered.prices.note !== undefined && { pricesNote: gathered.prices.note }),
  };
}

/** With what AWS billed in place of estimates, where it says so of a single resource. */
async function billed(report: FinanceReport, { spend, list, servers }: Gathered, bill: Bill): Promise<FinanceReport> {
  const sums = [...spend.byAccount].map(([account, { amount }]) => ({ arn: '', account, amount }));
  // An account's sum has them in it already: they are named for the volumes that are billed with them.
  const tabled = servers.map(({ arn, account, state }) => ({ arn, account, state, amount: inTheSum }));
  const counted = [...spend.about.values()].flatMap((one) => {
    if (one === 'gone') return [];
    const { arn, account, state, volumes = [] } = one;
    return [{ arn, account, amount: inTheSum, volumes, ...(state !== undefined && { state }) }];
  });
  try {
    const read = await bill.read([...new Set(report.idle.map(({ type }) => type))]);
    return withBill(report, read, {
      accounts: list.accounts.map(({ id }) => id),
      costs: [...sums, ...tabled, ...counted],
    });
  } catch (error) {
    return { ...report, coverageNote: `What AWS billed could not be read: ${messageOf(error)}.` };
  }
}

const inTheSum: Amount = { kind: 'unknown', why: 'it is in the sum of its account' };

function rowsFrom({ now, prices, spend, list, held }: Gathered, policy: Policy): RowsFrom {
  const costs = [...spend.about].filter((entry): entry is [string, CostedResource] => entry[1] !== 'gone');
  return {
    policy,
    now,
    prices,
    costs: new Map(costs),
    held,
    modes: new Map(list.accounts.map(({ id, mode }) => [id, mode])),
  };
}

/** A server that has expired, too, is one row: the idle rule knows more about it. */
function idleRows(gathered: Gathered, from: RowsFrom): IdleRow[] {
  const { servers, expired } = gathered;
  const isServer = new Set(servers.map(({ arn }) => arn));
  const others = expired.filter(({ arn }: PlannedDecision) => !isServer.has(arn) && !gathered.isGone(arn));
  return [...servers.map((server) => serverRow(server, from)), ...others.map((decision) => expiredRow(decision, from))]
    .map((row) => ({ ...row, amount: amountToCents(row.amount) }))
    .toSorted(byAmount);
}

/** Savings and trend, which the reports of the weeks to come build on. */
async function keepWeek(
  ports: Pick<Ports, 'runStore'>,
  gathered: Gathered,
  { timeZone, idle, idleTotal }: Pick<FinanceReport, 'timeZone' | 'idle' | 'idleTotal'>,
): Promise<Pick<FinanceReport, 'savedThisWeek' | 'savedSinceStart' | 'trend'>> {
  const { week, kept, unread } = gathered;
  const endings = gathered.endings ?? [];
  const saved = reportSavings([...endings, ...cameBack(endings, gathered.standing)], week, kept ?? { weeks: [] });
  const { amount } = idleTotal;
  const one = {
    from: mondayOf(week, timeZone),
    // Nothing that idles, where something was not read, may be all there is or nothing of it.
    ...(amount.kind !== 'unknown' && (idle.length > 0 || unread.length === 0) && { idleMonthlyUsd: amount.usd }),
    ...(gathered.endings !== undefined && { savedUsd: saved.week.usd }),
  };
  const weeks = withWeek(kept?.weeks ?? [], one);
  // Figures that rest on half of what they should are shown with what is missing, and not kept for other weeks.
  if (kept !== undefined && gathered.endings !== undefined) {
    await saveWeeks(ports, { weeks, total: saved.kept }).catch((error: unknown) => {
      const why = `the figures of this week can't be kept, so that the trend will not show them: ${messageOf(error)}`;
      unread.push({ account: ofMayfly, why });
    });
  }
  const { since } = saved;
  const notKnown = gathered.endings === undefined && { notKnown: true as const };
  return {
    savedThisWeek: { ...saved.week, ...notKnown },
    savedSinceStart: { ...saved.total, ...(since !== undefined && { since }), ...notKnown },
    trend: trendUpTo(one.from, weeks, timeZone),
  };
}

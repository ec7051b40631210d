import type { PriceTable } from '../core/cost.ts';
import { type BurnRow, type FinanceReport, ofMayfly } from '../core/finance-report.ts';
import { type Plan, type PlannedDecision, removalsOf } from '../core/plan.ts';
import type { Policy } from '../core/policy.ts';
import { weekOf } from '../core/report-week.ts';
import type { Ending } from '../core/savings.ts';
import { day, type Instant, week } from '../core/time.ts';
import type { MoreTime } from '../core/turns.ts';
import { identify, resourceType } from '../resource-types/index.ts';
import { messageOf } from '../resource-types/removal-errors.ts';
import { burnRows } from './burn-rows.ts';
import { noFilters } from './filters.ts';
import { expiresSoon, hasExpired, idles } from './finance-rows.ts';
import { type IdleServer, type IdleTable, idleTable } from './idle-table.ts';
import { loadLatest } from './latest-sweep.ts';
import { listShards, type ShardList } from './list-shards.ts';
import type { Ports } from './ports.ts';
import { loadEndings } from './report-savings.ts';
import { type KeptWeeks, loadWeeks } from './report-weeks.ts';
import { type Asked, hasCensus, type Spend, spendIn } from './spend.ts';
import { sweep } from './sweep.ts';
import { type Unread, unreadIn } from './unread.ts';

/** All that a weekly report is made of, read once. */
export interface Gathered {
  now: Instant;
  week: FinanceReport['week'];
  /** The sweep that it rests on; absent where it looked itself. */
  run?: string;
  list: ShardList;
  prices: PriceTable;
  decisions: readonly PlannedDecision[];
  /** ARNs of what the plan would remove, if a limit did not hold it. */
  held: ReadonlySet<string>;
  /** Servers that idle or are on their way. */
  servers: readonly IdleServer[];
  /** What has expired and was there when the sweep looked, and what will expire within a week. */
  expired: readonly PlannedDecision[];
  expiring: readonly (PlannedDecision & { expiresAt: Instant })[];
  /** Absent where the ledger can't be read. */
  orders?: readonly MoreTime[];
  /** Absent where the ledger can't be read. */
  endings?: readonly Ending[];
  /** Absent where it can't be read what earlier reports left. */
  kept?: KeptWeeks;
  /** Absent without a guard, and where the ledger can't be read. */
  burning?: readonly BurnRow[];
  spend: Spend;
  /** Whether it is gone, though the sweep's listing had it. */
  isGone: (arn: string) => boolean;
  /** Whether something is known to stand under an ARN, and since when. */
  standing: (arn: string) => { since?: Instant } | undefined;
  /** Grows while the report is made. */
  unread: Unread[];
}

/** A sweep that is older saw another world: then the report looks itself. */
const sweepLasts = day;

/** How far back orders for more time count. */
const ordersSince = 12 * week;

/** Reads everything that a report needs. What can't be read is named, and stands for nothing else. */
export async function gather(ports: Ports, policy: Policy): Promise<Gathered> {
  const now = ports.clock.now();
  const unread: Unread[] = [];
  const tried = <T>(what: string, read: Promise<T>): Promise<T | undefined> =>
    read.catch((error: unknown) => {
      unread.push({ account: ofMayfly, why: `${what}: ${messageOf(error)}` });
      return undefined;
    });
  const reportWeek = weekOf(now);
  const prices = (await tried("prices can't be loaded, so every amount is unknown", ports.prices())) ?? noPrices;
  const { plan, run } = await newestPlan(ports, policy, now);
  const list = await listShards(ports, policy, noFilters);
  const table =
    policy.idle &&
    (await tried("servers of the idle rule can't be read", idleTable(ports, { policy, filters: noFilters })));
  const kept = await tried("what earlier reports left can't be read, so there is no trend", loadWeeks(ports));
  const endings = await tried(
    "the ledger can't be read, so savings are not known",
    loadEndings(ports, reportWeek, kept ?? { weeks: [] }),
  );
  const orders = await tried(
    "the ledger can't be read, so nobody knows what was extended",
    ports.ledger.extensions(now - ordersSince, now),
  );
  const burning =
    policy.guard &&
    (await tried(
      "the ledger can't be read, so what the guard saw is not known",
      burnRows(ports, policy, list.accounts),
    ));
  const chosen = choose(plan, table, policy, now);
  ports.progress({ step: 'shards-listed', shards: list.shards });
  const spend = await spendIn(ports, list.shards, policy, prices, askedAbout(chosen, plan, endings ?? []));
  unread.push(...unreadBy(plan, table), ...unreadIn(spend.unread));
  return {
    ...{ now, week: reportWeek, list, prices, decisions: plan.decisions, held: heldIn(plan), ...chosen },
    ...(run !== undefined && { run }),
    ...(orders !== undefined && { orders }),
    ...(endings !== undefined && { endings }),
    ...(kept !== undefined && { kept }),
    ...(burning !== undefined && { burning }),
    spend,
    isGone: goneBy(spend, plan, endings ?? []),
    standing: standingBy(spend),
    unread,
  };
}

/** No price of anything: every amount is unknown then. */
const noPrices: PriceTable = { in: (region) => ({ region, find: () => undefined }) };

/** So long listings may show what is gone. */
const listingLag = day;

/** That of the newest sweep, as it made it; a fresh one where there is none, it is old, or it can't be read. */
async function newestPlan(ports: Ports, policy: Policy, now: Instant): Promise<{ plan: Plan; run?: string }> {
  const latest = await loadLatest(ports).catch(() => undefined);
  if (latest !== undefined && now - latest.at <= sweepLasts) {
    const plan = await ports.runStore.loadPlan(latest.plan).catch(() => undefined);
    if (plan !== undefined) return { plan, run: latest.run };
  }
  const { plan } = await sweep(ports, { policy, filters: noFilters, enforce: false });
  return { plan };
}

function heldIn(plan: Plan): Set<string> {
  const goes = new Set(removalsOf(plan).map(({ arn }) => arn));
  const wanted = plan.decisions.filter(({ action, arn }) => action === 'remove' && !goes.has(arn));
  return new Set(wanted.map(({ arn }) => arn));
}

type Chosen = Pick<Gathered, 'servers' | 'expired' | 'expiring'>;

function choose({ decisions }: Plan, table: IdleTable | undefined, policy: Policy, now: Instant): Chosen {
  const ofTable = new Map((table?.servers ?? []).map((server) => [server.arn, server]));
  return {
    servers: [...ofTable.values()].filter((server) => idles(server, policy, now)),
    // A server that was looked at just now is what it is now.
    expired: decisions.filter((decision) => hasExpired(decision, now) && !ofTable.has(decision.arn)),
    expiring: decisions.filter((one): one is PlannedDecision & { expiresAt: Instant } => expiresSoon(one, now)),
  };
}

/** Whose amounts, tags and existence the census is to tell. */
function askedAbout({ servers, expired, expiring }: Chosen, plan: Plan, endings: readonly Ending[]): Asked[] {
  const rows = [...servers, ...expired, ...expiring].filter(
    (one) => hasCensus(one) || (one.monthlyUsd === undefined && resourceType(one.type)?.cost.fixed !== true),
  );
  const removed = new Set(endings.filter(({ kind }) => kind === 'removed').map(({ arn }) => arn));
  const counted = [...removed].flatMap((arn): Asked[] => {
    const { arn: parts, kind: type = '' } = identify(arn) ?? {};
    const isCounted = parts !== undefined && hasCensus({ type });
    return isCounted ? [{ arn, type, account: parts.account, region: parts.region }] : [];
  });
  // A listing shows for hours what is gone: whether it came back its own service knows.
  const listed = plan.decisions.filter((one) => removed.has(one.arn) && !hasCensus(one));
  const summed = new Set([...servers, ...expired].map(({ arn }) => arn));
  const all = [...rows, ...counted, ...listed].map(
    ({ arn, type, account, region }): Asked => ({
      ...{ arn, type, account, region },
      ...(summed.has(arn) && { isSummed: true }),
    }),
  );
  return [...new Map(all.map((one) => [one.arn, one])).values()];
}

/** What a census or a describe saw is there; else the ledger knows, because listings lag behind. */
function goneBy({ about }: Spend, plan: Plan, endings: readonly Ending[]): Gathered['isGone'] {
  const lately = endings.filter(({ at }) => at >= plan.now - listingLag);
  const last = new Map(lately.map((ending) => [ending.arn, ending.kind]));
  return (arn) => {
    const seen = about.get(arn);
    if (seen !== undefined) return seen === 'gone';
    const end = last.get(arn);
    return end === 'removed' || end === 'gone';
  };
}

function standingBy({ about }: Spend): Gathered['standing'] {
  return (arn) => {
    const known = about.get(arn);
    if (known === undefined || known === 'gone') return undefined;
    return known.createdAt === undefined ? {} : { since: known.createdAt };
  };
}

function unreadBy(plan: Plan, table: IdleTable | undefined): Unread[] {
  const errors = plan.shards.flatMap(({ account, region, error }) =>
    error === undefined ? [] : [{ account, region, why: error }],
  );
  return unreadIn([...errors, ...(table?.unread ?? [])]);
}

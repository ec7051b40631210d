import { idleReasons } from './idle-reasons.ts';
import type { Policy } from './policy.ts';
import type { Action, Reason } from './reasons.ts';
import type { Duration, Instant } from './time.ts';

export type Limit = 'removalsPerRun' | 'removalsPerAccount' | 'shareOfTracked' | 'monthlyUsd' | 'stopsPerRun';

/** What limits count of a decision. */
interface Counted {
  account: string;
  action: Action;
  reason: Reason;
  expiresAt?: Instant;
  monthlyUsd?: number;
}

/** A limit that was passed. With `account` it holds that account, without one it holds the whole plan. */
export interface Held {
  limit: Limit;
  allowed: number;
  wanted: number;
  /** Of money: how many removals have no known price, and are not in `wanted`. */
  unknown?: number;
  account?: string;
}

/** A person allowed what a held plan wanted. It ends by itself. */
export interface Approval {
  planId: string;
  held: readonly Held[];
  by: string;
  at: Instant;
  lasts: Duration;
}

/**
 * The limits that the removals of a plan pass. Account limits come first, and what they hold does not count towards the
 * limits of the run, so that one account that lost its mind never holds the others.
 */
export function holdBack(
  decisions: readonly Counted[],
  limits: Policy['limits'],
  approvals: readonly Approval[],
  tracked: ReadonlyMap<string, number>,
): Held[] {
  const removals = decisions.filter(({ action }) => action === 'remove');
  const perAccount = [...Map.groupBy(removals, ({ account }) => account)].flatMap(([account, wanted]) =>
    heldInAccount(account, wanted.length, tracked.get(account) ?? 0, limits, approvals),
  );
  const heldAccounts = new Set(perAccount.map(({ account }) => account));
  const rest = removals.filter(({ account }) => !heldAccounts.has(account));
  const stops = decisions.filter(({ action }) => action === 'stop').length;
  return [...perAccount, ...heldInRun(rest, limits, approvals), ...heldStops(stops, limits, approvals)];
}

function heldInAccount(
  account: string,
  wanted: number,
  tracked: number,
  limits: Policy['limits'],
  approvals: readonly Approval[],
): Held[] {
  const allowed = Math.max(limits.removalsPerAccount, approvedFor('removalsPerAccount', approvals, account));
  const held: Held[] = wanted > allowed ? [{ limit: 'removalsPerAccount', allowed, wanted, account }] : [];
  const share = Math.floor(tracked * limits.shareOfTracked);
  const allowedShare = Math.max(share, approvedFor('shareOfTracked', approvals, account));
  if (tracked >= limits.shareFrom && wanted > allowedShare) {
    held.push({ limit: 'shareOfTracked', allowed: allowedShare, wanted, account });
  }
  return held;
}

function heldInRun(removals: readonly Counted[], limits: Policy['limits'], approvals: readonly Approval[]): Held[] {
  const held: Held[] = [];
  const allowed = Math.max(limits.removalsPerRun, approvedFor('removalsPerRun', approvals));
  if (removals.length > allowed) held.push({ limit: 'removalsPerRun', allowed, wanted: removals.length });
  const usd = removals.reduce((sum, { monthlyUsd }) => sum + (monthlyUsd ?? 0), 0);
  const allowedUsd = Math.max(limits.monthlyUsd, approvedFor('monthlyUsd', approvals));
  if (usd > allowedUsd) {
    const unknown = removals.filter(({ monthlyUsd }) => monthlyUsd === undefined).length;
    const besides = unknown > 0 && { unknown };
    held.push({ limit: 'monthlyUsd', allowed: allowedUsd, wanted: Math.ceil(usd), ...besides });
  }
  return held;
}

function heldStops(wanted: number, { stopsPerRun }: Policy['limits'], approvals: readonly Approval[]): Held[] {
  const allowed = Math.max(stopsPerRun, approvedFor('stopsPerRun', approvals));
  return wanted > allowed ? [{ limit: 'stopsPerRun', allowed, wanted }] : [];
}

function approvedFor(limit: Limit, approvals: readonly Approval[], account?: string): number {
  const approved = approvals
    .flatMap(({ held }) => held)
    .filter((one) => one.limit === limit && one.account === account)
    .map(({ wanted }) => wanted);
  return Math.max(0, ...approved);
}

/** How many resources Mayfly looks after in each account: those with an expiry tag, of types that it may remove. */
export function trackedIn(decisions: readonly Counted[]): Map<string, number> {
  const tracked = new Map<string, number>();
  for (const { account, reason, expiresAt } of decisions) {
    const isOnlyServer = reason in idleReasons && expiresAt === undefined;
    if (reason !== 'no-expiry' && reason !== 'type-off' && !isOnlyServer)
      tracked.set(account, (tracked.get(account) ?? 0) + 1);
  }
  return tracked;
}

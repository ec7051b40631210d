import type { Policy } from './policy.ts';
import { type Ending, type Keyed, largestHeld, type Matters, mattersOf, type News } from './report-matters.ts';
import { latestAt } from './schedule.ts';
import { heartbeatKey, type ReportItem, type SweepReport } from './sweep-report.ts';
import { type Duration, day, hour, type Instant } from './time.ts';

export interface Telling extends Ending {
  run: string;
  at: Instant;
  policy: Policy;
  /** Why the run failed. */
  failure?: string;
  /** Sweeps that ended since the last heartbeat, this one among them; absent: this run makes no heartbeat. */
  counted?: { since: Instant; sweeps: number };
  /** What can't be told of the run, in words. */
  lostOfRun?: readonly string[];
  /** Reports that were given up since the last one. */
  lost: number;
}

/** A report, or silence; and the keys of what it tells, to be marked once it has arrived. */
export interface Told {
  report: SweepReport | undefined;
  keys: readonly string[];
}

/** What was told within this time before a heartbeat is not told again with it. */
const fresh: Duration = 6 * hour;

/** Between two heartbeats, and what was too fresh for the first of them. */
const longestSilence: Duration = day + fresh;

/** The keys that `makeReport` wants to know of when they were told. */
export function keysToAsk(ending: Ending): string[] {
  return [...new Set([...keysOf(mattersOf(ending)), heartbeatKey])];
}

/**
 * What people read after a sweep. What was done is always said. What stands is said when it is new, and again with
 * the heartbeat of each day; what AWS still deletes is said once. Where there is nothing to say, nothing is said.
 */
export function makeReport(telling: Telling, told: ReadonlyMap<string, Instant>): Told {
  const { failure, lost, lostOfRun = [] } = telling;
  const heartbeat = heartbeatOf(telling, told);
  const repeatsAfter = heartbeat === undefined ? longestSilence : fresh;
  const wanted = wantedOf(mattersOf(telling), (key) => {
    const last = told.get(key);
    return last === undefined ? 'new' : telling.at - last >= repeatsAfter ? 'again' : 'known';
  });
  const keys = [...keysOf(wanted), ...(heartbeat === undefined ? [] : [heartbeatKey])];
  const isAllTold = failure === undefined && lost === 0 && lostOfRun.length === 0;
  const isQuiet = Object.values(wanted.news).every(({ length }) => length === 0);
  const isSilent = keys.length === 0 && isQuiet && isAllTold;
  return isSilent ? { report: undefined, keys: [] } : { report: reportOf(telling, wanted, heartbeat), keys };
}

function keysOf(matters: Matters): string[] {
  const { news: _, ...standing } = matters;
  return Object.values(standing).flatMap((some: readonly Keyed<unknown>[]) => some.map(({ key }) => key));
}

function wantedOf(matters: Matters, ask: (key: string) => 'new' | 'again' | 'known'): Matters {
  const isWanted = ({ key }: Keyed<unknown>) => ask(key) !== 'known';
  return {
    news: matters.news,
    waiting: matters.waiting.filter(({ key }) => ask(key) === 'new'),
    blocked: matters.blocked.filter(isWanted),
    unreadable: matters.unreadable.filter(isWanted),
    outlived: matters.outlived.filter(isWanted),
    observed: matters.observed.filter(isWanted),
    observedIdle: matters.observedIdle.filter(isWanted),
    unread: matters.unread.filter(isWanted),
    // An approval is for the whole plan, so all that holds it is shown.
    held: matters.held.some(isWanted) ? matters.held : [],
  };
}

function reportOf(
  { run, at, plan, failure, lost, lostOfRun = [] }: Telling,
  wanted: Matters,
  heartbeat: SweepReport['heartbeat'],
): SweepReport {
  const whats = <T>(some: readonly Keyed<T>[]): T[] => some.map(({ what }) => what);
  const savedMonthlyUsd = knownCost(wanted.news.removed);
  const shown = wanted.held.length > 0 ? plan : undefined;
  return {
    run,
    at,
    ...(shown !== undefined && { plan: shown.id }),
    ...(failure !== undefined && { failure }),
    tracked: (plan?.shards ?? []).reduce((sum, { scanned }) => sum + scanned, 0),
    ...newsIn(wanted.news),
    waiting: whats(wanted.waiting),
    blocked: whats(wanted.blocked),
    unreadable: whats(wanted.unreadable),
    ...(wanted.outlived.length > 0 && { outlived: whats(wanted.outlived) }),
    observed: whats(wanted.observed),
    ...(wanted.observedIdle.length > 0 && { observedIdle: whats(wanted.observedIdle) }),
    unread: whats(wanted.unread),
    held: whats(wanted.held),
    largest: shown === undefined ? [] : largestHeld(shown),
    ...(savedMonthlyUsd !== undefined && { savedMonthlyUsd }),
    ...(heartbeat !== undefined && { heartbeat }),
    ...(lostOfRun.length > 0 && { lostOfRun }),
    ...(lost > 0 && { lost }),
  };
}

/** What did not happen is left out, but for what was removed. */
function newsIn({ removed, ...rest }: News): Pick<SweepReport, 'removed'> & Partial<News> {
  const some = Object.entries(rest).filter(([, items]) => items.length > 0);
  return { removed, ...Object.fromEntries(some) };
}

/** The first sweep that ends after the hour of the heartbeat has it, and where there was none yet the first one. */
function heartbeatOf(
  { at, policy, counted, outlook }: Telling,
  told: ReadonlyMap<string, Instant>,
): SweepReport['heartbeat'] {
  if (policy.slack === undefined || counted === undefined || outlook === undefined) return undefined;
  const last = told.get(heartbeatKey);
  const due = latestAt(policy.slack.heartbeat, at, policy.expiry.timeZone);
  return last === undefined || last < due ? { ...counted, dueSoon: outlook.dueSoon } : undefined;
}

/** What is not known is left out of the sum; where nothing is known there is none. */
function knownCost(removed: readonly ReportItem[]): number | undefined {
  const known = removed.flatMap(({ monthlyUsd }) => monthlyUsd ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, usd) => sum + usd, 0);
}

import { hoursPerMonth } from './cost.ts';
import type { Savings } from './finance-report.ts';
import { type Duration, day, hour, type Instant } from './time.ts';
import type { Turn } from './turns.ts';

/** How much longer something is taken to have stood or run without Mayfly; docs/savings.md says why. */
const likelyStay: Duration = 30 * day;

/** Endings since so long before a stretch of time decide what was saved in it: a removal may follow a stop. */
export const endingsSince: Duration = 2 * likelyStay;

/** What the ledger tells of ends and returns, and what the report itself saw: a removed thing's ARN stands again. */
export type Ending = Turn | { kind: 'came-back'; arn: string; at: Instant };

/** Money that was not spent, from an end to its likely end, or to the return. */
interface Stay {
  from: Instant;
  to: Instant;
  /** USD; absent where no price is known. */
  hourly?: number;
  /** Of a stopped server: what went on, USD an hour. */
  wentOn?: number;
}

/**
 * What Mayfly saved from `from` on and before `to`, an estimate in USD. The endings since `endingsSince` before `from`
 * are needed, in any order; earlier ones change nothing. Weeks that follow each other add up to the whole.
 */
export function savingsIn(endings: readonly Ending[], from: Instant, to: Instant): Savings {
  const isIn = ({ at }: { at: Instant }) => from <= at && at < to;
  const counted = onceEach(endings).filter((ending) => ending.at < to && !isOwnCopy(ending));
  const savings = { usd: 0, removed: 0, stopped: 0, unknown: 0, cameBack: 0 };
  for (const some of Map.groupBy(counted, ({ arn }) => arn).values()) {
    const { stays, returns } = follow(some);
    for (const stay of stays) savings.usd += spared(stay, from, to);
    savings.cameBack += returns.filter((at) => isIn({ at })).length;
  }
  for (const ending of counted.filter(isIn)) {
    if (ending.kind === 'removed') savings.removed += 1;
    if (isStop(ending)) savings.stopped += 1;
    if ((ending.kind === 'removed' || isStop(ending)) && hourlyOf(ending) === undefined) savings.unknown += 1;
  }
  return savings;
}

/** Two stretches of time that follow each other, as one. */
export function addSavings(one: Savings, other: Savings): Savings {
  return {
    usd: one.usd + other.usd,
    removed: one.removed + other.removed,
    stopped: one.stopped + other.stopped,
    unknown: one.unknown + other.unknown,
    cameBack: one.cameBack + other.cameBack,
  };
}

/** What Mayfly made and deleted again is no money that it saved anybody. */
function isOwnCopy(ending: Ending): boolean {
  return ending.kind === 'removed' && ending.copyOf !== undefined;
}

/** A database that wakes by itself and is stopped again is the same stop. */
function isStop(ending: Ending): ending is Turn & { kind: 'stopped' } {
  return ending.kind === 'stopped' && ending.again !== true;
}

/** Of two things at the same instant the end comes first: a return then ends it, and nothing is counted. */
const rank: Readonly<Record<Ending['kind'], number>> = {
  removed: 0,
  stopped: 0,
  gone: 1,
  'started-again': 1,
  restored: 1,
  'came-back': 1,
};

/** In their order, each once: a step of a run that is tried again may tell the same end twice. */
function onceEach(endings: readonly Ending[]): Ending[] {
  const byKey = new Map(endings.map((ending) => [JSON.stringify([ending.arn, ending.at, ending.kind]), ending]));
  return [...byKey]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, ending]) => ending)
    .toSorted((a, b) => a.at - b.at || rank[a.kind] - rank[b.kind]);
}

/** The stays of one resource, and when it returned while one of them lasted. */
function follow(endings: readonly Ending[]): { stays: Stay[]; returns: Instant[] } {
  const stays: Stay[] = [];
  const returns: Instant[] = [];
  let stands: Stay | undefined;
  let runs: Stay | undefined;
  const isOpen = (stay: Stay | undefined, at: Instant): stay is Stay => stay !== undefined && stay.to > at;
  const cut = (at: Instant, ...some: (Stay | undefined)[]) => {
    for (const stay of some) if (isOpen(stay, at)) stay.to = at;
  };
  for (const ending of endings) {
    const { at, kind } = ending;
    if (kind === 'removed') {
      cut(at, stands);
      stands = stayFrom(ending, isOpen(runs, at) ? runs.wentOn : undefined);
      stays.push(stands);
    } else if (isStop(ending)) {
      cut(at, stands, runs);
      runs = stayFrom(ending);
      stays.push(runs);
    } else if (kind === 'gone') {
      // Somebody else deleted a stopped server: that is when it would have ended.
      cut(at, runs);
    } else if (kind !== 'stopped') {
      if (isOpen(stands, at) || isOpen(runs, at)) returns.push(at);
      cut(at, stands, runs);
    }
  }
  return { stays, returns };
}

/** `atMost`: what of a stopped server is left to save, the rest of it being counted since its stop. */
function stayFrom(ending: Turn, atMost?: number): Stay {
  const { at, stoppedMonthlyUsd } = ending;
  const hourly = hourlyOf(ending);
  return {
    from: at,
    to: at + likelyStay,
    ...(hourly !== undefined && { hourly: Math.min(hourly, atMost ?? hourly) }),
    ...(stoppedMonthlyUsd !== undefined && { wentOn: stoppedMonthlyUsd / hoursPerMonth }),
  };
}

/** Of a stop only what does not go on; never less than nothing. */
function hourlyOf({ kind, monthlyUsd, stoppedMonthlyUsd }: Turn): number | undefined {
  if (monthlyUsd === undefined) return undefined;
  if (kind !== 'stopped') return Math.max(0, monthlyUsd) / hoursPerMonth;
  return stoppedMonthlyUsd === undefined ? undefined : Math.max(0, monthlyUsd - stoppedMonthlyUsd) / hoursPerMonth;
}

function spared({ from: begin, to: end, hourly = 0 }: Stay, from: Instant, to: Instant): number {
  return hourly * (Math.max(0, Math.min(end, to) - Math.max(begin, from)) / hour);
}

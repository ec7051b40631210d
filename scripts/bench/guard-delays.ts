import { type GuardAction, guardReasons } from '../../lib/core/guard-reasons.ts';
import { hoursPerWeek } from '../../lib/core/guard-usual.ts';
import { hour, type Instant } from '../../lib/core/time.ts';
import { exampleGuard, type GuardPolicy, type Watched, type Weeks, watchWeeks } from './guard-month.ts';
import { median } from './median.ts';

type Stage = keyof Watched['delay'];

/** Sweeps from the one that first finds it to the one that does it, over all starts. */
export interface Delay {
  median: number;
  /** `Infinity` where it did not come within a week from one of the starts. */
  latest: number;
}

export type Delays = Readonly<Record<Stage, Delay>>;

/** What runs away, and from whom. */
export interface Runaway {
  usdPerHour: number;
  /** How many hours the guard has watched before. */
  known: number;
  allow?: GuardPolicy['allow'];
  /** All of the example's limits, or one of them alone. */
  limit?: 'budget' | 'burnPerHour' | 'jump';
}

/** Nights and weekends at $1.20, office hours at $4: about $1,500 a month of a budget of $2,000. */
const officeHours = { base: 1.2, office: 2.8, noise: 0.15 };

/** Accounts in ordinary weeks, none of which is worth a message by the limits of the example policy. */
const ordinaryWeeks = {
  'office hours': officeHours,
  'office hours, noise of 30 %': { ...officeHours, noise: 0.3 },
  'nearly all switched off at night, noise of 30 %': { base: 0.1, office: 5, noise: 0.3 },
  'the same day and night': { base: 2, office: 0, noise: 0.15 },
} as const satisfies Record<string, Pick<Weeks, 'base' | 'office' | 'noise'>>;

const from: Instant = Date.parse('2026-11-01T00:00Z');
const hoursPerMonth = 730;

/** So far apart they lie at each hour of the day, on each day of a week, and all over a month. */
const starts = 24;
const startsApart = 31;
const watchedFor = 7 * 24;

/** Plays it from each of the starts, with hourly sweeps. */
export function delaysOf({ usdPerHour, known, allow = 'stop', limit }: Runaway): Delays {
  const runs = Array.from({ length: starts }, (_, index) => {
    const runaway = { after: known, usdPerHour };
    const weeks = { ...officeHours, from: from + index * startsApart * hour, seed: index + 1, runaway };
    return watchWeeks({ ...weeks, hours: known + watchedFor }, guardWith(allow, limit)).delay;
  });
  const of = (stage: Stage): Delay => {
    const sweeps = runs.map((delay) => delay[stage] ?? Number.POSITIVE_INFINITY);
    return { median: median(sweeps), latest: Math.max(...sweeps) };
  };
  return { tell: of('tell'), freeze: of('freeze'), stop: of('stop') };
}

function guardWith(allow: GuardPolicy['allow'], limit: Runaway['limit']): GuardPolicy {
  if (limit === undefined) return { ...exampleGuard, allow };
  const only = Object.entries(exampleGuard.accounts).map(([id, limits]) => [id, { [limit]: limits[limit] }]);
  return { ...exampleGuard, allow, accounts: Object.fromEntries(only) };
}

/** Ordinary weeks that were played so often, each time from a memory of nothing. */
export interface Quiet {
  weeks: string;
  usdPerMonth: number;
  played: number;
  /** How often anything was told. */
  alarmed: number;
  /** How often anything was frozen or stopped, which the example's `allow: stop` would let it do. */
  changed: number;
}

/** Months of each kind of ordinary weeks, begun all over two months. */
export function falseAlarms(months: number): Quiet[] {
  const plays = Array.from({ length: months }, (_, index) => ({ start: (index * 173) % (60 * 24), seed: index }));
  return Object.keys(ordinaryWeeks).map((weeks) => quietIn(weeks, plays, hoursPerMonth));
}

/** The first two days and a half, in which least is known, so many times from each hour of a week. */
export function firstDays(times: number): Quiet[] {
  const plays = Array.from({ length: times * hoursPerWeek }, (_, index) => ({
    start: index % hoursPerWeek,
    seed: Math.floor(index / hoursPerWeek) * 1009 + (index % hoursPerWeek),
  }));
  return Object.keys(ordinaryWeeks).map((weeks) => quietIn(weeks, plays, 60));
}

function quietIn(weeks: string, plays: readonly { start: number; seed: number }[], hours: number): Quiet {
  const shape = ordinaryWeeks[weeks as keyof typeof ordinaryWeeks];
  const watched = plays.map(({ start, seed }) => watchWeeks({ ...shape, from: from + start * hour, hours, seed }));
  return {
    weeks,
    usdPerMonth: median(watched.map(({ usdPerMonth }) => usdPerMonth)),
    played: watched.length,
    alarmed: watched.filter(({ told }) => told.length > 0).length,
    changed: watched.filter(({ told }) => told.some(({ reason }) => isChange(guardReasons[reason].action))).length,
  };
}

function isChange(action: GuardAction): boolean {
  return action === 'freeze' || action === 'stop';
}

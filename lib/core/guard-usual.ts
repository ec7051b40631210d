import type { Basis } from './guard-basis.ts';
import { type Duration, day, hour, type Instant, minute, wallClock, week, weekdays } from './time.ts';

/**
 * What is remembered of the burn of one account or environment, to be replaced as a whole once per sweep: no history,
 * but for each hour of a week what is usual then, and what the month has come to. Plain JSON of about 2 KB.
 */
export interface BurnMemory {
  /** Of the prices that all of it is in. */
  pricesVersion: string;
  at: Instant;
  usdPerHour: number;
  /** For each hour of a week, from Monday 00:00 of the policy's time zone: USD per hour, and of how many samples. */
  usual: { means: readonly number[]; counts: readonly number[]; fresh: readonly Fresh[] };
  /** A calendar month in UTC, as AWS bills: `2026-11`; USD, and of how many hours. */
  month: { of: string; usd: number; hours: number };
  /** Absent: of all that there is. */
  basis?: Basis;
  /** By how much it burns more than usual, or less (then negative), USD per hour, and since when it does either. */
  unusual?: { usdPerHour: number; since: Instant };
}

/** A sample that is too young to say what is usual: it would excuse the one after it. */
interface Fresh {
  at: Instant;
  slot: number;
  usdPerHour: number;
}

/** One look at what burns. */
export interface Sample {
  at: Instant;
  usdPerHour: number;
  pricesVersion: string;
  /** How many times as much the same things cost as at the sweep before, where the prices are new. */
  repricing?: number;
  /** It says what is usual: all was read, and neither an alarm nor the guard itself makes it another time. */
  isOrdinary: boolean;
}

export const hoursPerWeek: number = week / hour;

/** So few samples count that what has become usual is known as such within a month. */
const samplesCounted = 4;

/** Two sweeps in one hour say nothing twice. */
const learnsEvery: Duration = 30 * minute;

/** What was burnt an hour ago is no measure of now. */
const staysFresh: Duration = 2 * hour;

/** What a longer gap between two samples has cost is estimated and not measured. */
const longestGap: Duration = 6 * hour;

/** What differs by less is as usual. */
const tolerance = 0.1;

/** The hour of the week, 0 to 167. */
export function slotOf(at: Instant, timeZone: string): number {
  const { weekday, clock } = wallClock(at, timeZone);
  return weekdays.indexOf(weekday) * 24 + Number(clock.slice(0, 2));
}

/** USD per hour: what is usual at that hour of the week, an hour sooner or later. */
export interface Usual {
  least: number;
  most: number;
}

/** `undefined` until the hour, or both beside it, were seen, and two samples make it more than chance. */
export function usualAt({ usual }: BurnMemory, slot: number): Usual | undefined {
  const near = [slot - 1, slot, slot + 1].map((one) => (one + hoursPerWeek) % hoursPerWeek);
  const [before = 0, own = 0, after = 0] = near.map((one) => usual.counts[one] ?? 0);
  if ((own === 0 && (before === 0 || after === 0)) || before + own + after < 2) return undefined;
  const seen = near.filter((one) => (usual.counts[one] ?? 0) > 0);
  const means = seen.map((one) => usual.means[one] ?? 0);
  return { least: Math.min(...means), most: Math.max(...means) };
}

/** The same time of day on any day that was seen: all that the first week has to compare with. */
function anyDayAt({ usual }: BurnMemory, slot: number): Usual | undefined {
  const near = [slot - 1, slot, slot + 1].map((one) => (one + 24) % 24);
  const means = usual.means.filter((_, one) => (usual.counts[one] ?? 0) > 0 && near.includes(one % 24));
  return means.length === 0 ? undefined : { least: Math.min(...means), most: Math.max(...means) };
}

/**
 * USD per hour over all hours of the week that were seen; of the first hours the least, because nobody knows yet what
 * of it is usual. `undefined` while there is none.
 */
export function meanOf({ usual }: BurnMemory): number | undefined {
  const seen = usual.means.filter((_, slot) => (usual.counts[slot] ?? 0) > 0);
  if (seen.length > 0) return seen.reduce((all, one) => all + one, 0) / seen.length;
  return usual.fresh.length === 0 ? undefined : Math.min(...usual.fresh.map(({ usdPerHour }) => usdPerHour));
}

/** How many of the 168 hours of a week were seen. */
function hoursSeen({ usual }: BurnMemory): number {
  return usual.counts.filter((count) => count > 0).length;
}

/**
 * The memory after one more look. The same look twice, or an older one, changes nothing. New prices turn what is usual
 * into their own, or forget it where nobody knows how.
 */
export function rememberBurn(memory: BurnMemory | undefined, sample: Sample, timeZone: string): BurnMemory {
  if (memory !== undefined && sample.at <= memory.at) return memory;
  const before = inItsPrices(memory, sample);
  const slot = slotOf(sample.at, timeZone);
  const unusual = unusualAt(before, sample, slot);
  return {
    pricesVersion: sample.pricesVersion,
    at: sample.at,
    usdPerHour: short(sample.usdPerHour),
    usual: learn(before?.usual ?? nothingUsual(), sample, slot),
    month: addToMonth(before, sample),
    ...(before?.basis && { basis: before.basis }),
    ...(unusual && { unusual }),
  };
}

/** What was spent is known; what is usual is learnt anew. */
export function forgetUsual(memory: BurnMemory): BurnMemory {
  const { unusual: _, ...rest } = memory;
  return { ...rest, usual: nothingUsual() };
}

/** Six digits are enough for a mean, and keep the memory small. */
function short(usd: number): number {
  return Number(usd.toPrecision(6));
}

function nothingUsual(): BurnMemory['usual'] {
  const zeros = Array.from({ length: hoursPerWeek }, () => 0);
  return { means: zeros, counts: zeros, fresh: [] };
}

/** What was spent stays as it is: it was paid at the old prices. */
function inItsPrices(memory: BurnMemory | undefined, sample: Sample): BurnMemory | undefined {
  if (memory === undefined || memory.pricesVersion === sample.pricesVersion) return memory;
  const { repricing } = sample;
  if (repricing === undefined) return forgetUsual(memory);
  const { means, counts, fresh } = memory.usual;
  return {
    ...memory,
    usual: {
      means: means.map((mean) => short(mean * repricing)),
      counts,
      fresh: fresh.map((one) => ({ ...one, usdPerHour: short(one.usdPerHour * repricing) })),
    },
  };
}

function learn(usual: BurnMemory['usual'], sample: Sample, slot: number): BurnMemory['usual'] {
  const last = usual.fresh.at(-1);
  const isTwice = last !== undefined && sample.at - last.at < learnsEvery;
  const added = sample.isOrdinary && !isTwice ? [{ at: sample.at, slot, usdPerHour: short(sample.usdPerHour) }] : [];
  const [means, counts] = [[...usual.means], [...usual.counts]];
  const isFresh = ({ at }: Fresh) => sample.at - at < staysFresh;
  for (const one of usual.fresh.filter((known) => !isFresh(known))) {
    const count = Math.min((counts[one.slot] ?? 0) + 1, samplesCounted);
    const mean = means[one.slot] ?? 0;
    means[one.slot] = short(mean + (one.usdPerHour - mean) / count);
    counts[one.slot] = count;
  }
  return { means, counts, fresh: [...usual.fresh.filter(isFresh), ...added] };
}

/** Of the part of the time since the sample before that lies in this month, at the mean of both samples. */
function addToMonth(before: BurnMemory | undefined, { at, usdPerHour }: Sample): BurnMemory['month'] {
  const { name, start } = monthOf(at);
  const month = before?.month.of === name ? before.month : { of: name, usd: 0, hours: 0 };
  if (before === undefined || at - before.at > longestGap) return month;
  const hours = (at - Math.max(before.at, start)) / hour;
  return {
    of: name,
    usd: month.usd + ((before.usdPerHour + usdPerHour) / 2) * hours,
    hours: month.hours + hours,
  };
}

/** The calendar month of an instant, in UTC. */
export function monthOf(at: Instant): { name: string; start: Instant; end: Instant } {
  const date = new Date(at);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { name: date.toISOString().slice(0, 7), start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
}

/** `undefined` where it is as usual, or nobody knows what is. */
function unusualAt(before: BurnMemory | undefined, sample: Sample, slot: number): BurnMemory['unusual'] {
  const usdPerHour = before === undefined ? 0 : deviation(before, sample.usdPerHour, slot);
  if (usdPerHour === 0) return undefined;
  const known = before?.unusual;
  const goesOn = known !== undefined && Math.sign(known.usdPerHour) === Math.sign(usdPerHour);
  return { usdPerHour, since: goesOn ? known.since : sample.at };
}

function deviation(memory: BurnMemory, usdPerHour: number, slot: number): number {
  const mean = meanOf(memory);
  if (mean === undefined) return 0;
  const { least, most } = usualAt(memory, slot) ?? anyDayAt(memory, slot) ?? { least: mean, most: mean };
  if (usdPerHour > most * (1 + tolerance)) return usdPerHour - most;
  return usdPerHour < least * (1 - tolerance) ? usdPerHour - least : 0;
}

/** Whether a day, or a week, has shown itself: what a projection can be trusted with. */
export function knowledge(memory: BurnMemory): 'hours' | 'day' | 'week' {
  const seen = hoursSeen(memory);
  if (seen >= 0.9 * hoursPerWeek) return 'week';
  // A day and a quarter: at its end a first working day has made all of its hours unusual.
  return seen >= 1.25 * (day / hour) ? 'day' : 'hours';
}

import { type BurnMemory, hoursPerWeek, knowledge, meanOf, monthOf, slotOf } from './guard-usual.ts';
import { hour } from './time.ts';

/** What a calendar month (UTC, as AWS bills) comes to. USD. */
export interface Projection {
  /** All of the month. */
  usd: number;
  /** Until now: what was measured, and with the hours that nobody measured, at the mean of what is usual. */
  measuredUsd: number;
  spentUsd: number;
  measuredHours: number;
  unmeasuredHours: number;
  /** How much of a week it knows. */
  from: ReturnType<typeof knowledge>;
}

/** What is unusual for an hour is taken to last for a day, and for the rest of the month after a day and a bit. */
const lasts = 24;

/**
 * The rest of the month burns as is usual for its hours of the week; what is unusual now goes on for 24 times as long
 * as it has lasted, so that an hour of deployment is not taken for a month of it, and forty new servers are seen at
 * once. The memory is the one after the present look.
 */
export function projectMonth(memory: BurnMemory, timeZone: string): Projection {
  const { at, usdPerHour, month } = memory;
  const { start, end } = monthOf(at);
  const slot = slotOf(at, timeZone);
  const mean = meanOf(memory) ?? usdPerHour;
  const left = (end - at) / hour;
  const unmeasuredHours = Math.max(0, (at - start) / hour - month.hours);
  const spentUsd = month.usd + unmeasuredHours * mean;
  const { unusual = { usdPerHour: 0, since: at } } = memory;
  const goesOn = Math.min(left, lasts * Math.max(1, (at - unusual.since) / hour));
  return {
    usd: spentUsd + Math.max(0, usually(memory, slot, left, mean) + unusual.usdPerHour * goesOn),
    measuredUsd: month.usd,
    spentUsd,
    measuredHours: month.hours,
    unmeasuredHours,
    from: knowledge(memory),
  };
}

/** What so many hours from that one on usually cost. A clock change moves it by an hour: a month doesn't show that. */
function usually({ usual }: BurnMemory, slot: number, hours: number, mean: number): number {
  let usd = 0;
  for (let ahead = 0; ahead < hours; ahead++) {
    const one = (slot + ahead) % hoursPerWeek;
    usd += ((usual.counts[one] ?? 0) > 0 ? (usual.means[one] ?? 0) : mean) * Math.min(1, hours - ahead);
  }
  return usd;
}

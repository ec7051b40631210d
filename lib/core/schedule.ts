import type { Policy } from './policy.ts';
import { atClock, day, type Instant, wallClock } from './time.ts';

/** Whether removals may happen now; the end of the window is outside it. */
export function isWithinWindow(
  now: Instant,
  window: NonNullable<Policy['removal']['window']>,
  timeZone: string,
): boolean {
  const { weekday, clock } = wallClock(now, timeZone);
  return window.days.includes(weekday) && window.from <= clock && clock < window.to;
}

/** The latest instant, now at most, at which the wall clock came to show `clock`: today or yesterday. */
export function latestAt(clock: string, now: Instant, timeZone: string): Instant {
  const today = atClock(now, clock, timeZone);
  // Noon is the day before also where a clock change makes a day longer or shorter.
  return today <= now ? today : atClock(atClock(now, '12:00', timeZone) - day, clock, timeZone);
}

import type { Policy } from './policy.ts';
import { type Instant, wallClock } from './time.ts';

/** Whether removals may happen now; the end of the window is outside it. */
export function isWithinWindow(
  now: Instant,
  window: NonNullable<Policy['removal']['window']>,
  timeZone: string,
): boolean {
  const { weekday, clock } = wallClock(now, timeZone);
  return window.days.includes(weekday) && window.from <= clock && clock < window.to;
}

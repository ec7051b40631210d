import { Temporal } from 'temporal-polyfill';
import type { Instant } from './time.ts';

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/**
 * Reads `today`, `tomorrow` and weekdays, whole or by their first three letters: the end of that day in the time zone.
 * A weekday is the next one after today.
 */
export function readDay(text: string, timeZone: string, now: Instant): Instant | undefined {
  const ahead = daysAhead(text.trim().toLowerCase(), today(timeZone, now).dayOfWeek);
  if (ahead === undefined) return undefined;
  return today(timeZone, now)
    .add({ days: ahead + 1 })
    .toZonedDateTime({ timeZone }).epochMilliseconds;
}

function today(timeZone: string, now: Instant): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(now)).toZonedDateTimeISO(timeZone).toPlainDate();
}

function daysAhead(word: string, dayOfWeek: number): number | undefined {
  if (word === 'today') return 0;
  if (word === 'tomorrow') return 1;
  const wanted = days.findIndex((day) => day === word || day.slice(0, 3) === word) + 1;
  return wanted === 0 ? undefined : ((wanted - dayOfWeek + 6) % 7) + 1;
}

import type { TrendWeek } from './finance-report.ts';
import { atClock, day, type Instant, wallClock, week, weekdays } from './time.ts';

/** How many weeks a report looks back on. */
const weeksShown = 12;

/** The week that a report is about: it ends with the report. */
export function weekOf(at: Instant): { from: Instant; to: Instant } {
  return { from: at - week, to: at };
}

/** The Monday, 00:00 in the zone, of the calendar week that most of a report's week lies in. */
export function mondayOf({ from, to }: { from: Instant; to: Instant }, timeZone: string): Instant {
  return mondayBefore((from + to) / 2, timeZone);
}

/** The last twelve Mondays, the oldest first, with what is known of their weeks. */
export function trendUpTo(monday: Instant, known: readonly TrendWeek[], timeZone: string): TrendWeek[] {
  const byMonday = new Map(known.map((one) => [one.from, one]));
  const mondays = [monday];
  // Noon of the day before is in the week before, however long a clock change makes a day.
  while (mondays.length < weeksShown) mondays.unshift(mondayBefore((mondays[0] ?? monday) - day / 2, timeZone));
  return mondays.map((from) => byMonday.get(from) ?? { from });
}

function mondayBefore(at: Instant, timeZone: string): Instant {
  const noon = atClock(at, '12:00', timeZone);
  const { weekday } = wallClock(noon, timeZone);
  return atClock(noon - weekdays.indexOf(weekday) * day, '00:00', timeZone);
}

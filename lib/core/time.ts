import { Temporal } from 'temporal-polyfill';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** Milliseconds. */
export type Duration = number;

export const minute: Duration = 60_000;
export const hour: Duration = 60 * minute;
export const day: Duration = 24 * hour;
export const week: Duration = 7 * day;

/** `2026-11-23T17:00:00Z`: whole seconds, characters that every AWS service accepts in a tag value. */
export function toIso(instant: Instant): string {
  return new Date(Math.floor(instant / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

const compound = /^(?:(?<w>\d+)w)?(?:(?<d>\d+)d)?(?:(?<h>\d+)h)?(?:(?<min>\d+)min)?$/;
const iso = /^p(?:(?<w>\d+)w)?(?:(?<d>\d+)d)?(?:t(?=\d)(?:(?<h>\d+)h)?(?:(?<min>\d+)m)?(?:(?<s>\d+)s)?)?$/;

/** Longer ones lead to years that no date format of ours can write. */
const longest: Duration = 1_000_000 * day;

/**
 * Reads `4h`, `3d`, `2w`, `1w2d6h`, `30min`, `PT4H`, `P3D`, in any case. A day is 24 hours, a week 7 days.
 * Months, years and a bare `m` are ambiguous and give `undefined`, like zero and everything else.
 */
export function readDuration(text: string): Duration | undefined {
  const value = text.trim().toLowerCase();
  const parts = (compound.exec(value) ?? iso.exec(value))?.groups;
  if (parts === undefined) return undefined;
  const amount = (part: string) => Number(parts[part] ?? 0);
  const total =
    amount('w') * week + amount('d') * day + amount('h') * hour + amount('min') * minute + amount('s') * 1000;
  return total > 0 && total <= longest ? total : undefined;
}

/** The largest units first, at most two of them: `2d 6h`, `45min`, `0min`. */
export function showDuration(duration: Duration): string {
  const minutes = Math.round(duration / minute);
  const parts = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor((minutes % 1440) / 60), 'h'],
    [minutes % 60, 'min'],
  ] as const;
  const shown = parts.filter(([amount]) => amount > 0).slice(0, 2);
  return shown.length === 0 ? '0min' : shown.map(([amount, unit]) => `${amount}${unit}`).join(' ');
}

const withOffset = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}(?::?\d{2})?)$/;
const withoutZone = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::[0-5]\d(?:\.\d{1,9})?)?$/;
const dateOnly = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads an ISO 8601 instant, a local time, or a date, which means the end of that day. What has no offset is read in
 * `timeZone`; a local time that a clock change makes ambiguous is read as the later one. Everything else, 30 February
 * among it, gives `undefined`.
 */
export function readInstant(text: string, timeZone: string): Instant | undefined {
  const value = text.trim().toUpperCase();
  try {
    if (withOffset.test(value)) return Temporal.Instant.from(value).epochMilliseconds;
    if (withoutZone.test(value)) {
      const local = Temporal.PlainDateTime.from(value, { overflow: 'reject' });
      return local.toZonedDateTime(timeZone, { disambiguation: 'later' }).epochMilliseconds;
    }
    if (dateOnly.test(value)) {
      const nextDay = Temporal.PlainDate.from(value, { overflow: 'reject' }).add({ days: 1 });
      return nextDay.toZonedDateTime({ timeZone }).epochMilliseconds;
    }
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The weekday (`mon`…`sun`) and the wall clock (`08:00`) of an instant in a time zone. */
export function wallClock(instant: Instant, timeZone: string): { weekday: Weekday; clock: string } {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(timeZone);
  return { weekday: weekdays[local.dayOfWeek - 1] as Weekday, clock: local.toPlainTime().toString().slice(0, 5) };
}

/**
 * When the wall clock shows `08:00` on the day of an instant. A time that a clock change leaves out comes as much
 * later, one that comes twice counts the first time.
 */
export function atClock(instant: Instant, clock: string, timeZone: string): Instant {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(timeZone);
  return local.toPlainDate().toZonedDateTime({ timeZone, plainTime: clock }).epochMilliseconds;
}

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** `2026-11-23 18:00 Europe/Berlin`, for people. */
export function showInstant(instant: Instant, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(timeZone);
  return `${local.toPlainDate().toString()} ${local.toPlainTime().toString().slice(0, 5)} ${timeZone}`;
}

import { type Amount, type Sum, toCents } from '../../core/cost.ts';
import type { Savings } from '../../core/finance-report.ts';
import type { Instant } from '../../core/time.ts';

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const whole = new Intl.NumberFormat('en-US');

/** `$1,234.56`, also of what is less than nothing. */
export function money(usd: number): string {
  // Adding 0 takes the sign from a zero.
  return dollars.format(toCents(usd) + 0);
}

/** `10,000`. */
export function count(amount: number): string {
  return whole.format(amount);
}

/** `1 resource`, `10,000 resources`. */
export function counted(amount: number, one: string, many = `${one}s`): string {
  return `${count(amount)} ${amount === 1 ? one : many}`;
}

/** An amount as a number for people: never a number where it is unknown. */
export function amountInWords(amount: Amount): string {
  if (amount.kind === 'unknown') return 'unknown';
  return `${amount.kind === 'estimate' && amount.atMost ? 'at most ' : ''}${money(amount.usd)}`;
}

/** What kind of number it is, and what is not in it; why there is none where it is unknown. */
export function kindInWords(amount: Amount): string {
  if (amount.kind === 'unknown') return amount.why;
  if (amount.kind === 'actual') return 'actual';
  return amount.note === undefined ? 'estimate' : `estimate: ${amount.note}`;
}

/** What is counted beside a sum, or nothing where all is in it. */
export function besideSum({ unknown }: Pick<Sum, 'unknown'>): string {
  return unknown === 0 ? '' : `${count(unknown)} of unknown cost not in it`;
}

/** What was spared: nothing known, where all that was removed or stopped has no price, or the ledger was not read. */
export function savedInWords({ usd, unknown, notKnown }: Savings): string {
  return notKnown || (usd === 0 && unknown > 0) ? 'unknown' : money(usd);
}

/** Instants in the policy's zone. */
export interface Calendar {
  timeZone: string;
  /** `2026-11-23`: sorted as text it is sorted by time. */
  date: (at: Instant) => string;
  /** `2026-11-23 18:00`. */
  moment: (at: Instant) => string;
  /** `23 November 2026`. */
  longDate: (at: Instant) => string;
  /** `23 Nov`, three letters of each month. */
  shortDate: (at: Instant) => string;
}

/** Throws a RangeError on a zone that does not exist. Made for many: Temporal takes seconds for 100,000 of them. */
export function calendarOf(timeZone: string): Calendar {
  // Swedes write dates as ISO 8601 does.
  const iso = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const withTime = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const long = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'long' });
  const dayOfMonth = new Intl.DateTimeFormat('en-US', { timeZone, day: 'numeric' });
  const month = new Intl.DateTimeFormat('en-US', { timeZone, month: 'short' });
  return {
    timeZone,
    date: (at) => iso.format(at),
    moment: (at) => withTime.format(at),
    longDate: (at) => long.format(at),
    shortDate: (at) => `${dayOfMonth.format(at)} ${month.format(at)}`,
  };
}

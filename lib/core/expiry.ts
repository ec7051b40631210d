import { type Duration, hour, type Instant, readDuration, readInstant } from './time.ts';

/** What one value of an expiry key says. */
export type Reading =
  | { kind: 'at'; at: Instant }
  | { kind: 'after'; duration: Duration }
  | { kind: 'never' }
  | { kind: 'unreadable'; why: string };

/** The forms that people are told when their value can't be read. */
export const acceptedForms = '2026-11-23, 2026-11-23T17:00Z, 1795453200 (UNIX seconds), 4h, 3d, 2w, 1w2d6h, never';

/** Earlier instants are a mistake (a UNIX time of zero, a wrong century), not an expiry. */
const earliest: Instant = Date.UTC(2015, 0, 1);

export function readExpiryValue(value: string, timeZone: string): Reading {
  const text = value.trim().toLowerCase();
  if (text === '') return unreadable('it is empty');
  if (text === 'never' || text === 'forever') return { kind: 'never' };
  if (/^\d{10}$/.test(text)) return notTooEarly(Number(text) * 1000);
  const duration = readDuration(text);
  if (duration !== undefined) return { kind: 'after', duration };
  const at = readInstant(text, timeZone);
  if (at !== undefined) return notTooEarly(at);
  return unreadable(reasonAgainst(text));
}

function notTooEarly(at: Instant): Reading {
  return at < earliest ? unreadable('it is before 2015') : { kind: 'at', at };
}

function reasonAgainst(text: string): string {
  if (/^\d+m$/.test(text)) return '"m" may mean minutes or months: write "min" or days';
  if (/^\d+(y|mo|months?|years?)$/.test(text) || /^p(?=.*\d+[ym])[^t]*$/.test(text)) {
    return 'months and years differ in length: write days or weeks';
  }
  if (/^\d{13}$/.test(text)) return '13 digits look like milliseconds: write seconds';
  if (/^[-+]/.test(text)) return 'a signed amount is ambiguous';
  if (/^0+(w|d|h|min)?$/.test(text)) return 'zero is not an expiry';
  if (/^\d{1,4}[/.]\d{1,2}[/.]\d{1,4}$/.test(text)) return 'day and month can be read both ways: write 2026-11-23';
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) return 'that date or time does not exist, or has trailing text';
  return 'it is none of the accepted forms';
}

function unreadable(why: string): Reading {
  return { kind: 'unreadable', why };
}

/** One expiry key as it stands on a resource. */
export interface ExpiryTag {
  /** As it is spelled on the resource. */
  key: string;
  value: string;
  reading: Reading;
}

/** The tags whose key is one of `keys` in any case, in the order of `keys`. */
export function tagsNamed(tags: Readonly<Record<string, string>>, keys: readonly string[]): [string, string][] {
  return keys.flatMap((wanted) => Object.entries(tags).filter(([key]) => key.toLowerCase() === wanted.toLowerCase()));
}

export function readExpiryTags(
  tags: Readonly<Record<string, string>>,
  keys: readonly string[],
  timeZone: string,
): ExpiryTag[] {
  return tagsNamed(tags, keys).map(([key, value]) => ({ key, value, reading: readExpiryValue(value, timeZone) }));
}

/** Keys on one resource that differ only in case: IAM's conditions can't tell them apart, so neither may we. */
export function collidingKeys(tags: Readonly<Record<string, string>>, keys: readonly string[]): string[] {
  const wanted = new Set(keys.map((key) => key.toLowerCase()));
  const spellings = Map.groupBy(
    Object.keys(tags).filter((key) => wanted.has(key.toLowerCase())),
    (key) => key.toLowerCase(),
  );
  return [...spellings.values()].filter((same) => same.length > 1).flat();
}

/** A relative expiry counts from creation, unless its value was first seen later than this after it. */
export const firstSightGrace: Duration = 2 * hour;

/** When a relative expiry's clock starts. */
export function clockStart(createdAt: Instant | undefined, firstSeenAt: Instant): Instant {
  return createdAt !== undefined && firstSeenAt - createdAt <= firstSightGrace ? createdAt : firstSeenAt;
}

export type Expiry =
  | { kind: 'none' }
  | { kind: 'unreadable'; key: string; value: string; why: string }
  | { kind: 'never'; disagree: boolean }
  | { kind: 'at'; at: Instant; disagree: boolean };

/**
 * The expiry of a resource from all its expiry keys: one unreadable key makes it unreadable, and of readable ones the
 * latest counts. `extendedTo` is an extension that the ledger keeps for what can't be tagged (stacks).
 */
export function effectiveExpiry(
  tags: readonly ExpiryTag[],
  start: { createdAt?: Instant | undefined; firstSeenAt: Instant },
  extendedTo?: Instant,
): Expiry {
  if (tags.length === 0) return { kind: 'none' };
  const instants: Instant[] = [];
  for (const { key, value, reading } of tags) {
    if (reading.kind === 'unreadable') return { kind: 'unreadable', key, value, why: reading.why };
    if (reading.kind === 'never') instants.push(Number.POSITIVE_INFINITY);
    if (reading.kind === 'at') instants.push(reading.at);
    if (reading.kind === 'after') instants.push(clockStart(start.createdAt, start.firstSeenAt) + reading.duration);
  }
  const disagree = new Set(instants).size > 1;
  if (extendedTo !== undefined) instants.push(extendedTo);
  // Plans and receipts speak in whole seconds; rounding up never makes anything due early.
  const at = Math.ceil(Math.max(...instants) / 1000) * 1000;
  return at === Number.POSITIVE_INFINITY ? { kind: 'never', disagree } : { kind: 'at', at, disagree };
}

export type Protection =
  | { kind: 'none' }
  | { kind: 'always' }
  | { kind: 'until'; until: Instant }
  | { kind: 'unreadable'; key: string; value: string };

/** The protect tag: `true`, or a date until which it protects. `false` is none; anything else protects. */
export function readProtection(
  tags: Readonly<Record<string, string>>,
  protectKey: string,
  timeZone: string,
): Protection {
  const [tag] = tagsNamed(tags, [protectKey]);
  if (tag === undefined) return { kind: 'none' };
  const [key, value] = tag;
  const text = value.trim().toLowerCase();
  if (text === 'true') return { kind: 'always' };
  if (text === 'false') return { kind: 'none' };
  const until = readInstant(text, timeZone);
  return until === undefined ? { kind: 'unreadable', key, value } : { kind: 'until', until };
}

import { steadyKey, steadyText } from './steady-text.ts';
import { type Duration, day, type Instant } from './time.ts';

/** What is known of what is usual rests on looks that read the same: all, or all but a region that is closed. */
export interface Basis {
  /** By `unreadKey`. */
  unread: string;
  /** What looks could not read since then, if that is something else. */
  other?: { unread: string; since: Instant };
}

/** A failure of some hours teaches nothing; what lasts a day is how the account is read from then on. */
const settlesAfter: Duration = day;

/** The same for looks that could not read the same parts; empty where all was read. */
export function unreadKey(unread: readonly string[]): string {
  return unread.length === 0 ? '' : steadyKey(unread.map(steadyText).toSorted().join('\n'));
}

/**
 * The basis after a look. `isComparable`: it may be compared with what is usual. `isNew`: what was usual rested on
 * something else, and is to be forgotten.
 */
export function basisAfter(
  basis: Basis | undefined,
  unread: string,
  now: Instant,
): { basis: Basis; isComparable: boolean; isNew: boolean } {
  if (basis === undefined || basis.unread === unread) return { basis: { unread }, isComparable: true, isNew: false };
  const other = basis.other?.unread === unread ? basis.other : { unread, since: now };
  if (now - other.since >= settlesAfter) return { basis: { unread }, isComparable: true, isNew: true };
  return { basis: { unread: basis.unread, other }, isComparable: false, isNew: false };
}

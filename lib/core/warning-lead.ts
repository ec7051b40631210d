import type { Policy } from './policy.ts';
import type { Receipt } from './resource.ts';
import type { Duration, Instant } from './time.ts';

/** What is known of the warnings about one resource. */
export interface Warned {
  /** Of this very resource, whatever their expiry. */
  receipts: readonly Receipt[];
  /** Its tag may be a weapon. */
  fullLead: boolean;
  /** Since when its expiry values stand. */
  seenAt: Instant;
}

/** The warning lead that has begun and has no receipt yet. */
export function unwarnedLead(
  expiresAt: Instant,
  receipts: readonly Receipt[],
  { warnings }: Pick<Policy['expiry'], 'warnings'>,
  now: Instant,
): Duration | undefined {
  const begun = warnings.filter((lead) => now >= expiresAt - lead);
  const latest = begun.length === 0 ? undefined : Math.min(...begun);
  if (latest === undefined) return undefined;
  const warned = receipts.some((receipt) => receipt.expiresAt === expiresAt && receipt.at >= expiresAt - latest);
  return warned ? undefined : latest;
}

/**
 * The instant from which an expired resource may go: a receipt for this very expiry plus the shortest lead, or the
 * full first lead where the tag may be a weapon. Without required warnings only the latter counts, from the first
 * sight of these values on; receipts from before it (of an expiry that was moved away and back) say nothing then.
 * `undefined`: nobody was warned.
 */
export function goesFrom(
  expiresAt: Instant,
  { receipts, fullLead, seenAt }: Warned,
  { warnings, requireWarning }: Pick<Policy['expiry'], 'warnings' | 'requireWarning'>,
): Instant | undefined {
  if (!requireWarning && !fullLead) return expiresAt;
  const [shortest = 0, ...longer] = warnings.toSorted((a, b) => a - b);
  const lead = fullLead ? (longer.at(-1) ?? shortest) : shortest;
  const counting = receipts.filter((one) => one.expiresAt === expiresAt && (!fullLead || one.at >= seenAt));
  const oldest = counting.length === 0 ? undefined : Math.min(...counting.map(({ at }) => at));
  const since = requireWarning ? oldest : seenAt;
  return since === undefined ? undefined : Math.max(expiresAt, since + lead);
}

/** The receipts of one resource without those of others of its name. */
export function ownReceipts(receipts: readonly Receipt[], identity: string | undefined): Receipt[] {
  return receipts.filter((one) => identity === undefined || one.identity === undefined || one.identity === identity);
}

import { readExpiryValue } from './expiry.ts';
import type { Event } from './history.ts';
import type { RememberedCopy } from './idle-memory.ts';
import type { Policy } from './policy.ts';
import { type Action, actionOf, type Reason } from './reasons.ts';
import type { Receipt } from './resource.ts';
import type { Duration, Instant } from './time.ts';

/** A copy of Mayfly's as a listing shows it. */
export interface ListedCopy {
  arn: string;
  /** Until when its tag says that it is kept, as it stands there. */
  keepUntil: string;
  /** Of what, by its tag. */
  of: string;
}

/** What is known of a copy whose time is near. */
export interface SeenCopy {
  keepUntil: string;
  /** No other copy of its server is kept longer. */
  last: boolean;
  /** The ledger knows that Mayfly made it. */
  known: boolean;
  /** Warnings that it will go. */
  receipts: readonly Receipt[];
}

export interface CopyDecision {
  action: Action;
  reason: Reason;
  expiresAt?: Instant;
  detail?: string;
}

/** An instant as Mayfly or a person wrote it; nothing that is relative: a copy's time counts from no creation. */
export function readKeepUntil(value: string, { expiry }: Pick<Policy, 'expiry'>): Instant | undefined {
  const reading = readExpiryValue(value, expiry.timeZone);
  return reading.kind === 'at' ? reading.at : undefined;
}

/** From this long before a copy's end it is worth reading more about it. */
function copyLead({ idle }: Pick<Policy, 'idle'>): Duration {
  return Math.max(0, ...(idle?.warnings ?? []));
}

/** Whether something may be said or done about a copy by now. One whose date can't be read is always told. */
export function isCopyNear(copy: ListedCopy, policy: Policy, now: Instant): boolean {
  const keepUntil = readKeepUntil(copy.keepUntil, policy);
  return keepUntil === undefined || now >= keepUntil - copyLead(policy);
}

/** Whether every other copy of the same server goes before this one, or at the same time. */
export function isLastCopy(copy: ListedCopy, all: readonly ListedCopy[], policy: Policy): boolean {
  const end = (one: ListedCopy) => readKeepUntil(one.keepUntil, policy) ?? Number.POSITIVE_INFINITY;
  return !all.some((other) => other.arn !== copy.arn && other.of === copy.of && end(other) > end(copy));
}

/**
 * Decides about one copy. Pure. Only what the ledger knows as Mayfly's own ever goes, and the last one of a server only
 * after a warning that arrived and whose shortest lead has passed.
 */
export function decideCopy(seen: SeenCopy, policy: Policy, now: Instant): CopyDecision | undefined {
  const expiresAt = readKeepUntil(seen.keepUntil, policy);
  if (expiresAt === undefined) {
    return because('expiry-unreadable', { detail: `mayfly:keep-until=${seen.keepUntil}` });
  }
  if (now < expiresAt - copyLead(policy)) return undefined;
  if (!seen.known) return now < expiresAt ? undefined : because('copy-unknown', { expiresAt });
  if (!seen.last) return now < expiresAt ? undefined : because('copy-expired', { expiresAt });
  const from = removableFrom(seen, policy, expiresAt);
  if (from === undefined) return because('copy-expiring', { expiresAt });
  if (now < expiresAt) return undefined;
  return now < from ? because('warned-recently', { expiresAt }) : because('copy-expired', { expiresAt });
}

/** From when the last copy may go by its warnings; `undefined`: nobody was warned of this very end. */
function removableFrom({ receipts }: SeenCopy, { idle }: Policy, expiresAt: Instant): Instant | undefined {
  const { warnings = [] } = idle ?? {};
  if (warnings.length === 0) return expiresAt;
  const told = receipts.filter((receipt) => receipt.expiresAt === expiresAt).map(({ at }) => at);
  return told.length === 0 ? undefined : Math.max(expiresAt, Math.min(...told) + Math.min(...warnings));
}

function because(reason: Reason, about: Omit<CopyDecision, 'action' | 'reason'>): CopyDecision {
  return { action: actionOf(reason), reason, ...about };
}

/** The copies that a server's history tells of, with what became of them; the newest at the end. */
export function copiesIn(history: readonly Event[]): (RememberedCopy & { ended?: 'failed' | 'discarded' })[] {
  const copies = new Map<string, RememberedCopy & { ended?: 'failed' | 'discarded' }>();
  for (const event of history) {
    if (event.kind === 'copy-requested') copies.set(event.copy.id, { ...event.copy });
    const copy = 'copy' in event && typeof event.copy === 'string' ? copies.get(event.copy) : undefined;
    if (copy === undefined) continue;
    if (event.kind === 'copy-verified') copy.verifiedAt = event.at;
    if (event.kind === 'copy-failed') copy.ended = 'failed';
    if (event.kind === 'copy-discarded') copy.ended = 'discarded';
  }
  return [...copies.values()];
}

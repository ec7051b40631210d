import { collidingKeys, type Expiry, effectiveExpiry, readExpiryTags, readProtection } from './expiry.ts';
import { isTypeOn, type Mode, type Policy } from './policy.ts';
import { type Action, actionOf, type Reason } from './reasons.ts';
import { type Memory, nothingKnown, ownerInTags, type Resource, type Sighting, valuesOf } from './resource.ts';
import { isWithinWindow } from './schedule.ts';
import { type Duration, day, type Instant, minute, toIso } from './time.ts';
import { goesFrom, ownReceipts, unwarnedLead } from './warning-lead.ts';

/** What a decision depends on besides the resource. */
export interface Rules {
  policy: Policy;
  accountMode: Mode;
  /** A dry run decides as if every account were enforced: it shows what would happen. */
  dryRun: boolean;
  paused: boolean;
}

export interface Decision {
  action: Action;
  reason: Reason;
  expiresAt?: Instant;
  /** What this decision saw, in words: the value that can't be read, who owns it. */
  detail?: string;
}

/**
 * Decides about one resource. Pure: the same resource, rules and time always give the same decision. The order of the
 * questions is the order of what makes removal wrong: unknown type, ambiguous tags, protection, unreadable expiry,
 * ownership, and only then time.
 */
export function decide(resource: Resource, rules: Rules, now: Instant): Decision {
  const { policy } = rules;
  if (!isTypeOn(resource.type, policy)) return because('type-off');

  const { tags } = resource;
  const colliding = collidingKeys(tags, [...policy.expiry.tags, policy.protect.tag]);
  if (colliding.length > 0) return because('keys-collide', { detail: colliding.join(', ') });

  const protection = readProtection(tags, policy.protect.tag, policy.expiry.timeZone);
  if (protection.kind === 'always') return because('protected');
  if (protection.kind === 'until' && now < protection.until) {
    return because('protected-until', { detail: toIso(protection.until) });
  }
  if (protection.kind === 'unreadable') {
    return because('protect-unreadable', { detail: `${protection.key}=${protection.value}` });
  }

  const expiry = expiryOf(resource, policy, now);
  switch (expiry.kind) {
    case 'none':
      return because('no-expiry');
    case 'unreadable':
      return because('expiry-unreadable', { detail: `${expiry.key}=${expiry.value}: ${expiry.why}` });
    case 'never':
      if (isLetGo(resource, policy)) return decideLetGo(resource, rules, now);
      return because(outlived(resource, policy, now) ? 'beyond-max-lifetime' : 'never', disagreement(expiry));
    case 'at':
      return decideDated(resource, rules, now, expiry);
    default:
      return expiry satisfies never;
  }
}

function because(reason: Reason, seen: { expiresAt?: Instant; detail?: string } = {}): Decision {
  return { action: actionOf(reason), reason, ...seen };
}

function disagreement({ disagree }: { disagree: boolean }): { detail?: string } {
  return disagree ? { detail: 'its expiry keys disagree; the later one counts' } : {};
}

/** The expiry of a resource from its tags and what the ledger knows; what was never seen is first seen now. */
export function expiryOf(resource: Resource, policy: Policy, now: Instant): Expiry {
  const tags = readExpiryTags(resource.tags, policy.expiry.tags, policy.expiry.timeZone);
  const start = { createdAt: resource.createdAt, firstSeenAt: valuesSeenAt(resource, policy) ?? now };
  return effectiveExpiry(tags, start, memoryOf(resource).extendedTo);
}

/** Since when the ledger knows the very expiry values that stand now. */
function valuesSeenAt(resource: Resource, policy: Policy): Instant | undefined {
  return standingSighting(resource, policy)?.firstSeenAt;
}

/** What the ledger knows of the very expiry values that stand now. Those that were gone in between are new ones. */
export function standingSighting(resource: Resource, { expiry }: Policy): Sighting | undefined {
  const { sighting } = memoryOf(resource);
  const values = valuesOf(readExpiryTags(resource.tags, expiry.tags, expiry.timeZone));
  return sighting?.values === values && sighting.goneAt === undefined ? sighting : undefined;
}

/** AWS's clock and ours may differ by this much. */
const clockSkew: Duration = 5 * minute;

/** What is remembered of an earlier resource with the same name says nothing about this one. */
export function memoryOf({
  memory,
  identity,
  createdAt,
}: {
  memory: Memory;
  identity?: string | undefined;
  createdAt?: Instant | undefined;
}): Memory {
  const another = identity !== undefined && memory.identity !== undefined && identity !== memory.identity;
  const seenBefore =
    createdAt !== undefined && memory.firstSeenAt !== undefined && memory.firstSeenAt < createdAt - clockSkew;
  return another || seenBefore ? nothingKnown : memory;
}

function decideDated(
  resource: Resource,
  rules: Rules,
  now: Instant,
  expiry: { at: Instant; disagree: boolean },
): Decision {
  const { policy } = rules;
  const expiresAt = expiry.at;
  const seen = { expiresAt, ...disagreement(expiry) };
  if (now < expiresAt) {
    if (isLetGo(resource, policy)) return decideLetGo(resource, rules, now, expiresAt);
    const nextLead = unwarnedLead(expiresAt, memoryOf(resource).receipts, policy.expiry, now);
    if (nextLead === undefined)
      return because(outlived(resource, policy, now) ? 'beyond-max-lifetime' : 'not-due', seen);
    return owned(resource, expiresAt) ?? acting(because('expiring', seen), rules);
  }
  const obstacle = owned(resource, expiresAt) ?? obstructed(resource, rules, now, expiresAt);
  if (obstacle !== undefined) return obstacle;
  return acting(decideExpired(resource, policy, now, seen), rules);
}

function decideExpired(resource: Resource, policy: Policy, now: Instant, seen: { expiresAt: Instant }): Decision {
  if (isLetGo(resource, policy)) return inWindow(because('let-go', seen), policy, now);
  const dueAt = removableFrom(resource, policy, seen.expiresAt, now);
  if (dueAt === undefined) return because('expired-unwarned', seen);
  return now < dueAt ? because('warned-recently', seen) : inWindow(because('expired', seen), policy, now);
}

function decideLetGo(resource: Resource, rules: Rules, now: Instant, expiresAt?: Instant): Decision {
  const seen = expiresAt === undefined ? {} : { expiresAt };
  const obstacle = owned(resource, expiresAt) ?? obstructed(resource, rules, now, expiresAt);
  return obstacle ?? acting(inWindow(because('let-go', seen), rules.policy, now), rules);
}

/** The order holds for the very values that the person saw. */
function isLetGo(resource: Resource, { expiry }: Policy): boolean {
  const { letGo } = memoryOf(resource);
  return letGo !== undefined && letGo.values === valuesOf(readExpiryTags(resource.tags, expiry.tags, expiry.timeZone));
}

function owned(resource: Resource, expiresAt?: Instant): Decision | undefined {
  const owner = resource.owner ?? ownerInTags(resource.tags);
  if (owner === undefined) return undefined;
  const seen = { detail: owner.name, ...(expiresAt !== undefined && { expiresAt }) };
  return because(owner.kind === 'stack' ? 'owned-by-stack' : 'owned-by-controller', seen);
}

function obstructed(resource: Resource, rules: Rules, now: Instant, expiresAt?: Instant): Decision | undefined {
  const seen = expiresAt === undefined ? {} : { expiresAt };
  if (rules.paused) return because('paused', seen);
  const { quarantinedUntil } = memoryOf(resource);
  if (quarantinedUntil !== undefined && now < quarantinedUntil) {
    return because('quarantined', { ...seen, detail: `until ${toIso(quarantinedUntil)}` });
  }
  return undefined;
}

/** Observe mode warns nobody and removes nothing. */
function acting(decision: Decision, rules: Rules): Decision {
  const acts = decision.action === 'remove' || decision.action === 'warn';
  if (!acts || rules.dryRun || rules.accountMode === 'enforce') return decision;
  return { ...decision, action: 'keep', reason: 'account-observed' };
}

function inWindow(decision: Decision, policy: Policy, now: Instant): Decision {
  const { window } = policy.removal;
  if (window === undefined || isWithinWindow(now, window, policy.expiry.timeZone)) return decision;
  return { ...decision, action: 'keep', reason: 'outside-window' };
}

/** Reported, never made due: what is older than the policy's longest lifetime. */
function outlived(resource: Resource, policy: Policy, now: Instant): boolean {
  const { maxLifetime } = policy.expiry;
  const since = resource.createdAt ?? memoryOf(resource).firstSeenAt;
  return maxLifetime !== undefined && since !== undefined && now - since > maxLifetime;
}

/** The instant from which an expired resource may go; `undefined`: nobody was warned. */
function removableFrom(resource: Resource, policy: Policy, expiresAt: Instant, now: Instant): Instant | undefined {
  const receipts = ownReceipts(memoryOf(resource).receipts, resource.identity);
  const fullLead = needsFullLead(resource, policy, now);
  const seenAt = valuesSeenAt(resource, policy) ?? now;
  return goesFrom(expiresAt, { receipts, fullLead, seenAt }, policy.expiry);
}

/** An expiry key that comes more than this after the creation may have been set to have Mayfly delete it. */
const lateTag: Duration = day;

/**
 * Who may tag but not delete must not delete through Mayfly: a key that appeared late, or an expiry moved earlier by
 * somebody else. A resource that shows no creation is judged by its last change, which can't be earlier.
 */
export function needsFullLead(resource: Resource, policy: Policy, now: Instant): boolean {
  const { sighting, firstSeenAt = now } = memoryOf(resource);
  const standing = standingSighting(resource, policy);
  if (standing?.byMayfly) return false;
  if (standing !== undefined) return standing.needsFullLead || cameLate(resource, firstSeenAt);
  if (sighting === undefined) return cameLate(resource, firstSeenAt);
  // Without a tag it never expired.
  const before = sighting.goneAt === undefined ? sighting.expiresAt : undefined;
  const expiry = expiryOf(resource, policy, now);
  return sighting.needsFullLead || (expiry.kind === 'at' && expiry.at < (before ?? Number.POSITIVE_INFINITY));
}

function cameLate(resource: Resource, firstSeenAt: Instant): boolean {
  const since = resource.createdAt ?? resource.changedAt;
  return since !== undefined && firstSeenAt - since > lateTag;
}

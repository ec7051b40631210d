import { expiryOf, memoryOf, needsFullLead, standingSighting } from '../core/decide.ts';
import { readExpiryTags } from '../core/expiry.ts';
import type { Event } from '../core/history.ts';
import type { Policy } from '../core/policy.ts';
import { type Resource, type Sighting, valuesOf } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';

/**
 * What the ledger is to learn of the expiry tags of a resource: nothing where it knows these values and the shard that
 * shows them, so that writes grow with what changes.
 */
export function sightingOf(resource: Resource, policy: Policy, now: Instant): Event[] {
  const { arn, account, region, identity, createdAt } = resource;
  const tags = readExpiryTags(resource.tags, policy.expiry.tags, policy.expiry.timeZone);
  const standing = standingSighting(resource, policy);
  if (tags.length === 0 || (standing !== undefined && memoryOf(resource).seenIn !== undefined)) return [];
  const sighting = standing ?? newSighting(resource, valuesOf(tags), policy, now);
  const known = { ...(identity !== undefined && { identity }), ...(createdAt !== undefined && { createdAt }) };
  return [{ arn, at: now, kind: 'seen', sighting, account, region, ...known }];
}

function newSighting(resource: Resource, values: string, policy: Policy, now: Instant): Sighting {
  const expiry = expiryOf(resource, policy, now);
  return {
    values,
    firstSeenAt: now,
    ...(expiry.kind === 'at' && { expiresAt: expiry.at }),
    needsFullLead: needsFullLead(resource, policy, now),
  };
}

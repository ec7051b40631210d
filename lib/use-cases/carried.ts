import { expiryOf, memoryOf } from '../core/decide.ts';
import { collidingKeys, readExpiryTags, readProtection } from '../core/expiry.ts';
import type { Policy } from '../core/policy.ts';
import type { Reason } from '../core/reasons.ts';
import { type Memory, nothingKnown, type Shard, valuesOf } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import type { Present } from '../resource-types/define.ts';
import { type Member, readMembers } from './carried-members.ts';
import type { Ports, Session } from './ports.ts';

/** Why a parent can't go: something that would go with it. */
export interface CarryObstacle {
  reason: Extract<Reason, 'carries-protected' | 'carries-live'>;
  detail: string;
}

/**
 * Reads what goes with the parents, through its own type where Mayfly knows it, and finds what forbids them to go. What
 * can't be read forbids it too.
 */
export async function findCarryObstacles(
  ports: Ports,
  session: Session,
  shard: Shard,
  parents: readonly Present[],
  policy: Policy,
  now: Instant,
): Promise<Map<string, CarryObstacle>> {
  const obstacles = new Map<string, CarryObstacle>();
  const carrying = parents.filter(({ carries = [] }) => carries.length > 0);
  const byParent = await readMembers(ports, session, shard, carrying);
  const members = [...byParent.values()].flat();
  const memories = await ports.ledger.memories(members.flatMap(({ arn }) => (arn === undefined ? [] : [arn])));
  for (const parent of carrying) {
    const found = byParent
      .get(parent.id)
      ?.map((member) => judge(parent, member, memories.get(member.arn ?? '') ?? nothingKnown, policy, now))
      .find((obstacle) => obstacle !== undefined);
    if (found !== undefined) obstacles.set(parent.id, found);
  }
  return obstacles;
}

function judge(
  parent: Present,
  member: Member,
  memory: Memory,
  policy: Policy,
  now: Instant,
): CarryObstacle | undefined {
  const { name, tags } = member;
  if (member.protection !== undefined) return { reason: 'carries-protected', detail: `${name}: ${member.protection}` };
  if (tags === undefined) return { reason: 'carries-protected', detail: `${name} can't be read: ${member.unreadable}` };
  const { timeZone, tags: keys } = policy.expiry;
  const protection = readProtection(tags, policy.protect.tag, timeZone);
  const protects = protection.kind === 'until' ? now < protection.until : protection.kind !== 'none';
  if (protects) return { reason: 'carries-protected', detail: `${name} has a protect tag` };
  if (collidingKeys(tags, [...keys, policy.protect.tag]).length > 0)
    return { reason: 'carries-protected', detail: `${name} has colliding keys` };
  const { identity, createdAt } = member;
  const known = { ...(identity !== undefined && { identity }), ...(createdAt !== undefined && { createdAt }) };
  const { extendedTo } = memoryOf({ memory, ...known });
  // Whatever its tags say: an extension that only the ledger keeps is not in them.
  if (extendedTo !== undefined && extendedTo > now) return { reason: 'carries-live', detail: `${name} was extended` };
  const place = { type: '', account: '', region: '' };
  const expiry = expiryOf({ arn: member.arn ?? name, ...place, tags, memory, ...known }, policy, now);
  const sameAsParent =
    valuesOf(readExpiryTags(tags, keys, timeZone)) === valuesOf(readExpiryTags(parent.tags, keys, timeZone));
  switch (expiry.kind) {
    case 'none':
      return undefined;
    case 'unreadable':
      return { reason: 'carries-protected', detail: `${name}: ${expiry.key} can't be read, ${expiry.why}` };
    case 'never':
      return sameAsParent ? undefined : { reason: 'carries-live', detail: `${name} never expires` };
    case 'at':
      return sameAsParent || expiry.at <= now ? undefined : { reason: 'carries-live', detail: `${name} expires later` };
    default:
      return expiry satisfies never;
  }
}

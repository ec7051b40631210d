import { expiryOf } from '../core/decide.ts';
import { collidingKeys, readExpiryTags, readProtection } from '../core/expiry.ts';
import type { Policy } from '../core/policy.ts';
import type { Reason } from '../core/reasons.ts';
import { type Memory, nothingKnown, type Shard, valuesOf } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import type { Carried, Description, Present } from '../resource-types/define.ts';
import { resourceType, resourceTypes } from '../resource-types/index.ts';
import { memberId } from '../resource-types/stack.ts';
import type { Ports, Session } from './ports.ts';

/** Why a parent can't go: something that would go with it. */
export interface CarryObstacle {
  reason: Extract<Reason, 'carries-protected' | 'carries-live'>;
  detail: string;
}

/**
 * Reads what goes with the parents, through its own type where Mayfly knows it, and finds what forbids them to go. A
 * carried resource that can't be read forbids it too.
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
  const described = await describeCarried(session, shard, carrying);
  for (const parent of carrying) {
    const members = await readCarried(ports, session, parent, described);
    const memories = await ports.ledger.memories(members.flatMap(({ arn }) => (arn === undefined ? [] : [arn])));
    const found = members
      .map((member) => judge(parent, member, memories.get(member.arn ?? ''), policy, now))
      .find((obstacle) => obstacle !== undefined);
    if (found !== undefined) obstacles.set(parent.id, found);
  }
  return obstacles;
}

interface Member {
  name: string;
  arn?: string;
  createdAt?: Instant;
  tags?: Readonly<Record<string, string>>;
  /** Deletion protection that is on: the parent's removal would stop half-way. */
  protection?: string;
  /** Why its tags are not known. */
  unreadable?: string;
}

type Described = ReadonlyMap<string, Description>;

/** All parents together, type by type: a batch of a hundred servers asks for their disks once. */
async function describeCarried(session: Session, shard: Shard, parents: readonly Present[]): Promise<Described> {
  const unread = parents.flatMap(({ carries = [] }) => carries.map(withType)).filter(({ tags }) => tags === undefined);
  const described = new Map<string, Description>();
  for (const [id, some] of Map.groupBy(unread, ({ type }) => type)) {
    const type = id === undefined ? undefined : resourceType(id);
    if (type === undefined) continue;
    const bound = await type.bind(session.source, { ...shard, partition: session.partition });
    const answers = await bound.describe([...new Set(some.map((one) => one.id))]);
    for (const answer of answers) described.set(`${id} ${answer.id}`, answer);
  }
  return described;
}

async function readCarried(ports: Ports, session: Session, parent: Present, described: Described): Promise<Member[]> {
  const { carries = [] } = parent;
  const typed = carries.map(withType);
  const members = typed.flatMap(({ type, id, arn, tags }): Member[] => {
    if (tags !== undefined) return [{ name: id, arn, tags }];
    const answer = described.get(`${type} ${id}`);
    return answer === undefined ? [] : fromDescription(answer);
  });
  // Members of types that Mayfly does not know still show their tags under the tag of their stack, or nested stack.
  if (typed.some(({ type, tags }) => type === undefined && tags === undefined)) {
    const nested = typed.filter(({ type }) => type === 'cloudformation:stack').map(({ arn }) => arn);
    for (const stack of [parent.id, ...nested]) {
      const tagged = await ports.inventory.withTag(session, 'aws:cloudformation:stack-id', stack);
      const known = new Set(members.map(({ arn }) => arn));
      members.push(...tagged.filter(({ arn }) => !known.has(arn)).map(({ arn, tags }) => ({ name: arn, arn, tags })));
    }
  }
  return members;
}

/** Members of stacks come with CloudFormation's names of type and id. */
function withType(carried: Carried): Carried {
  const { cloudFormation } = carried;
  if (cloudFormation === undefined) return carried;
  const type = resourceTypes.find((one) => one.cloudFormation === cloudFormation);
  return type === undefined ? carried : { ...carried, type: type.id, id: memberId(cloudFormation, carried.id) };
}

function fromDescription(description: Description): Member[] {
  switch (description.kind) {
    case 'present': {
      const { id, arn, tags, createdAt, protection } = description;
      const more = { ...(createdAt !== undefined && { createdAt }), ...(protection !== undefined && { protection }) };
      return [{ name: id, arn, tags, ...more }];
    }
    case 'unreadable':
      return [{ name: description.id, unreadable: description.why }];
    case 'gone':
    case 'leaving':
      return [];
    default:
      return description satisfies never;
  }
}

function judge(
  parent: Present,
  member: Member,
  memory: Memory | undefined,
  policy: Policy,
  now: Instant,
): CarryObstacle | undefined {
  const { name, tags } = member;
  if (tags === undefined) return { reason: 'carries-protected', detail: `${name} can't be read: ${member.unreadable}` };
  if (member.protection !== undefined) return { reason: 'carries-protected', detail: `${name}: ${member.protection}` };
  const { timeZone, tags: keys } = policy.expiry;
  const protection = readProtection(tags, policy.protect.tag, timeZone);
  const protects = protection.kind === 'until' ? now < protection.until : protection.kind !== 'none';
  if (protects) return { reason: 'carries-protected', detail: `${name} has a protect tag` };
  if (collidingKeys(tags, keys).length > 0)
    return { reason: 'carries-protected', detail: `${name} has colliding keys` };
  const expiryTags = readExpiryTags(tags, keys, timeZone);
  const sameAsParent = valuesOf(expiryTags) === valuesOf(readExpiryTags(parent.tags, keys, timeZone));
  const resource = { arn: member.arn ?? name, type: '', account: '', region: '', tags, memory: memory ?? nothingKnown };
  const expiry = expiryOf(
    { ...resource, ...(member.createdAt !== undefined && { createdAt: member.createdAt }) },
    policy,
    now,
  );
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

import type { Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { Carried, Description, Present } from '../resource-types/define.ts';
import { identify, resourceType, resourceTypes } from '../resource-types/index.ts';
import { memberId, stack } from '../resource-types/stack.ts';
import type { Ports, Session } from './ports.ts';

/** Something that goes with a parent, however far below it. */
export interface Member {
  name: string;
  arn?: string;
  identity?: string;
  createdAt?: Instant;
  tags?: Readonly<Record<string, string>>;
  /** Deletion protection that is on: the parent's removal would stop half-way, or not respect it. */
  protection?: string;
  /** Why its tags are not known. */
  unreadable?: string;
}

/** Beyond this much the parent counts as unreadable: half a list protects nothing. */
const membersMax = 10_000;

const callsAtOnce = 4;

/** How far the reading of one parent has come. */
interface Walk {
  parent: Present;
  members: Member[];
  seen: Set<string>;
  /** What is to be described next. */
  next: Carried[];
  /** The stacks in it, the parent itself among them. */
  stacks: string[];
  hasUnknown: boolean;
}

type Answers = Map<string, Description>;

/**
 * Reads what goes with the parents and what goes with that, to the end: level by level and all parents together, so
 * that a hundred groups ask for the disks of their servers once. By the id of the parent.
 */
export async function readMembers(
  ports: Pick<Ports, 'inventory'>,
  session: Session,
  shard: Shard,
  parents: readonly Present[],
): Promise<Map<string, Member[]>> {
  const walks = parents.map(startOf);
  const answers: Answers = new Map();
  for (let open = walks.filter(isOpen); open.length > 0; open = open.filter(isOpen)) {
    await describeNext(session, shard, open, answers);
    for (const walk of open) step(walk, answers);
  }
  const withUnknown = walks.filter(({ hasUnknown }) => hasUnknown);
  await inParallel(withUnknown, callsAtOnce, (walk) => addTagged(ports, session, walk));
  return new Map(walks.map(({ parent, members }) => [parent.id, members]));
}

function isOpen({ next }: Walk): boolean {
  return next.length > 0;
}

function keyOf({ type, cloudFormation, id }: Pick<Carried, 'type' | 'cloudFormation' | 'id'>): string {
  return `${type ?? cloudFormation} ${id}`;
}

function startOf(parent: Present): Walk {
  const type = identify(parent.arn)?.type?.id ?? 'unknown';
  const stacks = type === stack.id ? [parent.id] : [];
  const seen = new Set([keyOf({ type, id: parent.id })]);
  const walk: Walk = { parent, members: [], seen, next: [], stacks, hasUnknown: false };
  enter(walk, parent.carries ?? []);
  return walk;
}

function enter(walk: Walk, carries: readonly Carried[]): void {
  for (const carried of carries.map(withType)) {
    const { id, arn, type, tags, protection } = carried;
    if (protection !== undefined) walk.members.push({ name: id, protection });
    if (walk.seen.has(keyOf(carried))) continue;
    walk.seen.add(keyOf(carried));
    if (walk.seen.size > membersMax) {
      walk.members.push({ name: walk.parent.id, unreadable: `more than ${membersMax} resources would go with it` });
      walk.next = [];
      return;
    }
    if (type === stack.id) walk.stacks.push(arn);
    if (tags !== undefined) walk.members.push({ name: id, arn, tags });
    else walk.next.push(carried);
  }
}

/** Members of stacks come with CloudFormation's names of type and id. */
function withType(carried: Carried): Carried {
  const { cloudFormation } = carried;
  if (cloudFormation === undefined) return carried;
  const type = resourceTypes.find((one) => one.cloudFormation === cloudFormation);
  return type === undefined ? carried : { ...carried, type: type.id, id: memberId(cloudFormation, carried.id) };
}

async function describeNext(session: Session, shard: Shard, walks: readonly Walk[], answers: Answers): Promise<void> {
  const unread = walks.flatMap(({ next }) => next).filter((carried) => !answers.has(keyOf(carried)));
  const byType = Map.groupBy(unread, ({ type }) => (type === undefined ? undefined : resourceType(type)));
  await inParallel([...byType], callsAtOnce, async ([type, some]) => {
    if (type === undefined) return;
    const bound = await type.bind(session.source, { ...shard, partition: session.partition });
    const found = await bound.describe([...new Set(some.map(({ id }) => id))]);
    for (const one of found) answers.set(keyOf({ type: type.id, id: one.id }), one);
  });
}

function step(walk: Walk, answers: Answers): void {
  const { next } = walk;
  walk.next = [];
  for (const carried of next) {
    const answer = answers.get(keyOf(carried));
    if (answer === undefined) walk.hasUnknown = true;
    else take(walk, answer);
    if (walk.seen.size > membersMax) return;
  }
}

function take(walk: Walk, answer: Description): void {
  switch (answer.kind) {
    case 'present': {
      const { id, arn, identity, tags, createdAt, protection, carries = [] } = answer;
      const more = { ...(createdAt !== undefined && { createdAt }), ...(protection !== undefined && { protection }) };
      walk.members.push({ name: id, arn, identity, tags, ...more });
      enter(walk, carries);
      return;
    }
    case 'unreadable':
      walk.members.push({ name: answer.id, unreadable: answer.why });
      return;
    case 'gone':
    case 'leaving':
      return;
    default:
      answer satisfies never;
  }
}

/** Members of types that Mayfly does not know still show their tags under the tag of their stack, or nested stack. */
async function addTagged({ inventory }: Pick<Ports, 'inventory'>, session: Session, walk: Walk): Promise<void> {
  const known = new Set(walk.members.map(({ arn }) => arn));
  for (const arn of walk.stacks) {
    try {
      const tagged = await inventory.withTag(session, 'aws:cloudformation:stack-id', arn);
      const others = tagged.filter((one) => !known.has(one.arn));
      walk.members.push(...others.map((one) => ({ name: one.arn, arn: one.arn, tags: one.tags })));
    } catch (error) {
      walk.members.push({ name: arn, unreadable: `its members could not be listed: ${(error as Error).message}` });
      return;
    }
  }
}

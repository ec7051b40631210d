import { protectedBy } from '../core/guard-protection.ts';
import type { GuardTarget } from '../core/guard-steps.ts';
import type { Policy } from '../core/policy.ts';
import { ownerInTags, type Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { Carried, Present, ResourceType } from '../resource-types/define.ts';
import { identify } from '../resource-types/index.ts';
import { ownTags } from './belonging.ts';
import type { Session } from './ports.ts';

/** Where and when something is looked at, and by which policy. */
export interface GuardView {
  session: Session;
  shard: Shard;
  policy: Policy;
  now: Instant;
}

/** AWS writes it on every instance of a group. */
const groupKey = 'aws:autoscaling:groupName';

/**
 * Something that was described, as the guard sees it. `groups`: the ARN of a group by its name; an instance whose group
 * is not known still belongs to one.
 */
export function targetOf(
  type: Pick<ResourceType, 'id' | 'needs'>,
  present: Present,
  { shard, policy, now }: Omit<GuardView, 'session'>,
  groups: ReadonlyMap<string, string> = new Map(),
): GuardTarget {
  const { arn, identity, tags } = present;
  const { environment } = ownTags(tags, policy);
  const kept = protectedBy(tags, policy, now);
  const about = {
    arn,
    type: type.id,
    region: shard.region,
    identity,
    ...(environment !== undefined && { environment }),
    ...(kept !== undefined && { protectedBy: kept }),
  };
  if (type.needs.resize !== undefined) return { ...about, what: { kind: 'group', sizes: sizesOf(present) } };
  const name = tags[groupKey];
  const kind = type.id.startsWith('rds:') ? 'database' : 'server';
  const state = present.server?.state ?? 'changing';
  // A group terminates its instances and makes others: nothing of what a stop or a start is about matters to them.
  if (name !== undefined) return { ...about, what: { kind, state, group: groups.get(name) ?? name } };
  const unstoppable = whyUnstoppable(present);
  const loses = kind === 'database' ? [] : lossesOf(present);
  return { ...about, ...(unstoppable !== undefined && { unstoppable }), loses, what: { kind, state } };
}

export function sizesOf({ facts: { minSize, desiredCapacity, maxSize } }: Present) {
  return { min: Number(minSize), desired: Number(desiredCapacity), max: Number(maxSize) };
}

function whyUnstoppable({ server, owner, tags }: Present): string | undefined {
  if (server === undefined) return 'its description says nothing about it as a server';
  if (server.unstoppable !== undefined) return server.unstoppable;
  const who = owner ?? ownerInTags(tags);
  return who?.kind === 'controller' ? `it is run by ${who.name}, which would start another one` : undefined;
}

function lossesOf({ facts: { publicIps } }: Present): string[] {
  const address = Number(publicIps) > 0 ? ['its public IPv4 address, which is no Elastic IP address'] : [];
  return [...address, 'what is in its memory'];
}

/**
 * Why something must not be stopped for the sake of what stops with it, in words, by its ARN: a member that is
 * protected or can't be read. What is gone meanwhile, and what is going, is no reason.
 */
export async function memberObstacles(view: GuardView, parents: readonly Present[]): Promise<Map<string, string>> {
  const { session, shard, policy, now } = view;
  const members = parents.flatMap(({ carries = [] }) => carries);
  const byType = Map.groupBy(members, ({ arn }) => identify(arn)?.type);
  const obstacles = new Map<string, string>();
  await inParallel([...byType], typesAtOnce, async ([type, some]) => {
    const bound = await type?.bind(session.source, { ...shard, partition: session.partition });
    const found = (await bound?.describeAlone(some.map(({ id }) => id))) ?? [];
    some.forEach(({ arn, id }, index) => {
      const one = found[index];
      const kept = one?.kind === 'present' ? protectedBy(one.tags, policy, now) : undefined;
      if (kept !== undefined) obstacles.set(arn, `its member ${id} is protected: ${kept}`);
      if (one === undefined) obstacles.set(arn, `its member ${id} is of a type that Mayfly does not know`);
      if (one?.kind === 'unreadable') obstacles.set(arn, `its member ${id} can't be read: ${one.why}`);
    });
  });
  return new Map(
    parents.flatMap(({ arn, carries = [] }) => {
      const why = carries.map((one) => protectionOf(one) ?? obstacles.get(one.arn)).find((one) => one !== undefined);
      return why === undefined ? [] : [[arn, why] as const];
    }),
  );
}

const typesAtOnce = 2;

/** Protection that is no tag: a group that gets smaller respects the one and not the other. */
export function protectionOf({ id, protection }: Carried): string | undefined {
  return protection === undefined ? undefined : `its member ${id} is protected: ${protection}`;
}

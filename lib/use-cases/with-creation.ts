import { expiryOf } from '../core/decide.ts';
import { firstSightGrace, readExpiryTags } from '../core/expiry.ts';
import { isTypeOn, type Policy } from '../core/policy.ts';
import type { Resource, Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { Present } from '../resource-types/define.ts';
import { identify, resourceType } from '../resource-types/index.ts';
import type { Session } from './ports.ts';

/** Resources, and what was described of them on the way, by ARN. */
export interface KnownResources {
  resources: Resource[];
  described: ReadonlyMap<string, Present>;
}

/**
 * A relative expiry counts from the creation, which only a describe tells. It is asked for where it matters: where the
 * earliest reading of the tag has passed, and where a tag has come back, which may be on another resource of the name.
 * Everything else is not due either way, and costs no call.
 */
export async function withCreation(
  session: Session,
  shard: Shard,
  resources: readonly Resource[],
  policy: Policy,
  now: Instant,
): Promise<KnownResources> {
  const wanted = resources.filter(
    (resource) =>
      resource.createdAt === undefined &&
      isTypeOn(resource.type, policy) &&
      (mayBeDue(resource, policy, now) || resource.memory.sighting?.goneAt !== undefined),
  );
  const byType = Map.groupBy(wanted, ({ type }) => type);
  const described = await inParallel([...byType], 4, async ([id, some]) => {
    const type = resourceType(id);
    if (type === undefined) return [];
    const bound = await type.bind(session.source, { ...shard, partition: session.partition });
    const answers = await bound.describe(some.flatMap(({ arn }) => identify(arn)?.id ?? []));
    return answers.flatMap((one) => (one.kind === 'present' ? [[`${id} ${one.id}`, one] as const] : []));
  });
  const present = new Map(described.flat());
  const byArn = new Map<string, Present>();
  for (const { arn, type } of wanted) {
    const found = present.get(`${type} ${identify(arn)?.id}`);
    if (found !== undefined) byArn.set(arn, found);
  }
  const known = resources.map((resource) => {
    const found = byArn.get(resource.arn);
    return found === undefined ? resource : { ...resource, ...describedFields(found) };
  });
  return { resources: known, described: byArn };
}

function mayBeDue(resource: Resource, policy: Policy, now: Instant): boolean {
  const tags = readExpiryTags(resource.tags, policy.expiry.tags, policy.expiry.timeZone);
  if (!tags.some(({ reading }) => reading.kind === 'after')) return false;
  const expiry = expiryOf(resource, policy, now);
  return expiry.kind === 'at' && now >= expiry.at - firstSightGrace;
}

/** What a decision needs of a description. */
export function describedFields({ identity, createdAt, changedAt, owner }: Present) {
  return {
    identity,
    ...(createdAt !== undefined && { createdAt }),
    ...(changedAt !== undefined && { changedAt }),
    ...(owner !== undefined && { owner }),
  };
}

import { expiryOf } from '../core/decide.ts';
import { collidingKeys, type ExpiryTag, readExpiryTags, readExpiryValue, tagsNamed } from '../core/expiry.ts';
import { extend as extendTo } from '../core/extend.ts';
import type { Policy } from '../core/policy.ts';
import { type Sighting, valuesOf } from '../core/resource.ts';
import { type Duration, type Instant, toIso } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import { type FoundTarget, findTargets } from './find-targets.ts';
import type { Ports } from './ports.ts';

export interface ExtendRequest {
  policy: Policy;
  /** An ARN, or the name of an environment. */
  name: string;
  by: Duration;
  account?: string;
  reason?: string;
  who: string;
}

export interface Extended {
  changed: { arn: string; from: string; to: string; note?: string }[];
  failed: { arn: string; why: string }[];
}

const writesAtOnce = 4;

/**
 * Extends what carries an expiry key, each resource by itself: one that fails never stops the others. The tag is
 * written through the owning service; a stack's extension is kept in the ledger, because tagging a stack would update
 * it.
 */
export async function extend(ports: Ports, request: ExtendRequest): Promise<Extended> {
  const { targets, missing } = await findTargets(ports, request.policy, request.name, request.account);
  const answers = await inParallel(targets, writesAtOnce, (target) => extendOne(ports, request, target));
  return {
    changed: answers.flatMap((answer) => ('to' in answer ? [answer] : [])),
    failed: [...answers.flatMap((answer) => ('why' in answer ? [answer] : [])), ...missing],
  };
}

type Answer = Extended['changed'][number] | Extended['failed'][number];

async function extendOne(ports: Ports, request: ExtendRequest, target: FoundTarget): Promise<Answer> {
  const { arn, tags, createdAt } = target.resource;
  const { policy } = request;
  const now = ports.clock.now();
  const keys = readExpiryTags(tags, policy.expiry.tags, policy.expiry.timeZone);
  const obstacle = whyNot(target, keys, policy);
  if (obstacle !== undefined) return { arn, why: obstacle };
  const expiry = expiryOf(target.resource, policy, now);
  if (expiry.kind === 'never') return { arn, why: 'its tag says never: there is nothing to extend' };
  const present = expiry.kind === 'at' ? expiry.at : undefined;
  const { to, cutBy } = extendTo(present, request.by, policy.expiry, createdAt, now);
  if (to <= (present ?? now)) {
    return {
      arn,
      why: `it already lasts to ${toIso(present ?? now)}, the most that expiry.${cutBy ?? 'maxExtension'} allows`,
    };
  }
  try {
    const note = await write(ports, request, target, keys, to, present);
    const from = present === undefined ? (keys[0]?.value ?? '') : toIso(present);
    const notes = [note, cutBy === undefined ? undefined : `less than asked for: expiry.${cutBy}`].filter(
      (part) => part !== undefined,
    );
    return { arn, from, to: toIso(to), ...(notes.length > 0 && { note: notes.join('; ') }) };
  } catch (error) {
    return { arn, why: (error as Error).message };
  }
}

function whyNot({ present }: FoundTarget, keys: readonly ExpiryTag[], policy: Policy): string | undefined {
  if (keys.length === 0) return 'it carries no expiry tag, and only what carries one can be extended';
  const colliding = collidingKeys(present.tags, policy.expiry.tags);
  return colliding.length > 0 ? `its keys ${colliding.join(' and ')} differ only in case: remove one first` : undefined;
}

/** Writes the new expiry and remembers it as Mayfly's own, so that it never counts as a tag used as a weapon. */
async function write(
  ports: Ports,
  { policy, who, reason }: ExtendRequest,
  { type, shard, present, resource }: FoundTarget,
  keys: readonly ExpiryTag[],
  to: Instant,
  from: Instant | undefined,
): Promise<string | undefined> {
  const [own = 'expires-at'] = policy.expiry.tags;
  // A second spelling of the key would collide with the first.
  const key = tagsNamed(resource.tags, [own])[0]?.[0] ?? own;
  const value = toIso(to);
  const session = await ports.cloud.tagger(shard);
  const bound = await type.bind(session.source, { ...shard, partition: session.partition });
  // A key that can't be read would go on holding the resource, whatever the first one says.
  const unreadable = keys.filter((one) => one.key !== key && one.reading.kind === 'unreadable').map((one) => one.key);
  for (const written of [key, ...unreadable]) await bound.tag?.(present, { key: written, value });
  const at = ports.clock.now();
  const inLedger = bound.tag === undefined;
  const reading = readExpiryValue(value, policy.expiry.timeZone);
  const fresh = [key, ...unreadable].map((written) => ({ key: written, value, reading }));
  const after = [...keys.filter((one) => one.key !== key && !unreadable.includes(one.key)), ...fresh];
  const sighting: Sighting = {
    values: valuesOf(inLedger ? keys : after),
    firstSeenAt: at,
    expiresAt: to,
    needsFullLead: false,
    byMayfly: true,
  };
  await ports.ledger.record([
    {
      arn: resource.arn,
      at,
      kind: 'extended',
      to,
      by: who,
      inLedger,
      sighting,
      identity: present.identity,
      ...(present.createdAt !== undefined && { createdAt: present.createdAt }),
      ...(from !== undefined && { from }),
      ...(reason !== undefined && { reason }),
    },
  ]);
  return unreadable.length === 0 ? undefined : `${unreadable.join(', ')} could not be read and says the same now`;
}

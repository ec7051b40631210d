import { expiryOf, memoryOf } from '../core/decide.ts';
import { collidingKeys, type ExpiryTag, readExpiryTags, readExpiryValue, tagsNamed } from '../core/expiry.ts';
import { type Extension as Capped, extend as extendTo, extendUntil } from '../core/extend.ts';
import type { Policy } from '../core/policy.ts';
import { type Sighting, valuesOf } from '../core/resource.ts';
import { type Duration, type Instant, toIso } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import { type FoundTarget, findTargets } from './find-targets.ts';
import type { Ports } from './ports.ts';

/** What is asked of the expiry: so much more, or an instant. */
export type Wanted = { by: Duration } | { until: Instant };

interface Order {
  policy: Policy;
  wanted: Wanted;
  reason?: string;
  who: string;
}

export interface ExtendRequest extends Omit<Order, 'wanted'> {
  /** An ARN, or the name of an environment. */
  name: string;
  by: Duration;
  account?: string;
}

export interface Extended {
  changed: { arn: string; from: string; to: string; note?: string }[];
  failed: { arn: string; why: string }[];
}

/** What became of one resource; `from` is what its tag says where that can't be read. */
export type Extension = { target: FoundTarget } & (
  | { kind: 'extended'; from: Instant | string; to: Instant; note?: string }
  /** Nothing was tried. */
  | { kind: 'not-extended'; why: string }
  | { kind: 'failed'; why: string }
);

const writesAtOnce = 4;

/** Extends what a name means: see `extendTargets`. */
export async function extend(ports: Ports, { name, account, by, ...order }: ExtendRequest): Promise<Extended> {
  const { targets, missing } = await findTargets(ports, order.policy, name, account);
  const answers = await extendTargets(ports, { ...order, wanted: { by } }, targets);
  return {
    changed: answers.flatMap((answer) => (answer.kind === 'extended' ? [changeOf(answer)] : [])),
    failed: [
      ...answers.flatMap((answer) =>
        answer.kind === 'extended' ? [] : [{ arn: answer.target.resource.arn, why: answer.why }],
      ),
      ...missing.map(({ arn, why }) => ({ arn, why })),
    ],
  };
}

function changeOf({ target, from, to, note }: Extension & { kind: 'extended' }): Extended['changed'][number] {
  const before = typeof from === 'string' ? from : toIso(from);
  return { arn: target.resource.arn, from: before, to: toIso(to), ...(note !== undefined && { note }) };
}

/**
 * Extends what carries an expiry key, each resource by itself: one that fails never stops the others. The tag is
 * written through the owning service; a stack's extension is kept in the ledger, because tagging a stack would update
 * it.
 */
export async function extendTargets(ports: Ports, order: Order, targets: readonly FoundTarget[]): Promise<Extension[]> {
  return inParallel(targets, writesAtOnce, async (target) => ({ target, ...(await extendOne(ports, order, target)) }));
}

type Result = Extension extends infer One ? (One extends Extension ? Omit<One, 'target'> : never) : never;

async function extendOne(ports: Ports, order: Order, target: FoundTarget): Promise<Result> {
  const { tags, createdAt } = target.resource;
  const { policy } = order;
  const now = ports.clock.now();
  const keys = readExpiryTags(tags, policy.expiry.tags, policy.expiry.timeZone);
  const obstacle = whyNot(target, keys, policy);
  if (obstacle !== undefined) return { kind: 'not-extended', why: obstacle };
  const expiry = expiryOf(target.resource, policy, now);
  const isLetGo = memoryOf(target.resource).letGo !== undefined;
  if (expiry.kind === 'never') {
    const why = 'its tag says never: there is nothing to extend';
    const still = 'it was let go all the same, and another value of the tag takes that back';
    return { kind: 'not-extended', why: isLetGo ? `${why}; ${still}` : why };
  }
  const present = expiry.kind === 'at' ? expiry.at : undefined;
  const { to, cutBy } = grant(present, order.wanted, policy, createdAt, now);
  try {
    if (to <= (present ?? now)) {
      if (!isLetGo || present === undefined) return { kind: 'not-extended', why: lastsTo(present ?? now, cutBy) };
      await remember(ports, order, target, { to: present, from: present, inLedger: false });
      return {
        kind: 'extended',
        from: present,
        to: present,
        note: `it is not let go any more; ${lastsTo(present, cutBy)}`,
      };
    }
    const note = await write(ports, order, target, keys, to, present);
    const notes = [note, cutBy === undefined ? undefined : `less than asked for: expiry.${cutBy}`].filter(
      (part) => part !== undefined,
    );
    const from = present ?? keys[0]?.value ?? '';
    return { kind: 'extended', from, to, ...(notes.length > 0 && { note: notes.join('; ') }) };
  } catch (error) {
    return { kind: 'failed', why: (error as Error).message };
  }
}

function grant(
  present: Instant | undefined,
  wanted: Wanted,
  { expiry }: Policy,
  createdAt: Instant | undefined,
  now: Instant,
) {
  return 'by' in wanted
    ? extendTo(present, wanted.by, expiry, createdAt, now)
    : extendUntil(present, wanted.until, expiry, createdAt, now);
}

function lastsTo(present: Instant, cutBy: Capped['cutBy']): string {
  const already = `it already lasts to ${toIso(present)}`;
  return cutBy === undefined ? already : `${already}, the most that expiry.${cutBy} allows`;
}

function whyNot({ present }: FoundTarget, keys: readonly ExpiryTag[], policy: Policy): string | undefined {
  if (keys.length === 0) return 'it carries no expiry tag, and only what carries one can be extended';
  const colliding = collidingKeys(present.tags, policy.expiry.tags);
  return colliding.length > 0 ? `its keys ${colliding.join(' and ')} differ only in case: remove one first` : undefined;
}

/** Writes the new expiry and remembers it as Mayfly's own, so that it never counts as a tag used as a weapon. */
async function write(
  ports: Ports,
  order: Order,
  target: FoundTarget,
  keys: readonly ExpiryTag[],
  to: Instant,
  from: Instant | undefined,
): Promise<string | undefined> {
  const { policy } = order;
  const { type, shard, present, resource } = target;
  const [own = 'expires-at'] = policy.expiry.tags;
  // A second spelling of the key would collide with the first.
  const key = tagsNamed(resource.tags, [own])[0]?.[0] ?? own;
  const value = toIso(to);
  const session = await ports.cloud.tagger(shard);
  const bound = await type.bind(session.source, { ...shard, partition: session.partition });
  // A key that can't be read would go on holding the resource, whatever the first one says.
  const unreadable = keys.filter((one) => one.key !== key && one.reading.kind === 'unreadable').map((one) => one.key);
  for (const written of [key, ...unreadable]) await bound.tag?.(present, { key: written, value });
  const inLedger = bound.tag === undefined;
  const reading = readExpiryValue(value, policy.expiry.timeZone);
  const fresh = [key, ...unreadable].map((written) => ({ key: written, value, reading }));
  const after = [...keys.filter((one) => one.key !== key && !unreadable.includes(one.key)), ...fresh];
  const sighting: Sighting = {
    values: valuesOf(inLedger ? keys : after),
    firstSeenAt: ports.clock.now(),
    expiresAt: to,
    needsFullLead: false,
    byMayfly: true,
  };
  await remember(ports, order, target, { to, inLedger, sighting, ...(from !== undefined && { from }) });
  return unreadable.length === 0 ? undefined : `${unreadable.join(', ')} could not be read and says the same now`;
}

/** Also takes back what a person had let go. */
async function remember(
  { ledger, clock }: Ports,
  { who, reason }: Order,
  { present, resource }: FoundTarget,
  moved: { from?: Instant; to: Instant; inLedger: boolean; sighting?: Sighting },
): Promise<void> {
  await ledger.record([
    {
      arn: resource.arn,
      at: clock.now(),
      kind: 'extended',
      by: who,
      identity: present.identity,
      ...(present.createdAt !== undefined && { createdAt: present.createdAt }),
      ...moved,
      ...(reason !== undefined && { reason }),
    },
  ]);
}

import { expiryOf, memoryOf } from '../core/decide.ts';
import { collidingKeys, type ExpiryTag, readExpiryValue, tagsNamed } from '../core/expiry.ts';
import { type Extension as Capped, grant } from '../core/extend.ts';
import type { Event } from '../core/history.ts';
import type { Policy } from '../core/policy.ts';
import { type Shard, type Sighting, valuesOf } from '../core/resource.ts';
import { type Instant, toIso } from '../core/time.ts';
import type { FoundTarget } from './find-targets.ts';
import type { Ports, Session } from './ports.ts';
import type { DateOrder } from './postpone.ts';

/** Gives the session that tags in a shard. */
export type Taggers = (shard: Shard) => Promise<Session>;

/** What became of the keys of one resource; `from` is what its tag says where that can't be read. */
export type KeysExtended =
  | { kind: 'extended'; from: Instant | string; to: Instant; note?: string }
  /** Nothing was tried. */
  | { kind: 'not-extended'; why: string }
  | { kind: 'failed'; why: string };

/** `event` is for the ledger: what it does not have is no extension. */
interface Written {
  result: KeysExtended;
  event?: Event;
}

/** What carries expiry keys, as they were read. */
interface Keyed {
  target: FoundTarget;
  keys: readonly ExpiryTag[];
}

/** Writes a later expiry into the keys of one resource, as far as the caps allow. Throws nothing. */
export async function extendKeys(
  { clock }: Pick<Ports, 'clock'>,
  taggers: Taggers,
  order: DateOrder,
  keyed: Keyed,
): Promise<Written> {
  const { target, keys } = keyed;
  const { createdAt } = target.resource;
  const { policy } = order;
  const now = clock.now();
  const not = (why: string): Written => ({ result: { kind: 'not-extended', why } });
  const obstacle = whyNot(target, keys, policy);
  if (obstacle !== undefined) return not(obstacle);
  const expiry = expiryOf(target.resource, policy, now);
  const isLetGo = memoryOf(target.resource).letGo !== undefined;
  if (expiry.kind === 'never') {
    const why = 'its tag says never: there is nothing to extend';
    const still = 'it was let go all the same, and another value of the tag takes that back';
    return not(isLetGo ? `${why}; ${still}` : why);
  }
  const present = expiry.kind === 'at' ? expiry.at : undefined;
  const { to, cutBy } = grant(present, order.wanted, policy.expiry, createdAt, now);
  if (to <= (present ?? now)) {
    if (!isLetGo || present === undefined) return not(lastsTo(present ?? now, cutBy));
    const note = `it is not let go any more; ${lastsTo(present, cutBy)}`;
    const event = eventOf(order, target, now, { to: present, from: present, inLedger: false });
    return { result: { kind: 'extended', from: present, to: present, note }, event };
  }
  try {
    const { inLedger, sighting, note } = await write(taggers, order, keyed, to, now);
    const event = eventOf(order, target, now, {
      ...{ to, inLedger, sighting },
      ...(present !== undefined && { from: present }),
    });
    const notes = [note, cutBy === undefined ? undefined : `less than asked for: expiry.${cutBy}`].filter(
      (part) => part !== undefined,
    );
    const from = present ?? keys[0]?.value ?? '';
    return { result: { kind: 'extended', from, to, ...(notes.length > 0 && { note: notes.join('; ') }) }, event };
  } catch (error) {
    return { result: { kind: 'failed', why: (error as Error).message } };
  }
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

/** Writes the new expiry. The sighting says that it is Mayfly's own: it never counts as a tag used as a weapon. */
async function write(
  taggers: Taggers,
  { policy }: DateOrder,
  { target, keys }: Keyed,
  to: Instant,
  now: Instant,
): Promise<{ inLedger: boolean; sighting: Sighting; note?: string }> {
  const { type, shard, present, resource } = target;
  const [own = 'expires-at'] = policy.expiry.tags;
  // A second spelling of the key would collide with the first.
  const key = tagsNamed(resource.tags, [own])[0]?.[0] ?? own;
  const value = toIso(to);
  const session = await taggers(shard);
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
    firstSeenAt: now,
    expiresAt: to,
    needsFullLead: false,
    byMayfly: true,
  };
  const note = `${unreadable.join(', ')} could not be read and says the same now`;
  return { inLedger, sighting, ...(unreadable.length > 0 && { note }) };
}

/** Also takes back what a person had let go. */
function eventOf(
  { who, reason }: DateOrder,
  { present, resource }: FoundTarget,
  now: Instant,
  moved: { from?: Instant; to: Instant; inLedger: boolean; sighting?: Sighting },
): Event {
  return {
    arn: resource.arn,
    at: now,
    kind: 'extended',
    by: who,
    identity: present.identity,
    ...(present.createdAt !== undefined && { createdAt: present.createdAt }),
    ...moved,
    ...(reason !== undefined && { reason }),
  };
}

import { expiryOf, memoryOf } from '../core/decide.ts';
import { collidingKeys, type ExpiryTag, readExpiryTags, readExpiryValue, tagsNamed } from '../core/expiry.ts';
import { type Extension as Capped, grant } from '../core/extend.ts';
import type { Policy } from '../core/policy.ts';
import { type Sighting, valuesOf } from '../core/resource.ts';
import { type Duration, type Instant, toIso } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import { type FoundTarget, findTargets } from './find-targets.ts';
import type { Ports } from './ports.ts';
import { type DateOrder, goesDown, isIdleServer, postponeServer } from './postpone.ts';

export interface ExtendRequest extends Omit<DateOrder, 'wanted'> {
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
export type Extension = { target: FoundTarget } /** `notIdleBefore`: its idle date was moved, too. */ & (
  | { kind: 'extended'; from: Instant | string; to: Instant; note?: string; notIdleBefore?: Instant }
  /** The idle date of a server was moved, and no expiry. */
  | { kind: 'postponed'; from: Instant; to: Instant; note?: string }
  /** Nothing was tried. */
  | { kind: 'not-extended'; why: string }
  | { kind: 'failed'; why: string }
);

const writesAtOnce = 4;

/** Extends what a name means: see `extendTargets`. */
export async function extend(ports: Ports, { name, account, by, ...order }: ExtendRequest): Promise<Extended> {
  const { targets, missing } = await findTargets(ports, order.policy, name, account);
  const answers = await extendTargets(ports, { ...order, wanted: { by } }, targets);
  const told = answers.map((answer) => ({ arn: answer.target.resource.arn, ...outcomeIn(answer) }));
  return {
    changed: told.flatMap((one) => ('to' in one ? [one] : [])),
    failed: [...told.flatMap((one) => ('why' in one ? [one] : [])), ...missing.map(({ arn, why }) => ({ arn, why }))],
  };
}

function outcomeIn(answer: Extension): Omit<Extended['changed'][number], 'arn'> | { why: string } {
  switch (answer.kind) {
    case 'extended': {
      const { from, to, note, notIdleBefore } = answer;
      const idle = notIdleBefore === undefined ? undefined : `and not stopped as idle before ${toIso(notIdleBefore)}`;
      return changed(typeof from === 'string' ? from : toIso(from), to, note, idle);
    }
    case 'postponed':
      return changed(toIso(answer.from), answer.to, 'the date from which it is idle', answer.note);
    case 'not-extended':
    case 'failed':
      return { why: answer.why };
    default:
      return answer satisfies never;
  }
}

function changed(from: string, to: Instant, ...notes: readonly (string | undefined)[]) {
  const note = notes.filter((part) => part !== undefined).join('; ');
  return { from, to: toIso(to), ...(note !== '' && { note }) };
}

/**
 * Extends what carries an expiry key, each resource by itself: one that fails never stops the others. The tag is
 * written through the owning service; a stack's extension is kept in the ledger, because tagging a stack would update
 * it. Of a server that the idle rule is about to stop the idle date is moved, which is all that one without a key has.
 */
export async function extendTargets(
  ports: Ports,
  order: DateOrder,
  targets: readonly FoundTarget[],
): Promise<Extension[]> {
  return inParallel(targets, writesAtOnce, async (target) => ({ target, ...(await extendOne(ports, order, target)) }));
}

type Result = Extension extends infer One ? (One extends Extension ? Omit<One, 'target'> : never) : never;

async function extendOne(ports: Ports, order: DateOrder, target: FoundTarget): Promise<Result> {
  const { expiry } = order.policy;
  const keys = readExpiryTags(target.resource.tags, expiry.tags, expiry.timeZone);
  if (keys.length === 0 && isIdleServer(target, order.policy)) return postponeServer(ports, order, target);
  const extended = await extendKeys(ports, order, target, keys);
  return goesDown(target, order.policy, ports.clock.now()) ? alsoPostponed(ports, order, target, extended) : extended;
}

/** Who wants more time for a server that is about to be stopped does not want it stopped, whatever its tag says. */
async function alsoPostponed(ports: Ports, order: DateOrder, target: FoundTarget, extended: Result): Promise<Result> {
  const postponed = await postponeServer(ports, order, target);
  if (extended.kind === 'extended') {
    if (postponed.kind === 'postponed') return { ...extended, notIdleBefore: postponed.to };
    const note = `its idle date stays: ${postponed.why}`;
    return { ...extended, note: extended.note === undefined ? note : `${extended.note}; ${note}` };
  }
  if (extended.kind === 'postponed' || postponed.kind !== 'postponed') return extended;
  const note = `its expiry stays: ${extended.why}`;
  return { ...postponed, note: postponed.note === undefined ? note : `${postponed.note}; ${note}` };
}

async function extendKeys(
  ports: Ports,
  order: DateOrder,
  target: FoundTarget,
  keys: readonly ExpiryTag[],
): Promise<Result> {
  const { createdAt } = target.resource;
  const { policy } = order;
  const now = ports.clock.now();
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
  const { to, cutBy } = grant(present, order.wanted, policy.expiry, createdAt, now);
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
  order: DateOrder,
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
  { who, reason }: DateOrder,
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

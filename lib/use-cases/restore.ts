import type { Event } from '../core/history.ts';
import { copiesIn } from '../core/idle-copies.ts';
import { nothingKnown } from '../core/resource.ts';
import { toIso } from '../core/time.ts';
import type { Present } from '../resource-types/define.ts';
import { restoredKey } from '../resource-types/own-copy.ts';
import type { Restorable } from './find-restorable.ts';
import { CouldNotStart } from './lease.ts';
import { markNotices } from './mark-notices.ts';
import type { Ports } from './ports.ts';
import { isRestored, makeAgain, makeByHand, type Origin, originOf } from './restore-copy.ts';
import { bringUp } from './restore-live.ts';
import { boundIn, failed, lookAt, mayNot, type Restoration, type RestoreOrder, type Restoring } from './restoring.ts';

/**
 * Has a server back: one that is stopped is started, one that is gone is made of a copy again. Acts at once, in observe
 * mode too, because a person orders it. Doing it again goes on where an earlier try ended, and makes no second server.
 * Throws `CouldNotStart` while it is being removed.
 */
export async function restore(ports: Ports, order: RestoreOrder, target: Restorable): Promise<Restoration> {
  const ended = await restoreNow(ports, order, target);
  if (ended.kind === 'restored' && ended.how !== 'running') {
    await markNotices(ports, new Map([[ended.from, { kind: 'restored', by: order.who }]]));
  }
  return ended;
}

async function restoreNow(ports: Ports, order: RestoreOrder, target: Restorable): Promise<Restoration> {
  const memory = (await ports.ledger.memories([target.arn])).get(target.arn) ?? nothingKnown;
  const asked = memory.removalRequestedAt;
  const shard = { account: target.account, region: target.region };
  const reading = await boundIn(await ports.cloud.reader(shard), target);
  const seen = await lookAt(reading, target.id);
  if (seen.kind === 'leaving' || asked !== undefined) {
    const since = asked === undefined ? '' : `; Mayfly asked for that ${toIso(asked)}`;
    throw new CouldNotStart(
      `${target.type.title} ${target.id} is being removed right now${since}: restore it once ` +
        'the next sweep has told the end',
    );
  }
  if (seen.kind === 'unreadable') return failed(target, `it can't be read: ${seen.why}`);
  const acting = await boundIn(await ports.cloud.idler(shard), target);
  const restoring: Restoring = { ports, order, target, memory, began: ports.clock.now(), reading, acting };
  return seen.kind === 'present' ? restorePresent(restoring, seen) : restoreGone(restoring, new Set());
}

async function restorePresent(restoring: Restoring, present: Present): Promise<Restoration> {
  const { order, target, ports } = restoring;
  const refused = await mayNot(order, present.tags);
  if (refused !== undefined) return refused;
  const made = present.tags[restoredKey];
  const origin = made === undefined ? undefined : await originOf(ports, target, made);
  if (origin !== undefined && !(await isRestored(ports, origin, present))) return makeAgain(restoring, origin);
  const named = target.copy === undefined ? undefined : await originOf(ports, target, target.copy);
  const isAnother = named !== undefined && named.copy.identity !== present.identity && made !== target.copy;
  if (isAnother) {
    return failed(target, `another ${target.type.title} has the name ${target.id} now: remove it first`);
  }
  const up = await bringUp(restoring, present);
  if (target.copy === undefined || up.kind !== 'restored') return up;
  const note = 'the server itself is there, so nothing was made of the copy';
  return { ...up, notes: made === target.copy ? up.notes : [...up.notes, note] };
}

/**
 * By the newest whole copy of it, or of the server that it was restored as: a copy of that is newer. The owner is
 * whoever the recipe names; where there is none, nobody knows.
 */
async function restoreGone(restoring: Restoring, seen: Set<string>): Promise<Restoration> {
  const { ports, target, order } = restoring;
  const history = await ports.ledger.history(target.arn);
  const later = laterIn(history, target);
  if (later !== undefined && !seen.has(later)) {
    const again = await restoreLater(restoring, later, seen.add(target.arn));
    if (again !== undefined) return again;
  }
  // One that the ledger does not know to be whole may be: a final snapshot whose run was killed. The service is asked.
  const origins = copiesIn(history)
    .filter(({ id, ended, ofGuard }) =>
      // Without a recipe nothing is made of one, so it does not stand before those that have one.
      target.copy === undefined ? ended === undefined && !ofGuard : id === target.copy,
    )
    .toSorted((a, b) => b.requestedAt - a.requestedAt)
    .map((copy): Origin => ({ copy, server: target.arn }));
  if (origins.length > 0) return firstThatIsWhole(restoring, origins);
  const refused = await mayNot(order, {});
  return refused ?? failed(target, whyNone(target, copiesIn(history)));
}

function whyNone({ type, id, copy }: Restorable, copies: ReturnType<typeof copiesIn>): string {
  const all = copies.length;
  const byHand = copies.flatMap((one) => (one.ofGuard && one.ended === undefined ? one.id : []));
  const what = copy === undefined ? 'whole copy' : `copy ${copy}`;
  const of = `${type.title} ${id} does not exist, and the ledger knows no ${what} of it`;
  const known = all === 0 ? 'its history has no copy at all' : `its history has ${all} other, or unfinished, copies`;
  const guards = byHand.length === 0 ? '' : ` The cost guard copied it (${byHand.join(', ')}): ${makeByHand}.`;
  return `${of} (${known}).${guards} If a hub sweeps the account, name its table and bucket in the policy's state`;
}

/** What an earlier restore made of it, or of the copy that is meant: its ARN. */
function laterIn(history: readonly Event[], { copy }: Restorable): string | undefined {
  const made = history.findLast(
    (event) => event.kind === 'restored' && event.as !== undefined && (copy === undefined || event.copy === copy),
  );
  return made?.kind === 'restored' ? made.as : undefined;
}

/** The server that an earlier restore made of it; `undefined` where that is gone too, without a copy. */
async function restoreLater(restoring: Restoring, arn: string, seen: Set<string>): Promise<Restoration | undefined> {
  const { ports, target, reading } = restoring;
  const id = arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);
  const memory = (await ports.ledger.memories([arn])).get(arn) ?? nothingKnown;
  const later: Restoring = { ...restoring, memory, target: { ...target, arn, id } };
  const there = await lookAt(reading, id);
  if (there.kind === 'leaving' || memory.removalRequestedAt !== undefined) {
    throw new CouldNotStart(`${target.id} was restored as ${id}, which is being removed right now: wait for the end`);
  }
  if (there.kind === 'unreadable') return failed(target, `it was restored as ${id}, which can't be read: ${there.why}`);
  const ended = there.kind === 'present' ? await restorePresent(later, there) : await ofItsCopies(later, seen);
  return ended?.kind === 'restored' ? { ...ended, from: target.arn } : ended;
}

/** Who named a copy wants that one, and none of what came later. */
async function ofItsCopies(later: Restoring, seen: Set<string>): Promise<Restoration | undefined> {
  if (later.target.copy !== undefined) return undefined;
  const history = await later.ports.ledger.history(later.target.arn);
  const isKnown = history.some((event) => event.kind === 'copy-verified' || (event.kind === 'restored' && event.as));
  return isKnown ? restoreGone(later, seen) : undefined;
}

/** A copy that is not whole any more is passed over for an older one, which is told. */
async function firstThatIsWhole(restoring: Restoring, origins: readonly Origin[]): Promise<Restoration> {
  const { ports, target, reading } = restoring;
  const passed: string[] = [];
  for (const origin of origins) {
    const { copy } = origin;
    const [read] = await reading.server.copyState([copy], ports.clock.now());
    const state = read?.state ?? { kind: 'unreadable', why: 'the service gave no answer about it' };
    if (state.kind === 'unreadable') return failed(target, `its copy ${copy.id} can't be read: ${state.why}`);
    if (state.kind === 'pending') return failed(target, `its copy ${copy.id} is not complete yet: restore it later`);
    if (state.kind === 'complete') return makeAgain(restoring, origin, passed);
    passed.push(
      `its copy ${copy.id} ${state.kind === 'gone' ? 'is not there any more' : `is not whole: ${state.why}`}`,
    );
  }
  return failed(target, passed.join('; '));
}

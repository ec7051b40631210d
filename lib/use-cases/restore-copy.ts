import type { Event } from '../core/history.ts';
import { copiesIn } from '../core/idle-copies.ts';
import type { RememberedCopy } from '../core/idle-memory.ts';
import { toIso } from '../core/time.ts';
import type { RestoreResult } from '../resource-types/server-operations.ts';
import type { Restorable } from './find-restorable.ts';
import type { KeptRecipe, Ports } from './ports.ts';
import { tryToRecord } from './record-outcomes.ts';
import { settingsOf } from './removal-settings.ts';
import { bringUp } from './restore-live.ts';
import { failed, lookAt, mayNot, type Restoration, type Restoring, waited } from './restoring.ts';

/** A copy, and the ARN of the server that it was made of. */
export interface Origin {
  copy: RememberedCopy;
  server: string;
}

/** What the ledger knows of a copy, by its id: of this server, or of the one that this one was restored from. */
export async function originOf(
  { ledger }: Pick<Ports, 'ledger'>,
  { arn }: Pick<Restorable, 'arn'>,
  copy: string,
): Promise<Origin | undefined> {
  const history = await ledger.history(arn);
  const before = history.findLast((event) => event.kind === 'restored-from' && event.copy === copy);
  const server = before?.kind === 'restored-from' ? before.of : arn;
  const found = copiesIn(server === arn ? history : await ledger.history(server)).find(({ id }) => id === copy);
  return found === undefined ? undefined : { copy: found, server };
}

/** Whether a restore of this copy came to its end: a repeated one has nothing to write then. */
export async function isRestored(
  { ledger }: Pick<Ports, 'ledger'>,
  { copy, server }: Origin,
  { arn, identity }: { arn: string; identity?: string },
): Promise<boolean> {
  const history = await ledger.history(server);
  return history.some(
    (event) =>
      event.kind === 'restored' &&
      event.copy === copy.id &&
      (event.as === undefined ? arn === server && event.identity === identity : event.as === arn),
  );
}

export const makeByHand =
  'it keeps no recipe, so a server is made of such a copy by hand, in the console of its service';

/** Makes a server of a copy, and asks again until all of it is done. `passed`: newer copies that are not whole. */
export async function makeAgain(
  restoring: Restoring,
  origin: Origin,
  passed: readonly string[] = [],
): Promise<Restoration> {
  const { ports, order, target } = restoring;
  const { copy } = origin;
  let kept: KeptRecipe | undefined;
  try {
    kept = await ports.recipes.load(copy.name);
  } catch (error) {
    return failed(target, `what a restore of ${copy.id} needs can't be read: ${(error as Error).message}`);
  }
  const refused = await mayNot(order, kept?.recipe.tags ?? {});
  if (refused !== undefined) return refused;
  if (kept === undefined) {
    if (copy.ofGuard) return failed(target, `${copy.id} is a copy of the cost guard: ${makeByHand}`);
    const why = `what a restore of ${copy.id} needs besides it, the recipe ${copy.name}, is not kept any more`;
    return failed(target, why);
  }
  await order.begun?.(kept.recipe.tags, `is being made of its copy ${copy.id} again`);
  return untilDone(restoring, origin, kept, passed);
}

async function untilDone(
  restoring: Restoring,
  origin: Origin,
  { recipe, secret }: KeptRecipe,
  passed: readonly string[],
): Promise<Restoration> {
  const { ports, order, target, acting } = restoring;
  const { copy } = origin;
  const { stripKeys } = settingsOf(ports, order.policy, target, ports.clock.now());
  const wanted = { recipe, copy, stripKeys, ...(secret !== undefined && { secret }) };
  const notes = passed.length === 0 ? [] : [`${passed.join('; ')}: this is its state of ${toIso(copy.requestedAt)}`];
  for (;;) {
    const made = await acting.server.restore(wanted);
    if (made.kind === 'refused') return failed(target, made.why);
    if (made.kind === 'transient') {
      if (await waited(restoring, made.why)) continue;
      return failed(target, `${made.why}: restore it again later`);
    }
    const unwritten = await recordMade(restoring, origin, made);
    const done = { kind: 'restored' as const, arn: made.arn, from: target.arn, how: 'made' as const, copy: copy.id };
    const told = { ...done, lost: [...new Set(made.lost)], pending: [...made.pending, ...unwritten], notes };
    if (made.pending.length === 0) return told;
    const asleep = await asleepAgain(restoring, made);
    if (asleep !== undefined) return asleep;
    if (!(await waited(restoring, made.pending.join(', ')))) return told;
  }
}

/** A server that was restored before, and is stopped by now, is started: nothing else would be done with it. */
async function asleepAgain(
  restoring: Restoring,
  { id, arn }: Extract<RestoreResult, { kind: 'restored' }>,
): Promise<Restoration | undefined> {
  const { ports, target, reading } = restoring;
  const there = await lookAt(reading, id);
  if (there.kind !== 'present' || there.server?.state !== 'stopped') return undefined;
  const refused = await mayNot(restoring.order, there.tags);
  if (refused !== undefined) return refused;
  const memory = (await ports.ledger.memories([arn])).get(arn) ?? restoring.memory;
  const up = await bringUp({ ...restoring, memory, target: { ...target, arn, id } }, there);
  return up.kind === 'restored' ? { ...up, from: target.arn } : up;
}

/** A new server tells at once what it was; the old one, at the end, what became of it. Nothing is written twice. */
async function recordMade(
  { ports, order }: Restoring,
  origin: Origin,
  { arn, identity, lost, pending }: Extract<RestoreResult, { kind: 'restored' }>,
): Promise<string[]> {
  const { copy, server } = origin;
  const about = { at: ports.clock.now(), by: order.who, copy: copy.id };
  const known = identity === undefined ? {} : { identity };
  const events: Event[] = [];
  try {
    const isNew = arn !== server;
    const before = isNew ? await ports.ledger.history(arn) : [];
    if (isNew && !before.some((event) => event.kind === 'restored-from' && event.copy === copy.id)) {
      events.push({ arn, kind: 'restored-from', of: server, ...about, ...known });
    }
    if (pending.length === 0 && !(await isRestored(ports, origin, { arn, ...known }))) {
      const told = lost.length === 0 ? {} : { lost: [...new Set(lost)] };
      events.push({ arn: server, kind: 'restored', ...about, ...told, ...(isNew ? { as: arn } : known) });
    }
  } catch (error) {
    return [`the ledger could not be read: ${(error as Error).message}`];
  }
  if (events.length === 0) return [];
  const why = await tryToRecord(ports, events);
  return why === undefined ? [] : [why];
}

import type { Event } from '../core/history.ts';
import { readKeepUntil } from '../core/idle-copies.ts';
import type { IdleMemory } from '../core/idle-memory.ts';
import type { Policy } from '../core/policy.ts';
import type { Memory } from '../core/resource.ts';
import type { Copy } from '../core/server.ts';
import type { Instant } from '../core/time.ts';
import type { BoundServer } from '../resource-types/bind-server.ts';
import type { RemovalSettings, ResourceType } from '../resource-types/define.ts';
import type { CopyReading } from '../resource-types/server-operations.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { RecheckContext } from './recheck.ts';
import type { Removal } from './removal-scope.ts';

/** The idle rule's memory of a server that Mayfly stopped; nothing of anything else. */
export function stoppedByMayfly({ needs }: ResourceType, { idle }: Memory): IdleMemory | undefined {
  return needs.stop === undefined || idle?.stopped === undefined ? undefined : idle;
}

/** A removal of a server that Mayfly stopped leaves a copy, whatever the policy says of other removals. */
export function serverSettings(settings: RemovalSettings, policy: Policy, plannedAt: Instant): RemovalSettings {
  return { ...settings, finalSnapshot: true, keepUntil: copyKeptUntil(policy, plannedAt) };
}

function copyKeptUntil({ idle, removal }: Policy, plannedAt: Instant): Instant {
  return plannedAt + (idle?.keepCopies ?? removal.keepFinalSnapshots);
}

interface ReadyContext extends Pick<RecheckContext, 'ports' | 'session' | 'shard' | 'rules'> {
  run: string;
  plannedAt: Instant;
}

/** Servers of a batch that Mayfly stopped: those that may go, with what the ledger is to know of it; and the others. */
export interface ReadyServers {
  /** Their removals. */
  servers: ReadonlySet<Removal>;
  /** Not ready: nothing was asked for. */
  ends: ReadonlyMap<Removal, Outcome>;
  /** The copies that the removals make themselves, to be written down with the orders. */
  events: Event[];
}

/**
 * The last look before a server goes that Mayfly stopped: its copy is there and whole by the service's own word of this
 * moment, what a restore needs beside it is kept, and its network interface stays. A database's removal makes the copy
 * itself: what a restore needs is read now.
 */
export async function readyServers(context: ReadyContext, batch: readonly Removal[]): Promise<ReadyServers> {
  const { ports } = context;
  const candidates = batch.filter(({ type }) => type.needs.stop !== undefined);
  const servers = new Set<Removal>();
  const ends = new Map<Removal, Outcome>();
  const events: Event[] = [];
  if (candidates.length === 0) return { servers, ends, events };
  const memories = await ports.ledger.memories(candidates.map(({ decision }) => decision.arn));
  for (const removal of candidates) {
    const memory = memories.get(removal.decision.arn);
    const idle = memory && stoppedByMayfly(removal.type, memory);
    if (idle === undefined) continue;
    servers.add(removal);
    const ready = await lastLook(context, removal, idle).catch(
      // What breaks here is about this server: the others of the batch go all the same.
      ({ message }: Error) => `the last look before its removal failed: ${message}`,
    );
    if (typeof ready === 'string') ends.set(removal, outcomeOf(removal.decision, 'blocked', ready));
    else events.push(...ready);
  }
  return { servers, ends, events };
}

/** What the ledger is to know, or why it may not go. */
async function lastLook(context: ReadyContext, removal: Removal, idle: IdleMemory): Promise<Event[] | string> {
  const { ports, shard, session } = context;
  const idler = await ports.cloud.idler(shard);
  const { server } = await removal.type.bind(idler.source, { ...shard, partition: session.partition });
  return server === undefined ? 'it is no server' : makeReady(context, removal, idle, server);
}

async function makeReady(
  context: ReadyContext,
  { type, decision, target }: Removal,
  idle: IdleMemory,
  server: BoundServer,
): Promise<Event[] | string> {
  const { ports, rules, run, plannedAt } = context;
  if (type.leavesCopy) return leaveCopy(context, { decision, target }, server);
  const copy = idle.copies.findLast(({ verifiedAt }) => verifiedAt !== undefined);
  if (copy === undefined) return 'it has no complete copy';
  const [reading] = await server.copyState([copy], ports.clock.now());
  const state = reading?.state;
  const useless = uselessness(reading, rules.policy, ports.clock.now());
  if (useless !== undefined) {
    const at = ports.clock.now();
    await ports.ledger.record([{ arn: decision.arn, at, run, kind: 'copy-failed', copy: copy.id, why: useless }]);
    return `its copy ${copy.id} ${useless}; the next sweep makes another`;
  }
  if (state?.kind !== 'complete') {
    return `its copy ${copy.id} can't be seen to be complete: ${state?.kind === 'unreadable' ? state.why : 'pending'}`;
  }
  const prepared = await server.prepareRemoval(target, { keepUntil: copyKeptUntil(rules.policy, plannedAt) });
  return prepared.kind === 'done' || prepared.kind === 'gone'
    ? []
    : `its network interface can't be kept: ${prepared.why}`;
}

/** Why a copy is none to remove a server after; `undefined`: it may be one. */
function uselessness(reading: CopyReading | undefined, policy: Policy, now: Instant): string | undefined {
  const { state, keepUntil } = reading ?? {};
  if (state?.kind === 'gone') return 'is of no use: it is not there any more';
  if (state?.kind === 'incomplete') return `is of no use: ${state.why}`;
  const until = keepUntil === undefined ? undefined : readKeepUntil(keepUntil, policy);
  if (until === undefined) return undefined;
  // A removal that was held up for long would leave a copy that goes with it.
  const half = (copyKeptUntil(policy, now) - now) / 2;
  return until < now + half ? `is kept until ${keepUntil} only` : undefined;
}

async function leaveCopy(
  { ports, run }: ReadyContext,
  { decision, target }: Pick<Removal, 'decision' | 'target'>,
  server: BoundServer,
): Promise<Event[] | string> {
  const at = ports.clock.now();
  const copy = server.finalCopy?.(target, at);
  if (copy === undefined) return 'its removal leaves no copy';
  const recipe = await server.recipe(target);
  if (recipe.kind === 'gone') return [];
  if (recipe.kind === 'unreadable') return `what a restore needs can't be read: ${recipe.why}`;
  const { secret } = recipe;
  await ports.recipes.save(copy.id, { recipe: recipe.recipe, ...(secret !== undefined && { secret }) });
  const about = { at, run, identity: target.identity };
  return [
    { arn: decision.arn, ...about, kind: 'copy-requested', copy: { ...copy, name: copy.id } },
    { arn: copy.arn, at, run, kind: 'copied-from', of: decision.arn },
  ];
}

/**
 * Once a database is gone that Mayfly stopped, its final snapshot is the copy that a restore takes: it is looked at,
 * and what is found is written down. Gives what is wrong with it, in words.
 */
export async function verifyFinalCopy(
  { ports, run, shard, session }: Omit<ReadyContext, 'rules' | 'plannedAt'>,
  { type, decision }: Removal,
  copy: Copy,
): Promise<string | undefined> {
  const { server } = await type.bind(session.source, { ...shard, partition: session.partition });
  const [reading] = (await server?.copyState([copy], ports.clock.now())) ?? [];
  const state = reading?.state;
  const at = ports.clock.now();
  if (state?.kind === 'complete') {
    const { sizeGb } = state;
    await ports.ledger.record([
      { arn: decision.arn, at, run, kind: 'copy-verified', copy: copy.id, ...(sizeGb !== undefined && { sizeGb }) },
    ]);
    return undefined;
  }
  return `its final snapshot ${copy.id} can't be seen to be complete: look at it in the console`;
}

import { expiryOf } from '../core/decide.ts';
import type { Event } from '../core/history.ts';
import type { IdleMemory } from '../core/idle-memory.ts';
import { nothingKnown } from '../core/resource.ts';
import { toIso } from '../core/time.ts';
import type { Present } from '../resource-types/define.ts';
import { tryToRecord } from './record-outcomes.ts';
import { failed, lookAt, type Restoration, type Restoring, waited } from './restoring.ts';
import { takeOffDate } from './server-stops.ts';

/** On the way up or down: what will be done with it is not known before it has arrived. */
const moving = /^(stopping|starting|pending)$/;

interface Way {
  begun: boolean;
  started: boolean;
  /** `undefined`: there is nothing to write yet. */
  written?: Written | undefined;
}

interface Written {
  pending: readonly string[];
  /** The date that Mayfly had given it is off. */
  undated: boolean;
}

/**
 * Starts a server that is there, and takes Mayfly's own date off it. One that runs is left as it is; where Mayfly had
 * stopped it, it is not stopped again.
 */
export async function bringUp(restoring: Restoring, first: Present): Promise<Restoration> {
  const { target, acting, reading, order } = restoring;
  const way: Way = { begun: false, started: false };
  let present = first;
  for (;;) {
    const state = stateOf(present);
    if (state === 'running' || (state === 'starting' && !way.started)) {
      way.written ??= await keepRunning(restoring, present);
      if (state === 'running') return arrived(restoring, present, way, []);
    }
    if (state === 'stopped' && !way.started) {
      if (!way.begun) await order.begun?.(present.tags, 'is being started');
      way.begun = true;
      const started = await acting.server.start(present);
      if (started.kind === 'gone') return failed(target, 'it went at the same time: restore it again');
      if (started.kind === 'refused') return failed(target, `it can't be started: ${started.why}`);
      way.started = started.kind === 'done';
      if (way.started) way.written = await restored(restoring, present);
    }
    const words = `it is ${String(present.facts['state'])}`;
    if (!(await waited(restoring, words))) {
      if (way.started || way.written !== undefined) return arrived(restoring, present, way, [words]);
      return failed(target, `${words} still: restore it again later`);
    }
    const next = await lookAt(reading, target.id);
    if (next.kind === 'gone' || next.kind === 'leaving')
      return failed(target, 'it is going meanwhile: restore it again');
    if (next.kind === 'present') present = next;
  }
}

/** A database that is changed or backed up is at work, whatever its state is called. */
function stateOf({ server, facts }: Present): 'running' | 'stopped' | 'starting' | 'stopping' {
  if (server?.state === 'stopped') return 'stopped';
  const word = String(facts['state']);
  if (server?.state !== 'changing' || !moving.test(word)) return 'running';
  return word === 'stopping' ? 'stopping' : 'starting';
}

function idleOf({ memory }: Restoring, { identity }: Present): IdleMemory | undefined {
  return memory.identity === undefined || memory.identity === identity ? memory.idle : undefined;
}

/** It runs, though Mayfly stopped it, or was about to: whoever wants it back wants it to stay. */
async function keepRunning(restoring: Restoring, present: Present): Promise<Written | undefined> {
  const idle = idleOf(restoring, present);
  const isMeant = idle?.stopped !== undefined || idle?.stopRequestedAt !== undefined;
  return isMeant ? restored(restoring, present) : undefined;
}

/** Takes off Mayfly's own date and writes down who wanted it. What fails is done by restoring again. */
async function restored(restoring: Restoring, present: Present): Promise<Written> {
  const { ports, order, acting, target } = restoring;
  const memory = idleOf(restoring, present);
  const rules = { policy: order.policy };
  const { sighting } = restoring.memory;
  const dated = { server: acting.server, present, memory, rules, ...(sighting !== undefined && { sighting }) };
  const untagged = memory && (await takeOffDate({ ...dated, memory }));
  if (untagged !== undefined && untagged.kind !== 'done') {
    const why = untagged.kind === 'gone' ? 'it is gone' : untagged.why;
    return { pending: [`the date that Mayfly gave it can't be taken off: ${why}`], undated: false };
  }
  const { arn } = target;
  const { identity, createdAt } = present;
  const known = { identity, ...(createdAt !== undefined && { createdAt }) };
  const event: Event = { arn, at: ports.clock.now(), kind: 'restored', by: order.who, ...known };
  const why = await tryToRecord(ports, [event]);
  return { pending: why === undefined ? [] : [why], undated: untagged !== undefined };
}

function arrived(
  restoring: Restoring,
  present: Present,
  { started, written }: Way,
  waiting: readonly string[],
): Restoration {
  const { target } = restoring;
  const { arn } = target;
  const undated = written?.undated ? ['the date that Mayfly had given it is off'] : [];
  return {
    kind: 'restored',
    arn,
    from: arn,
    how: started ? 'started' : 'running',
    lost: [],
    pending: [...waiting, ...(written?.pending ?? [])],
    notes: [...undated, ...(written?.undated ? [] : ownDate(restoring, present))],
  };
}

/** A date of its own stays: who wants the server should know of it. */
function ownDate({ ports, target, order }: Restoring, { tags, createdAt }: Present): string[] {
  const { arn, account, region, type } = target;
  const known = createdAt === undefined ? {} : { createdAt };
  const resource = { arn, type: type.id, account, region, tags, memory: nothingKnown, ...known };
  const expiry = expiryOf(resource, order.policy, ports.clock.now());
  return expiry.kind === 'at' ? [`it expires ${toIso(expiry.at)} by its tags; mayfly extend moves that`] : [];
}

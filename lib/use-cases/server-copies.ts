import { tagsNamed } from '../core/expiry.ts';
import type { Event } from '../core/history.ts';
import { copyAgainFrom } from '../core/idle.ts';
import { readKeepUntil } from '../core/idle-copies.ts';
import type { IdleMemory, RememberedCopy } from '../core/idle-memory.ts';
import type { Policy } from '../core/policy.ts';
import type { CopyState } from '../core/server.ts';
import { type Instant, showInstant } from '../core/time.ts';
import { copyName } from '../resource-types/copy-name.ts';
import { useOf } from './expire-copy.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { tryToRecord, unrecorded } from './record-outcomes.ts';
import { settingsOf } from './removal-settings.ts';
import type { ServerContext } from './server-context.ts';

type EventBody = Event extends infer E ? (E extends Event ? Omit<E, 'arn' | 'at' | 'run' | 'identity'> : never) : never;

/** Begins a copy of a server, and keeps what a restore needs beside it; one that was begun already is looked after. */
export async function copyServer(context: ServerContext): Promise<Outcome> {
  const { ports, server, decision, present, memory, rules } = context;
  const at = ports.clock.now();
  // Of no copy could it be shown that it is newer than the last thing that the server wrote: it would be the first of
  // many.
  if (present.server.state === 'stopped' && present.server.stoppedAt === undefined) {
    return outcomeOf(decision, 'blocked', `${undatedStop}: start it and stop it once, then the next sweep copies it`);
  }
  if (openCopy(context) !== undefined) return verifyCopy(context);
  if (memory.lastFailure !== undefined && at < copyAgainFrom(memory)) return waitsAfterFailures(context);
  const recipe = await server.recipe(present);
  if (recipe.kind === 'gone') return outcomeOf(decision, 'gone');
  if (recipe.kind === 'unreadable') return copyFailed(context, `what a restore needs can't be read: ${recipe.why}`);
  const name = copyName(present, occasionOf(memory, present));
  const { secret } = recipe;
  await ports.recipes.save(name, { recipe: recipe.recipe, ...(secret !== undefined && { secret }) });
  const order = { name, keepUntil: keepUntil(rules.policy, at), at, tags: whose(present.tags, rules.policy) };
  const made = await server.copy(present, order);
  if (made.kind === 'gone') return outcomeOf(decision, 'gone');
  if (made.kind === 'transient') return outcomeOf(decision, 'waiting', `${made.why}; the next sweep tries again`);
  if (made.kind === 'refused') return copyFailed(context, made.why);
  const copy = { ...made.copy, name };
  const about = { arn: copy.arn, at, run: context.run, kind: 'copied-from' as const, of: decision.arn };
  const why = await record(context, [{ kind: 'copy-requested', copy }], about);
  if (why !== undefined) return told(outcomeOf(decision, 'waiting', `copy ${copy.id} is begun`), why);
  return verifyCopy({ ...context, memory: { ...memory, copies: [...memory.copies, copy] } });
}

const undatedStop =
  'its service does not show when it was stopped, so no copy could be shown to hold all that it wrote';

/** The newest copy, where it was begun and is not known to be whole yet, and can still be of use. */
function openCopy({ memory, present }: Pick<ServerContext, 'memory' | 'present'>): RememberedCopy | undefined {
  const copy = memory.copies.at(-1);
  return copy !== undefined && copy.verifiedAt === undefined && isOfNow(copy, memory, present) ? copy : undefined;
}

/** Of the configuration that stands; of a stopped server after its stop. */
function isOfNow(
  { requestedAt }: RememberedCopy,
  { since, stopped }: IdleMemory,
  { server }: ServerContext['present'],
) {
  if (requestedAt < since) return false;
  if (server.state === 'running') return true;
  return requestedAt > Math.max(server.stoppedAt ?? Number.POSITIVE_INFINITY, stopped?.at ?? 0);
}

/**
 * A repeated try after a crash has the same occasion, and so finds the copy of the first. What the ledger knows of it
 * already makes another occasion: no copy is ever taken for a later one.
 */
function occasionOf({ since, copies, failures }: IdleMemory, { server }: ServerContext['present']): string {
  const state = server.state === 'running' ? `idle since ${since}` : `stopped ${server.stoppedAt}`;
  const last = copies.at(-1);
  return `${state}, after ${last === undefined ? 'none' : `${last.id} of ${last.requestedAt}`}, ${failures} failures`;
}

function keepUntil({ idle }: Policy, from: Instant): Instant {
  return from + (idle?.keepCopies ?? 0);
}

/** Who is to be told when the copy goes, though its server is gone by then. */
export function whose(tags: Readonly<Record<string, string>>, policy: Policy): Record<string, string> {
  return Object.fromEntries(tagsNamed(tags, [...policy.tags.owner, policy.tags.environment]));
}

function waitsAfterFailures({ decision, memory, rules }: ServerContext): Outcome {
  const { failures, lastFailure } = memory;
  if (lastFailure === undefined) return outcomeOf(decision, 'changed', 'there is no copy to look at');
  const times = failures === 1 ? 'its copy failed' : `its copies failed ${failures} times in a row`;
  const again = showInstant(copyAgainFrom(memory), rules.policy.expiry.timeZone);
  return outcomeOf(decision, 'blocked', `${times}, the last: ${lastFailure.why}; tried again from ${again} on`);
}

/** Looks whether the copy that was begun is complete: every volume of it, by the service's own word. */
export async function verifyCopy(context: ServerContext): Promise<Outcome> {
  const { server, decision, rules, ports, shard } = context;
  const copy = openCopy(context);
  if (copy === undefined) return waitsAfterFailures(context);
  const state = await stateOf(context, copy);
  if (state.kind === 'pending') {
    const { detail } = state;
    const said = `copy ${copy.id} is being made${detail === undefined ? '' : `: ${detail}`}`;
    return outcomeOf(decision, 'waiting', said);
  }
  if (state.kind === 'unreadable') {
    return outcomeOf(decision, 'failed', `copy ${copy.id} can't be read: ${state.why}; the next sweep looks again`);
  }
  if (state.kind === 'gone') return copyFailed(context, `copy ${copy.id} is not there any more`, copy);
  if (state.kind === 'incomplete') return copyFailed(context, `copy ${copy.id}: ${state.why}`, copy);
  const { stripKeys } = settingsOf(ports, rules.policy, shard, ports.clock.now());
  const marked = await server.finishCopy(copy, { keepUntil: keepUntil(rules.policy, copy.requestedAt), stripKeys });
  if (marked.kind === 'gone') return copyFailed(context, `copy ${copy.id} is not there any more`, copy);
  // A person took it over by taking Mayfly's tags off: it is theirs, and Mayfly makes another.
  if (marked.kind === 'refused' && marked.code === 'NotOwn') return copyFailed(context, marked.why, copy);
  if (marked.kind !== 'done') {
    const said = `copy ${copy.id} is complete and can't be marked as Mayfly's: ${marked.why}`;
    return outcomeOf(
      decision,
      marked.kind === 'transient' ? 'waiting' : 'failed',
      `${said}; the next sweep tries again`,
    );
  }
  const { sizeGb } = state;
  const why = await record(context, [
    { kind: 'copy-verified', copy: copy.id, ...(sizeGb !== undefined && { sizeGb }) },
  ]);
  const said = `copy ${copy.id} is complete${sizeGb === undefined ? '' : `, ${sizeGb} GB`}`;
  if (why !== undefined) return told(outcomeOf(decision, 'copied', said), why);
  const left = await discardOlder(context, copy);
  return outcomeOf(decision, 'copied', [said, ...left].join('; '));
}

export async function stateOf(
  { server, ports }: Pick<ServerContext, 'server' | 'ports'>,
  copy: RememberedCopy,
): Promise<CopyState> {
  const [reading] = await server.copyState([copy], ports.clock.now());
  return reading?.state ?? { kind: 'unreadable', why: 'the service gave no answer about it' };
}

/** The server stays as it is, and this is told; what there is of the copy is deleted, since nobody could use it. */
export async function copyFailed(context: ServerContext, why: string, copy?: RememberedCopy): Promise<Outcome> {
  const left = copy && (await discard(context, copy));
  const failed = { kind: 'copy-failed' as const, why, ...(copy !== undefined && { copy: copy.id }) };
  const unwritten = await record(context, [failed]);
  const said = [why, left, unwritten].filter((part) => part !== undefined);
  return outcomeOf(context.decision, 'failed', said.join('; '));
}

/** Deletes a copy that carries Mayfly's own tags. Gives what stays of it, in words: its tags let it expire later. */
async function discard({ server }: ServerContext, copy: RememberedCopy): Promise<string | undefined> {
  const result = await server.discardCopy(copy, { last: false });
  if (result.kind === 'gone') return undefined;
  if (result.kind === 'done') return result.detail;
  return `what there is of ${copy.id} can't be deleted now (${result.why}) and goes when its own tag says so`;
}

/**
 * A server that can't be stopped would be copied anew day after day. What the new copy holds, earlier ones of the same
 * idle time have held: those go, and one stays, beside what a person uses or keeps longer.
 */
async function discardOlder(context: ServerContext, copy: RememberedCopy): Promise<string[]> {
  const { memory, present } = context;
  if (present.server.state !== 'running') return [];
  const older = memory.copies.filter((one) => one.id !== copy.id && one.requestedAt >= memory.since);
  const left: string[] = [];
  for (const one of older) {
    if (await isWanted(context, one)) continue;
    const stays = await discard(context, one);
    if (stays !== undefined) left.push(stays);
    // What the ledger forgets goes by its own tags.
    const why = await record(context, [{ kind: 'copy-discarded', copy: one.id }]);
    if (why !== undefined) left.push(why);
  }
  return left;
}

/** Whether a person uses an earlier copy, or has moved its date. What can't be read may be wanted. */
async function isWanted({ ports, server, shard, rules }: ServerContext, copy: RememberedCopy): Promise<boolean> {
  const [reading] = await server.copyState([copy], ports.clock.now());
  if (reading === undefined || reading.state.kind === 'unreadable') return true;
  const written = keepUntil(rules.policy, copy.requestedAt);
  const until = reading.keepUntil === undefined ? written : readKeepUntil(reading.keepUntil, rules.policy);
  if (until === undefined || until > written) return true;
  return (await useOf(ports, shard, copy)) !== undefined;
}

/** What was done stands, though the ledger does not know of it: the next run finds out once more. */
export function told(outcome: Outcome, why: string | undefined): Outcome {
  return why === undefined ? outcome : unrecorded(outcome, why);
}

/** Writes what happened to the server, and to its copy, into the ledger. Gives why not, in words. */
export function record(
  { ports, decision, run, present }: ServerContext,
  bodies: readonly EventBody[],
  ...others: readonly Event[]
): Promise<string | undefined> {
  const about = { arn: decision.arn, at: ports.clock.now(), run, identity: present.identity };
  return tryToRecord(ports, [...bodies.map((body) => ({ ...body, ...about }) as Event), ...others]);
}

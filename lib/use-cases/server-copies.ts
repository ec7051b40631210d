import type { Event } from '../core/history.ts';
import type { IdleMemory, RememberedCopy } from '../core/idle-memory.ts';
import type { Policy } from '../core/policy.ts';
import type { CopyState } from '../core/server.ts';
import type { Instant } from '../core/time.ts';
import { copyName } from '../resource-types/copy-name.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { tryToRecord, unrecorded } from './record-outcomes.ts';
import { settingsOf } from './removal-settings.ts';
import type { ServerContext } from './server-context.ts';

type EventBody = Event extends infer E ? (E extends Event ? Omit<E, 'arn' | 'at' | 'run' | 'identity'> : never) : never;

/** Begins a copy of a server, and keeps what a restore needs beside it. */
export async function copyServer(context: ServerContext): Promise<Outcome> {
  const { ports, server, decision, present, memory, rules } = context;
  const begun = memory.copies.at(-1);
  if (begun !== undefined && begun.verifiedAt === undefined && isOfNow(begun, memory, present)) {
    return verifyCopy(context);
  }
  const recipe = await server.recipe(present);
  if (recipe.kind === 'gone') return outcomeOf(decision, 'gone');
  if (recipe.kind === 'unreadable') return copyFailed(context, `what a restore needs can't be read: ${recipe.why}`);
  const at = ports.clock.now();
  const name = copyName(present, occasionOf(memory, present));
  const { secret } = recipe;
  await ports.recipes.save(name, { recipe: recipe.recipe, ...(secret !== undefined && { secret }) });
  const made = await server.copy(present, { name, keepUntil: keepUntil(rules.policy, at), at });
  if (made.kind === 'gone') return outcomeOf(decision, 'gone');
  if (made.kind === 'transient') return outcomeOf(decision, 'waiting', made.why);
  if (made.kind === 'refused') return copyFailed(context, made.why);
  const copy = { ...made.copy, name };
  const why = await record(context, [{ kind: 'copy-requested', copy }], {
    arn: copy.arn,
    at,
    run: context.run,
    kind: 'copied-from',
    of: decision.arn,
  });
  if (why !== undefined) return told(outcomeOf(decision, 'waiting', `copy ${copy.id} is begun`), why);
  return verifyCopy({ ...context, memory: { ...memory, copies: [...memory.copies, copy] } });
}

/** Whether a copy that was begun can still be of use: of this configuration, and of a stopped server after its stop. */
function isOfNow(
  { requestedAt }: RememberedCopy,
  { since, stopped }: IdleMemory,
  { server }: ServerContext['present'],
) {
  if (server.state === 'running') return requestedAt >= since;
  return requestedAt > Math.max(server.stoppedAt ?? Number.POSITIVE_INFINITY, stopped?.at ?? 0);
}

/** A repeated try after a crash has the same occasion, and so finds the copy of the first. */
function occasionOf({ since, copies, failures }: IdleMemory, { server }: ServerContext['present']): string {
  const state = server.state === 'running' ? `idle since ${since}` : `stopped ${server.stoppedAt}`;
  return `${state}, ${copies.length} copies, ${failures} failures`;
}

function keepUntil({ idle }: Policy, from: Instant): Instant {
  return from + (idle?.keepCopies ?? 0);
}

/** Looks whether the newest copy is complete: every volume of it, by the service's own word. */
export async function verifyCopy(context: ServerContext): Promise<Outcome> {
  const { server, decision, memory, rules, ports, shard } = context;
  const copy = memory.copies.at(-1);
  if (copy === undefined) return outcomeOf(decision, 'changed', 'there is no copy to look at');
  const state = await stateOf(context, copy);
  if (state.kind === 'pending') return outcomeOf(decision, 'waiting', `copy ${copy.id} is being made`);
  if (state.kind === 'unreadable') return outcomeOf(decision, 'failed', `copy ${copy.id} can't be read: ${state.why}`);
  if (state.kind === 'gone') return copyFailed(context, `copy ${copy.id} is not there any more`, copy.id);
  if (state.kind === 'incomplete') return copyFailed(context, `copy ${copy.id}: ${state.why}`, copy.id);
  const { stripKeys } = settingsOf(ports, rules.policy, shard, ports.clock.now());
  const marked = await server.finishCopy(copy, { keepUntil: keepUntil(rules.policy, copy.requestedAt), stripKeys });
  if (marked.kind === 'gone') return copyFailed(context, `copy ${copy.id} is not there any more`, copy.id);
  if (marked.kind !== 'done') return outcomeOf(decision, 'waiting', `copy ${copy.id} can't be marked: ${marked.why}`);
  const { sizeGb } = state;
  const why = await record(context, [
    { kind: 'copy-verified', copy: copy.id, ...(sizeGb !== undefined && { sizeGb }) },
  ]);
  const said = `copy ${copy.id} is complete${sizeGb === undefined ? '' : `, ${sizeGb} GB`}`;
  return told(outcomeOf(decision, 'copied', said), why);
}

export async function stateOf(
  { server, ports }: Pick<ServerContext, 'server' | 'ports'>,
  copy: RememberedCopy,
): Promise<CopyState> {
  const [reading] = await server.copyState([copy], ports.clock.now());
  return reading?.state ?? { kind: 'unreadable', why: 'the service gave no answer about it' };
}

/** The server stays as it is, and this is told. */
async function copyFailed(context: ServerContext, why: string, copy?: string): Promise<Outcome> {
  const unwritten = await record(context, [{ kind: 'copy-failed', why, ...(copy !== undefined && { copy }) }]);
  return outcomeOf(context.decision, 'failed', unwritten === undefined ? why : `${why}; ${unwritten}`);
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

import { expiryOf } from '../core/decide.ts';
import { readExpiryTags, readExpiryValue, tagsNamed } from '../core/expiry.ts';
import type { Policy } from '../core/policy.ts';
import { nothingKnown, type Resource, valuesOf } from '../core/resource.ts';
import { type Instant, toIso } from '../core/time.ts';
import type { Present } from '../resource-types/define.ts';
import type { StepResult } from '../resource-types/server-operations.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { ServerContext } from './server-context.ts';
import { record, stateOf, told } from './server-copies.ts';

/** Stops a server whose copy is complete, by the service's own word of this very moment, and gives it an expiry. */
export async function stopServer(context: ServerContext): Promise<Outcome> {
  const { server, decision, present, memory } = context;
  const copy = memory.copies.at(-1);
  if (decision.reason === 'idle-copied') {
    const state = copy === undefined ? undefined : await stateOf(context, copy);
    if (copy === undefined || state?.kind !== 'complete') return copyLost(context, copy?.id, state?.kind);
  }
  const stopped = await server.stop(present);
  if (stopped.kind === 'gone') return outcomeOf(decision, 'gone');
  if (stopped.kind === 'transient') return outcomeOf(decision, 'waiting', stopped.why);
  if (stopped.kind === 'refused') return outcomeOf(decision, 'failed', stopped.why);
  const { wakesAt } = stopped;
  const again = decision.reason === 'woke-up' && { again: true as const };
  const why = await record(context, [{ kind: 'stopped', ...(wakesAt !== undefined && { wakesAt }), ...again }]);
  if (why !== undefined) return told(outcomeOf(decision, 'stopped', 'its expiry is not written yet'), why);
  const isDated = memory.stopped?.expiresAt !== undefined;
  return isDated ? outcomeOf(decision, 'stopped', 'stopped again') : dateServer(context);
}

async function copyLost(context: ServerContext, id = 'none', kind = 'missing'): Promise<Outcome> {
  const why = `its copy ${id} is ${kind === 'gone' ? 'not there any more' : kind}, so it is not stopped`;
  const isFinal = kind === 'gone' || kind === 'incomplete';
  const unwritten = isFinal ? await record(context, [{ kind: 'copy-failed', copy: id, why }]) : undefined;
  return outcomeOf(context.decision, 'failed', unwritten === undefined ? why : `${why}; ${unwritten}`);
}

/** Writes when a stopped server expires, as a tag that everybody can extend. A later expiry of its own stays. */
export async function dateServer(context: ServerContext): Promise<Outcome> {
  const { ports, decision, present, bound, rules } = context;
  const { removeAfter } = rules.policy.idle ?? {};
  if (removeAfter === undefined) return outcomeOf(decision, 'stopped', 'the policy never removes it');
  const now = ports.clock.now();
  const expiresAt = Math.ceil((now + removeAfter) / 1000) * 1000;
  const own = expiryOf(asResource(context), rules.policy, now);
  const isLater = own.kind === 'never' || (own.kind === 'at' && own.at >= expiresAt);
  if (own.kind === 'unreadable') return outcomeOf(decision, 'failed', `stopped; its tag ${own.key} can't be read`);
  if (isLater) {
    const why = await record(context, [{ kind: 'dated', expiresAt }]);
    const stopped = outcomeOf(decision, 'stopped', 'its own expiry is later');
    return told(own.kind === 'at' ? { ...stopped, expiresAt: own.at } : stopped, why);
  }
  const key = writtenKey(context);
  try {
    await bound.tag?.(present, { key, value: toIso(expiresAt) });
  } catch (error) {
    return outcomeOf(decision, 'failed', `stopped, but its expiry can't be written: ${(error as Error).message}`);
  }
  const why = await record(context, [{ kind: 'dated', expiresAt }, sightingOf(context, key, expiresAt, now)]);
  return told({ ...outcomeOf(decision, 'stopped', `expires ${toIso(expiresAt)}`), expiresAt }, why);
}

/** A server, and the policy that says how its date is spelled. */
interface Dated {
  present: Present;
  rules: { policy: Policy };
}

/** A second spelling of the key would collide with the first. */
function writtenKey({ present, rules: { policy } }: Dated): string {
  const [own = 'expires-at'] = policy.expiry.tags;
  return tagsNamed(present.tags, [own])[0]?.[0] ?? own;
}

/** Mayfly's own date is nobody's weapon. */
function sightingOf(
  { present, rules: { policy }, shard }: ServerContext,
  key: string,
  expiresAt: Instant,
  at: Instant,
) {
  const { tags: keys, timeZone } = policy.expiry;
  const value = toIso(expiresAt);
  const others = readExpiryTags(present.tags, keys, timeZone).filter((one) => one.key !== key);
  const values = valuesOf([...others, { key, value, reading: readExpiryValue(value, timeZone) }]);
  const sighting = { values, firstSeenAt: at, expiresAt, needsFullLead: false, byMayfly: true };
  return { kind: 'seen' as const, sighting, ...shard };
}

function asResource({ decision, present }: ServerContext): Resource {
  const { arn, type, account, region } = decision;
  const { tags, createdAt } = present;
  const about = { arn, type, account, region, tags, memory: nothingKnown };
  return { ...about, ...(createdAt !== undefined && { createdAt }) };
}

/** A person started the server again: Mayfly takes back the date that it had given, where that still stands. */
export async function takeBack(context: ServerContext): Promise<Outcome> {
  const { decision } = context;
  const untagged = await takeOffDate(context);
  if (untagged?.kind === 'gone') return outcomeOf(decision, 'gone');
  if (untagged !== undefined && untagged.kind !== 'done') {
    const why = `a person started it again, but ${writtenKey(context)} can't be taken off: ${untagged.why}`;
    return outcomeOf(decision, 'failed', why);
  }
  const why = await record(context, [{ kind: 'started-again' }]);
  const said = 'a person started it again: its time begins anew';
  return outcomeOf(
    decision,
    why === undefined ? 'changed' : 'failed',
    why === undefined ? said : `${said}, but ${why}`,
  );
}

/** Takes off the date that Mayfly itself gave a server. `undefined`: it carries none, or another one by now. */
export async function takeOffDate({
  server,
  present,
  memory,
  rules,
}: Dated & Pick<ServerContext, 'server' | 'memory'>): Promise<StepResult | undefined> {
  const given = memory.stopped?.expiresAt;
  const key = writtenKey({ present, rules });
  return given !== undefined && present.tags[key] === toIso(given) ? server.untag(present, [key]) : undefined;
}

import { expiryOf } from '../core/decide.ts';
import { readExpiryTags, readExpiryValue, tagsNamed } from '../core/expiry.ts';
import type { RememberedCopy } from '../core/idle-memory.ts';
import type { Policy } from '../core/policy.ts';
import { nothingKnown, type Resource, valuesOf } from '../core/resource.ts';
import type { CopyState } from '../core/server.ts';
import { type Instant, toIso } from '../core/time.ts';
import type { Present } from '../resource-types/define.ts';
import type { StepResult } from '../resource-types/server-operations.ts';
import { costsIn, type Outcome, outcomeOf } from './outcome.ts';
import type { ServerContext } from './server-context.ts';
import { copyFailed, copyServer, record, stateOf, told } from './server-copies.ts';

/** Stops a server whose copy is complete, by the service's own word of this very moment, and gives it an expiry. */
export async function stopServer(context: ServerContext): Promise<Outcome> {
  const { server, decision, present, memory } = context;
  const isAwake = decision.reason === 'woke-up';
  const copy = memory.copies.findLast(({ verifiedAt, requestedAt }) => verifiedAt && requestedAt >= memory.since);
  // One that woke up may have lost its copy since: it gets another before it is stopped again.
  if (copy === undefined && isAwake) return copyServer(context);
  const state = copy && (await stateOf(context, copy));
  if (copy === undefined || state?.kind !== 'complete') return copyLost(context, copy, state);
  const unwritten = await record(context, [{ kind: 'stop-requested' }]);
  if (unwritten !== undefined) return outcomeOf(decision, 'failed', `it is not stopped, because ${unwritten}`);
  const stopped = await server.stop(present);
  if (stopped.kind === 'gone') return outcomeOf(decision, 'gone');
  const { kind } = stopped;
  if (kind === 'transient') return outcomeOf(decision, 'waiting', `${stopped.why}; the next sweep tries again`);
  if (kind === 'refused') return outcomeOf(decision, 'failed', `it is copied and runs on: ${stopped.why}`);
  const { wakesAt } = stopped;
  const again = isAwake && { again: true as const };
  const wakes = wakesAt !== undefined && { wakesAt };
  const why = await record(context, [{ kind: 'stopped', ...wakes, ...again, ...costsIn(decision) }]);
  if (why !== undefined) return told(outcomeOf(decision, 'stopped', 'its expiry is not written yet'), why);
  const given = memory.stopped?.expiresAt;
  if (given !== undefined) return { ...outcomeOf(decision, 'stopped', 'stopped again'), expiresAt: given };
  return dateServer(context);
}

/** What can't be seen to be whole is no reason to stop anything; what never will be is forgotten and made anew. */
async function copyLost(context: ServerContext, copy?: RememberedCopy, state?: CopyState): Promise<Outcome> {
  if (copy === undefined)
    return outcomeOf(context.decision, 'changed', 'it has no complete copy, so it is not stopped');
  const why = `its copy ${copy.id} ${lossOf(state)}, so it is not stopped`;
  const isFinal = state?.kind === 'gone' || state?.kind === 'incomplete';
  return isFinal ? copyFailed(context, why, copy) : outcomeOf(context.decision, 'failed', why);
}

function lossOf(state: CopyState | undefined): string {
  switch (state?.kind) {
    case 'gone':
      return 'is not there any more';
    case 'incomplete':
      return `is not whole any more: ${state.why}`;
    case 'unreadable':
      return `can't be read: ${state.why}`;
    case 'pending':
    case 'complete':
    case undefined:
      return 'is not complete now';
    default:
      return state satisfies never;
  }
}

/** Writes when a stopped server expires, as a tag that everybody can extend. A later expiry of its own stays. */
export async function dateServer(context: ServerContext): Promise<Outcome> {
  const { ports, decision, present, rules } = context;
  const { removeAfter } = rules.policy.idle ?? {};
  // A stop that a run could not write down any more is written down now.
  const before = decision.reason === 'stop-unfinished' && context.memory.stopped === undefined;
  const stop = before ? await record(context, [{ kind: 'stopped', ...costsIn(decision) }]) : undefined;
  if (stop !== undefined) return outcomeOf(decision, 'failed', `it is stopped, but ${stop}`);
  if (removeAfter === undefined) return outcomeOf(decision, 'stopped', 'the policy never removes it');
  const now = ports.clock.now();
  const expiresAt = dateIn(context, Math.ceil((now + removeAfter) / 1000) * 1000);
  const own = expiryOf(asResource(context), rules.policy, now);
  if (own.kind === 'unreadable') {
    const said = `it is stopped, and gets no expiry while its own tag ${own.key}=${own.value} can't be read`;
    return outcomeOf(decision, 'failed', `${said}: ${own.why}; correct that tag`);
  }
  const key = writtenKey(context);
  const isWritten = present.tags[key] === toIso(expiresAt);
  if (!isWritten && (own.kind === 'never' || (own.kind === 'at' && own.at >= expiresAt))) {
    const stands = own.kind === 'at' ? own.at : expiresAt;
    const why = await record(context, [{ kind: 'dated', expiresAt: stands, own: true }]);
    const stopped = outcomeOf(decision, 'stopped', 'its own expiry is later');
    return told(own.kind === 'at' ? { ...stopped, expiresAt: own.at } : stopped, why);
  }
  const unwritten = isWritten ? undefined : await writeDate(context, key, expiresAt);
  if (unwritten !== undefined) {
    const said = `it is stopped, but its expiry can't be written: ${unwritten}`;
    return outcomeOf(decision, 'failed', `${said}; the next sweep tries again`);
  }
  const why = await record(context, [{ kind: 'dated', expiresAt }, sightingOf(context, key, expiresAt, now)]);
  return told({ ...outcomeOf(decision, 'stopped', `expires ${toIso(expiresAt)}`), expiresAt }, why);
}

/** The date that an earlier try has written, if it came to that; else a new one. */
function dateIn(context: ServerContext, fresh: Instant): Instant {
  const { dating } = context.memory.stopped ?? {};
  return dating !== undefined && context.present.tags[writtenKey(context)] === toIso(dating) ? dating : fresh;
}

/** Gives why not, in words. */
async function writeDate(context: ServerContext, key: string, expiresAt: Instant): Promise<string | undefined> {
  const { bound, present } = context;
  const unknown = await record(context, [{ kind: 'dating', expiresAt }]);
  if (unknown !== undefined) return unknown;
  try {
    if (bound.tag === undefined) return 'Mayfly does not know how to write a tag on it';
    await bound.tag(present, { key, value: toIso(expiresAt) });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
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
    const said = `a person started it again, but its tag ${writtenKey(context)} can't be taken off (${untagged.why})`;
    const next = 'Mayfly does not remove it; the next sweep tries again, or take the tag off yourself';
    return outcomeOf(decision, 'failed', `${said}: ${next}`);
  }
  const { monthlyUsd } = decision;
  const cost = monthlyUsd !== undefined && { monthlyUsd };
  const why = await record(context, [{ kind: 'started-again', ...cost }]);
  const said = 'a person started it again: its time begins anew';
  if (why !== undefined) return outcomeOf(decision, 'failed', `${said}, but ${why}; the next sweep tries again`);
  return { ...outcomeOf(decision, 'changed', said), startedAgain: true };
}

/**
 * Takes off the date that Mayfly itself gave a server, or moved for a person since. `undefined`: it carries none, or
 * one that a person wrote.
 */
export async function takeOffDate({
  server,
  present,
  memory,
  rules,
  sighting,
}: Dated & Pick<ServerContext, 'server' | 'memory' | 'sighting'>): Promise<StepResult | undefined> {
  const { dating, expiresAt: given = dating, keepsOwnDate } = memory.stopped ?? {};
  const key = writtenKey({ present, rules });
  const value = present.tags[key];
  if (given === undefined || keepsOwnDate || value === undefined) return undefined;
  const { tags: keys, timeZone } = rules.policy.expiry;
  const isMoved = sighting?.byMayfly && sighting.values === valuesOf(readExpiryTags(present.tags, keys, timeZone));
  return value === toIso(given) || isMoved ? server.untag(present, [key]) : undefined;
}

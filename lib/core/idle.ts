import { readProtection, tagsNamed } from './expiry.ts';
import type { IdleMemory, RememberedCopy } from './idle-memory.ts';
import { missingEvidence, useOf, workIn } from './idle-work.ts';
import type { Policy } from './policy.ts';
import { type Action, actionOf, type Reason } from './reasons.ts';
import { type Owner, ownerInTags } from './resource.ts';
import type { Metrics, Server } from './server.ts';
import { type Duration, day, hour, type Instant, minute, toIso } from './time.ts';

type IdlePolicy = NonNullable<Policy['idle']>;

/** What is known of a server at one moment. */
export interface SeenServer {
  tags: Readonly<Record<string, string>>;
  owner?: Owner;
  server: Server;
  memory: IdleMemory;
  /** Absent where they were not asked for yet; a text, or `missing`, is why they are not known, or not all. */
  metrics?: Metrics | string | { known: Metrics; missing: string };
  /** Why CloudTrail is asked about it by a later sweep only. */
  unasked?: string;
}

/** What the rule says of a server: an action with its reason, and the date that it is about. */
export interface IdleDecision {
  action: Action;
  reason: Reason;
  /** When it has been idle for as long as the policy says, postponements included. */
  idleAt?: Instant;
  detail?: string;
}

/** A copy of a running server is good for this long: it was stopped for other reasons only. */
const copyIsFresh: Duration = day;

/** A copy that takes longer than this is not waited for without a word. */
const copyTakes: Duration = day;

/** After as many failures the next try waits. */
const failuresBeforePause = 3;

/** Services are a little early or late. */
const wakeTolerance: Duration = hour;

/** A server that was told to stop may show for a while that it runs. */
const stopTakes: Duration = hour;

/** AWS's clock and ours, and a call that takes long. */
const clocksDiffer: Duration = 5 * minute;

/** Whether the tags are those of servers that the rule is about: every key, with one of its values. */
export function matchesIdle(tags: Readonly<Record<string, string>>, { match }: Pick<IdlePolicy, 'match'>): boolean {
  return Object.entries(match).every(([key, wanted]) => {
    const patterns = (Array.isArray(wanted) ? wanted : [wanted]).map(asPattern);
    const values = tagsNamed(tags, [key]).map(([, value]) => value.trim());
    return values.length > 0 && values.every((value) => patterns.some((pattern) => pattern.test(value)));
  });
}

function asPattern(value: string): RegExp {
  const escaped = value.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('\\*', '.*');
  return new RegExp(`^${escaped}$`, 's');
}

/**
 * Since when its configuration is known to stand. What changed before the ledger saw it first only CloudTrail can tell;
 * where that was not asked, or could not answer, the clock starts at first sight.
 */
export function standsSince({ since, sightedAt, trail }: IdleMemory): Instant {
  const isTold = trail !== undefined && trail.unreadable === undefined;
  return isTold ? since : Math.max(since, sightedAt);
}

/** When a server has been without change for as long as the policy says, or later by an owner's order. */
export function idleAtOf(memory: IdleMemory, { after }: Pick<IdlePolicy, 'after'>): Instant {
  // Plans and receipts speak in whole seconds; rounding up never makes anything idle early.
  return Math.ceil(Math.max(standsSince(memory) + after, memory.postponedTo ?? 0) / 1000) * 1000;
}

/** Whether metrics and CloudTrail are worth asking: what else is known would let it be warned, copied or stopped. */
export function isIdleCandidate(seen: SeenServer, policy: Policy, now: Instant): boolean {
  const asked = { ...seen, memory: { ...seen.memory, trail: { at: now } }, metrics: {} };
  const decision = decideIdle(asked, policy, now);
  return decision !== undefined && [...beforeStop, 'woke-up'].includes(decision.reason);
}

const beforeStop: readonly Reason[] = ['idle-soon', 'warned-of-stop', 'idle', 'copying', 'copy-failing', 'idle-copied'];

/**
 * Decides about one server. Pure, like `decide`. `undefined`: the rule is not about it. A server that is alive again is
 * left alone before anything else; then comes what makes a stop wrong; metrics can only save a server.
 */
export function decideIdle(seen: SeenServer, policy: Policy, now: Instant): IdleDecision | undefined {
  const { idle } = policy;
  const { server, memory } = seen;
  if (idle === undefined || !isUnderRule(seen, idle)) return undefined;
  const start = memory.stopped === undefined ? undefined : startOf(seen, memory.stopped, idle, now);
  if (start === 'person') return because('started-again');
  const spared = sparing(seen, policy, now);
  if (spared !== undefined) return spared;
  switch (server.state) {
    case 'changing':
      return because('state-changing');
    case 'stopped':
      return decideStopped(seen, idle);
    case 'running':
      if (memory.stopped === undefined) return decideRunning(seen, idle, now);
      return start === 'service' ? decideAwake(seen, idle) : because('state-changing');
    default:
      return server.state satisfies never;
  }
}

/** Its start alone is work for its processor; who is connected uses it, or has started it while nobody looked. */
function decideAwake(seen: SeenServer, idle: IdlePolicy): IdleDecision {
  const use = useOf(seen, idle);
  return use === undefined ? because('woke-up') : because('at-work', { detail: use });
}

/** What Mayfly stopped stays under the rule whatever becomes of its tags: its date is Mayfly's to take back. */
export function isUnderRule({ tags, memory }: Pick<SeenServer, 'tags' | 'memory'>, idle: IdlePolicy): boolean {
  return memory.stopped !== undefined || matchesIdle(tags, idle);
}

function because(reason: Reason, about: Pick<IdleDecision, 'idleAt' | 'detail'> = {}): IdleDecision {
  return { action: actionOf(reason), reason, ...about };
}

/** What keeps a server out of the rule, whatever it does. */
function sparing({ tags, owner, server }: SeenServer, policy: Policy, now: Instant): IdleDecision | undefined {
  const { idle, protect, expiry } = policy;
  const read = (key: string) => readProtection(tags, key, expiry.timeZone);
  const said =
    spared(read(protect.tag), now, ['protected', 'protected-until', 'protect-unreadable']) ??
    spared(read(idle?.exclude ?? ''), now, ['idle-excluded', 'idle-excluded', 'exclude-unreadable']);
  if (said !== undefined) return said;
  const controller = [owner, ownerInTags(tags)].find((one) => one?.kind === 'controller');
  if (controller !== undefined) return because('owned-by-controller', { detail: controller.name });
  return server.unstoppable === undefined ? undefined : because('unstoppable', { detail: server.unstoppable });
}

function spared(
  reading: ReturnType<typeof readProtection>,
  now: Instant,
  [always, until, unreadable]: readonly [Reason, Reason, Reason],
): IdleDecision | undefined {
  if (reading.kind === 'always') return because(always);
  if (reading.kind === 'unreadable') return because(unreadable, { detail: reading.value });
  const stands = reading.kind === 'until' && now < reading.until;
  return stands ? because(until, { detail: toIso(reading.until) }) : undefined;
}

function decideStopped({ tags, server, memory }: SeenServer, idle: IdlePolicy): IdleDecision {
  const { stopped } = memory;
  if (stopped === undefined) return because(isOwnStop(server, memory) ? 'stop-unfinished' : 'stopped-by-person');
  const isDated = idle.removeAfter === undefined || stopped.expiresAt !== undefined;
  // Who took the rule's tags off wants nothing more written on it.
  return because(isDated || !matchesIdle(tags, idle) ? 'stopped' : 'stop-unfinished');
}

/** A stop that Mayfly asked for and could not write down any more. */
function isOwnStop({ stoppedAt }: Server, { stopRequestedAt }: IdleMemory): boolean {
  if (stoppedAt === undefined || stopRequestedAt === undefined) return false;
  return Math.abs(stoppedAt - stopRequestedAt) <= clocksDiffer;
}

/** When it was started last, where its service shows that; 0 where it does not. */
export function launchOf({ milestones }: Pick<Server, 'milestones'>): Instant {
  return Math.max(0, ...milestones.flatMap(({ at, launch }) => (launch ? [at] : [])));
}

/** Who started a server after Mayfly had stopped it; `undefined`: it does not show that anybody did. */
function startOf(
  { tags, server }: SeenServer,
  stopped: { at: Instant; wakesAt?: Instant },
  idle: IdlePolicy,
  now: Instant,
): 'person' | 'service' | undefined {
  const launched = launchOf(server);
  const isShown = launched > stopped.at;
  const mayRun = server.state === 'running' && now >= stopped.at + stopTakes;
  if (server.state === 'changing' || !(isShown || mayRun)) return undefined;
  // A start that the service shows is dated; where it shows none, the hour of noticing is all that is known.
  const startedAt = isShown ? launched : now;
  const isByItself = stopped.wakesAt !== undefined && startedAt >= stopped.wakesAt - wakeTolerance;
  // Without the rule's tags it is nobody's idle server any more, whoever started it.
  return isByItself && matchesIdle(tags, idle) ? 'service' : 'person';
}

function decideRunning(seen: SeenServer, idle: IdlePolicy, now: Instant): IdleDecision {
  const { memory } = seen;
  const idleAt = idleAtOf(memory, idle);
  const longestLead = Math.max(0, ...idle.warnings);
  if (now < idleAt - longestLead) {
    if (seen.unasked !== undefined) return because('idle-evidence-missing', { idleAt, detail: seen.unasked });
    const isPostponed = memory.postponedTo !== undefined && now >= standsSince(memory) + idle.after;
    return because(isPostponed ? 'postponed' : 'changed-lately', { idleAt });
  }
  const work = workIn(seen, idle);
  if (work !== undefined) return because('at-work', { idleAt, detail: work });
  const missing = missingEvidence(seen, idle);
  if (missing !== undefined) return because('idle-evidence-missing', { idleAt, detail: missing });
  const goesAt = stopFrom(memory, idle, idleAt, now);
  if (goesAt === undefined) return because('idle-soon', { idleAt });
  return now < Math.max(goesAt, idleAt) ? because('warned-of-stop', { idleAt }) : decideCopied(memory, idleAt, now);
}

/** From when it may be stopped by the warnings; `undefined`: a warning is due. */
export function stopFrom(
  memory: IdleMemory,
  { warnings }: Pick<IdlePolicy, 'warnings'>,
  idleAt: Instant,
  now: Instant,
): Instant | undefined {
  if (warnings.length === 0) return idleAt;
  const latest = Math.min(...warnings.filter((lead) => now >= idleAt - lead));
  const receipts = memory.receipts.filter((receipt) => receipt.idleAt === idleAt);
  if (!receipts.some(({ at }) => at >= idleAt - latest)) return undefined;
  return Math.min(...receipts.map(({ at }) => at)) + Math.min(...warnings);
}

function decideCopied(memory: IdleMemory, idleAt: Instant, now: Instant): IdleDecision {
  const copy = memory.copies.at(-1);
  if (copy !== undefined && isUseful(copy, memory, now)) {
    if (copy.verifiedAt !== undefined) return because('idle-copied', { idleAt, detail: copy.id });
    const isLate = now - copy.requestedAt > copyTakes;
    return because(isLate ? 'copy-failing' : 'copying', { idleAt, detail: `${copy.id} is not complete yet` });
  }
  const { lastFailure } = memory;
  if (lastFailure !== undefined && now < copyAgainFrom(memory)) {
    return because('copy-failing', { idleAt, detail: lastFailure.why });
  }
  return because('idle', { idleAt });
}

/** When the next copy is tried after failures: at once, or after a pause. 0 where none failed. */
export function copyAgainFrom({ failures, lastFailure }: IdleMemory): Instant {
  return (lastFailure?.at ?? 0) + (failures < failuresBeforePause ? 0 : day);
}

/** Of the configuration that stands, and not from a time before something else kept the server running. */
function isUseful({ requestedAt, verifiedAt }: RememberedCopy, { since }: IdleMemory, now: Instant): boolean {
  if (requestedAt < since) return false;
  return verifiedAt === undefined || now - verifiedAt <= copyIsFresh;
}

import { type GuardMemory, scopeIn } from './guard-memory.ts';
import type { Part, Sizes } from './guard-parts.ts';
import type { GuardException, GuardLack } from './guard-reasons.ts';

/** Something that a freeze or a stop may change, as its own service described it just before. */
export interface GuardTarget {
  arn: string;
  type: string;
  region: string;
  environment?: string;
  /** Tells it from a later one of its name. */
  identity?: string;
  /** Why its protect tag protects it, in words; what can't be read protects. */
  protectedBy?: string;
  /** Why it is never stopped, in words: Spot, instance store, a replica. */
  unstoppable?: string;
  /** What a stop loses for ever, in words: a public address, what is in memory. */
  loses?: readonly string[];
  what:
    | { kind: 'server' | 'database'; state: 'running' | 'stopped' | 'changing'; group?: string }
    /** `unread`: its members could not all be read, so that nobody knows what it carries. */
    | { kind: 'group'; sizes: Sizes; unread?: true };
}

/** What a stage leaves as it is, and why; `why` says more where the target itself does. */
export interface Left {
  arn: string;
  because: GuardException;
  why?: string;
}

/** What a stage will change, what it leaves and why, and what can't be undone: said before it is done. */
export interface StagePlan {
  /** To be written with `guard-changing` before the calls. */
  parts: readonly Part[];
  left: readonly Left[];
  lacks: readonly GuardLack[];
  losses: readonly { arn: string; what: string }[];
}

/** The service control policy that freezes an account, as the hub sees it. */
export interface FreezePolicy {
  /** Its id or name. */
  policy: string;
  state: 'detached' | 'attached' | 'not-allowed' | 'quota';
}

/**
 * A freeze: the service control policy, of whole accounts only, and each Auto Scaling group's maximum at its present
 * size. Once more, it does what is left of it.
 */
export function planFreeze(
  memory: GuardMemory,
  scope: { account: string; environment?: string },
  targets: readonly GuardTarget[],
  scp: FreezePolicy,
): StagePlan {
  const denial = denyCreations(memory, scope, scp);
  const choices = targets.flatMap((target) => (target.what.kind === 'group' ? [cap(memory, scope, target)] : []));
  return { ...gathered(choices), parts: [...denial.parts, ...partsOf(choices)], lacks: denial.lacks, losses: [] };
}

type Choice = { part: Part; losses?: readonly string[] } | Left;

function partsOf(choices: readonly Choice[]): Part[] {
  return choices.flatMap((one) => ('part' in one ? one.part : []));
}

function gathered(choices: readonly Choice[]): Pick<StagePlan, 'left'> {
  return { left: choices.flatMap((one) => ('part' in one ? [] : one)) };
}

function denyCreations(
  memory: GuardMemory,
  { account, environment }: { account: string; environment?: string },
  { policy, state }: FreezePolicy,
): { parts: Part[]; lacks: GuardLack[] } {
  if (environment !== undefined) return { parts: [], lacks: ['scp-of-account-only'] };
  if (state === 'not-allowed') return { parts: [], lacks: ['scp-not-allowed'] };
  if (state === 'quota') return { parts: [], lacks: ['scp-quota'] };
  const isOurs = Object.values(memory.parts).some((part) => part.kind === 'scp');
  if (state === 'detached') return { parts: [{ kind: 'scp', account, policy, stage: 'freeze' }], lacks: [] };
  return { parts: [], lacks: isOurs ? [] : ['scp-attached-before'] };
}

/** What keeps its size loses nothing by it, so only what is protected is left out. */
function cap(memory: GuardMemory, { environment }: { environment?: string }, target: GuardTarget): Choice {
  const { arn, region, what } = target;
  if (what.kind !== 'group') return { arn, because: 'unstoppable' };
  const known = memory.parts[arn];
  // A stop of its environment that goes on is no business of the account's freeze.
  if (known?.isDone || (known?.kind === 'group' && known.zero)) return { arn, because: 'done-already' };
  if (environment !== undefined && target.environment !== environment) return { arn, because: 'not-of-environment' };
  if (target.protectedBy !== undefined) return { arn, because: 'protected', why: target.protectedBy };
  const { desired, max } = what.sizes;
  if (known === undefined && desired >= max) return { arn, because: 'at-its-size' };
  // It has grown since: then its maximum is not the one that was asked for.
  if (known?.kind === 'group') return { part: { ...known, cap: Math.max(known.cap ?? desired, desired) } };
  return { part: { kind: 'group', arn, region, before: what.sizes, cap: desired, stage: 'freeze' } };
}

/**
 * A stop: servers, databases, and the sizes of Auto Scaling groups. Never what is protected or must not be stopped, nor
 * a group with such a member; and never what the guard stopped before, which somebody has started again.
 */
export function planStop(
  memory: GuardMemory,
  { environment }: { environment?: string },
  targets: readonly GuardTarget[],
): StagePlan {
  const choices = targets.map((target): Choice => {
    if (environment !== undefined && target.environment !== environment) {
      return { arn: target.arn, because: 'not-of-environment' };
    }
    return target.what.kind === 'group' ? toZero(memory, target, targets) : stopOf(memory, target);
  });
  const losses = choices.flatMap((one) =>
    'part' in one && one.part.kind !== 'scp' ? (one.losses ?? []).map((what) => lossOf(one.part, what)) : [],
  );
  return { ...gathered(choices), parts: partsOf(choices), lacks: [], losses };
}

function lossOf(part: Part, what: string): { arn: string; what: string } {
  return { arn: part.kind === 'scp' ? part.policy : part.arn, what };
}

function keptBecause({ arn, protectedBy, unstoppable }: GuardTarget): Left | undefined {
  if (protectedBy !== undefined) return { arn, because: 'protected', why: protectedBy };
  return unstoppable === undefined ? undefined : { arn, because: 'unstoppable', why: unstoppable };
}

function stopOf(memory: GuardMemory, target: GuardTarget): Choice {
  const { arn, type, region, identity, what, losses } = { ...target, losses: target.loses };
  const kept = keptBecause(target);
  if (kept !== undefined) return kept;
  if (what.kind === 'group') return { arn, because: 'unstoppable' };
  if (what.group !== undefined) return { arn, because: 'in-group' };
  const known = memory.parts[arn];
  // What the guard itself began with is gone on with: a database that is copied first can't be stopped meanwhile.
  const isBegun = known !== undefined && !known.isDone && what.state === 'changing';
  if (what.state === 'stopped') return { arn, because: 'not-running' };
  if (what.state === 'changing' && !isBegun) return { arn, because: 'state-changing' };
  if (known?.isDone) return { arn, because: 'done-already' };
  const again = isBegun ? { isAgain: true as const } : {};
  const about = { kind: what.kind, arn, type, region, stage: 'stop' as const, ...again };
  return { part: { ...about, ...(identity !== undefined && { identity }) }, ...(losses && { losses }) };
}

function toZero(memory: GuardMemory, target: GuardTarget, targets: readonly GuardTarget[]): Choice {
  const { arn, region, what } = target;
  const kept = keptBecause(target);
  if (kept !== undefined) return kept;
  if (what.kind !== 'group') return { arn, because: 'unstoppable' };
  const members = targets.filter((one) => one.what.kind !== 'group' && one.what.group === arn);
  const isUnstoppable = what.unread || members.some((one) => keptBecause(one) !== undefined);
  if (isUnstoppable) return { arn, because: 'carries-unstoppable' };
  const known = memory.parts[arn];
  const frozen = known?.kind === 'group' ? known : undefined;
  if (frozen?.zero) return frozen.isDone ? { arn, because: 'done-already' } : { part: frozen };
  const { min, desired, max } = what.sizes;
  if (desired === 0) return { arn, because: 'at-zero' };
  // The maximum that a freeze gave it is not its own.
  const own = frozen?.cap === max ? frozen.before.max : max;
  const cap = frozen?.cap === undefined ? {} : { cap: frozen.cap };
  const losses = ['its instances are terminated, and new ones are made by a release'];
  const before = { min, desired, max: own };
  return {
    part: { kind: 'group', arn, region, before, ...cap, zero: true, stage: 'stop' },
    losses: [...losses, ...(target.loses ?? [])],
  };
}

/**
 * Whether a run may go on with a stage that it began, asked before each call: a release has the last word, also
 * half-way.
 */
export function mayGoOn(memory: GuardMemory, environment: string | undefined, stage: 'freeze' | 'stop'): boolean {
  return memory.releasing === undefined && scopeIn(memory, environment).doing === stage;
}

import { finishRelease, type Part, type PartChange, rememberPart } from './guard-parts.ts';
import type { GuardLack, GuardStage } from './guard-reasons.ts';
import { type Duration, hour, type Instant } from './time.ts';

export type GuardTrigger = 'budget' | 'burnPerHour' | 'jump';

/** The stages that change something. */
export type ChangingStage = Exclude<GuardStage, 'none' | 'tell'>;

/** Looks in a row that say the same. One sweep counts once. */
export interface Streak {
  looks: number;
  firstAt: Instant;
  sweep: string;
  at: Instant;
}

/** What the guard remembers of an account, or of one environment of it. */
export interface ScopeMemory {
  stage: GuardStage;
  /** The limits that it passed at the last look: it must fall some way below them to be within them again. */
  passed: readonly GuardTrigger[];
  over?: Streak;
  within?: Streak;
  /** At the last look that passed a limit, USD; with what the guard has stopped since, which a release brings back. */
  usdPerHour?: number;
  /** When the last message arrived. */
  toldAt?: Instant;
  approved?: { stage: ChangingStage; by: string; at: Instant };
  /** By which look the present stage was begun, and by whom; without: by the guard itself. */
  begun?: { sweep: string; at: Instant; by?: string };
  /** A stage that was begun and has not ended. */
  doing?: ChangingStage;
  lacks?: readonly GuardLack[];
  /** What a person released: it is no news as long as it goes on and burns no more, USD per hour; 0: it is over. */
  accepted?: { at: Instant; usdPerHour: number };
}

/** An alarm of AWS. */
export interface Heard {
  id: string;
  source: 'budget' | 'anomaly';
  at: Instant;
}

/** What the guard remembers of one account. Plain JSON, and a function of its events alone. */
export interface GuardMemory {
  /** The account itself under `''`, an environment under `/` and its name. */
  scopes: Readonly<Record<string, ScopeMemory>>;
  heard: readonly Heard[];
  /** What it changed, or was about to, and has not taken back: under `keyOfPart`. */
  parts: Readonly<Record<string, Part>>;
  releasing?: { by: string; at: Instant };
  /** The last release that ended, and what of it is not as it was before. */
  released?: { by: string; at: Instant };
  differs: readonly { part: string; says: string }[];
}

type OfScope = { environment?: string };

/** What happens to an account, or one environment of it, under the guard. Written before and after each change. */
export type GuardEvent =
  /** `counts`: as one of the looks that must agree. Only written where a limit is passed. */
  | ({
      kind: 'guard-over';
      sweep: string;
      usdPerHour: number;
      passed: readonly GuardTrigger[];
      counts: boolean;
    } & OfScope)
  /** A whole look that passes no limit; only written where one was passed before. */
  | ({ kind: 'guard-within'; sweep: string } & OfScope)
  | ({ kind: 'guard-told' } & OfScope)
  | { kind: 'guard-heard'; id: string; source: Heard['source'] }
  | ({ kind: 'guard-approved'; stage: ChangingStage; by: string } & OfScope)
  | ({ kind: 'guard-begun'; stage: ChangingStage; sweep: string } & OfScope)
  | ({ kind: 'guard-ended'; stage: ChangingStage; lacks: readonly GuardLack[] } & OfScope)
  | PartChange
  | { kind: 'guard-release-begun'; by: string };

export const nothingGuarded: GuardMemory = { scopes: {}, heard: [], parts: {}, differs: [] };

const heardKept = 50;

/** The guard moves one stage at a time. */
export const nextStage: Readonly<Record<GuardStage, ChangingStage | undefined>> = {
  none: undefined,
  tell: 'freeze',
  freeze: 'stop',
  stop: undefined,
};

const untouched: ScopeMemory = { stage: 'none', passed: [] };

/** Names of environments are anybody's text, so none of them is a key as it is. */
export function scopeKey(environment: string | undefined): string {
  return environment === undefined ? '' : `/${environment}`;
}

/** The environments that the memory knows. */
export function environmentsIn({ scopes }: GuardMemory): string[] {
  return Object.keys(scopes).flatMap((key) => (key === '' ? [] : key.slice(1)));
}

/** What is remembered of the account, or of one environment. */
export function scopeIn({ scopes }: GuardMemory, environment: string | undefined): ScopeMemory {
  return scopes[scopeKey(environment)] ?? untouched;
}

/** The memory after one more event; the same event twice is one. */
export function rememberGuard(memory: GuardMemory, at: Instant, event: GuardEvent): GuardMemory {
  const change = (to: (scope: ScopeMemory) => ScopeMemory): GuardMemory => {
    const { environment } = event as OfScope;
    return { ...memory, scopes: { ...memory.scopes, [scopeKey(environment)]: to(scopeIn(memory, environment)) } };
  };
  switch (event.kind) {
    case 'guard-over':
      return change((scope) => over(scope, at, event, isStopped(memory)));
    case 'guard-within':
      return change((scope) => within(scope, at, event.sweep));
    case 'guard-told':
      return change((scope) => ({ ...scope, toldAt: at }));
    case 'guard-heard': {
      if (isHeard(memory, event.id)) return memory;
      const heard = [...memory.heard, { id: event.id, source: event.source, at }].slice(-heardKept);
      return { ...change((scope) => ({ ...scope, stage: atLeastTold(scope.stage) })), heard };
    }
    case 'guard-approved':
      return change((scope) => ({ ...scope, approved: { stage: event.stage, by: event.by, at } }));
    case 'guard-begun':
      // Who releases it is not overtaken by a run that decided before.
      return memory.releasing ? memory : change((scope) => begun(scope, event, at));
    case 'guard-ended':
      return change((scope) => ended(scope, event));
    case 'guard-changing':
    case 'guard-changed':
    case 'guard-unchanged':
    case 'guard-released':
    case 'guard-release-failed':
      return finishRelease(rememberPart(memory, event), at);
    case 'guard-release-begun':
      return finishRelease(memory.releasing ? memory : { ...memory, releasing: { by: event.by, at }, differs: [] }, at);
    default:
      return event satisfies never;
  }
}

/** A click is about what the person saw. */
const approvalLasts: Duration = 3 * hour;

/** Whether an admin wants that stage, and said so not long ago. */
export function isApproved({ approved }: ScopeMemory, stage: ChangingStage, now: Instant): boolean {
  return approved?.stage === stage && now - approved.at < approvalLasts;
}

/** AWS delivers an alarm more than once. */
export function isHeard({ heard }: GuardMemory, alarm: string): boolean {
  return heard.some(({ id }) => id === alarm);
}

function atLeastTold(stage: GuardStage): GuardStage {
  return stage === 'none' ? 'tell' : stage;
}

/** Something there is stopped, or was to be: what burns is less than without the guard. */
function isStopped({ parts }: GuardMemory): boolean {
  return Object.values(parts).some(({ stage }) => stage === 'stop');
}

function over(
  scope: ScopeMemory,
  at: Instant,
  event: GuardEvent & { kind: 'guard-over' },
  isLess: boolean,
): ScopeMemory {
  const { within: _, ...rest } = scope;
  const { sweep, passed, counts } = event;
  const usdPerHour = isLess ? Math.max(event.usdPerHour, scope.usdPerHour ?? 0) : event.usdPerHour;
  const streak = counts && { over: oneMore(scope.over, sweep, at) };
  return { ...rest, stage: atLeastTold(scope.stage), passed, usdPerHour, ...streak };
}

/**
 * Two whole looks within the limits end an alarm; what was changed stays so until a person releases it. They also end
 * that what a person accepted is no news: what burns after them is something new.
 */
function within(scope: ScopeMemory, at: Instant, sweep: string): ScopeMemory {
  const { over: _, approved: __, ...rest } = scope;
  const streak = oneMore(scope.within, sweep, at);
  if (streak.looks < 2 || (scope.stage !== 'tell' && scope.stage !== 'none')) return { ...rest, within: streak };
  const { accepted } = scope;
  return { ...untouched, ...(accepted && { accepted: { ...accepted, usdPerHour: 0 } }) };
}

function oneMore(streak: Streak | undefined, sweep: string, at: Instant): Streak {
  if (streak === undefined) return { looks: 1, firstAt: at, sweep, at };
  return streak.sweep === sweep ? streak : { looks: streak.looks + 1, firstAt: streak.firstAt, sweep, at };
}

/**
 * An approval is used up. Whoever decided before a release is not heard after it: the stage is not the one below any
 * more. What goes on after an interruption was begun when it was begun.
 */
function begun(
  scope: ScopeMemory,
  { stage, sweep }: { stage: ChangingStage; sweep: string },
  at: Instant,
): ScopeMemory {
  if (scope.doing !== undefined || nextStage[scope.stage] !== stage) return scope;
  const { approved, ...rest } = scope;
  const by = isApproved(scope, stage, at) ? approved?.by : undefined;
  return { ...rest, stage, doing: stage, begun: { sweep, at, ...(by !== undefined && { by }) } };
}

/** A release that came between has the last word. */
function ended(
  scope: ScopeMemory,
  { stage, lacks }: { stage: ChangingStage; lacks: readonly GuardLack[] },
): ScopeMemory {
  if (scope.doing !== stage) return scope;
  const { doing: _, ...rest } = scope;
  const all = new Set([...(scope.lacks ?? []), ...lacks]);
  return { ...rest, ...(all.size > 0 && { lacks: [...all] }) };
}

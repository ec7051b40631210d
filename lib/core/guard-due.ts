import type { Burn } from './guard-burn.ts';
import {
  type ChangingStage,
  type GuardMemory,
  isApproved,
  nextStage,
  type ScopeMemory,
  scopeIn,
} from './guard-memory.ts';
import type { GuardReason, GuardStage } from './guard-reasons.ts';
import type { Look, Passed, Threshold } from './guard-triggers.ts';
import type { Mode, Policy } from './policy.ts';
import { type Duration, day, type Instant, minute } from './time.ts';

/** What is known of an account at one sweep. */
export interface AccountLook {
  account: string;
  /** The account's own burn and its environments'; absent where all of it was unreadable. */
  burns?: readonly Burn[];
  /** It has left the organization, or is suspended. */
  isGone: boolean;
  /** Regions and types that could not be read, in words. */
  unread: readonly string[];
  mode: Mode;
  /** Whether the guard's role can be assumed there. */
  hasRole: boolean;
}

/** One sweep, as the guard sees it. The same sweep twice is one. */
export interface GuardSweep {
  id: string;
  pricesVersion: string;
  /** How many times as much the account's things cost by new prices, where the version changed (`repricing`). */
  repricing?: number;
  firstScan: boolean;
  isPaused: boolean;
  timeZone: string;
}

/** All that a decision about an account or environment is made from. */
interface Situation {
  /** Before this look. */
  before: ScopeMemory;
  /** This look is in it. */
  memory: GuardMemory;
  environment: string | undefined;
  at: AccountLook;
  look: Look | undefined;
  limits: Threshold;
  guard: NonNullable<Policy['guard']>;
  now: Instant;
  sweep: GuardSweep;
}

interface Due {
  reason: GuardReason;
  offers?: { stage: ChangingStage; because: GuardReason };
}

/** After a release, nothing is changed without an admin for so long. */
const coolDown: Duration = day;

/** What burns by so much more than what was released is news all the same. */
const newsAfterRelease = 1.2;

/** AWS's own alarms come late, and are about what goes on. */
const alarmLasts: Duration = day;

/** A projection alone stops what runs only where it is so many times the budget. */
const farOver = 2;

/** Two looks within minutes are one opinion, unless a person shares it. */
const looksApart: Duration = 10 * minute;

const rank: Readonly<Record<GuardStage, number>> = { none: 0, tell: 1, freeze: 2, stop: 3 };

/** What is due, with what the memory knows of the looks before. */
export function stageDue(situation: Situation): Due {
  const { before, memory, environment, at, look, limits } = situation;
  const scope = scopeIn(memory, environment);
  // It ends there too, with what can't be reached named: else it would be tried, and told, for ever.
  if (isReleaseUnfinished(memory)) return { reason: 'release-unfinished' };
  if (at.isGone) return { reason: 'account-gone' };
  if (look === undefined) return { reason: 'account-unread' };
  if (look.passed.length > 0) return overLimits(situation, look, scope);
  if (scope.doing !== undefined) return { reason: 'half-done' };
  if (scope.stage === 'freeze') return { reason: 'stays-frozen' };
  if (scope.stage === 'stop') return { reason: 'stays-stopped' };
  if (Object.values(limits).every((limit) => limit === undefined)) return { reason: 'no-limits' };
  if (look.isBlind) return { reason: 'no-prices' };
  if (scope.stage === 'tell') return { reason: at.unread.length === 0 ? 'calming' : 'partly-unread' };
  if (before.stage === 'tell' && before.passed.length > 0) return { reason: 'calmed' };
  return { reason: look.doubt ?? 'within-limits' };
}

/** A release goes on until nothing is left of what the guard did; what a late run did after it, too. */
function isReleaseUnfinished({ releasing, parts, scopes }: GuardMemory): boolean {
  if (releasing !== undefined) return true;
  return Object.keys(parts).length > 0 && Object.values(scopes).every(({ stage }) => rank[stage] < rank.freeze);
}

/** Whether a person released it not long ago, and it burns no more than it did then. */
export function isAccepted({ accepted, stage }: ScopeMemory, usdPerHour: number, now: Instant): boolean {
  return stage === 'none' && isCoolingDown(accepted, now) && usdPerHour <= accepted.usdPerHour * newsAfterRelease;
}

function isCoolingDown(
  accepted: ScopeMemory['accepted'],
  now: Instant,
): accepted is NonNullable<ScopeMemory['accepted']> {
  return accepted !== undefined && now - accepted.at < coolDown;
}

function overLimits(situation: Situation, look: Look, scope: ScopeMemory): Due {
  const { before, now, at, guard } = situation;
  if (isAccepted(before, look.usdPerHour, now)) return { reason: 'cooling-down' };
  const next = scope.doing ?? nextStage[scope.stage];
  if (next === undefined) return { reason: 'stopped-and-over' };
  const isFirst = before.stage === 'none';
  // Nothing that a person could allow: it is never stopped where the policy or the role is missing.
  const never = Object.hasOwn(guard.accounts, at.account) ? undefined : 'account-not-named';
  const obstacle = never ?? (at.hasRole ? undefined : 'role-missing');
  if (obstacle !== undefined) return { reason: isFirst ? 'over-limits' : obstacle };
  if (scope.doing !== undefined) return { reason: whyNotOn(situation, scope, next) ?? `${next}-unfinished` };
  const approved = isApproved(scope, next, now);
  const waits = waitsFor(situation, scope, next, approved);
  const offers = { offers: { stage: next, because: waits ?? 'second-look-awaited' } } as const;
  if (isFirst) return { reason: 'over-limits', ...offers };
  if (waits === 'paused') return { reason: waits };
  if (!doLooksAgree(situation, scope, approved)) return { reason: 'second-look-awaited', ...offers };
  if (waits !== undefined) return { reason: waits, ...offers };
  return { reason: approved ? `${next}-approved` : `${next}-due` };
}

/** Why an interrupted stage does not go on. What an admin began does, also in an account that is observed. */
function whyNotOn(
  { sweep, at, guard }: Situation,
  { begun }: ScopeMemory,
  doing: ChangingStage,
): GuardReason | undefined {
  if (sweep.isPaused) return 'paused';
  if (begun?.by !== undefined) return undefined;
  return at.mode === 'observe' || rank[guard.allow] < rank[doing] ? 'unfinished-held' : undefined;
}

/** Why the guard does not go to the next stage by itself; a pause stops what an admin approved as well. */
function waitsFor(
  { sweep, at, guard, now, look }: Situation,
  { accepted }: ScopeMemory,
  next: ChangingStage,
  approved: boolean,
): GuardReason | undefined {
  if (sweep.isPaused) return 'paused';
  if (approved) return undefined;
  if (isCoolingDown(accepted, now)) return 'cooling-down';
  if (at.mode === 'observe') return 'account-observed';
  if (rank[guard.allow] < rank[next]) return 'approval-awaited';
  return next === 'stop' && look?.passed.every((one) => isFarOff(one, look)) ? 'budget-not-spent' : undefined;
}

function isFarOff({ trigger, value, limit }: Passed, { projection }: Look): boolean {
  return trigger === 'budget' && projection.measuredUsd <= limit && value < farOver * limit;
}

/**
 * Whether two looks in a row say that it burns too much, this one among them, and after the present stage was begun;
 * an alarm of AWS may stand for one of them. Without a person, they must lie some minutes apart.
 */
function doLooksAgree({ memory, environment, now, sweep, look }: Situation, scope: ScopeMemory, approved: boolean) {
  const { over, begun } = scope;
  if (over === undefined || over.sweep !== sweep.id || look?.counts !== true) return false;
  if (begun !== undefined && (begun.sweep === sweep.id || (!approved && now - begun.at < looksApart))) return false;
  const isAlarmed = environment === undefined && memory.heard.some(({ at }) => now - at < alarmLasts);
  if (over.looks < 2) return isAlarmed;
  return approved || over.at - over.firstAt >= looksApart;
}

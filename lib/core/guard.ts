import { unreadKey } from './guard-basis.ts';
import { type Burn, nothingBurns } from './guard-burn.ts';
import { type AccountLook, type GuardSweep, isAccepted, stageDue } from './guard-due.ts';
import {
  environmentsIn,
  type GuardEvent,
  type GuardMemory,
  rememberGuard,
  type ScopeMemory,
  scopeIn,
  scopeKey,
} from './guard-memory.ts';
import { type GuardAction, type GuardReason, type GuardStage, guardReasons } from './guard-reasons.ts';
import { type Look, lookAt, type Passed, type Threshold } from './guard-triggers.ts';
import type { BurnMemory } from './guard-usual.ts';
import type { Policy } from './policy.ts';
import { day, type Instant } from './time.ts';

type GuardPolicy = NonNullable<Policy['guard']>;

/** What the guard does about an account, or one environment of it. */
export interface GuardDecision {
  account: string;
  environment?: string;
  /** Before what is decided here. */
  stage: GuardStage;
  action: GuardAction;
  reason: GuardReason;
  /** It is to be told now. */
  isNews: boolean;
  /** The next stage, which an admin may approve, and why the guard does not go there by itself. */
  offers?: { stage: 'freeze' | 'stop'; because: GuardReason };
  passed: readonly Passed[];
  look?: Look;
  burn?: Burn;
}

/** What comes of one look at an account. */
export interface GuardStep {
  decisions: readonly GuardDecision[];
  /** To be written before anything is done. */
  events: readonly GuardEvent[];
  /** What is usual, to be kept in place of what was; under the same keys. */
  seen: Readonly<Record<string, BurnMemory>>;
}

/** As long as an alarm goes on, it is told again this often. */
const toldEvery = day;

/**
 * Decides about one account: itself, and each environment that the policy names. `seen` is what is remembered of its
 * burn, under the keys of `scopeKey`. Pure: what it says is to be done is done by others, who write the events first.
 */
export function decideGuard(
  memory: GuardMemory,
  seen: Readonly<Record<string, BurnMemory>>,
  at: AccountLook,
  guard: GuardPolicy,
  now: Instant,
  sweep: GuardSweep,
): GuardStep {
  const named = [...Object.keys(guard.environments), ...environmentsIn(memory)];
  const found = (at.burns ?? []).flatMap(({ environment }) => environment ?? []);
  const known = [...environmentsIn(memory), ...found].filter((one) => named.includes(one));
  const steps = [undefined, ...[...new Set(known)].toSorted()].map((environment) =>
    decideScope(memory, seen[scopeKey(environment)], at, environment, guard, now, sweep),
  );
  const remembered = steps.flatMap(({ decision: { environment, look } }) =>
    look === undefined ? [] : [[scopeKey(environment), look.memory] as const],
  );
  return {
    decisions: steps.map(({ decision }) => decision),
    events: steps.flatMap(({ events }) => events),
    seen: { ...seen, ...Object.fromEntries(remembered) },
  };
}

/** The limits that the policy names for it; none is no limit. */
export function limitsOf(guard: GuardPolicy, account: string, environment: string | undefined): Threshold {
  const [from, key] = environment === undefined ? [guard.accounts, account] : [guard.environments, environment];
  return (Object.hasOwn(from, key) ? from[key] : undefined) ?? {};
}

function decideScope(
  memory: GuardMemory,
  seen: BurnMemory | undefined,
  at: AccountLook,
  environment: string | undefined,
  guard: GuardPolicy,
  now: Instant,
  sweep: GuardSweep,
): { decision: GuardDecision; events: readonly GuardEvent[] } {
  const scope = scopeIn(memory, environment);
  const limits = limitsOf(guard, at.account, environment);
  const burn = burnIn(at, environment);
  const look =
    burn &&
    lookAt({
      burn,
      seen,
      limits,
      before: scope.passed,
      now,
      timeZone: sweep.timeZone,
      pricesVersion: sweep.pricesVersion,
      ...(sweep.repricing !== undefined && { repricing: sweep.repricing }),
      isFirstScan: sweep.firstScan || seen === undefined,
      unread: unreadKey(at.unread),
      isChanged: Object.keys(memory.parts).length > 0,
    });
  const events = look === undefined ? [] : eventsOf(look, at, environment, memory, now, sweep);
  const after = events.reduce((known, event) => rememberGuard(known, now, event), memory);
  // Whatever was told of it before: an alarm of AWS, or that it has no prices.
  const isNewlyOver = scope.passed.length === 0 && events.some(({ kind }) => kind === 'guard-over');
  const due = stageDue({ memory: after, before: scope, environment, at, look, limits, guard, now, sweep });
  const decision: GuardDecision = {
    account: at.account,
    ...(environment !== undefined && { environment }),
    stage: scope.stage,
    action: guardReasons[due.reason].action,
    reason: due.reason,
    isNews:
      isNewlyOver || isNews(due.reason, after, environment, now) || isUnseen(due.reason, limits, seen, scope, now),
    ...(due.offers && { offers: due.offers }),
    passed: look?.passed ?? [],
    ...(look && { look }),
    ...(burn && { burn }),
  };
  return { decision, events };
}

/** An account that was read has no burn of an environment in which nothing is left: it burns nothing. */
function burnIn({ account, burns, isGone }: AccountLook, environment: string | undefined): Burn | undefined {
  if (burns === undefined || isGone) return undefined;
  const found = burns.find((one) => one.environment === environment);
  return found ?? { ...nothingBurns(account), ...(environment !== undefined && { environment }) };
}

/** Written only where something is passed, or was at the look before; and where a click is over with this look. */
function eventsOf(
  { passed, usdPerHour, counts }: Look,
  { unread }: AccountLook,
  environment: string | undefined,
  memory: GuardMemory,
  now: Instant,
  { id }: GuardSweep,
): GuardEvent[] {
  const scope = scopeIn(memory, environment);
  const of = environment === undefined ? {} : { environment };
  if (passed.length > 0) {
    if (isAccepted(scope, usdPerHour, now)) return [];
    const triggers = passed.map(({ trigger }) => trigger);
    return [{ kind: 'guard-over', sweep: id, usdPerHour, passed: triggers, counts, ...of }];
  }
  // What could not be read may burn as before, and so may what has no price now.
  const isExcused = isAccepted(scope, 0, now) && scope.accepted?.usdPerHour !== 0;
  const isOver = scope.stage === 'tell' || scope.over !== undefined || scope.approved !== undefined || isExcused;
  return isOver && counts && unread.length === 0 ? [{ kind: 'guard-within', sweep: id, ...of }] : [];
}

/** Nobody saw for a day, or ever, what an account with limits burns: no alarm would come of it. Told once a day. */
function isUnseen(
  reason: GuardReason,
  limits: Threshold,
  seen: BurnMemory | undefined,
  { toldAt }: ScopeMemory,
  now: Instant,
): boolean {
  if (reason !== 'account-unread' || Object.values(limits).every((limit) => limit === undefined)) return false;
  return [seen?.at, toldAt].every((at) => at === undefined || now - at >= toldEvery);
}

/**
 * What changes something is told until that arrives; what goes on, once a day, an unfinished release too; what is as it
 * should be, never.
 */
function isNews(reason: GuardReason, memory: GuardMemory, environment: string | undefined, now: Instant): boolean {
  const { stage, toldAt, begun } = scopeIn(memory, environment);
  const { action } = guardReasons[reason];
  if (action === 'freeze' || action === 'stop' || reason === 'calmed') return true;
  const isUntold = begun !== undefined && begun.at > (toldAt ?? 0);
  const isRecent = toldAt !== undefined && now - toldAt < toldEvery && !isUntold;
  // It is of the whole account.
  if (action === 'release') return environment === undefined && !isRecent;
  return !isRecent && (reason === 'no-prices' || (stage !== 'none' && reason !== 'calming'));
}

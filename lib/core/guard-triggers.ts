import { basisAfter } from './guard-basis.ts';
import type { Burn } from './guard-burn.ts';
import type { GuardTrigger } from './guard-memory.ts';
import { type Projection, projectMonth } from './guard-projection.ts';
import { type BurnMemory, forgetUsual, rememberBurn, slotOf, type Usual, usualAt } from './guard-usual.ts';
import type { Policy } from './policy.ts';
import { type Instant, week } from './time.ts';

/** The limits of one account or environment, as the policy has them. */
export type Threshold = NonNullable<Policy['guard']>['accounts'][string];

/** Why a jump is none. */
export type Doubt = 'first-scan' | 'new-prices' | 'scan-incomplete';

/** A limit that is passed. */
export interface Passed {
  trigger: GuardTrigger;
  /** USD of the month for `budget`, USD per hour for the others. */
  value: number;
  /** In the same. */
  limit: number;
}

/** One look at an account or environment. */
export interface Look {
  usdPerHour: number;
  /** Nothing of it has a known price, so that nothing is known of it. */
  isBlind: boolean;
  usual?: Usual;
  projection: Projection;
  passed: readonly Passed[];
  /** It may be one of the looks that must agree: at the first look by new prices nobody knows if they are right. */
  counts: boolean;
  /** It burns many times the usual, and is not taken for a jump for this reason. */
  doubt?: Doubt;
  /** What is remembered of the burn from now on. */
  memory: BurnMemory;
}

/** What a look is taken with. */
export interface LookAt {
  burn: Burn;
  seen: BurnMemory | undefined;
  limits: Threshold;
  /** The limits that were passed at the look before. */
  before: readonly GuardTrigger[];
  now: Instant;
  timeZone: string;
  pricesVersion: string;
  repricing?: number;
  isFirstScan: boolean;
  /** What could not be read of it, by `unreadKey`. */
  unread: string;
  /** The guard holds it down, so it shows nothing that is usual. */
  isChanged: boolean;
}

/** A limit that was passed is passed until it is this far below: what swings around it is one alarm. */
const hysteresis = 0.9;

/** A jump by less than this is not worth a message, however many times the usual it is. USD per hour. */
const smallestJump = 1;

/** By how much a projection must pass the budget, by how much of a week it knows: hours of work are few of a week's. */
const caution = { hours: 4, day: 1.5, week: 1 } as const;

/** Takes one look: which limits are passed, and what is remembered. */
export function lookAt(what: LookAt): Look {
  const { burn, now, timeZone, pricesVersion, repricing, isChanged } = what;
  const { basis, isComparable, isNew } = basisAfter(what.seen && (what.seen.basis ?? { unread: '' }), what.unread, now);
  const seen = isNew && what.seen !== undefined ? forgetUsual(what.seen) : what.seen;
  const hasNewPrices = seen !== undefined && seen.pricesVersion !== pricesVersion;
  const usual = seen === undefined ? undefined : usualAt(seen, slotOf(now, timeZone));
  const jump = passedJump(what, usual);
  const sample = { at: now, usdPerHour: burn.usdPerHour, pricesVersion, ...(repricing !== undefined && { repricing }) };
  const isBlind = burn.known === 0 && burn.unknown > 0;
  const isOrdinary = isComparable && !isBlind && !isChanged && (jump === undefined || hasSettled(what));
  const after = isBlind && seen !== undefined ? seen : rememberBurn(seen, { ...sample, isOrdinary }, timeZone);
  const memory = { ...after, basis };
  const projection = projectMonth(memory, timeZone);
  const absolute = [passedBudget(what, projection), passedRate(what)].filter((one) => one !== undefined);
  const doubt = jump && doubtOfJump(what, { hasNewPrices, isComparable });
  const jumps = jump !== undefined && doubt === undefined ? [jump] : [];
  return {
    usdPerHour: burn.usdPerHour,
    isBlind,
    ...(usual !== undefined && { usual }),
    projection,
    passed: [...absolute, ...jumps],
    counts: !hasNewPrices && !isBlind,
    ...(doubt !== undefined && { doubt }),
    memory,
  };
}

/** It has burnt more than usual for so long, told every day, that it is what is usual now: else it would never end. */
function hasSettled({ seen, now }: LookAt): boolean {
  return seen?.unusual !== undefined && now - seen.unusual.since >= week;
}

function limitNow(what: LookAt, trigger: GuardTrigger): number | undefined {
  const limit = what.limits[trigger];
  return limit === undefined ? undefined : limit * (what.before.includes(trigger) ? hysteresis : 1);
}

/** What was measured is certain; what is to come is not as long as little is known, nor what nobody has seen. */
function passedBudget(what: LookAt, { usd, measuredUsd, from }: Projection): Passed | undefined {
  const limit = limitNow(what, 'budget');
  if (limit === undefined || (usd <= limit * caution[from] && measuredUsd <= limit)) return undefined;
  return { trigger: 'budget', value: usd, limit: what.limits.budget ?? limit };
}

function passedRate(what: LookAt): Passed | undefined {
  const limit = limitNow(what, 'burnPerHour');
  if (limit === undefined || what.burn.usdPerHour <= limit) return undefined;
  return { trigger: 'burnPerHour', value: what.burn.usdPerHour, limit: what.limits.burnPerHour ?? limit };
}

/** From the most that is usual about that hour, and never a matter of cents. */
function passedJump(what: LookAt, usual: Usual | undefined): Passed | undefined {
  const times = limitNow(what, 'jump');
  if (times === undefined || usual === undefined) return undefined;
  const { usdPerHour } = what.burn;
  const isJump = usdPerHour > usual.most * Math.max(1, times) && usdPerHour - usual.most >= smallestJump;
  const limit = usual.most * Math.max(1, what.limits.jump ?? times);
  return isJump ? { trigger: 'jump', value: usdPerHour, limit } : undefined;
}

function doubtOfJump(
  { isFirstScan }: LookAt,
  { hasNewPrices, isComparable }: { hasNewPrices: boolean; isComparable: boolean },
): Doubt | undefined {
  if (hasNewPrices) return 'new-prices';
  if (isFirstScan) return 'first-scan';
  return isComparable ? undefined : 'scan-incomplete';
}

import { decideGuard, type GuardDecision } from '../../lib/core/guard.ts';
import type { AccountLook } from '../../lib/core/guard-due.ts';
import { type GuardEvent, type GuardMemory, nothingGuarded, rememberGuard } from '../../lib/core/guard-memory.ts';
import type { BurnMemory } from '../../lib/core/guard-usual.ts';
import type { Policy } from '../../lib/core/policy.ts';
import { hour, type Instant, wallClock } from '../../lib/core/time.ts';

export type GuardPolicy = NonNullable<Policy['guard']>;

const account = '222222222222';
const timeZone = 'Europe/Berlin';

/** The limits of the example policy; it goes as far as it can, so that a mistake would show. */
export const exampleGuard: GuardPolicy = {
  allow: 'stop',
  scp: 'mayfly-freeze',
  copy: false,
  accounts: { [account]: { budget: 2000, burnPerHour: 15, jump: 5 } },
  environments: {},
};

/** An account in ordinary weeks: USD per hour. */
export interface Weeks {
  from: Instant;
  hours: number;
  /** Nights and weekends, and what office hours (8 to 18, Monday to Friday) add. */
  base: number;
  office: number;
  /** Each look is off by at most this share. */
  noise: number;
  seed: number;
  /** USD per hour that appear after so many hours, and stay. */
  runaway?: { after: number; usdPerHour: number };
}

/** One message. */
export interface Told {
  /** Hours after the first look. */
  after: number;
  reason: GuardDecision['reason'];
  passed: readonly string[];
  usdPerHour: number;
  projectedUsd: number;
}

export interface Watched {
  looks: number;
  /** Months of what is ordinary come to about so much, USD. */
  usdPerMonth: number;
  told: readonly Told[];
  /** How many looks after the runaway began each stage came. */
  delay: Partial<Record<'tell' | 'freeze' | 'stop', number>>;
}

/** Plays one look an hour, from a memory of nothing. The same seed gives the same weeks. */
export function watchWeeks(weeks: Weeks, guard: GuardPolicy = exampleGuard): Watched {
  const chance = chances(weeks.seed);
  const told: Told[] = [];
  const delay: Watched['delay'] = {};
  let memory: GuardMemory = nothingGuarded;
  let seen: Readonly<Record<string, BurnMemory>> = {};
  let usd = 0;
  let deploysAt = -1;
  for (let look = 0; look < weeks.hours; look++) {
    const now = weeks.from + look * hour;
    const { weekday, clock } = wallClock(now, timeZone);
    const oclock = Number(clock.slice(0, 2));
    if (oclock === 0) deploysAt = weekday === 'thu' ? 9 + Math.floor(chance() * 8) : -1;
    const isOffice = !['sat', 'sun'].includes(weekday) && oclock >= 8 && oclock < 18;
    // Blue and green stand side by side for an hour or two.
    const doubled = deploysAt >= 0 && (oclock === deploysAt || (oclock === deploysAt + 1 && chance() < 0.5)) ? 2 : 1;
    const ordinary = (weeks.base + (isOffice ? weeks.office : 0)) * doubled * (1 + weeks.noise * (2 * chance() - 1));
    usd += ordinary;
    const since = look - (weeks.runaway?.after ?? Number.POSITIVE_INFINITY);
    const usdPerHour = ordinary + (since >= 0 ? (weeks.runaway?.usdPerHour ?? 0) : 0);
    const step = decideGuard(memory, seen, lookOf(usdPerHour), guard, now, sweepOf(look));
    seen = step.seen;
    for (const event of [...step.events, ...step.decisions.flatMap((one) => done(one, `sweep-${look}`))]) {
      memory = rememberGuard(memory, now, event);
    }
    for (const decision of step.decisions.filter(({ isNews }) => isNews)) {
      told.push(messageOf(look, decision));
      const { action } = decision;
      if (since >= 0 && action !== 'keep' && action !== 'release') delay[action] ??= since + 1;
    }
  }
  return { looks: weeks.hours, usdPerMonth: (usd / weeks.hours) * 730, told, delay };
}

function messageOf(after: number, { reason, passed, look }: GuardDecision): Told {
  const triggers = passed.map(({ trigger }) => trigger);
  return {
    after,
    reason,
    passed: triggers,
    usdPerHour: look?.usdPerHour ?? 0,
    projectedUsd: Math.round(look?.projection.usd ?? 0),
  };
}

function lookOf(usdPerHour: number): AccountLook {
  const burns = [{ account, usdPerHour, known: 1, unknown: 0, causes: [] }];
  return { account, burns, isGone: false, unread: [], mode: 'enforce', hasRole: true };
}

function sweepOf(look: number) {
  return { id: `sweep-${look}`, pricesVersion: '2026-07-20', firstScan: look === 0, isPaused: false, timeZone };
}

/** A message arrives, and a stage is done at once. */
function done({ action, isNews }: GuardDecision, sweep: string): GuardEvent[] {
  const told: GuardEvent[] = isNews ? [{ kind: 'guard-told' }] : [];
  if (action !== 'freeze' && action !== 'stop') return told;
  return [{ kind: 'guard-begun', stage: action, sweep }, { kind: 'guard-ended', stage: action, lacks: [] }, ...told];
}

/** Even numbers from 0 to 1, the same ones for the same seed (mulberry32). */
function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

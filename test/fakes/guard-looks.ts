import { decideGuard, type GuardDecision } from '../../lib/core/guard.ts';
import type { AccountLook, GuardSweep } from '../../lib/core/guard-due.ts';
import { type GuardEvent, type GuardMemory, nothingGuarded, rememberGuard } from '../../lib/core/guard-memory.ts';
import type { BurnMemory } from '../../lib/core/guard-usual.ts';
import type { Policy } from '../../lib/core/policy.ts';
import { hour, type Instant } from '../../lib/core/time.ts';
import { at } from './builders.ts';

export type GuardPolicy = NonNullable<Policy['guard']>;

export const watched = '222222222222';
const firstLook: Instant = at('2026-11-02T00:00Z');

/** What one look finds, other than an account that is enforced, whole, and burns what is said. */
export interface Found {
  usdPerHour?: number;
  environments?: Readonly<Record<string, number>>;
  known?: number;
  unknown?: number;
  unreadAll?: boolean;
  account?: Partial<AccountLook>;
  sweep?: Partial<GuardSweep>;
  /** Milliseconds after the look before; an hour, where nothing is said. */
  after?: number;
}

export interface Watch {
  memory: GuardMemory;
  seen: Readonly<Record<string, BurnMemory>>;
  now: Instant;
  looks: number;
  /** The id of the newest look. */
  sweep: string;
}

export function newWatch(): Watch {
  return { memory: nothingGuarded, seen: {}, now: firstLook - hour, looks: 0, sweep: '' };
}

/** Takes one look, and writes its events. */
export function look(watch: Watch, found: Found, guard: GuardPolicy): GuardDecision[] {
  const { usdPerHour = 1, known = 1, unknown = 0, environments = {} } = found;
  watch.now += found.after ?? hour;
  watch.looks += 1;
  const parts = Object.entries(environments).map(([environment, usd]) => ({ environment, usdPerHour: usd }));
  const burns = [{ usdPerHour }, ...parts].map((one) => ({ account: watched, known, unknown, causes: [], ...one }));
  const account: AccountLook = {
    account: watched,
    ...(found.unreadAll ? {} : { burns }),
    isGone: false,
    unread: [],
    mode: 'enforce',
    hasRole: true,
    ...found.account,
  };
  const sweep: GuardSweep = {
    id: `sweep-${watch.looks}`,
    pricesVersion: '2026-07-20',
    firstScan: false,
    isPaused: false,
    timeZone: 'UTC',
    ...found.sweep,
  };
  const step = decideGuard(watch.memory, watch.seen, account, guard, watch.now, sweep);
  watch.seen = step.seen;
  watch.sweep = sweep.id;
  for (const event of step.events) note(watch, event);
  return [...step.decisions];
}

export function note(watch: Watch, event: GuardEvent): void {
  watch.memory = rememberGuard(watch.memory, watch.now, event);
}

/** Does what a decision asks for, as the edge would: each message arrives, each stage ends. */
export function carryOut(watch: Watch, { action, isNews, environment }: GuardDecision): void {
  const of = environment === undefined ? {} : { environment };
  if (action === 'freeze' || action === 'stop') {
    note(watch, { kind: 'guard-begun', stage: action, sweep: watch.sweep, ...of });
    note(watch, { kind: 'guard-ended', stage: action, lacks: [], ...of });
  }
  if (isNews) note(watch, { kind: 'guard-told', ...of });
}

export type Act = Found | GuardEvent;

/** Looks one after the other, with what happens between them; the reason of each, and `!` where it is told. */
export function reasonsOf(acts: readonly Act[], policy: GuardPolicy, watch: Watch = newWatch()): string[] {
  return acts.flatMap((act) => {
    if ('kind' in act) {
      note(watch, act);
      return [];
    }
    const [decision] = look(watch, act, policy);
    if (decision === undefined) return [];
    carryOut(watch, decision);
    return [`${decision.reason}${decision.isNews ? '!' : ''}`];
  });
}

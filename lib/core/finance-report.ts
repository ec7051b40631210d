import type { Amount, Sum } from './cost.ts';
import type { GuardStage } from './guard-reasons.ts';
import type { Instant } from './time.ts';

/** Stands for an account where what could not be read is of none. */
export const ofMayfly = 'Mayfly';

/** Whose something is, by its tags. */
export interface Belonging {
  account: string;
  region: string;
  owner?: string;
  team?: string;
  costCentre?: string;
  environment?: string;
}

/** One resource that idles: a server that the idle rule is about, or what has expired and still stands there. */
export interface IdleRow extends Belonging {
  arn: string;
  /** `ec2:instance`. */
  type: string;
  id: string;
  name?: string;
  idleSince?: Instant;
  /** Of its configuration, in words with its date; absent where none was seen. */
  lastChange?: string;
  /** What shows that it idles, in words. */
  evidence: readonly string[];
  /** A month of it as it stands there now, to the cent: sums are of what rows show. */
  amount: Amount;
  /** In words: `copied and stopped`, `kept: its deletion protection is on`. */
  nextStep: string;
  nextStepOn?: Instant;
}

/** What expires within the week to come. */
export interface ExpiringRow extends Belonging {
  arn: string;
  type: string;
  id: string;
  name?: string;
  expiresAt: Instant;
  amount: Amount;
}

/** What was extended most often. */
export interface ExtendedRow {
  arn: string;
  name?: string;
  owner?: string;
  times: number;
  /** Who extended it how often, the most first. */
  by: readonly { who: string; times: number }[];
  expiresAt?: Instant;
}

/** What Mayfly spared, always an estimate; see docs/savings.md for the rule. */
export interface Savings {
  /** USD; what has no known price is counted in `unknown` and not in here. */
  usd: number;
  removed: number;
  stopped: number;
  /** Removed or stopped without a known price. */
  unknown: number;
  /** Came back, or were started again: their part was taken off. */
  cameBack: number;
  /** The ledger could not be read: then none of these figures says anything. */
  notKnown?: true;
}

/** One week of the past. What no report of that week told is absent. */
export interface TrendWeek {
  /** Its Monday, 00:00 in the policy's zone. */
  from: Instant;
  idleMonthlyUsd?: number;
  savedUsd?: number;
}

/** What an account burns, or one environment of it, as the cost guard saw it last. USD. */
export interface BurnRow {
  account: string;
  name?: string;
  environment?: string;
  /** When it looked. */
  at: Instant;
  usdPerHour: number;
  /** All of the month, estimated. */
  monthUsd: number;
  budget?: number;
  stage: GuardStage;
  /** What the guard has changed there and not taken back. */
  changed: number;
}

/** What AWS billed beside what Mayfly sees. */
export interface Coverage {
  /** A month at the present rate. */
  seenMonthlyUsd: number;
  billedUsd: number;
  /** Of how many days. */
  days: number;
  /** Accounts whose bill is in it. */
  accounts: number;
}

/**
 * What finance reads every week. Plain data: HTML, CSV, the chart and the Slack message are made of it, so that all of
 * them say the same.
 */
export interface FinanceReport {
  at: Instant;
  timeZone: string;
  /** The week that it is about: it ends with the report. */
  week: { from: Instant; to: Instant };
  /** The sweep that it rests on; absent where it looked itself. */
  run?: string;
  /** The most expensive first; unknown amounts come last. */
  idle: readonly IdleRow[];
  idleTotal: Sum;
  expiring: readonly ExpiringRow[];
  extended: readonly ExtendedRow[];
  /** The ledger could not be read: then nobody knows what was extended. */
  extendedUnread?: true;
  /** What carries no owner tag, and what carries none of owner, team, cost centre and environment. */
  unowned: Sum;
  untagged: Sum;
  /** All that Mayfly sees and can price. */
  seen: Sum;
  savedThisWeek: Savings;
  savedSinceStart: Savings & { since?: Instant };
  /** Twelve weeks, the oldest first. */
  trend: readonly TrendWeek[];
  /** The most that burns first; absent where the policy has no guard. */
  burning?: readonly BurnRow[];
  /** A report says what it doesn't know: accounts and regions that could not be read, or not whole. */
  unread: readonly { account: string; region?: string; why: string }[];
  coverage?: Coverage;
  /** Why there is no coverage, or not of all accounts, in words. */
  coverageNote?: string;
  /** The day of the oldest price in it. */
  pricesAsOf?: string;
  /** About nightly prices, in words: of which day they are, or why there are none. */
  pricesNote?: string;
}

import type { Held } from './limits.ts';
import type { Instant } from './time.ts';

/** One line of a report. */
export interface ReportItem {
  arn: string;
  type: string;
  account: string;
  region: string;
  name?: string;
  owner?: string;
  environment?: string;
  expiresAt?: Instant;
  /** Of a server: when it has been without change for as long as the policy says. */
  idleAt?: Instant;
  monthlyUsd?: number;
  /** Why, or how, in words. */
  detail?: string;
}

/** What people read after a sweep. Every list is whole; what does not fit a message goes into its file. */
export interface SweepReport {
  run: string;
  at: Instant;
  /** The plan that a limit held, for the button that approves it. */
  plan?: string;
  /** Why the run failed. */
  failure?: string;
  /** Resources with an expiry tag, in all shards that were read. */
  tracked: number;
  /** The owning service says that it is gone. */
  removed: readonly ReportItem[];
  /** Copies of servers that are complete. */
  copied?: readonly ReportItem[];
  /** Servers that were idle; they expire at the date that stands on them. */
  stopped?: readonly ReportItem[];
  /** Servers that their service had started by itself. */
  stoppedAgain?: readonly ReportItem[];
  /** Servers that a person had started. */
  startedAgain?: readonly ReportItem[];
  /** Copies whose time was over. */
  copiesDeleted?: readonly ReportItem[];
  waiting: readonly ReportItem[];
  /** Refused or failed, with why. */
  blocked: readonly ReportItem[];
  /** Tags that can't be read: kept. */
  unreadable: readonly ReportItem[];
  /** Older than the longest lifetime of the policy: kept. */
  outlived?: readonly ReportItem[];
  /** Due in accounts that are only observed. */
  observed: readonly ReportItem[];
  /** Idle servers there. */
  observedIdle?: readonly ReportItem[];
  /** Shards and accounts that could not be read, or not whole. */
  unread: readonly { account: string; region: string; error: string }[];
  held: readonly Held[];
  /** Of what a limit holds, the ten that cost most, or expired first. */
  largest: readonly ReportItem[];
  /** What the removed would have cost in a month, as far as it is known. */
  savedMonthlyUsd?: number;
  /** Once a day: that Mayfly is alive. */
  heartbeat?: { since: Instant; sweeps: number; dueSoon: number };
  /** What can't be told of the run itself, in words. */
  lostOfRun?: readonly string[];
  /** Reports of earlier sweeps that could not be delivered within a week. */
  lost?: number;
}

/** What the ledger keeps the time of the last heartbeat under. */
export const heartbeatKey = 'heartbeat';

/** The lists of single resources in a report, by what happened to them. */
export function itemsIn(report: SweepReport): Readonly<Record<string, readonly ReportItem[]>> {
  const { copied = [], stopped = [], stoppedAgain = [], startedAgain = [], copiesDeleted = [] } = report;
  const { removed, waiting, blocked, unreadable, outlived = [], observed, observedIdle = [], largest } = report;
  return {
    removed,
    copied,
    stopped,
    'stopped again': stoppedAgain,
    'started again': startedAgain,
    'copy deleted': copiesDeleted,
    waiting,
    blocked,
    unreadable,
    outlived,
    observed,
    'observed, idle': observedIdle,
    held: largest,
  };
}

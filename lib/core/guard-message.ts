import type { Burn } from './guard-burn.ts';
import type { ChangingStage, Heard } from './guard-memory.ts';
import type { Part } from './guard-parts.ts';
import type { Projection } from './guard-projection.ts';
import type { GuardLack, GuardReason, GuardStage } from './guard-reasons.ts';
import type { Left } from './guard-steps.ts';
import type { Passed } from './guard-triggers.ts';
import type { Usual } from './guard-usual.ts';
import type { Instant } from './time.ts';

/** What people are told about an account, or one environment of it: the same data for Slack, terminals and reports. */
export interface GuardMessage {
  account: string;
  accountName?: string;
  environment?: string;
  at: Instant;
  /** Where it stands now, with what this message tells. */
  stage: GuardStage;
  reason: GuardReason;
  burn?: Burn;
  usual?: Usual;
  projection?: Projection;
  passed: readonly Passed[];
  /** AWS's own alarm, in its words. */
  alarm?: { source: Heard['source']; says: string };
  /** What was done just now. */
  did?: GuardDeed;
  /** What an admin may decide. */
  offers?: GuardOffer;
  /** There is something that a release would take back. */
  mayRelease: boolean;
  /** Who decided: a Slack id, or a name; absent: the guard itself. */
  by?: string;
  /** What could not be read or done, in words. */
  problems: readonly string[];
}

/** What a stage or a release did. */
export interface GuardDeed {
  kind: ChangingStage | 'release';
  /** `false`: something is left; the next sweep goes on with it. */
  isFinished: boolean;
  /** What was changed, or taken back. */
  parts: readonly Part[];
  /** What was begun before a stop: of what, and the copy's id. */
  copies?: readonly { arn: string; copy: string }[];
  /** By keys of parts: what the service refused, or could not be told to do. */
  refused: readonly { part: string; why: string }[];
  left: readonly Left[];
  lacks: readonly GuardLack[];
  /** What a stop has lost for ever. */
  losses: readonly { arn: string; what: string }[];
  /** What a release could not bring back as it was, by keys of parts. */
  differs: readonly { part: string; says: string }[];
}

/** The next stage, why the guard does not go there by itself, and what it would do as things stand now. */
export interface GuardOffer {
  stage: ChangingStage;
  because: GuardReason;
  /** Absent where it could not be read; `problems` of the message say why. */
  ahead?: Ahead;
}

/** What a stage would change, said before. */
export interface Ahead {
  parts: readonly Part[];
  left: readonly Left[];
  lacks: readonly GuardLack[];
  /** What can't be undone. */
  losses: readonly { arn: string; what: string }[];
}

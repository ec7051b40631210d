import type { PlannedDecision } from './plan.ts';
import type { Reason } from './reasons.ts';
import type { Duration, Instant } from './time.ts';

/** Where a message stands in Slack. */
export interface MessageRef {
  channel: string;
  ts: string;
}

/** What became of one resource since a notice named it. */
export type NoticeState =
  /** `notIdleBefore`: a server's idle date was moved, too. */
  | { kind: 'extended'; to: Instant; by: string; notIdleBefore?: Instant }
  /** A server is not idle before. */
  | { kind: 'postponed'; to: Instant; by: string }
  | { kind: 'let-go'; by: string }
  /** Mayfly stopped a server that was idle. */
  | { kind: 'stopped'; expiresAt?: Instant }
  /** A person started it again. */
  | { kind: 'started-again' }
  /** Somebody changed a server that was idle: its time begins anew. */
  | { kind: 'changed'; what: string }
  | { kind: 'restored'; by: string }
  | { kind: 'removed' }
  | { kind: 'gone' };

/** One resource that a notice names. */
export interface NoticeItem {
  arn: string;
  type: string;
  account: string;
  region: string;
  /** Its `Name` tag. */
  name?: string;
  owner?: string;
  environment?: string;
  reason: Reason;
  detail?: string;
  identity?: string;
  expiresAt?: Instant;
  /** Of a server: when it has been without change for as long as the policy says. */
  idleAt?: Instant;
  /** Of a server: since when its configuration stands. */
  unchangedSince?: Instant;
  /** Of a server: when its owner was told of this idle date first, where that was before this notice. */
  warnedAt?: Instant;
  /** Of a copy: the ARN of its server. */
  copyOf?: string;
  monthlyUsd?: number;
  /** What its tags say manages it: a stack, Terraform or Pulumi. */
  managedBy?: string;
  state?: NoticeState;
}

/**
 * One message to people, remembered so that its buttons know what they mean and it can be brought up to date. A warning
 * is about what expires, a hold about what is kept though something is wrong with it, a question comes before an order.
 */
export interface Notice {
  id: string;
  kind: 'warning' | 'hold' | 'question';
  at: Instant;
  account?: string;
  owner?: string;
  environment?: string;
  items: readonly NoticeItem[];
  /** Absent while it is not delivered. */
  message?: MessageRef;
  /** Of a question: the Slack id of the person whose answer counts. */
  askedOf?: string;
}

/** What a notice is about: what goes at its expiry, a server that is stopped, a copy whose server is gone. */
export type NoticeMatter = 'expiry' | 'stop' | 'copy';

export function matterOf({ reason }: Pick<NoticeItem, 'reason'>): NoticeMatter {
  if (reason === 'idle-soon') return 'stop';
  return reason === 'copy-expiring' ? 'copy' : 'expiry';
}

/** Whether a person can still say something about it that changes what comes. */
export function isOpen({ state }: Pick<NoticeItem, 'state'>): boolean {
  return state === undefined || state.kind === 'extended' || state.kind === 'postponed';
}

/** What an item shows after an order, or once something became of it. A stopped server goes on being shown as that. */
export function stateAfter({ state, reason }: NoticeItem, next: NoticeState): NoticeState {
  const isStopped = state?.kind === 'stopped' && matterOf({ reason }) === 'stop';
  return isStopped && next.kind === 'extended' ? { kind: 'stopped', expiresAt: next.to } : next;
}

/** From when the idle rule acts: its date, and the shortest lead after the first word about it. */
export function actsFrom(date: Instant, toldAt: Instant, leads: readonly Duration[]): Instant {
  return leads.length === 0 ? date : Math.max(date, toldAt + Math.min(...leads));
}

/** What a notice says of a decision. */
export function itemOf(decision: PlannedDecision, identity?: string): NoticeItem {
  const { action: _, decidedOn: __, stack, managedBy = stack && `stack ${stack}`, ...about } = decision;
  return { ...about, ...(managedBy !== undefined && { managedBy }), ...(identity !== undefined && { identity }) };
}

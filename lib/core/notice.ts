import type { PlannedDecision } from './plan.ts';
import type { Reason } from './reasons.ts';
import type { Instant } from './time.ts';

/** Where a message stands in Slack. */
export interface MessageRef {
  channel: string;
  ts: string;
}

/** What became of one resource since a notice named it. */
export type NoticeState =
  | { kind: 'extended'; to: Instant; by: string }
  | { kind: 'let-go'; by: string }
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
  /** Of an idle server: when it is stopped. */
  idleAt?: Instant;
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

/** What a notice says of a decision. */
export function itemOf(decision: PlannedDecision, identity?: string): NoticeItem {
  const { action: _, decidedOn: __, stack, managedBy = stack && `stack ${stack}`, ...about } = decision;
  return { ...about, ...(managedBy !== undefined && { managedBy }), ...(identity !== undefined && { identity }) };
}

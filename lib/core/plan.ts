import { createHash } from 'node:crypto';
import type { Decision } from './decide.ts';
import { isServerWork } from './idle-reasons.ts';
import { type Approval, type Held, holdBack, trackedIn } from './limits.ts';
import type { Policy } from './policy.ts';
import type { Action, Reason } from './reasons.ts';
import type { Shard } from './resource.ts';
import { type Instant, toIso } from './time.ts';

/** A decision about one resource, as plans and reports show it. */
export interface PlannedDecision extends Decision {
  arn: string;
  type: string;
  account: string;
  region: string;
  /** Its `Name` tag. */
  name?: string;
  owner?: string;
  environment?: string;
  /** What it costs a month, an estimate in USD; absent where that is not known or was not asked. */
  monthlyUsd?: number;
  /** Of a server that runs: what of it goes on once it is stopped. */
  stoppedMonthlyUsd?: number;
  /** The expiry and protect tags that were decided on; the recheck and AWS compare the live ones with these. */
  decidedOn: Readonly<Record<string, string>>;
  /** The stack that it is a member of, if its tags say so. */
  stack?: string;
  /** Of a server: when it is idle for as long as the policy says. */
  idleAt?: Instant;
  /** What its tags say manages it; see `managerInTags`. */
  managedBy?: string;
  /** Of a server that was warned of: what has changed since, so that its time begins anew. */
  changed?: string;
  /** Of a copy: the ARN of the server that it is a copy of. */
  copyOf?: string;
}

export interface ScannedShard extends Shard {
  /** Resources with an expiry tag. */
  scanned: number;
  /** Its account was only observed. */
  observed?: true;
  /** Why the shard could not be read, or not whole. Such a shard never looks empty. */
  error?: string;
}

/** What one run may do: decisions inside the limits, with an id, an age and a hash. */
export interface Plan {
  id: string;
  now: Instant;
  mode: 'dry-run' | 'enforce';
  shards: readonly ScannedShard[];
  decisions: readonly PlannedDecision[];
  held: readonly Held[];
  /** Resources that Mayfly looks after in each account: what the share of a limit is counted from. */
  tracked: Readonly<Record<string, number>>;
  hash: string;
}

export interface PlanInput {
  id: string;
  now: Instant;
  mode: Plan['mode'];
  shards: readonly ScannedShard[];
  decisions: readonly PlannedDecision[];
  /** Resources with an expiry tag per account, where `decisions` are only a part of them (filters). */
  tracked?: ReadonlyMap<string, number>;
}

/** Makes the plan of a run. Pure: the id and the time are given. */
export function makePlan(input: PlanInput, limits: Policy['limits'], approvals: readonly Approval[] = []): Plan {
  const decisions = withOwners(onePerResource(input.decisions));
  const counts = input.tracked ?? trackedIn(decisions);
  const held = holdBack(decisions, limits, approvals, counts);
  const { id, now, mode, shards } = input;
  const plan = { id, now, mode, shards, decisions, held, tracked: Object.fromEntries(counts) };
  return { ...plan, hash: hashOf(plan) };
}

/** Tells a plan that was altered, by hand or by damage, from the one that was made. */
export function hashOf({ id, now, decisions, held, tracked }: Omit<Plan, 'hash'>): string {
  const acting = decisions
    .filter(({ action }) => action === 'remove' || action === 'copy' || action === 'stop')
    .map(({ arn, type, account, region, reason, expiresAt, decidedOn, copyOf }) => [
      arn,
      type,
      account,
      region,
      reason,
      expiresAt,
      decidedOn,
      copyOf,
    ]);
  return createHash('sha256')
    .update(
      JSON.stringify([id, toIso(now), acting, held, Object.entries(tracked).toSorted(([a], [b]) => compare(a, b))]),
    )
    .digest('hex');
}

/** The same ARN may be listed in several shards (buckets); the first shard in order counts. */
function onePerResource(decisions: readonly PlannedDecision[]): PlannedDecision[] {
  const byArn = new Map<string, PlannedDecision>();
  const inOrder = decisions.toSorted(
    (a, b) => compare(a.account, b.account) || compare(a.region, b.region) || compare(a.arn, b.arn),
  );
  for (const decision of inOrder) if (!byArn.has(decision.arn)) byArn.set(decision.arn, decision);
  return [...byArn.values()];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A member of a stack that goes in this very plan is not obstructed: its stack takes it along. */
function withOwners(decisions: readonly PlannedDecision[]): PlannedDecision[] {
  const removals = decisions.filter(({ action }) => action === 'remove');
  const leaving = new Set(removals.map(({ arn }) => arn));
  // A group's name is its own only within an account and region.
  const inShard = ({ account, region }: Shard, group: string) => `${account}/${region}/${group}`;
  const groups = new Set(
    removals.flatMap((one) => {
      const group = /autoScalingGroupName\/(.+)$/.exec(one.arn)?.[1];
      return group === undefined ? [] : [inShard(one, group)];
    }),
  );
  return decisions.map((decision) => {
    const follows =
      (decision.reason === 'owned-by-stack' && leaving.has(decision.detail ?? '')) ||
      (decision.reason === 'owned-by-controller' && groups.has(inShard(decision, decision.detail ?? '')));
    return follows ? { ...decision, action: 'keep', reason: 'goes-with-owner' satisfies Reason } : decision;
  });
}

/**
 * What a run does with servers and their copies, that no limit holds back: copies, checks of copies, stops, and the
 * deletion of copies whose time is over.
 */
export function serverWorkOf(plan: Pick<Plan, 'decisions' | 'held'>): PlannedDecision[] {
  if (plan.held.some(({ account }) => account === undefined)) return [];
  const heldAccounts = new Set(plan.held.map(({ account }) => account));
  const acts = ({ action, account }: PlannedDecision) =>
    (action === 'copy' || action === 'stop') && !heldAccounts.has(account);
  const work = plan.decisions.filter((decision) => acts(decision) || isServerWork(decision.reason));
  return [...work, ...freeRemovals(plan).filter(({ reason }) => reason === copyExpired)];
}

/** The removals that no limit holds back; copies are deleted by the idle rule's own hand, see `serverWorkOf`. */
export function removalsOf(plan: Pick<Plan, 'decisions' | 'held'>): PlannedDecision[] {
  if (plan.held.some(({ account }) => account === undefined)) return [];
  return freeRemovals(plan).filter(({ reason }) => reason !== copyExpired);
}

const copyExpired: Reason = 'copy-expired';

function freeRemovals({ decisions, held }: Pick<Plan, 'decisions' | 'held'>): PlannedDecision[] {
  const heldAccounts = new Set(held.map(({ account }) => account));
  return decisions.filter(({ action, account }) => action === 'remove' && !heldAccounts.has(account));
}

/** How many decisions have each action. */
export function countActions(decisions: readonly { action: Action }[]): Record<Action, number> {
  const counts: Record<Action, number> = { keep: 0, hold: 0, warn: 0, remove: 0, copy: 0, stop: 0 };
  for (const { action } of decisions) counts[action] += 1;
  return counts;
}

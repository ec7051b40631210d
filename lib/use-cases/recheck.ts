import { type Decision, decide, memoryOf, type Rules } from '../core/decide.ts';
import { decidingTags } from '../core/deciding-tags.ts';
import type { Event } from '../core/history.ts';
import { notReadyToGo } from '../core/idle-removal.ts';
import type { PlannedDecision } from '../core/plan.ts';
import type { Policy } from '../core/policy.ts';
import { reasons } from '../core/reasons.ts';
import { type Memory, nothingKnown, type Resource, type Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import type { BoundType, Description, Present, RemovalFailure, UsedBy } from '../resource-types/define.ts';
import { identify } from '../resource-types/index.ts';
import { type CarryObstacle, findCarryObstacles } from './carried.ts';
import { failureSince, isAnother, orderedTarget } from './open-orders.ts';
import { type Outcome, type OutcomeKind, outcomeOf } from './outcome.ts';
import type { Ports, Session } from './ports.ts';
import { stoppedByMayfly } from './server-removal.ts';
import { sightingOf } from './sightings.ts';

/**
 * What a recheck found: it may go, it may not, or it may once something else has gone. `ordered`: what an order that is
 * still open was given for.
 */
export type Rechecked =
  | { kind: 'go'; decision: PlannedDecision; target: Present }
  /**
   * With `ordered` that is not there any more, whatever has its name now. `anew`: what the ledger is to learn, which
   * remembers an earlier resource of the name.
   */
  | { kind: 'over'; decision: PlannedDecision; outcome: Outcome; ordered?: Present; anew?: readonly Event[] }
  | { kind: 'in-use'; decision: PlannedDecision; why: string }
  | { kind: 'leaving'; decision: PlannedDecision; ordered?: Present }
  /** The service took the order and gave up later. */
  | { kind: 'refused'; decision: PlannedDecision; failure: RemovalFailure };

export interface RecheckContext {
  ports: Ports;
  session: Session;
  shard: Shard;
  rules: Rules;
  /** When the plan was made: what was created later is not what it decided on. */
  plannedAt: Instant;
  /** The traces of what this run saw go in the shard: it uses nothing any more, though a service may still list it. */
  removed?: ReadonlySet<string>;
}

/** What an order that is still open was given for, where the recheck found one. */
export function orderedIn(rechecked: Rechecked): Present | undefined {
  return rechecked.kind === 'over' || rechecked.kind === 'leaving' ? rechecked.ordered : undefined;
}

/** What a user is known by: its ARN, and its type and id within one shard. */
export function traces(arn: string): string[] {
  const { type, id } = identify(arn) ?? {};
  return type === undefined || id === undefined ? [arn] : [arn, `${type.id} ${id}`];
}

/**
 * Reads resources of one type again through the owning service and decides again. Only a resource that exists, shows
 * the very tags that were decided on, and still gets the decision `remove` may go.
 */
export async function recheck(
  context: RecheckContext,
  bound: BoundType,
  decisions: readonly PlannedDecision[],
): Promise<Rechecked[]> {
  const { ports, session, shard, rules } = context;
  const now = ports.clock.now();
  const ids = decisions.map(({ arn }) => identify(arn)?.id ?? arn);
  const descriptions = await bound.describe(ids);
  const memories = await ports.ledger.memories(decisions.map(({ arn }) => arn));
  const first = decisions.map((decision, index) =>
    judge(context, decision, descriptions[index], memories.get(decision.arn) ?? nothingKnown, now),
  );
  const parents = first.flatMap((one) => (one.kind === 'go' ? [one.target] : []));
  const obstacles = await findCarryObstacles(ports, session, shard, parents, rules.policy, now);
  return first.map((one) => (one.kind === 'go' ? withObstacle(one, obstacles.get(one.target.id)) : one));
}

function judge(
  context: RecheckContext,
  decision: PlannedDecision,
  description: Description | undefined,
  memory: Memory,
  now: Instant,
): Rechecked {
  const over = (outcome: Outcome): Rechecked => ({ kind: 'over', decision, outcome });
  if (description === undefined) return over(outcomeOf(decision, 'failed', 'the service gave no answer about it'));
  const ordered = memory.removalRequestedAt !== undefined && {
    ordered: orderedTarget(decision.arn, description.id, memory),
  };
  switch (description.kind) {
    case 'gone':
      return { ...over(outcomeOf(decision, 'gone')), ...ordered };
    case 'leaving':
      return { kind: 'leaving', decision, ...ordered };
    case 'unreadable':
      return over(outcomeOf(decision, 'failed', `it can't be read again: ${description.why}`));
    case 'present':
      return endOfOrder(decision, description, memory) ?? judgePresent(context, decision, description, memory, now);
    default:
      return description satisfies never;
  }
}

/** What shows that an order has ended, though something has the name. */
function endOfOrder(decision: PlannedDecision, present: Present, memory: Memory): Rechecked | undefined {
  const { removalRequestedAt: orderedAt } = memory;
  const type = identify(decision.arn)?.type;
  if (orderedAt === undefined || type === undefined) return undefined;
  if (isAnother(type, present, memory)) {
    const outcome = outcomeOf(decision, 'changed', anotherHasItsName);
    return { kind: 'over', decision, outcome, ordered: orderedTarget(decision.arn, present.id, memory) };
  }
  const failure = failureSince(present, orderedAt);
  return failure && { kind: 'refused', decision, failure };
}

export const anotherHasItsName = 'another resource has its name now';

function judgePresent(
  { rules, plannedAt, removed }: RecheckContext,
  decision: PlannedDecision,
  target: Present,
  memory: Memory,
  now: Instant,
): Rechecked {
  const over = (outcome: Outcome): Rechecked => ({ kind: 'over', decision, outcome });
  if (target.createdAt !== undefined && target.createdAt > plannedAt) {
    return over(outcomeOf(decision, 'changed', `${anotherHasItsName}, created after the plan`));
  }
  const difference = tagDifference(decision.decidedOn, decidingTags(target.tags, rules.policy));
  if (difference !== undefined) return over(outcomeOf(decision, 'changed', difference));
  const resource = asResource(decision, target, memory);
  const again = decide(resource, rules, now);
  if (again.action !== 'remove') {
    const detail = [reasons[again.reason].sentence, again.detail].filter((part) => part !== undefined).join(' ');
    return { ...over(outcomeOf(decision, kindFor(again), detail)), ...madeAnew(resource, rules.policy, now) };
  }
  const unready = notReady(resource, target);
  if (unready !== undefined) return over(outcomeOf(decision, 'changed', unready));
  if (target.protection !== undefined) {
    return over(outcomeOf(decision, 'blocked', `deletion-protected: ${target.protection}`));
  }
  const users = (target.usedBy ?? []).filter((user) => !isRemoved(user, removed));
  return users.length > 0 ? { kind: 'in-use', decision, why: inUse(users) } : { kind: 'go', decision, target };
}

/** A server that Mayfly stopped goes only while it is stopped, and after a copy of its last state. */
function notReady(resource: Resource, { server }: Present): string | undefined {
  const type = identify(resource.arn)?.type;
  const idle = type && stoppedByMayfly(type, memoryOf(resource));
  return idle && notReadyToGo(idle, server, type.leavesCopy === true);
}

/** A scan sees no creation, so it takes the earlier resource's memory for this one's until the ledger is told. */
function madeAnew(resource: Resource, policy: Policy, now: Instant): { anew?: readonly Event[] } {
  return memoryOf(resource) === resource.memory ? {} : { anew: sightingOf(resource, policy, now) };
}

/** What a second decision that is not `remove` makes of the first. */
function kindFor({ reason, action }: Decision): OutcomeKind {
  if (reason === 'paused') return 'skipped';
  if (reason === 'warned-recently' || reason === 'outside-window') return 'waiting';
  return action === 'hold' ? 'blocked' : 'changed';
}

function isRemoved({ arn, type, id }: UsedBy, removed: ReadonlySet<string> = new Set()): boolean {
  return (arn !== undefined && removed.has(arn)) || (id !== undefined && removed.has(`${type} ${id}`));
}

function inUse(users: readonly UsedBy[]): string {
  const more = users.length > 3 ? ` and ${users.length - 3} more` : '';
  const named = users.slice(0, 3).map(({ words }) => words);
  return `${reasons['in-use'].sentence} ${named.join(', ')}${more}`;
}

/** The resource as the owning service shows it now, with what the ledger remembers. */
export function asResource(decision: PlannedDecision, target: Present, memory: Memory): Resource {
  const { arn, type, account, region } = decision;
  const { tags, identity, createdAt, changedAt, owner } = target;
  return {
    arn,
    type,
    account,
    region,
    tags,
    identity,
    memory,
    ...(createdAt !== undefined && { createdAt }),
    ...(changedAt !== undefined && { changedAt }),
    ...(owner !== undefined && { owner }),
  };
}

/** The first deciding tag whose value is not the one that was decided on, in words. */
function tagDifference(
  decided: Readonly<Record<string, string>>,
  live: Readonly<Record<string, string>>,
): string | undefined {
  for (const key of new Set([...Object.keys(decided), ...Object.keys(live)])) {
    if (decided[key] !== live[key]) return `its tag ${key} was ${show(decided[key])} and is ${show(live[key])} now`;
  }
  return undefined;
}

function show(value: string | undefined): string {
  return value === undefined ? 'absent' : `"${value}"`;
}

function withObstacle(one: Extract<Rechecked, { kind: 'go' }>, obstacle: CarryObstacle | undefined): Rechecked {
  if (obstacle === undefined) return one;
  const detail = `${reasons[obstacle.reason].sentence} ${obstacle.detail}`;
  return { kind: 'over', decision: one.decision, outcome: outcomeOf(one.decision, 'blocked', detail) };
}

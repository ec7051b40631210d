import { type Decision, decide, type Rules } from '../core/decide.ts';
import type { PlannedDecision } from '../core/plan.ts';
import { reasons } from '../core/reasons.ts';
import { type Memory, nothingKnown, type Resource, type Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import type { BoundType, Description, Present } from '../resource-types/define.ts';
import { identify } from '../resource-types/index.ts';
import { type CarryObstacle, findCarryObstacles } from './carried.ts';
import { type Outcome, type OutcomeKind, outcomeOf } from './outcome.ts';
import type { Ports, Session } from './ports.ts';
import { decidingTags } from './scan-shard.ts';

/** What a recheck found: it may go, it may not, or it may once something else has gone. */
export type Rechecked =
  | { kind: 'go'; decision: PlannedDecision; target: Present }
  | { kind: 'over'; decision: PlannedDecision; outcome: Outcome }
  | { kind: 'in-use'; decision: PlannedDecision; why: string }
  | { kind: 'leaving'; decision: PlannedDecision };

export interface RecheckContext {
  ports: Ports;
  session: Session;
  shard: Shard;
  rules: Rules;
  /** When the plan was made: what was created later is not what it decided on. */
  plannedAt: Instant;
  /** Ids that this run saw go: they use nothing any more, though a service may still list them. */
  removed?: ReadonlySet<string>;
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
  switch (description?.kind) {
    case undefined:
      return over(outcomeOf(decision, 'failed', 'the service gave no answer about it'));
    case 'gone':
      return over(outcomeOf(decision, 'gone'));
    case 'leaving':
      return { kind: 'leaving', decision };
    case 'unreadable':
      return over(outcomeOf(decision, 'failed', `it can't be read again: ${description.why}`));
    case 'present':
      return judgePresent(context, decision, description, memory, now);
    default:
      return description satisfies never;
  }
}

function judgePresent(
  { rules, plannedAt, removed }: RecheckContext,
  decision: PlannedDecision,
  target: Present,
  memory: Memory,
  now: Instant,
): Rechecked {
  const over = (outcome: Outcome): Rechecked => ({ kind: 'over', decision, outcome });
  if (target.createdAt !== undefined && target.createdAt > plannedAt) {
    return over(outcomeOf(decision, 'changed', 'another resource has its name now, created after the plan'));
  }
  const difference = tagDifference(decision.decidedOn, decidingTags(target.tags, rules.policy));
  if (difference !== undefined) return over(outcomeOf(decision, 'changed', difference));
  const again = decide(asResource(decision, target, memory), rules, now);
  if (again.action !== 'remove') {
    const detail = [reasons[again.reason].sentence, again.detail].filter((part) => part !== undefined).join(' ');
    return over(outcomeOf(decision, kindFor(again), detail));
  }
  if (target.protection !== undefined) {
    return over(outcomeOf(decision, 'blocked', `deletion-protected: ${target.protection}`));
  }
  const users = (target.usedBy ?? []).filter((user) => !user.split(/[\s()]+/).some((word) => removed?.has(word)));
  return users.length > 0 ? { kind: 'in-use', decision, why: inUse(users) } : { kind: 'go', decision, target };
}

/** What a second decision that is not `remove` makes of the first. */
function kindFor({ reason, action }: Decision): OutcomeKind {
  if (reason === 'paused') return 'skipped';
  if (reason === 'warned-recently' || reason === 'outside-window') return 'waiting';
  return action === 'hold' ? 'blocked' : 'changed';
}

function inUse(users: readonly string[]): string {
  const more = users.length > 3 ? ` and ${users.length - 3} more` : '';
  return `${reasons['in-use'].sentence} ${users.slice(0, 3).join(', ')}${more}`;
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

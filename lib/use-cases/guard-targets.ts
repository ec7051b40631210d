import type { GuardTarget } from '../core/guard-steps.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { autoScalingGroup } from '../resource-types/auto-scaling-group.ts';
import type { BoundType, Carried, Present, ResourceType } from '../resource-types/define.ts';
import { ec2Instance } from '../resource-types/ec2-instance.ts';
import { rdsCluster } from '../resource-types/rds-cluster.ts';
import { rdsDb } from '../resource-types/rds-db.ts';
import { messageOf } from '../resource-types/removal-errors.ts';
import type { StopCheck } from '../resource-types/server-operations.ts';
import { type GuardView, memberObstacles, protectionOf, targetOf } from './guard-target.ts';
import type { Ports } from './ports.ts';

export interface ReadTargets {
  targets: GuardTarget[];
  /** What could not be read, in words: there may be more that runs. */
  problems: string[];
}

/**
 * All that a freeze or a stop may change in one shard, as its services show it now; `groups`: Auto Scaling groups
 * alone, which is all that a freeze needs. Never throws: what can't be read is named, and the rest is told.
 */
export async function readTargets(
  { cloud, clock }: Pick<Ports, 'cloud' | 'clock'>,
  shard: Shard,
  policy: Policy,
  only?: 'groups',
): Promise<ReadTargets> {
  try {
    const view = { session: await cloud.reader(shard), shard, policy, now: clock.now() };
    // Before the instances: what a group starts meanwhile is among those.
    const groups = await allOf(view, autoScalingGroup);
    if (only === 'groups')
      return told(
        groups,
        groups.found.map((one) => targetOf(autoScalingGroup, one, view)),
      );
    const looked = await lookInto(view, groups);
    const [instances, databases, clusters] = await Promise.all([
      instancesIn(view, groups, looked.carried),
      databasesIn(view),
      clustersIn(view),
    ]);
    const isWhole = instances.problems.length === 0;
    const targets = isWhole ? looked.targets : looked.targets.map(unread);
    return joined([groups, { ...looked, targets }, instances, databases, clusters]);
  } catch (error) {
    return { targets: [], problems: [(error as Error).message] };
  }
}

/** All of one type. Without `bound` it could not be read. */
interface Census {
  bound?: BoundType;
  found: Present[];
  problems: string[];
}

function told({ problems }: Census, targets: GuardTarget[]): ReadTargets {
  return { targets, problems };
}

function joined(some: readonly Partial<ReadTargets>[]): ReadTargets {
  return {
    targets: some.flatMap(({ targets = [] }) => targets),
    problems: some.flatMap(({ problems = [] }) => problems),
  };
}

async function allOf({ session, shard }: GuardView, type: ResourceType): Promise<Census> {
  try {
    const bound = await type.bind(session.source, { ...shard, partition: session.partition });
    const all = (await (bound.census ?? bound.list)?.()) ?? [];
    // A page that was turned while something was made shows it twice.
    const presents = new Map(all.flatMap((one) => (one.kind === 'present' ? [[one.arn, one] as const] : [])));
    const problems = all.flatMap((one) => (one.kind === 'unreadable' ? [`${type.id} ${one.id}: ${one.why}`] : []));
    return { bound, found: [...presents.values()], problems };
  } catch (error) {
    return { found: [], problems: [`${type.id}: ${messageOf(error)}`] };
  }
}

/** Groups, with what their instances are protected by besides tags: asked of those alone that a stop could mean. */
async function lookInto(view: GuardView, { bound, found }: Census): Promise<ReadTargets & { carried: Carried[] }> {
  const target = (one: Present) => targetOf(autoScalingGroup, one, view);
  const wanted = found.filter((one) => isStopped(target(one)));
  const described = (await bound?.describe(wanted.map(({ id }) => id))) ?? [];
  const answers = new Map(wanted.map(({ id }, index) => [id, described[index]]));
  const looked: ReadTargets & { carried: Carried[] } = { targets: [], problems: [], carried: [] };
  for (const one of found) {
    const answer = answers.get(one.id);
    if (answer?.kind === 'gone' || answer?.kind === 'leaving') continue;
    if (answer?.kind === 'present') looked.carried.push(...(answer.carries ?? []));
    if (answer?.kind !== 'unreadable') looked.targets.push(target(answer ?? one));
    else {
      looked.targets.push(unread(target(one)));
      looked.problems.push(`${autoScalingGroup.id} ${answer.id}: ${answer.why}`);
    }
  }
  return looked;
}

function isStopped({ what, protectedBy }: GuardTarget): boolean {
  return what.kind === 'group' && protectedBy === undefined && what.sizes.desired > 0;
}

function unread(target: GuardTarget): GuardTarget {
  return target.what.kind === 'group' ? { ...target, what: { ...target.what, unread: true } } : target;
}

async function instancesIn(view: GuardView, groups: Census, carried: readonly Carried[]): Promise<ReadTargets> {
  const names = new Map(groups.found.map(({ id, arn }) => [id, arn]));
  const kept = new Map(carried.map((one) => [one.arn, protectionOf(one)]));
  const census = await allOf(view, ec2Instance);
  const targets = census.found.map((one) => {
    const target = targetOf(ec2Instance, one, view, names);
    const unstoppable = target.unstoppable ?? kept.get(target.arn);
    return unstoppable === undefined ? target : { ...target, unstoppable };
  });
  return told(census, await checked(census, targets));
}

/** What only more reads show about a stop is asked of those alone that would be stopped. */
async function checked({ bound, found }: Census, targets: readonly GuardTarget[]): Promise<GuardTarget[]> {
  const wanted = found.filter((_, index) => isAsked(targets[index]));
  const checks = (await bound?.server?.checkStop(wanted)) ?? [];
  const answers = new Map(wanted.map(({ arn }, index) => [arn, whyNot(checks[index])]));
  return targets.map((target) => {
    const unstoppable = answers.get(target.arn);
    return unstoppable === undefined ? target : { ...target, unstoppable };
  });
}

function isAsked(target: GuardTarget | undefined): boolean {
  if (target === undefined || target.what.kind === 'group' || target.what.group !== undefined) return false;
  const { protectedBy, unstoppable, what } = target;
  return what.state === 'running' && protectedBy === undefined && unstoppable === undefined;
}

function whyNot(check: StopCheck | undefined): string | undefined {
  switch (check?.kind) {
    case 'stoppable':
      return undefined;
    case 'unstoppable':
      return check.why;
    case 'unreadable':
    case undefined:
      return `whether it may be stopped can't be read: ${check?.why ?? 'nothing was answered about it'}`;
    default:
      return check satisfies never;
  }
}

/** Members of clusters stop with their cluster. */
async function databasesIn(view: GuardView): Promise<ReadTargets> {
  const { found, problems } = await allOf(view, rdsDb);
  const alone = found.filter(({ facts }) => facts['cluster'] === undefined);
  return { targets: alone.map((one) => targetOf(rdsDb, one, view)), problems };
}

async function clustersIn(view: GuardView): Promise<ReadTargets> {
  const { found, problems } = await allOf(view, rdsCluster);
  const targets = found.map((one) => targetOf(rdsCluster, one, view));
  const asked = found.filter((_, index) => isAsked(targets[index]));
  const obstacles = await memberObstacles(view, asked);
  return {
    targets: targets.map((target) => {
      const protectedBy = obstacles.get(target.arn);
      return protectedBy === undefined ? target : { ...target, protectedBy };
    }),
    problems,
  };
}

import { keyOfPart, type Part, type Sizes } from '../../lib/core/guard-parts.ts';
import type { Present, Undo } from '../../lib/core/guard-release.ts';
import type { GuardTarget } from '../../lib/core/guard-steps.ts';

export const account = '222222222222';
const region = 'eu-west-1';

interface Server {
  state: 'running' | 'stopped';
  kind: 'server' | 'database';
  protectedBy?: string;
  unstoppable?: string;
  group?: string;
}

/** An account, as far as the guard can change it: what AWS would hold. */
export interface World {
  servers: Record<string, Server>;
  groups: Record<string, Sizes>;
  isFrozen: boolean;
}

/** What a person or a scaling policy does meanwhile. */
export type Meddling = { arn: string } & (
  | { kind: 'max'; max: number }
  | { kind: 'scale'; by: number }
  | { kind: 'delete' }
);

/** Each service as it answers: nothing is refused that AWS would accept. */
export function targetsIn(world: World): GuardTarget[] {
  const servers = Object.entries(world.servers).map(([arn, { state, kind, group, protectedBy, unstoppable }]) => ({
    arn,
    type: kind === 'server' ? 'ec2:instance' : 'rds:db',
    region,
    ...(protectedBy !== undefined && { protectedBy }),
    ...(unstoppable !== undefined && { unstoppable }),
    what: { kind, state, ...(group !== undefined && { group }) },
  }));
  const groups = Object.entries(world.groups).map(([arn, sizes]) => ({
    arn,
    type: 'autoscaling:group',
    region,
    what: { kind: 'group' as const, sizes: { ...sizes } },
  }));
  return [...servers, ...groups];
}

/** Makes the change that a part stands for. */
export function change(world: World, part: Part): void {
  if (part.kind === 'scp') world.isFrozen = true;
  else if (part.kind === 'group') resize(world, part.arn, part.zero ? zero : { max: part.cap ?? part.before.max });
  else {
    const server = world.servers[part.arn];
    if (server !== undefined) server.state = 'stopped';
  }
}

const zero: Sizes = { min: 0, desired: 0, max: 0 };

/** AWS keeps the desired size between the least and the most. */
function resize(world: World, arn: string, sizes: Partial<Sizes>): void {
  const group = world.groups[arn];
  if (group === undefined) return;
  Object.assign(group, sizes);
  group.desired = Math.min(Math.max(group.desired, group.min), group.max);
}

export function presentOf(world: World, part: Part): Present {
  if (part.kind === 'scp') return { kind: 'scp', attached: world.isFrozen };
  if (part.kind === 'group') {
    const sizes = world.groups[part.arn];
    return sizes === undefined ? gone : { kind: 'group', sizes: { ...sizes } };
  }
  const server = world.servers[part.arn];
  return server === undefined ? gone : { kind: 'server', state: server.state };
}

const gone: Present = { kind: 'gone', says: 'it was deleted meanwhile' };

export function takeBack(world: World, undo: Undo): void {
  if (undo.kind === 'detach') world.isFrozen = false;
  if (undo.kind === 'resize') resize(world, undo.arn, undo.sizes);
  if (undo.kind === 'start') {
    const server = world.servers[undo.arn];
    if (server !== undefined) server.state = 'running';
  }
}

/** Done to the world, and to what it would be without the guard, as far as it is seen there. */
export function meddle(world: World, meddling: Meddling): void {
  const { arn } = meddling;
  if (meddling.kind === 'delete') {
    delete world.servers[arn];
    delete world.groups[arn];
  }
  const group = world.groups[arn];
  if (group === undefined) return;
  if (meddling.kind === 'max') resize(world, arn, { max: Math.max(group.min, meddling.max) });
  if (meddling.kind === 'scale') resize(world, arn, { desired: group.desired + meddling.by });
}

/** What is not as before, by the keys of parts. A scaling policy's own moves within its limits are no difference. */
export function differences(before: World, after: World): string[] {
  const servers = Object.entries(before.servers).filter(([arn, { state }]) => after.servers[arn]?.state !== state);
  const groups = Object.entries(before.groups).filter(([arn, { min, max }]) => {
    const now = after.groups[arn];
    return now === undefined || now.min !== min || now.max !== max;
  });
  const scp: Part = { kind: 'scp', account, policy: 'mayfly-freeze', stage: 'freeze' };
  const denial = before.isFrozen === after.isFrozen ? [] : [keyOfPart(scp)];
  return [...servers.map(([arn]) => arn), ...groups.map(([arn]) => arn), ...denial];
}

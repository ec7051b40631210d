import { keyOfPart, type Part } from '../../lib/core/guard-parts.ts';
import { undo } from '../../lib/core/guard-release.ts';
import { changeParts, presentParts, takeBack } from '../../lib/use-cases/guard-changes.ts';
import { aPolicy } from './builders.ts';
import { aGuardAccount, arns, type GuardAccount, region, shard } from './guard-account.ts';

export const policy = aPolicy({ guard: {}, types: [] });

export const server = (id: string): Part => ({
  kind: 'server',
  arn: arns.instance(id),
  type: 'ec2:instance',
  region,
  identity: id,
  stage: 'stop',
});
export const database = (name: string): Part => ({
  kind: 'database',
  arn: arns.database(name),
  type: 'rds:db',
  region,
  identity: `db-${name}`,
  stage: 'stop',
});
export const cluster: Part = {
  kind: 'database',
  arn: arns.cluster('shop'),
  type: 'rds:cluster',
  region,
  identity: 'cluster-shop',
  stage: 'stop',
};
export const before = { min: 1, desired: 2, max: 9 };
export const cap: Part = { kind: 'group', arn: arns.group('web'), region, before, cap: 2, stage: 'freeze' };
export const zero: Part = { kind: 'group', arn: arns.group('web'), region, before, zero: true, stage: 'stop' };

/** With one of each kind that a guard changes, all running. */
export function anAccount(): GuardAccount {
  const aws = aGuardAccount();
  aws.instances.set('i-1', {});
  aws.databases.set('orders', {});
  aws.clusters.set('shop', {});
  aws.databases.set('shop-1', { cluster: 'shop' });
  aws.groups.set('web', { ...before, instances: ['i-8', 'i-9'] });
  for (const id of ['i-8', 'i-9']) aws.instances.set(id, { tags: { 'aws:autoscaling:groupName': 'web' } });
  return aws;
}

export const change = (aws: GuardAccount, ...parts: Part[]) => changeParts(aws.ports, shard, policy, parts);

/** As a release goes about it: by how the parts stand. */
export async function release(aws: GuardAccount, ...parts: Part[]) {
  const present = await presentParts(aws.ports, shard, parts);
  const items = parts.map((part) => {
    const found = present.get(keyOfPart(part));
    return { part, undo: undo(part, found ?? { kind: 'unreadable', why: 'no answer' }) };
  });
  return takeBack(aws.ports, shard, policy, items);
}

/** All that stands there, to be compared with later. */
export const whole = (aws: GuardAccount) => structuredClone([aws.instances, aws.databases, aws.clusters, aws.groups]);

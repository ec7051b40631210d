import type { Permission, ResourceType } from '../../lib/resource-types/define.ts';
import { resourceType, resourceTypes } from '../../lib/resource-types/index.ts';
import { samples } from '../samples/index.ts';
import { memberAccount, type Request, region } from './member-simulation.ts';

/** What a stack is deleted with; the service looks at it for stacks only. */
export const withStackRole = { 'cloudformation:RoleArn': `arn:aws:iam::${memberAccount}:role/mayfly-stack` };

export function sampleArn({ id }: ResourceType): string {
  const sample = samples.find(({ type }) => type === id);
  if (sample === undefined) throw new Error(`no sample of ${id}`);
  return sample.arn;
}

/** One request per action that the types declare with a tag guard, on a resource of the type. */
export const guarded = resourceTypes.flatMap((type) =>
  (type.needs.remove ?? [])
    .filter(({ guard }) => guard === 'tags')
    .flatMap(({ actions, on, implied }) => {
      const arn = on.startsWith('TARGET') ? on.replace('TARGET', sampleArn(type)) : sampleArn(type);
      return actions.map((action) => ({ action, arn, type, implied: implied !== undefined }));
    }),
);

/** A final snapshot loses nothing, so protection has no quarrel with it: the deletion itself is refused. */
export const deleting = guarded.filter(({ implied }) => !implied);

/** Something that a pattern of the types matches. */
function anArnFor(type: ResourceType, on: string): string {
  if (on === '*') return on;
  if (on.startsWith('TARGET')) return on.replace('TARGET', sampleArn(type)).replace('*', 'x');
  if (on.startsWith('CARRIED')) {
    const carried = type.id === 'ec2:image' ? 'ec2:snapshot' : 'rds:db';
    return sampleArn(resourceType(carried) as ResourceType);
  }
  const pattern = on.replace('REGION', region).replace('ACCOUNT', memberAccount).replace('STACK_ROLE', 'mayfly-stack');
  const own = sampleArn(type);
  const matches = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(own);
  return matches ? own : pattern.replaceAll('*', 'x');
}

export function requestsOf(needsOf: (type: ResourceType) => readonly Permission[]): Request[] {
  return resourceTypes
    .flatMap((type) =>
      needsOf(type).flatMap(({ actions, on }) => actions.map((action) => ({ action, arn: anArnFor(type, on) }))),
    )
    .filter((request) => !isUnknown(request));
}

/** The reference knows AddTags from the older kind of load balancers only, which have no target groups. */
function isUnknown({ action, arn }: Request): boolean {
  return action === 'elasticloadbalancing:AddTags' && arn.includes(':targetgroup/');
}

export const isRead = (action: string) => /^[a-z0-9]+:(Describe|List|Get)/.test(action);
export const named = ({ action, arn }: Request) => `${action} ${arn}`;

import type { Grant } from '../../lib/infra/permissions.ts';
import type { Permission, ResourceType } from '../../lib/resource-types/define.ts';
import { resourceType } from '../../lib/resource-types/index.ts';

/** `action on pattern`, for every pair that an Allow gives; actions of one service never meet ARNs of another. */
export function pairsIn(grants: readonly Grant[]): string[] {
  const pairs = grants
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ actions, on }) =>
      actions.flatMap((action) => on.filter((arn) => isOfService(action, arn)).map((arn) => `${action} on ${arn}`)),
    );
  return [...new Set(pairs)].toSorted();
}

function isOfService(action: string, arn: string): boolean {
  return arn === '*' || arn.split(':')[2] === action.split(':')[0];
}

/** A type that is not in the registry, of a service of that name. */
export function fakeType(more: Partial<ResourceType>, service = 'ivs'): ResourceType {
  const queue = resourceType('sqs:queue');
  if (queue === undefined) throw new Error('the registry has no queues');
  const { cloudFormation: _, ...rest } = queue;
  const describe: readonly Permission[] = [
    { actions: [`${service}:GetChannel`], on: `arn:aws:${service}:REGION:ACCOUNT:channel/*` },
  ];
  return { ...rest, id: `${service}:channel`, needs: { describe }, ...more };
}

import { resourceTypes } from '../resource-types/index.ts';

/** The ids that a policy may list under `types`. */
export function knownTypes(): string[] {
  return resourceTypes.map(({ id }) => id);
}

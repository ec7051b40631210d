import { tagsNamed } from '../core/expiry.ts';
import type { Policy } from '../core/policy.ts';

/** What tags say of whose something is; what they don't say is absent. */
export interface OwnTags {
  name?: string;
  owner?: string;
  team?: string;
  costCentre?: string;
  environment?: string;
}

/** By the keys of the policy, in any case; the first that is there counts. An empty value says nothing. */
export function ownTags(tags: Readonly<Record<string, string>>, { tags: keys }: Pick<Policy, 'tags'>): OwnTags {
  const first = (...named: string[]) => tagsNamed(tags, named).find(([, value]) => value.trim() !== '')?.[1];
  const said = {
    name: first('Name'),
    owner: first(...keys.owner),
    team: first(keys.team),
    costCentre: first(keys.costCentre),
    environment: first(keys.environment),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as OwnTags;
}

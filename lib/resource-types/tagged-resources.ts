import type { Permission } from './define.ts';
import { tagMap } from './tag-list.ts';

type Source = Pick<import('./define.ts').Aws<unknown, unknown>, 'source'>;

/** What {@link taggedResources} needs. */
export const taggedResourcesNeed: Permission = { actions: ['tag:GetResources'], on: '*' };

/**
 * The tags by ARN of what carries some, of one service or one of its types (`elasticache`, `es:domain`), a hundred a
 * page: for services whose own API shows tags of one resource a call. The listing lags behind for hours and may name
 * what is gone; what never had a tag is not in it.
 */
export async function taggedResources({ source }: Source, type: string): Promise<Map<string, Record<string, string>>> {
  const sdk = await import('./sdk/tagging.ts');
  const client = source(sdk.ResourceGroupsTaggingAPIClient);
  const found = new Map<string, Record<string, string>>();
  for await (const { ResourceTagMappingList = [] } of sdk.paginateGetResources(
    { client },
    { ResourceTypeFilters: [type], ResourcesPerPage: 100 },
  )) {
    for (const { ResourceARN = '', Tags } of ResourceTagMappingList) found.set(ResourceARN, tagMap(Tags));
  }
  return found;
}

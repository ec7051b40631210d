import type { IamAction } from '../resource-types/define.ts';
import { resourceTypes } from '../resource-types/index.ts';
import { listingActions } from '../resource-types/listing-actions.ts';

/** What only looks, at resources or at the evidence about servers. */
const reading = ['describe', 'list', 'census', 'checkStop', 'metrics', 'lastChange', 'copyState'] as const;

/** Every action that reading may send: a session that is narrowed to these can change nothing. */
export async function readActions(): Promise<IamAction[]> {
  const { costTypes } = await import('../resource-types/cost-types.ts');
  const needs = resourceTypes.flatMap((type) => reading.flatMap((name) => [...(type.needs[name] ?? [])]));
  const counting = costTypes.flatMap((type) => [...type.needs.census]);
  return [...new Set([...listingActions, ...[...needs, ...counting].flatMap(({ actions }) => [...actions])])];
}

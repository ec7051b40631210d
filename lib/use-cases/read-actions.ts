import type { IamAction } from '../resource-types/define.ts';
import { resourceTypes } from '../resource-types/index.ts';
import { listingActions } from '../resource-types/listing-actions.ts';

/** Every action that reading may send: a session that is narrowed to these can change nothing. */
export function readActions(): IamAction[] {
  const needs = resourceTypes.flatMap(({ needs: { describe = [], list = [] } }) => [...describe, ...list]);
  return [...new Set([...listingActions, ...needs.flatMap(({ actions }) => [...actions])])];
}

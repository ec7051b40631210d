import type { PlannedDecision } from '../core/plan.ts';
import type { Shard } from '../core/resource.ts';

/** What a person restricted a run to. An empty list restricts nothing. */
export interface Filters {
  accounts: readonly string[];
  regions: readonly string[];
  types: readonly string[];
  environments: readonly string[];
}

export const noFilters: Filters = { accounts: [], regions: [], types: [], environments: [] };

/** Whether a run is of everything. */
export function isUnrestricted({ accounts, regions, types, environments }: Filters): boolean {
  return [accounts, regions, types, environments].every((some) => some.length === 0);
}

export function coversShard({ accounts, regions }: Filters, { account, region }: Shard): boolean {
  return allows(accounts, account) && allows(regions, region);
}

export function coversDecision(
  filters: Filters,
  { type, environment }: Pick<PlannedDecision, 'type' | 'environment'>,
): boolean {
  return allows(filters.types, type) && allows(filters.environments, environment);
}

function allows(wanted: readonly string[], value: string | undefined): boolean {
  return wanted.length === 0 || (value !== undefined && wanted.includes(value));
}

import type { Filters } from '../use-cases/filters.ts';
import { BadRequest } from '../use-cases/find-targets.ts';
import { knownTypes } from '../use-cases/known-types.ts';

export interface FilterOptions {
  account?: string[];
  region?: string[];
  type?: string[];
  environment?: string[];
}

/** Throws `BadRequest` for a type that does not exist: a typo must not look like "nothing to do". */
export function toFilters({ account = [], region = [], type = [], environment = [] }: FilterOptions): Filters {
  const known = new Set(knownTypes());
  const unknown = type.find((id) => !known.has(id));
  if (unknown !== undefined) throw new BadRequest(`--type ${unknown} is no type; mayfly types lists them`);
  return { accounts: account, regions: region, types: type, environments: environment };
}

import { memberRole } from '../local-aws/organization.ts';

/** A policy that enforces everything in these accounts, as its file would have it: JSON is YAML. */
export function benchPolicy(
  accounts: readonly string[],
  regions: readonly string[],
  besides: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    version: 1,
    mode: 'enforce',
    accounts: accounts.map((id) => ({ id })),
    regions,
    role: memberRole,
    types: 'all',
    ...besides,
  });
}

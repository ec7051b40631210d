import type { Mode, Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { inParallel } from '../resource-types/batches.ts';
import { coversShard, type Filters } from './filters.ts';
import type { Account, Ports, SkippedAccount } from './ports.ts';

/** Each account is asked by its own role, so none waits for another's limits. */
const accountsAtOnce = 20;

export interface ShardList {
  accounts: Account[];
  shards: Shard[];
  /** Accounts and units that are not swept, and why. */
  skipped: SkippedAccount[];
}

/**
 * Accounts of the policy times their regions. An account named by id is swept without asking Organizations; what can't
 * be listed is named in `skipped`, never left out silently.
 */
export async function listShards(
  ports: Pick<Ports, 'cloud' | 'ledger'>,
  policy: Policy,
  filters: Filters,
): Promise<ShardList> {
  const { accounts, skipped } = await listAccounts(ports, policy);
  const wanted = accounts.filter(({ id }) => filters.accounts.length === 0 || filters.accounts.includes(id));
  const found = await inParallel(wanted, accountsAtOnce, async ({ id }): Promise<Shard[]> => {
    try {
      const regions = policy.regions === 'enabled' ? await ports.cloud.enabledRegions(id) : policy.regions;
      return regions.map((region) => ({ account: id, region }));
    } catch (error) {
      skipped.push({ id, why: `its regions can't be listed: ${(error as Error).message}` });
      return [];
    }
  });
  return { accounts, skipped, shards: found.flat().filter((shard) => coversShard(filters, shard)) };
}

async function listAccounts({ cloud, ledger }: Pick<Ports, 'cloud' | 'ledger'>, policy: Policy) {
  const lowered = await ledger.loweredModes();
  const byId = new Map<string, Account>();
  const skipped: SkippedAccount[] = [];
  const named = new Set(policy.accounts.flatMap((entry) => ('id' in entry ? [entry.id] : [])));
  let isLowerUnknown = false;
  for (const entry of policy.accounts) {
    const mode = entry.mode ?? policy.mode;
    if ('id' in entry) {
      byId.set(entry.id, { id: entry.id, mode, ...(entry.name !== undefined && { name: entry.name }) });
      continue;
    }
    try {
      const members = await cloud.accountsOf(entry.ou);
      // An account that is named by id keeps the mode that it was given there; of several units the lower one counts.
      for (const id of members.ids) {
        const known = byId.get(id);
        if (known === undefined || !named.has(id)) byId.set(id, { id, mode: lower(mode, known?.mode) });
      }
      skipped.push(...members.skipped);
    } catch (error) {
      skipped.push({ id: entry.ou, why: (error as Error).message });
      isLowerUnknown ||= mode === 'observe';
    }
  }
  // Organizations is not asked about accounts that are named by id, but what it says by the way counts.
  for (const { id } of skipped) byId.delete(id);
  for (const id of policy.exclude) byId.delete(id);
  const accounts = [...byId.values()].map((account) => {
    // Any of them may be in the unit that can't be listed, and be observed there.
    const unsure = isLowerUnknown && !named.has(account.id);
    return { ...account, mode: unsure ? 'observe' : lower(account.mode, lowered.get(account.id)) } as const;
  });
  return { accounts, skipped: skipped.filter(({ id }) => !policy.exclude.includes(id)) };
}

/** Without a deploy a mode can be lowered, never raised. */
function lower(mode: Mode, order: Mode | undefined): Mode {
  return order === 'observe' ? 'observe' : mode;
}

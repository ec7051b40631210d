import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { inParallel } from '../resource-types/batches.ts';
import { noFilters } from './filters.ts';
import type { GuardedAccount } from './guard-look.ts';
import { loadStanding, type ShardStanding, standingIn } from './guard-standing.ts';
import { listShards, type ShardList } from './list-shards.ts';
import type { Ports } from './ports.ts';

const shardsAtOnce = 8;

/** An account of a run, of which what the run saw is loaded when its turn comes: all of them may not fit at once. */
export interface AccountOfRun {
  id: string;
  load: () => Promise<GuardedAccount>;
}

/**
 * The accounts of a run, and those that the guard has changed and that the run does not know. Throws where the ledger
 * can't be read.
 */
export async function accountsOfRun(
  ports: Pick<Ports, 'runStore' | 'ledger' | 'controlPolicies'>,
  run: string,
  list: ShardList,
): Promise<AccountOfRun[]> {
  const listed = lookedAt(list).map(({ account, shards }) => ({
    id: account.id,
    load: async () => ({ account, shards, seen: await seenIn(shards, (shard) => loadStanding(ports, run, shard)) }),
  }));
  const others = (await unlisted(ports, list)).map((one) => ({ id: one.account.id, load: async () => one }));
  return [...listed, ...others];
}

/** The same with a fresh look at accounts of the policy; without `accounts` at all of them. Writes nothing. */
export async function accountsNow(
  ports: Ports,
  policy: Policy,
  accounts: readonly string[] = [],
): Promise<{ guarded: GuardedAccount[]; skipped: ShardList['skipped'] }> {
  const list = await listShards(ports, policy, { ...noFilters, accounts: [...accounts] });
  ports.progress({ step: 'shards-listed', shards: list.shards });
  const seen = await seenIn(list.shards, async (shard) => {
    const standing = await standingIn(ports, shard, policy);
    const [error] = standing.isUnread ? standing.problems : [];
    const tracked = standing.standing.length;
    ports.progress({ step: 'shard-scanned', shard, tracked, ...(error !== undefined && { error }) });
    return standing;
  });
  const byAccount = Map.groupBy(seen, ({ shard }) => shard.account);
  const listed = lookedAt(list).map((one) => ({ ...one, seen: byAccount.get(one.account.id) ?? [] }));
  const isAsked = ({ account: { id } }: GuardedAccount) => accounts.length === 0 || accounts.includes(id);
  const all = [...listed, ...(await unlisted(ports, list))];
  return { guarded: all.filter(isAsked), skipped: list.skipped };
}

/** An account without a region that could be listed was not read: it is looked after all the same. */
function lookedAt({ accounts, shards, skipped }: ShardList): Pick<GuardedAccount, 'account' | 'shards'>[] {
  const byAccount = Map.groupBy(shards, (shard) => shard.account);
  const missed = new Set(skipped.map(({ id }) => id));
  return accounts.flatMap((account) => {
    const own = byAccount.get(account.id) ?? [];
    return own.length === 0 && !missed.has(account.id) ? [] : [{ account, shards: own }];
  });
}

function seenIn(
  shards: readonly Shard[],
  read: (shard: Shard) => Promise<ShardStanding>,
): Promise<{ shard: Shard; standing: ShardStanding }[]> {
  return inParallel(shards, shardsAtOnce, async (shard) => ({ shard, standing: await read(shard) }));
}

/** Who knows whether an account has left is the organization; that nobody lists it is no proof. */
async function unlisted(
  { ledger, controlPolicies }: Pick<Ports, 'ledger' | 'controlPolicies'>,
  { accounts, skipped }: ShardList,
): Promise<GuardedAccount[]> {
  const inactive = new Set(skipped.flatMap(({ id, isInactive }) => (isInactive ? [id] : [])));
  const listed = new Set(accounts.map(({ id }) => id));
  const ids = (await ledger.guardedAccounts()).filter((id) => !listed.has(id));
  const all = await inParallel(ids, shardsAtOnce, async (id): Promise<GuardedAccount[]> => {
    const parts = Object.values((await ledger.guardMemory(id)).parts);
    if (parts.length === 0) return [];
    const scp = parts.find((part) => part.kind === 'scp');
    const found = scp && (await controlPolicies.attachment(scp.policy, id).catch(() => undefined));
    const hasLeft = inactive.has(id) || found === 'gone';
    const account = { id, mode: 'observe' as const };
    return [{ account, shards: [], seen: [], ...(hasLeft && { isGone: true as const }) }];
  });
  return all.flat();
}

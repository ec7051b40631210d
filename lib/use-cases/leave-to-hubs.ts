import { parseArn } from '../core/arn.ts';
import { hubMarkName } from '../core/hub-mark.ts';
import { type Plan, removalsOf } from '../core/plan.ts';
import type { Policy } from '../core/policy.ts';
import { inParallel } from '../resource-types/batches.ts';
import { CouldNotStart } from './lease.ts';
import type { ShardList } from './list-shards.ts';
import type { Ports, SkippedAccount } from './ports.ts';

const accountsAtOnce = 20;

/** An account of which nobody could read whether a hub sweeps it. */
export interface Doubt {
  account: string;
  why: string;
}

/**
 * Takes out of a run what a deployed hub sweeps with another ledger: neither would know of the other's lease, pause,
 * extensions and warnings. Such accounts stand in `skipped`. Throws `CouldNotStart` where nothing else is left. A mark
 * that can't be read leaves the account in; see `doubtsThatMatter`.
 */
export async function leaveToHubs(
  { cloud }: Pick<Ports, 'cloud'>,
  policy: Policy,
  list: ShardList,
): Promise<{ list: ShardList; doubts: Doubt[] }> {
  const enforced = list.accounts.filter(
    ({ id, mode }) => mode === 'enforce' && list.shards.some(({ account }) => account === id),
  );
  const found = await inParallel(enforced, accountsAtOnce, async ({ id }) => {
    const swept = list.shards.filter(({ account }) => account === id).map(({ region }) => region);
    const regions = policy.regions === 'enabled' ? swept : [...new Set([...policy.regions, ...swept])];
    return { account: id, ...(await cloud.hubsOf(id, regions)) };
  });
  const ownHub = found.some(({ hubs }) => hubs.length > 0) ? await accountOfLedger({ cloud }, policy) : undefined;
  const foreign = found.flatMap(({ account, hubs }) => {
    const hub = hubs.find((one) => one !== ownHub);
    return hub === undefined ? [] : [{ id: account, why: sweptBy(hub, ownHub) }];
  });
  const doubts = found.flatMap(({ account, hubs, unread }) =>
    hubs.length > 0 || unread.length === 0 ? [] : [{ account, why: unread.join('; ') }],
  );
  return { list: without(list, foreign), doubts };
}

/** The account whose table is the ledger; `undefined` for a folder. */
async function accountOfLedger({ cloud }: Pick<Ports, 'cloud'>, { state }: Policy): Promise<string | undefined> {
  if (typeof state === 'string') return undefined;
  return parseArn(state.table)?.account ?? cloud.callerAccount();
}

function sweptBy(hub: string, own: string | undefined): string {
  const ledger = own === undefined ? 'a ledger of its own' : `the ledger of account ${own}`;
  return (
    `the hub in account ${hub} sweeps it, and this command line has ${ledger}. Give the policy that hub's ledger, ` +
    'state: { table: …, bucket: … } as its stack Mayfly puts them out, and use credentials of that account; or leave ' +
    `the removals to the hub. If there is no such hub any more, delete the SSM parameter ${hubMarkName(hub)} there`
  );
}

function without(list: ShardList, foreign: readonly SkippedAccount[]): ShardList {
  if (foreign.length === 0) return list;
  const ids = new Set(foreign.map(({ id }) => id));
  const shards = list.shards.filter(({ account }) => !ids.has(account));
  if (shards.length === 0) throw new CouldNotStart(foreign.map(({ id, why }) => `${id}: ${why}`).join('\n'));
  return {
    accounts: list.accounts.filter(({ id }) => !ids.has(id)),
    shards,
    skipped: [...list.skipped, ...foreign],
  };
}

/** In words, the doubts about accounts in which something is to be removed. Elsewhere they change nothing. */
export function doubtsThatMatter(doubts: readonly Doubt[], plan: Plan): string[] {
  const acted = new Set(removalsOf(plan).map(({ account }) => account));
  return doubts
    .filter(({ account }) => acted.has(account))
    .map(
      ({ account, why }) =>
        `whether a deployed hub sweeps ${account}, too, is not known: ${why}. ` +
        'If one does, put its ledger under state in the policy',
    );
}

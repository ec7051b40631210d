import type { BurnRow } from '../core/finance-report.ts';
import { limitsOf } from '../core/guard.ts';
import { type GuardMemory, scopeIn, scopeKey } from '../core/guard-memory.ts';
import { projectMonth } from '../core/guard-projection.ts';
import type { BurnMemory } from '../core/guard-usual.ts';
import type { Policy } from '../core/policy.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { Account, Ports } from './ports.ts';

const accountsAtOnce = 8;

/**
 * What the guard saw last of each account, and of each environment that it knows. Throws where the ledger can't be
 * read.
 */
export async function burnRows(
  { ledger }: Pick<Ports, 'ledger'>,
  policy: Policy,
  accounts: readonly Account[],
): Promise<BurnRow[]> {
  const rows = await inParallel(accounts, accountsAtOnce, async (account) => {
    const [memory, seen] = await Promise.all([ledger.guardMemory(account.id), ledger.guardSeen(account.id)]);
    return Object.entries(seen.scopes).map(([key, burn]) => rowOf(policy, account, { key, burn, memory }));
  });
  return rows.flat().toSorted((a, b) => b.usdPerHour - a.usdPerHour);
}

function rowOf(
  { guard, expiry }: Policy,
  { id, name }: Account,
  { key, burn, memory }: { key: string; burn: BurnMemory; memory: GuardMemory },
): BurnRow {
  const environment = key === scopeKey(undefined) ? undefined : key.slice(1);
  const { budget } = guard === undefined ? {} : limitsOf(guard, id, environment);
  return {
    account: id,
    ...(name !== undefined && { name }),
    ...(environment !== undefined && { environment }),
    at: burn.at,
    usdPerHour: burn.usdPerHour,
    monthUsd: projectMonth(burn, expiry.timeZone).usd,
    ...(budget !== undefined && { budget }),
    stage: scopeIn(memory, environment).stage,
    changed: Object.keys(memory.parts).length,
  };
}

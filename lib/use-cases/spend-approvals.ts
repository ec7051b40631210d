import type { Approval } from '../core/limits.ts';
import type { Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import type { Ports } from './ports.ts';

export interface Spending {
  run: string;
  shard: Shard;
  plannedAt: Instant;
  /** Those that the limits of the plan were held against; by default all that are older than the plan. */
  approvals?: readonly Approval[];
}

/**
 * Gives a way to mark the approvals of one shard as used, to be called before each batch: an approval is for one run,
 * also for one that is killed in the middle. A run that asks for nothing in its account, or nowhere if it is for the
 * run, leaves it unused.
 */
export function spendingApprovals(
  { ledger }: Pick<Ports, 'ledger'>,
  { run, shard, plannedAt, approvals }: Spending,
): () => Promise<void> {
  let isSpent = false;
  return async () => {
    if (isSpent) return;
    const all = approvals ?? (await ledger.approvals()).filter(({ at }) => at <= plannedAt);
    const here = all.filter(({ held }) => held.some(({ account = shard.account }) => account === shard.account));
    if (here.length > 0) {
      await ledger.useApprovals(
        here.map(({ planId }) => planId),
        run,
      );
    }
    isSpent = true;
  };
}

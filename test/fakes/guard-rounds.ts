import type { Policy } from '../../lib/core/policy.ts';
import { hour } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import type { Guarded } from '../../lib/use-cases/guard-accounts.ts';
import { saveStanding, standingIn } from '../../lib/use-cases/guard-standing.ts';
import { guardListed } from '../../lib/use-cases/guard-step.ts';
import { listShards } from '../../lib/use-cases/list-shards.ts';
import type { Ports } from '../../lib/use-cases/ports.ts';

/** What the guard does in one sweep: each shard is looked at, then all accounts, under a lease of its own. */
export async function guardRound(ports: Ports, policy: Policy): Promise<Guarded> {
  const run = ports.newId('run');
  const lease = await ports.ledger.acquireLease(run, hour);
  if (!lease.ok) throw new Error(`${lease.holder} holds the lease`);
  const list = await listShards(ports, policy, noFilters);
  for (const shard of list.shards) await saveStanding(ports, run, shard, await standingIn(ports, shard, policy));
  const paused = (await ports.ledger.pausedUntil()) !== undefined;
  const guarded = await guardListed(ports, policy, { run, fence: lease.fence, paused }, list);
  await ports.ledger.releaseLease(run, lease.fence);
  return guarded;
}

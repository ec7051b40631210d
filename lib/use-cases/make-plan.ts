import { trackedIn } from '../core/limits.ts';
import { makePlan as assemble, type Plan, type PlannedDecision, type ScannedShard } from '../core/plan.ts';
import type { Policy } from '../core/policy.ts';
import { coversDecision, type Filters } from './filters.ts';
import type { Ports, SkippedAccount } from './ports.ts';
import type { ShardScan } from './scan-shard.ts';

export interface PlanRequest {
  mode: Plan['mode'];
  policy: Policy;
  filters: Filters;
  scans: readonly ShardScan[];
  skipped: readonly SkippedAccount[];
}

/** Makes the plan of a run from all its scans and stores it: dry run and real run execute the same document. */
export async function makePlan(ports: Ports, request: PlanRequest): Promise<Plan> {
  const { mode, policy, filters, scans, skipped } = request;
  const decisions = scans.flatMap((scan) => scan.decisions);
  const plan = assemble(
    {
      id: ports.newId('plan'),
      now: ports.clock.now(),
      mode,
      shards: [...scans.map(({ shard }) => shard), ...skippedShards(skipped)],
      decisions: decisions.filter((decision) => coversDecision(filters, decision)),
      // The share of an account is of all that Mayfly looks after there, whatever this run is restricted to.
      tracked: trackedIn(onePerArn(decisions)),
    },
    policy.limits,
    await ports.ledger.approvals(),
  );
  await ports.runStore.savePlan(plan);
  return plan;
}

/** What could not even be listed stands among the shards of a plan, with its reason. */
export function skippedShards(skipped: readonly SkippedAccount[]): ScannedShard[] {
  return skipped.map(({ id, why }) => ({ account: id, region: '', scanned: 0, error: `not swept: ${why}` }));
}

function onePerArn(decisions: readonly PlannedDecision[]): PlannedDecision[] {
  return [...new Map(decisions.map((decision) => [decision.arn, decision])).values()];
}

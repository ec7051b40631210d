import { holdBack } from '../core/limits.ts';
import { hashOf, type Plan, type PlannedDecision, removalsOf, type ScannedShard, serverWorkOf } from '../core/plan.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { hour, minute } from '../core/time.ts';
import { coversDecision, coversShard, type Filters } from './filters.ts';
import { CouldNotStart } from './lease.ts';
import type { ShardList } from './list-shards.ts';
import { skippedShards } from './make-plan.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Ports } from './ports.ts';

/** What a stored plan meets when it is used. */
export interface Present {
  policy: Policy;
  filters: Filters;
  list: ShardList;
  /** An enforcing run acts in enforced accounts only; a dry run shows all, as plans do. */
  enforce: boolean;
}

/** A plan speaks of the world as it was: too old, and it is not carried out. */
export function refuseStale(ports: Pick<Ports, 'clock'>, policy: Policy, plan: Plan): void {
  const age = ports.clock.now() - plan.now;
  const { planAge } = policy.limits;
  if (age > planAge || age < -hour) {
    const minutes = Math.round(Math.abs(age) / minute);
    const when = age < 0 ? `is from the future (${minutes} minutes)` : `is ${minutes} minutes old`;
    throw new CouldNotStart(
      `the plan ${plan.id} ${when}; limits.planAge allows ${planAge / minute} minutes: make a new one with mayfly plan`,
    );
  }
}

/**
 * A stored plan under the policy of now: its limits, approvals, accounts and regions. It only ever does less than it
 * did when it was made, and what it does not do any more is named.
 */
export async function underPresentRules(
  { ledger, runStore }: Pick<Ports, 'ledger' | 'runStore'>,
  stored: Plan,
  present: Present,
): Promise<{ plan: Plan; dropped: Outcome[] }> {
  const wanted = [...removalsOf(stored), ...serverWorkOf(stored)];
  const obstacles = new Map(wanted.map((decision) => [decision.arn, obstacleTo(decision, present)]));
  const left = wanted.filter(({ arn }) => obstacles.get(arn) === undefined);
  const tracked = new Map(Object.entries(stored.tracked));
  const held = holdBack(left, present.policy.limits, await ledger.approvals(), tracked);
  const now = {
    ...stored,
    mode: present.enforce ? ('enforce' as const) : ('dry-run' as const),
    shards: presentShards(stored.shards, present),
    held: [...stored.held, ...held],
  };
  const plan: Plan = { ...now, hash: hashOf(now) };
  // A person approves what stands in the run store.
  if (held.length > 0) await runStore.savePlan(plan);
  return {
    plan,
    dropped: wanted.flatMap((decision) => {
      const why = obstacles.get(decision.arn);
      return why === undefined ? [] : [outcomeOf(decision, 'skipped', why)];
    }),
  };
}

/** Why this run does not even try what a plan says about one resource. */
export function obstacleTo(
  decision: PlannedDecision,
  { filters, list, enforce }: Omit<Present, 'policy'>,
): string | undefined {
  if (!coversShard(filters, decision) || !coversDecision(filters, decision)) {
    return 'the filters of this run leave it out';
  }
  if (!isListed(list, decision)) return notCovered(decision);
  const mode = list.accounts.find(({ id }) => id === decision.account)?.mode;
  return enforce && mode !== 'enforce' ? 'its account is only observed' : undefined;
}

function isListed({ shards }: ShardList, { account, region }: Shard): boolean {
  return shards.some((shard) => shard.account === account && shard.region === region);
}

function notCovered({ account, region }: Shard): string {
  return `account ${account} in ${region} is not swept now: the policy does not cover it, or it could not be listed`;
}

function presentShards(shards: readonly ScannedShard[], { filters, list }: Present): ScannedShard[] {
  const skipped = skippedShards(list.skipped);
  const before = shards.filter(
    ({ account, region }) => region !== '' || !skipped.some((one) => one.account === account),
  );
  const now = before.map((shard) => {
    const isSwept = shard.region === '' || !coversShard(filters, shard) || isListed(list, shard);
    return isSwept || shard.error !== undefined ? shard : { ...shard, error: notCovered(shard) };
  });
  return [...now, ...skipped];
}

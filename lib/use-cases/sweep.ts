import type { Rules } from '../core/decide.ts';
import { type Plan, type PlannedDecision, removalsOf } from '../core/plan.ts';
import type { Mode, Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { type Duration, hour, minute } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import { conclude } from './conclude.ts';
import { checkCredentials } from './credentials.ts';
import { coversDecision, coversShard, type Filters } from './filters.ts';
import { CouldNotStart, withLease } from './lease.ts';
import { listShards, type ShardList } from './list-shards.ts';
import { makePlan } from './make-plan.ts';
import { isGone, type Outcome } from './outcome.ts';
import type { Ports } from './ports.ts';
import { reapShard } from './reap-shard.ts';
import { scanShard } from './scan-shard.ts';
import { settleOpen } from './settle-open.ts';
import { warn } from './warn.ts';

export interface SweepRequest {
  policy: Policy;
  filters: Filters;
  /** Dry runs change nothing and write nothing to the ledger. */
  enforce: boolean;
  /** How long removals may take, from the start of the run. */
  lasts?: Duration;
  /** A stored plan to carry out instead of a fresh one. */
  plan?: Plan;
  signal?: AbortSignal;
}

export interface SweepResult {
  plan: Plan;
  outcomes: Outcome[];
  interrupted: boolean;
}

const shardsAtOnce = 6;
const runLasts: Duration = 40 * minute;

/** One run over all shards: scan, plan, warn, reap, conclude. Throws `CouldNotStart` before anything was changed. */
export async function sweep(ports: Ports, request: SweepRequest): Promise<SweepResult> {
  await checkCredentials(ports);
  if (!request.enforce) return { plan: await planOnly(ports, request), outcomes: [], interrupted: false };
  const run = ports.newId('run');
  return withLease(ports, run, (fence) => enforce(ports, request, run, fence));
}

async function planOnly(ports: Ports, request: SweepRequest): Promise<Plan> {
  if (request.plan !== undefined) return refuseStale(ports, request.policy, request.plan);
  const list = await listShards(ports, request.policy, request.filters);
  return (await scanAndPlan(ports, request, list)).plan;
}

async function enforce(ports: Ports, request: SweepRequest, run: string, fence: number): Promise<SweepResult> {
  const { policy, filters, signal } = request;
  const startedAt = ports.clock.now();
  if (request.plan !== undefined) refuseStale(ports, policy, request.plan);
  const list = await listShards(ports, policy, filters);
  await ports.ledger.startRun({ id: run, startedAt });
  const rulesFor = await rulesIn(ports, request, list);
  const plan = request.plan ?? (await scanAndPlan(ports, request, list)).plan;
  const outcomes = await settleOpen(ports, list.shards, rulesFor({ account: '', region: '' }), run);
  // The listings go on showing what is gone, so the plan may hold what was settled just now.
  const settled = new Set(outcomes.map(({ arn }) => arn));
  const covered = (decision: PlannedDecision) =>
    !settled.has(decision.arn) && coversShard(filters, decision) && coversDecision(filters, decision);
  const warnings = plan.decisions.filter(
    (decision) => decision.action === 'warn' && enforced(list, decision.account) && covered(decision),
  );
  if (!signal?.aborted) outcomes.push(...(await warn(ports, warnings, run)));
  const removals = removalsOf(plan).filter((decision) => enforced(list, decision.account) && covered(decision));
  const byShard = Map.groupBy(removals, ({ account, region }) => JSON.stringify({ account, region }));
  const reaped = await inParallel([...byShard], shardsAtOnce, ([key, some]) => {
    const shard = JSON.parse(key) as Shard;
    return reapShard(ports, {
      run,
      fence,
      shard,
      removals: some,
      rules: rulesFor(shard),
      plannedAt: plan.now,
      stopAt: startedAt + (request.lasts ?? runLasts),
      settled: new Set(outcomes.filter(isGone).map(({ arn }) => arn)),
      ...(signal && { signal }),
    });
  });
  outcomes.push(...reaped.flat());
  await conclude(ports, { run, plan, outcomes });
  return { plan, outcomes, interrupted: signal?.aborted ?? false };
}

function enforced({ accounts }: ShardList, account: string): boolean {
  return accounts.some(({ id, mode }) => id === account && mode === 'enforce');
}

async function rulesIn(ports: Ports, { policy, enforce: acts }: SweepRequest, { accounts }: ShardList) {
  const paused = (await ports.ledger.pausedUntil()) !== undefined;
  const modes = new Map<string, Mode>(accounts.map(({ id, mode }) => [id, mode]));
  return ({ account }: Shard): Rules => ({
    policy,
    accountMode: modes.get(account) ?? 'observe',
    dryRun: !acts,
    paused,
  });
}

async function scanAndPlan(ports: Ports, request: SweepRequest, list: ShardList) {
  const { policy, filters, enforce: acts } = request;
  ports.progress({ step: 'shards-listed', shards: list.shards });
  const rulesFor = await rulesIn(ports, request, list);
  const scans = await inParallel(list.shards, shardsAtOnce, async (shard) => {
    const scan = await scanShard(ports, shard, rulesFor(shard));
    ports.progress({
      step: 'shard-scanned',
      shard,
      tracked: scan.shard.scanned,
      ...(scan.shard.error !== undefined && { error: scan.shard.error }),
    });
    return scan;
  });
  if (acts) await ports.ledger.record(scans.flatMap(({ sightings }) => sightings));
  const mode = acts ? 'enforce' : 'dry-run';
  const plan = await makePlan(ports, { mode, policy, filters, scans, skipped: list.skipped });
  ports.progress({ step: 'plan-made', removals: removalsOf(plan).length });
  return { plan };
}

/** A plan speaks of the world as it was: too old, and it is not carried out. */
function refuseStale(ports: Ports, policy: Policy, plan: Plan): Plan {
  const age = ports.clock.now() - plan.now;
  const { planAge } = policy.limits;
  if (age > planAge || age < -hour) {
    const minutes = Math.round(Math.abs(age) / minute);
    const when = age < 0 ? `is from the future (${minutes} minutes)` : `is ${minutes} minutes old`;
    throw new CouldNotStart(
      `the plan ${plan.id} ${when}; limits.planAge allows ${planAge / minute} minutes: make a new one with mayfly plan`,
    );
  }
  return plan;
}

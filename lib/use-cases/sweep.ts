import type { Rules } from '../core/decide.ts';
import { messageInWords } from '../core/guard-words.ts';
import { outlookOf } from '../core/outlook.ts';
import { type Plan, type PlannedDecision, removalsOf, serverWorkOf } from '../core/plan.ts';
import type { Mode, Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { type Duration, minute } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import { conclude } from './conclude.ts';
import { checkCredentials } from './credentials.ts';
import { type Filters, isUnrestricted } from './filters.ts';
import type { Guarded } from './guard-accounts.ts';
import { saveStanding, standingIn } from './guard-standing.ts';
import { guardListed } from './guard-step.ts';
import { markLatest } from './latest-sweep.ts';
import { withLease } from './lease.ts';
import { doubtsThatMatter, leaveToHubs } from './leave-to-hubs.ts';
import { listShards, type ShardList } from './list-shards.ts';
import { makePlan } from './make-plan.ts';
import { isGone, type Outcome } from './outcome.ts';
import type { Ports } from './ports.ts';
import { reapShard } from './reap-shard.ts';
import { tellSweep } from './report-sweep.ts';
import { scanShard } from './scan-shard.ts';
import { settleOpen } from './settle-open.ts';
import { stepServers } from './step-servers.ts';
import { obstacleTo, refuseStale, underPresentRules } from './stored-plan.ts';
import { tellHolds } from './tell-holds.ts';
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
  /** What went wrong around the outcomes, in words. */
  problems: string[];
  /** What a person should know, and what is no problem of this run. */
  notes: string[];
  interrupted: boolean;
}

const shardsAtOnce = 6;
const runLasts: Duration = 40 * minute;

/** One run over all shards, from its scans to its report. Throws `CouldNotStart` before anything was changed. */
export async function sweep(ports: Ports, request: SweepRequest): Promise<SweepResult> {
  await checkCredentials(ports);
  if (!request.enforce) {
    return { plan: await planOnly(ports, request), outcomes: [], problems: [], notes: [], interrupted: false };
  }
  const run = ports.newId('run');
  const swept = await withLease(ports, run, (fence) => enforce(ports, request, run, fence));
  return { ...swept, problems: [...swept.problems, ...(await tell(ports, request, run, swept))] };
}

/** A run that was restricted, or interrupted, is not the sweep that names and heartbeats are of. */
async function tell(ports: Ports, request: SweepRequest, run: string, swept: SweepResult): Promise<string[]> {
  const { plan, outcomes, interrupted } = swept;
  const isWhole = request.plan === undefined && isUnrestricted(request.filters) && !interrupted;
  const latest = isWhole ? await markLatest(ports, { run, plan: plan.id, at: ports.clock.now() }) : undefined;
  const told = await tellSweep(ports, request.policy, {
    run,
    plan,
    outlook: outlookOf(plan),
    outcomes,
    ...(latest?.counted && { counted: latest.counted }),
  });
  return [...(latest?.problems ?? []), ...told];
}

async function planOnly(ports: Ports, request: SweepRequest): Promise<Plan> {
  if (request.plan !== undefined) refuseStale(ports, request.policy, request.plan);
  const list = await listShards(ports, request.policy, request.filters);
  return (await planFor(ports, request, list)).plan;
}

/** A fresh plan, or the stored one as far as it holds today. */
async function planFor(ports: Ports, request: SweepRequest, list: ShardList, watching?: string) {
  return request.plan === undefined
    ? { plan: await scanAndPlan(ports, request, list, watching), dropped: [] }
    : underPresentRules(ports, request.plan, { ...request, list });
}

async function enforce(ports: Ports, request: SweepRequest, run: string, fence: number): Promise<SweepResult> {
  const { policy, filters, signal } = request;
  const startedAt = ports.clock.now();
  const stopAt = startedAt + (request.lasts ?? runLasts);
  if (request.plan !== undefined) refuseStale(ports, policy, request.plan);
  const { list, doubts } = await leaveToHubs(ports, policy, await listShards(ports, policy, filters));
  await ports.ledger.startRun({ id: run, startedAt });
  const rulesFor = await rulesIn(ports, request, list);
  const isWatching = policy.guard !== undefined && request.plan === undefined && isUnrestricted(filters);
  const { plan, dropped } = await planFor(ports, request, list, isWatching ? run : undefined);
  const guarded = isWatching ? await guard(ports, policy, { run, fence }, list) : unguarded;
  // Those that the limits were just held against; one that is given while this run works is for the next.
  const approvals = await ports.ledger.approvals();
  const outcomes = await settleOpen(ports, list.shards, rulesFor, run);
  // The listings go on showing what is gone, so the plan may hold what was settled just now.
  const settled = new Set(outcomes.map(({ arn }) => arn));
  outcomes.push(...dropped.filter(({ arn }) => !settled.has(arn)));
  const goes = (decision: PlannedDecision) =>
    !settled.has(decision.arn) && obstacleTo(decision, { ...request, list }) === undefined;
  const warnings = plan.decisions.filter((decision) => decision.action === 'warn' && goes(decision));
  if (!signal?.aborted) outcomes.push(...(await warn(ports, warnings, run)));
  const untold = signal?.aborted ? [] : await tellHolds(ports, policy, plan.decisions.filter(goes));
  const reaped = await inEachShard(removalsOf(plan).filter(goes), (shard, removals) =>
    reapShard(ports, {
      run,
      fence,
      shard,
      removals,
      rules: rulesFor(shard),
      plannedAt: plan.now,
      stopAt,
      settled: new Set(outcomes.filter(isGone).map(({ arn }) => arn)),
      approvals,
      ...(signal && { signal }),
    }),
  );
  outcomes.push(...reaped.flat());
  const stepped = await inEachShard(serverWorkOf(plan).filter(goes), (shard, decisions) =>
    stepServers(ports, { run, fence, shard, decisions, rules: rulesFor(shard), stopAt, ...(signal && { signal }) }),
  );
  outcomes.push(...stepped.flat());
  const unended = await conclude(ports, { run, plan, outcomes }).then(() => [], unwritten);
  const notes = [...guarded.messages.map(messageInWords), ...doubtsThatMatter(doubts, plan)];
  const problems = [...guarded.problems, ...untold, ...unended];
  return { plan, outcomes, problems, notes, interrupted: signal?.aborted ?? false };
}

const unguarded: Guarded = { messages: [], problems: [] };

/** What goes wrong there holds up nothing else of the run. */
async function guard(
  ports: Ports,
  policy: Policy,
  { run, fence }: { run: string; fence: number },
  list: ShardList,
): Promise<Guarded> {
  try {
    const paused = (await ports.ledger.pausedUntil()) !== undefined;
    return await guardListed(ports, policy, { run, fence, paused }, list);
  } catch (error) {
    return { messages: [], problems: [`the cost guard did nothing in this run: ${(error as Error).message}`] };
  }
}

function inEachShard<R>(
  decisions: readonly PlannedDecision[],
  work: (shard: Shard, some: PlannedDecision[]) => Promise<R>,
): Promise<R[]> {
  const byShard = Map.groupBy(decisions, ({ account, region }) => JSON.stringify({ account, region }));
  return inParallel([...byShard], shardsAtOnce, ([key, some]) => work(JSON.parse(key) as Shard, some));
}

/** What was done is told all the same. */
function unwritten({ message }: Error): string[] {
  return [`the end of the run could not be written to the ledger, what it did stands in the outcomes: ${message}`];
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

/** `watching`: the run for which the guard is to see what stands in each shard. */
async function scanAndPlan(ports: Ports, request: SweepRequest, list: ShardList, watching?: string) {
  const { policy, filters, enforce: acts } = request;
  ports.progress({ step: 'shards-listed', shards: list.shards });
  const rulesFor = await rulesIn(ports, request, list);
  const scans = await inParallel(list.shards, shardsAtOnce, async (shard) => {
    const standing = watching === undefined ? undefined : standingIn(ports, shard, policy);
    const scan = await scanShard(ports, shard, rulesFor(shard));
    if (watching !== undefined && standing !== undefined) await saveStanding(ports, watching, shard, await standing);
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
  return plan;
}

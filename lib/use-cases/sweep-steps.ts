import { loweredMode } from '../core/account-mode.ts';
import type { Rules } from '../core/decide.ts';
import type { Event } from '../core/history.ts';
import { removalsOf, serverWorkOf } from '../core/plan.ts';
import type { Mode, Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { type Duration, type Instant, minute, toIso } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import { noFilters } from './filters.ts';
import { type ShardStanding, saveStanding, standingIn, unreadStanding } from './guard-standing.ts';
import { listShards } from './list-shards.ts';
import { makePlan } from './make-plan.ts';
import { isGone } from './outcome.ts';
import type { Ports, SkippedAccount } from './ports.ts';
import { type ShardScan, scanShard } from './scan-shard.ts';
import { settleOpen } from './settle-open.ts';
import { loadEarly, loadScan, type ShardWork, saveEarly, shardName } from './step-documents.ts';
import { tellHolds } from './tell-holds.ts';
import { warn } from './warn.ts';

/** What the steps of one run hand on. Small: everything that grows with the world goes through the run store. */
export interface RunMessage {
  run: string;
  fence: number;
  /** When the run began, by the clock that decides. */
  startedAt: Instant;
  /** Whether Mayfly was paused then; the gate before each batch asks again. */
  paused: boolean;
}

/** A shard as the run store lists it for the maps. */
export interface ShardItem extends Shard {
  mode: Mode;
}

export type Begun = { started: true; shards: number; message: RunMessage } | { started: false; why: string };

/** A run in the cloud may take this long; a run that dies gives its lease back by then. */
const leaseLasts: Duration = 50 * minute;

/** Leaves the functions that settle and warn the time to save what they have. */
const settlingLasts: Duration = 12 * minute;
const warningLasts: Duration = 10 * minute;
const tellingLasts: Duration = 12 * minute;

const documentsAtOnce = 32;

/** Takes the lease and lists what is to be scanned. Gives the lease back where it throws. */
export async function beginRun(ports: Ports, policy: Policy, run: string): Promise<Begun> {
  const { ledger, runStore, clock } = ports;
  const lease = await ledger.acquireLease(run, leaseLasts);
  if (!lease.ok) {
    return { started: false, why: `another run (${lease.holder}) holds the lease until ${toIso(lease.until)}` };
  }
  try {
    const startedAt = clock.now();
    const { shards, accounts, skipped } = await listShards(ports, policy, noFilters);
    const modes = new Map(accounts.map(({ id, mode }) => [id, mode]));
    const items: ShardItem[] = shards.map((shard) => ({ ...shard, mode: modes.get(shard.account) ?? 'observe' }));
    await runStore.save(run, 'shards', items);
    await runStore.save(run, 'skipped', skipped);
    await ledger.startRun({ id: run, startedAt });
    const paused = (await ledger.pausedUntil()) !== undefined;
    return { started: true, shards: items.length, message: { run, fence: lease.fence, startedAt, paused } };
  } catch (error) {
    await ledger.releaseLease(run, lease.fence);
    throw error;
  }
}

function rulesOf(policy: Policy, { mode }: ShardItem, { paused }: RunMessage): Rules {
  return { policy, accountMode: mode, dryRun: false, paused };
}

/**
 * Scans one shard and puts its decisions into the run store. A scan that takes longer than `lasts` is named as not
 * ended. Throws only where ledger or run store fail.
 */
export async function scanStep(
  ports: Ports,
  policy: Policy,
  message: RunMessage,
  item: ShardItem,
  lasts: Duration,
): Promise<{ tracked: number; error?: string }> {
  const { account, region } = item;
  const done = new AbortController();
  const late = ports.clock.sleep(lasts, done.signal).then(
    (): ShardScan => ({
      shard: { account, region, scanned: 0, error: `its scan did not end within ${lasts / 1000} seconds` },
      decisions: [],
      sightings: [],
    }),
  );
  const standing = policy.guard && lookAtStanding(ports, policy, item, late);
  const scan = await Promise.race([scanShard(ports, { account, region }, rulesOf(policy, item, message)), late]);
  const seen = await standing;
  done.abort();
  if (seen !== undefined) await saveStanding(ports, message.run, item, seen);
  await ports.ledger.record(withRun(scan.sightings, message.run));
  await ports.runStore.save(message.run, shardName('scans', item), { shard: scan.shard, decisions: scan.decisions });
  const { scanned, error } = scan.shard;
  return { tracked: scanned, ...(error !== undefined && { error }) };
}

/** What the guard needs of a shard, at the same time as its scan and no longer. */
async function lookAtStanding(
  ports: Ports,
  policy: Policy,
  { account, region }: ShardItem,
  late: Promise<ShardScan>,
): Promise<ShardStanding> {
  const unread = late.then(({ shard: { error = 'it took too long' } }) => unreadStanding(error));
  return Promise.race([standingIn(ports, { account, region }, policy), unread]);
}

function withRun(events: readonly Event[], run: string): Event[] {
  return events.map((event) => ({ ...event, run }));
}

/**
 * Looks what became of the removals that earlier runs left open, in the shards of this run, and begins with none after
 * `lasts`. What an earlier try of this step has settled stays in its list.
 */
export async function settleStep(
  ports: Ports,
  policy: Policy,
  message: RunMessage,
  lasts: Duration = settlingLasts,
): Promise<{ settled: number }> {
  const stopAt = ports.clock.now() + lasts;
  const { outcomes: before, lost } = await loadEarly(ports, message.run, 'settled');
  const items = await loadShards(ports, message.run);
  const modes = new Map(items.map(({ account, mode }) => [account, mode]));
  const rulesIn = ({ account, region }: Shard) => {
    const mode = loweredMode(policy, account, modes.get(account) ?? 'observe');
    return rulesOf(policy, { account, region, mode }, message);
  };
  const now = await settleOpen(ports, items, rulesIn, message.run, stopAt);
  const settled = [...new Map([...before, ...now].map((outcome) => [outcome.arn, outcome])).values()];
  await saveEarly(ports, message.run, 'settled', { outcomes: settled, ...(lost !== undefined && { lost }) });
  return { settled: settled.length };
}

/** Makes the plan from all scans. A shard whose scan left nothing behind is named in it, never taken for empty. */
export async function planStep(
  ports: Ports,
  policy: Policy,
  message: RunMessage,
): Promise<{ plan: string; removals: number; held: number; work: number }> {
  const { run } = message;
  const items = await loadShards(ports, run);
  const skipped = ((await ports.runStore.load(run, 'skipped')) ?? []) as SkippedAccount[];
  const scans = await inParallel(items, documentsAtOnce, (item) => scanOf(ports, run, item));
  const plan = await makePlan(ports, { mode: 'enforce', policy, filters: noFilters, scans, skipped });
  // Where the list is lost they are planned again: the recheck finds them gone, or decides anew. Conclude says it.
  const { outcomes: settled } = await loadEarly(ports, run, 'settled');
  const ended = settled.map(({ arn }) => arn);
  const gone = settled.filter(isGone).map(({ arn }) => arn);
  const enforced = new Map(items.filter(({ mode }) => mode === 'enforce').map((item) => [keyOf(item), item]));
  const removals = removalsOf(plan).filter((one) => enforced.has(keyOf(one)) && !ended.includes(one.arn));
  const servers = Map.groupBy(
    serverWorkOf(plan).filter((one) => enforced.has(keyOf(one))),
    keyOf,
  );
  const toRemove = Map.groupBy(removals, keyOf);
  const byShard = [...new Set([...toRemove.keys(), ...servers.keys()])].map((key) => [key, enforced.get(key)] as const);
  await inParallel(byShard, documentsAtOnce, async ([key, first]) => {
    if (first === undefined) return;
    const work: ShardWork = {
      plannedAt: plan.now,
      removals: toRemove.get(key) ?? [],
      servers: servers.get(key) ?? [],
      settled: gone,
      outcomes: [],
    };
    await ports.runStore.save(run, shardName('reap', first), work);
  });
  const work = byShard.flatMap(([, item]) => item ?? []);
  await ports.runStore.save(run, 'work', work);
  await ports.runStore.save(run, 'plan', { plan: plan.id });
  return { plan: plan.id, removals: removals.length, held: plan.held.length, work: work.length };
}

function keyOf({ account, region }: Shard): string {
  return `${account} ${region}`;
}

export async function loadShards(ports: Pick<Ports, 'runStore'>, run: string, name = 'shards'): Promise<ShardItem[]> {
  const items = await ports.runStore.load(run, name);
  if (!Array.isArray(items)) throw new Error(`the run store has no list "${name}" of the run ${run}`);
  return items as ShardItem[];
}

/** A result that is missing or damaged is a shard that was not read, with the reason. */
async function scanOf(ports: Ports, run: string, item: ShardItem): Promise<ShardScan> {
  const { account, region } = item;
  const unread = (error: string): ShardScan => ({
    shard: { account, region, scanned: 0, error },
    decisions: [],
    sightings: [],
  });
  try {
    const scan = await loadScan(ports, run, item);
    return scan ?? unread('its scan ended without a result: see the log of the function scan-shard');
  } catch (error) {
    return unread(`the result of its scan can't be read: ${(error as Error).message}`);
  }
}

/**
 * Warns owners in enforced accounts, also when the plan is held, and tells them what is kept though something is wrong
 * with it; `problems` say what went wrong there. Tried again it warns nobody twice.
 */
export async function warnStep(
  ports: Ports,
  policy: Policy,
  { run, startedAt }: RunMessage,
  planId: string,
): Promise<{ warned: number; problems: string[] }> {
  const now = ports.clock.now();
  const plan = await ports.runStore.loadPlan(planId);
  if (plan === undefined) throw new Error(`the run store has no plan ${planId}`);
  // A deploy to observe or exclude while the run is under way counts: nobody there is warned any more.
  const isEnforced = ({ account, mode }: ShardItem) => loweredMode(policy, account, mode) === 'enforce';
  const enforced = new Set((await loadShards(ports, run)).filter(isEnforced).map(keyOf));
  const decisions = plan.decisions.filter((decision) => enforced.has(keyOf(decision)));
  const due = decisions.filter(({ action }) => action === 'warn');
  const outcomes = await warn(ports, due, run, { since: startedAt, stopAt: now + warningLasts });
  await ports.runStore.save(run, 'outcomes/warned', outcomes);
  const problems = await tellHolds(ports, policy, decisions, now + tellingLasts);
  return { warned: outcomes.filter(({ outcome }) => outcome === 'warned').length, problems };
}

import { loweredMode } from '../core/account-mode.ts';
import type { Rules } from '../core/decide.ts';
import type { Policy } from '../core/policy.ts';
import { type Duration, type Instant, minute } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import { conclude, countOutcomes } from './conclude.ts';
import { gatherOutcomes } from './gather-outcomes.ts';
import { isGone, type Outcome } from './outcome.ts';
import type { Ports } from './ports.ts';
import { reapInPart } from './reap-shard.ts';
import { loadOutcomes, loadWork, shardName } from './step-documents.ts';
import type { RunMessage, ShardItem } from './sweep-steps.ts';

/** Removals may take this long from the start of the run; what is left then is `waiting` for the next one. */
const removalsLast: Duration = 40 * minute;

/** How long one call waits for what the service still works on, before the state machine waits without paying. */
const patience: Duration = 10_000;

/**
 * Goes on with the removals of one shard, until quiet, until nothing but the service's own work is left, or until
 * `stopAt`. Called again while `pending` is more than 0. Throws only where ledger or run store fail.
 */
export async function reapStep(
  ports: Ports,
  policy: Policy,
  message: RunMessage,
  item: ShardItem,
  stopAt: Instant,
): Promise<{ pending: number }> {
  const { run, fence, startedAt, paused } = message;
  const name = shardName('reap', item);
  const work = await loadWork(ports, run, item);
  const over = new Set(work.outcomes.map(({ arn }) => arn));
  // A deploy to observe or exclude while the run is under way counts from the next call on.
  const accountMode = loweredMode(policy, item.account, item.mode);
  const rules: Rules = { policy, accountMode, dryRun: false, paused };
  const until = startedAt + removalsLast;
  const { outcomes, open } = await reapInPart(ports, {
    run,
    fence,
    shard: { account: item.account, region: item.region },
    removals: work.removals.filter(({ arn }) => !over.has(arn)),
    rules,
    plannedAt: work.plannedAt,
    stopAt: Math.min(stopAt, until),
    settled: new Set([...work.settled, ...work.outcomes.filter(isGone).map(({ arn }) => arn)]),
    patience,
  });
  const isLast = ports.clock.now() >= until || open.size === 0;
  const ended = outcomes.filter(({ arn, outcome }) => isLast || !(open.has(arn) || outcome === 'blocked'));
  await ports.runStore.save(run, name, { ...work, outcomes: [...work.outcomes, ...ended] });
  return { pending: isLast ? 0 : open.size };
}

export interface RunSummary {
  run: string;
  plan: string;
  /** Outcomes by kind. */
  outcomes: Partial<Record<Outcome['outcome'], number>>;
  scanned: number;
  due: number;
  held: number;
  unread: number;
}

/** Ends a run: outcomes of all steps into the ledger and the run store, and the lease is given back. */
export async function concludeStep(ports: Ports, message: RunMessage, planId: string): Promise<RunSummary> {
  const { run, fence } = message;
  const plan = await ports.runStore.loadPlan(planId);
  if (plan === undefined) throw new Error(`the run store has no plan ${planId}`);
  const early = [await loadOutcomes(ports, run, 'settled'), await loadOutcomes(ports, run, 'warned')].flat();
  const outcomes = await gatherOutcomes(ports, { run, plan, early });
  await ports.runStore.save(run, 'outcomes/all', outcomes);
  await conclude(ports, { run, plan, outcomes });
  await ports.ledger.releaseLease(run, fence);
  return {
    run,
    plan: plan.id,
    outcomes: countOutcomes(outcomes),
    scanned: plan.shards.reduce((sum, { scanned }) => sum + scanned, 0),
    due: plan.decisions.filter(({ action }) => action === 'remove').length,
    held: plan.held.length,
    unread: plan.shards.filter(({ error }) => error !== undefined).length,
  };
}

/**
 * Ends a run that a step failed: it is told, the lease is given back so that the next hour can begin, and then what the
 * run did is told as far as it is known.
 */
export async function failRun(ports: Ports, message: RunMessage, why: string): Promise<void> {
  const { ledger, runStore, clock } = ports;
  const { run, fence } = message;
  await runStore.save(run, 'failed', { why });
  await ledger.endRun(run, clock.now(), { failed: 1 });
  await ledger.releaseLease(run, fence);
  try {
    const outcomes = await outcomesOfFailed(ports, run);
    await runStore.save(run, 'outcomes/all', outcomes);
    const counts = countOutcomes(outcomes);
    await ledger.endRun(run, clock.now(), { ...counts, failed: Math.max(1, counts.failed ?? 0) });
  } catch (error) {
    // The run has ended all the same; that its outcomes are missing is said where the failure is.
    const untold = `what it did can't be gathered: ${(error as Error).message}; see the ledger's history`;
    await runStore.save(run, 'failed', { why, untold }).catch(() => undefined);
  }
}

const lostWhy = 'the run failed before it was known what became of it; the next sweep looks again';

/** Before there is a plan, only what earlier runs had asked for can have ended. */
async function outcomesOfFailed(ports: Ports, run: string): Promise<Outcome[]> {
  const early = await inParallel(['settled', 'warned'] as const, 2, (step) =>
    loadOutcomes(ports, run, step).catch(() => []),
  );
  const made = (await ports.runStore.load(run, 'plan')) as { plan?: unknown } | undefined;
  if (made === undefined) return early.flat();
  const id = String(made.plan);
  const plan = await ports.runStore.loadPlan(id);
  if (plan === undefined) throw new Error(`the run store has no plan ${id}`);
  return gatherOutcomes(ports, { run, plan, early: early.flat(), lostWhy });
}

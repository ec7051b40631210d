import { savedMonthly } from '../core/money.ts';
import { outlookOf } from '../core/outlook.ts';
import type { Plan } from '../core/plan.ts';
import type { Policy } from '../core/policy.ts';
import type { Instant } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import { conclude, countOutcomes } from './conclude.ts';
import { gatherOutcomes } from './gather-outcomes.ts';
import { markLatest } from './latest-sweep.ts';
import type { Outcome } from './outcome.ts';
import type { Ports } from './ports.ts';
import { tellSweep } from './report-sweep.ts';
import { loadEarly, loadOutcomes, loadPlanId } from './step-documents.ts';
import type { RunMessage } from './sweep-steps.ts';

export interface RunSummary {
  run: string;
  plan: string;
  /** Outcomes by kind. */
  outcomes: Partial<Record<Outcome['outcome'], number>>;
  scanned: number;
  due: number;
  held: number;
  unread: number;
  /** What this run saves a month, USD, as far as it is known; see `savedMonthly`. */
  savedMonthlyUsd?: number;
  /** What can't be told of the run, in words. */
  lost: string[];
}

/**
 * Ends a run: outcomes of all steps into the ledger and the run store, the lease is given back, and only then people
 * are told. A run that has ended stays so, whatever becomes of the telling; `problems` say what went wrong there.
 * Tried again it tells nothing twice. `lostSteps` says which steps failed without stopping the run.
 */
export async function concludeStep(
  ports: Ports,
  policy: Policy,
  { run, fence }: RunMessage,
  planId: string,
  lostSteps: readonly string[] = [],
): Promise<{ summary: RunSummary; problems: string[] }> {
  const plan = await loadPlan(ports, planId);
  const { early, lost: unread } = await earlyOutcomes(ports, run);
  const lost = [...lostSteps, ...unread];
  const outcomes = await gatherOutcomes(ports, { run, plan, early });
  await ports.runStore.save(run, 'outcomes/all', outcomes);
  await conclude(ports, { run, plan, outcomes });
  const at = ports.clock.now();
  await ports.runStore.save(run, 'ended', { at, lost });
  await ports.ledger.releaseLease(run, fence);
  const problems = await tellEnded(ports, policy, { run, at, plan, outcomes, lost });
  return { summary: { ...summaryOf(run, plan, outcomes), lost }, problems };
}

/** What the steps before the removals did, as far as it can be read. */
async function earlyOutcomes(ports: Pick<Ports, 'runStore'>, run: string) {
  const found = await inParallel(['settled', 'warned'] as const, 2, (step) => loadEarly(ports, run, step));
  return { early: found.flatMap(({ outcomes }) => outcomes), lost: found.flatMap(({ lost }) => lost ?? []) };
}

function summaryOf(run: string, plan: Plan, outcomes: readonly Outcome[]): Omit<RunSummary, 'lost'> {
  const savedMonthlyUsd = savedMonthly(outcomes);
  return {
    run,
    plan: plan.id,
    ...(savedMonthlyUsd !== undefined && { savedMonthlyUsd }),
    outcomes: countOutcomes(outcomes),
    scanned: plan.shards.reduce((sum, { scanned }) => sum + scanned, 0),
    due: plan.decisions.filter(({ action }) => action === 'remove').length,
    held: plan.held.length,
    unread: plan.shards.filter(({ error }) => error !== undefined).length,
  };
}

async function loadPlan({ runStore }: Pick<Ports, 'runStore'>, id: string): Promise<Plan> {
  const plan = await runStore.loadPlan(id);
  if (plan === undefined) throw new Error(`the run store has no plan ${id}`);
  return plan;
}

interface Ended {
  run: string;
  at: Instant;
  plan: Plan;
  outcomes: readonly Outcome[];
  lost: readonly string[];
}

async function tellEnded(ports: Ports, policy: Policy, { run, at, plan, outcomes, lost }: Ended): Promise<string[]> {
  const { counted, problems } = await markLatest(ports, { run, plan: plan.id, at });
  const swept = { run, plan, outlook: outlookOf(plan), outcomes, lostOfRun: lost, ...(counted && { counted }) };
  return [...problems, ...(await tellSweep(ports, policy, swept))];
}

/**
 * Ends a run that a step failed: it is kept, the lease is given back so that the next hour can begin, and then what the
 * run did is told as far as it is known. A run that has ended did not fail: what is left of its telling is done.
 */
export async function failRun(
  ports: Ports,
  policy: Policy,
  { run, fence }: RunMessage,
  why: string,
  lostSteps: readonly string[] = [],
): Promise<{ failed: boolean; problems: string[] }> {
  const { ledger, runStore, clock } = ports;
  const ended = await endOf(ports, run);
  if (ended !== undefined) {
    await ledger.releaseLease(run, fence);
    const told = await tellEndedAgain(ports, policy, run, ended).catch(({ message }: Error) => [message]);
    return { failed: false, problems: [`the run ${run} had ended, but not its telling: ${why}`, ...told] };
  }
  await runStore.save(run, 'failed', { why });
  await ledger.endRun(run, clock.now(), { failed: 1 });
  await ledger.releaseLease(run, fence);
  try {
    const { outcomes, lost: unread } = await outcomesOfFailed(ports, run);
    const lost = [...lostSteps, ...unread];
    if (lost.length > 0) await runStore.save(run, 'failed', { why, untold: lost.join('; ') });
    await runStore.save(run, 'outcomes/all', outcomes);
    const counts = countOutcomes(outcomes);
    await ledger.endRun(run, clock.now(), { ...counts, failed: Math.max(1, counts.failed ?? 0) });
  } catch (error) {
    // The run has ended all the same; that its outcomes are missing is said where the failure is.
    const untold = `what it did can't be gathered: ${(error as Error).message}; see the ledger's history`;
    await runStore.save(run, 'failed', { why, untold }).catch(() => undefined);
  }
  return { failed: true, problems: await tellFailure(ports, policy, run, why) };
}

/** What can't be read is no proof that a run has ended. */
async function endOf({ runStore }: Pick<Ports, 'runStore'>, run: string): Promise<End | undefined> {
  return (await runStore.load(run, 'ended').catch(() => undefined)) as End | undefined;
}

/** As the run store keeps it; of an earlier version without `lost`. */
interface End {
  at: Instant;
  lost?: string[];
}

async function tellEndedAgain(ports: Ports, policy: Policy, run: string, { at, lost = [] }: End): Promise<string[]> {
  const plan = await loadPlan(ports, (await loadPlanId(ports, run)) ?? '');
  return tellEnded(ports, policy, { run, at, plan, outcomes: await loadOutcomes(ports, run), lost });
}

/** Tells once that a run failed, with what it did as far as that is known. */
export async function tellFailure(ports: Ports, policy: Policy, run: string, why: string): Promise<string[]> {
  const problems: string[] = [];
  const failed = ({ message }: Error) => void problems.push(`what the run ${run} did is not told whole: ${message}`);
  const id = await loadPlanId(ports, run).catch(failed);
  const plan = id === undefined ? undefined : await loadPlan(ports, id).catch(failed);
  const outcomes = (await loadOutcomes(ports, run).catch(failed)) ?? [];
  const { untold } = ((await ports.runStore.load(run, 'failed').catch(failed)) ?? {}) as { untold?: string };
  const failure = untold === undefined ? why : `${why}; ${untold}`;
  const told = await tellSweep(ports, policy, { run, failure, outcomes, ...(plan && { plan }) });
  return [...problems, ...told];
}

const lostWhy = 'the run failed before it was known what became of it; the next sweep looks again';

/** Before there is a plan, only what earlier runs had asked for can have ended. */
async function outcomesOfFailed(ports: Ports, run: string): Promise<{ outcomes: Outcome[]; lost: string[] }> {
  const { early, lost } = await earlyOutcomes(ports, run);
  const id = await loadPlanId(ports, run);
  if (id === undefined) return { outcomes: early, lost };
  const outcomes = await gatherOutcomes(ports, { run, plan: await loadPlan(ports, id), early, lostWhy });
  return { outcomes, lost };
}

import { type Plan, type PlannedDecision, removalsOf } from '../core/plan.ts';
import { inParallel } from '../resource-types/batches.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Ports } from './ports.ts';
import { loadWork } from './step-documents.ts';
import { loadShards, type ShardItem } from './sweep-steps.ts';

/** Where the outcomes of a run are gathered from. */
export interface Gathering {
  run: string;
  plan: Pick<Plan, 'decisions' | 'held'>;
  /** Outcomes of the steps before the removals. */
  early: readonly Outcome[];
  /** What is said of a removal whose end nobody knows. */
  lostWhy?: string;
}

interface Lost {
  decision: PlannedDecision;
  why: string;
}

const atOnce = 32;

const stepLost = 'its step ended without a result: see the log of the function reap-shard; the next sweep looks again';

/** The outcomes of all steps of a run. What a step did not live to tell is looked up in the ledger. */
export async function gatherOutcomes(
  ports: Pick<Ports, 'ledger' | 'runStore'>,
  gathering: Gathering,
): Promise<Outcome[]> {
  const { run, early } = gathering;
  const items = await loadShards(ports, run, 'work');
  const reaped = await inParallel(items, atOnce, (item) => outcomesIn(ports, gathering, item));
  const lost = reaped.flatMap((some) => some.lost);
  const found = await inParallel(lost, atOnce, (one) => lostOutcome(ports, run, one));
  return [...early, ...reaped.flatMap(({ outcomes }) => outcomes), ...found];
}

/** A shard whose result can't be read has the removals that the plan gave it, and holds no other shard's up. */
async function outcomesIn(
  ports: Pick<Ports, 'runStore'>,
  { run, plan, early, lostWhy = stepLost }: Gathering,
  item: ShardItem,
): Promise<{ outcomes: Outcome[]; lost: Lost[] }> {
  try {
    const { removals, servers, outcomes } = await loadWork(ports, run, item);
    const over = new Set(outcomes.map(({ arn }) => arn));
    const lost = [...removals, ...servers].filter(({ arn }) => !over.has(arn));
    return { outcomes, lost: lost.map((decision) => ({ decision, why: lostWhy })) };
  } catch (error) {
    const ended = new Set(early.map(({ arn }) => arn));
    const here = removalsOf(plan).filter(({ account, region }) => account === item.account && region === item.region);
    const why = `the result of its step can't be read: ${(error as Error).message}; the next sweep looks again`;
    return { outcomes: [], lost: here.filter(({ arn }) => !ended.has(arn)).map((decision) => ({ decision, why })) };
  }
}

/** Where the ledger does not know either whether it was done, it is failed and never `removed`. */
async function lostOutcome({ ledger }: Pick<Ports, 'ledger'>, run: string, { decision, why }: Lost): Promise<Outcome> {
  try {
    const events = (await ledger.history(decision.arn)).filter((event) => event.run === run);
    const end = events.findLast(({ kind }) => kind === 'removed' || kind === 'gone' || kind === 'refused');
    if (end?.kind === 'removed') return outcomeOf(decision, 'removed', end.detail);
    if (end?.kind === 'gone') return outcomeOf(decision, 'gone');
    return outcomeOf(decision, 'failed', end?.kind === 'refused' ? end.why : why);
  } catch (error) {
    return outcomeOf(decision, 'failed', `${why}; the ledger can't be read: ${(error as Error).message}`);
  }
}

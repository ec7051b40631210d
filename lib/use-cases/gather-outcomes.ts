import type { PlannedDecision } from '../core/plan.ts';
import { inParallel } from '../resource-types/batches.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Ports } from './ports.ts';
import { loadShards, type ShardItem, type ShardWork, shardName } from './sweep-steps.ts';

const atOnce = 32;

const stepLost = 'its step ended without a result: see the log of the function reap-shard; the next sweep looks again';

/** The outcomes of all steps of a run. What a step did not live to tell is looked up in the ledger. */
export async function gatherOutcomes(ports: Pick<Ports, 'ledger' | 'runStore'>, run: string): Promise<Outcome[]> {
  const early = await inParallel(['outcomes/settled', 'outcomes/warned'], 2, (name) => ports.runStore.load(run, name));
  const items = await loadShards(ports, run, 'work');
  const works = await inParallel(items, atOnce, (item) => loadWork(ports, run, item));
  const told = [...early.flatMap((some) => (some ?? []) as Outcome[]), ...works.flatMap(({ outcomes }) => outcomes)];
  const lost = await inParallel(works.flatMap(lostIn), atOnce, (one) => lostOutcome(ports, run, one));
  return [...told, ...lost];
}

async function loadWork({ runStore }: Pick<Ports, 'runStore'>, run: string, item: ShardItem): Promise<ShardWork> {
  const name = shardName('reap', item);
  const work = (await runStore.load(run, name)) as ShardWork | undefined;
  if (work === undefined) throw new Error(`the run store has no work ${name} of the run ${run}`);
  return work;
}

function lostIn({ removals, outcomes }: ShardWork): PlannedDecision[] {
  const over = new Set(outcomes.map(({ arn }) => arn));
  return removals.filter(({ arn }) => !over.has(arn));
}

/** Where the ledger does not know either whether it was done, it is failed and never `removed`. */
async function lostOutcome(
  { ledger }: Pick<Ports, 'ledger'>,
  run: string,
  decision: PlannedDecision,
): Promise<Outcome> {
  try {
    const events = (await ledger.history(decision.arn)).filter((event) => event.run === run);
    const end = events.findLast(({ kind }) => kind === 'removed' || kind === 'gone' || kind === 'refused');
    if (end?.kind === 'removed') return outcomeOf(decision, 'removed', end.detail);
    if (end?.kind === 'gone') return outcomeOf(decision, 'gone');
    return outcomeOf(decision, 'failed', end?.kind === 'refused' ? end.why : stepLost);
  } catch (error) {
    return outcomeOf(decision, 'failed', `${stepLost}; the ledger can't be read: ${(error as Error).message}`);
  }
}

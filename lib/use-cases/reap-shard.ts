import { parseArn } from '../core/arn.ts';
import type { Rules } from '../core/decide.ts';
import type { Approval } from '../core/limits.ts';
import { wavesOf } from '../core/order.ts';
import type { PlannedDecision } from '../core/plan.ts';
import type { Shard } from '../core/resource.ts';
import type { Duration, Instant } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { ResourceType } from '../resource-types/define.ts';
import { identify, resourceType } from '../resource-types/index.ts';
import { type Applied, type ApplyContext, applyBatch, outcomeEvents } from './apply-batch.ts';
import { finishRemovals, withRest } from './finish-removals.ts';
import { isGone, type Outcome, outcomeOf } from './outcome.ts';
import type { Ports, Session } from './ports.ts';
import { afterApply, afterRecheck, finalOutcome, type Item, type Stop, worthAnotherPass } from './reap-items.ts';
import { orderedIn, recheck, traces } from './recheck.ts';
import { tryToRecord, unrecorded } from './record-outcomes.ts';
import { type Removal, removalBatches } from './removal-scope.ts';
import { settingsOf } from './removal-settings.ts';
import { spendingApprovals } from './spend-approvals.ts';

export interface ReapRequest {
  run: string;
  fence: number;
  shard: Shard;
  /** Removals of the plan in this shard. */
  removals: readonly PlannedDecision[];
  rules: Rules;
  plannedAt: Instant;
  /** No batch starts after this. */
  stopAt: Instant;
  /** ARNs that are known to be gone since this run began: what earlier runs had asked for. */
  settled?: ReadonlySet<string>;
  /** What the limits of the plan were held against, marked as used once something is asked for; see `Spending`. */
  approvals?: readonly Approval[];
  /** A person interrupts: the batch in flight ends, no other starts. */
  signal?: AbortSignal;
  /** How long to wait in all for what the service works on; by default as long as it takes. */
  patience?: Duration;
}

/** The outcomes so far, and the ARNs that another call could get further with. */
export interface Reaped {
  outcomes: Outcome[];
  open: ReadonlySet<string>;
}

type Reaping = ReapRequest & Pick<ApplyContext, 'spendApprovals'>;

const batchesAtOnce = 4;

/** Between two looks at what the service still works on: soon at first, because much is gone at once. */
const firstWait: Duration = 250;
const longestWait: Duration = 20_000;

/**
 * Removes what the plan decided in one shard: pass after pass, in each pass type after type in the order of `after`,
 * each batch rechecked just before. It ends when nothing moves any more, at its deadline, or when a person, the pause
 * switch or another run stops it. Never throws for what AWS refuses.
 */
export async function reapShard(ports: Ports, request: ReapRequest): Promise<Outcome[]> {
  return (await reapInPart(ports, request)).outcomes;
}

/** The same, for callers that come again while something is open. */
export async function reapInPart(ports: Ports, request: ReapRequest): Promise<Reaped> {
  const items = new Map<string, Item>();
  for (const decision of request.removals) {
    const type = resourceType(decision.type);
    if (type !== undefined && identify(decision.arn)?.type === type) {
      items.set(decision.arn, { decision, type, progress: { state: 'todo' } });
    }
  }
  const strange = request.removals.filter(({ arn }) => !items.has(arn));
  const { outcomes, open } = await reapItems(
    ports,
    { ...request, spendApprovals: spendingApprovals(ports, request) },
    items,
  );
  const skipped = strange.map((decision) => outcomeOf(decision, 'skipped', 'Mayfly does not know its type'));
  return { outcomes: [...outcomes, ...skipped], open };
}

async function reapItems(ports: Ports, request: Reaping, items: Map<string, Item>): Promise<Reaped> {
  const all = () => [...items.values()];
  try {
    const session = await ports.cloud.reader(request.shard);
    const stop = await passes(ports, request, session, items);
    const open = stop === 'deadline' ? all().filter(({ progress }) => progress.state !== 'over') : [];
    return {
      outcomes: all().map((item) => finalOutcome(item, stop)),
      open: new Set(open.map(({ decision }) => decision.arn)),
    };
  } catch (error) {
    const why = (error as Error).message;
    const outcomes = all().map((item) =>
      item.progress.state === 'todo' ? outcomeOf(item.decision, 'failed', why) : finalOutcome(item, undefined),
    );
    return { outcomes, open: new Set() };
  }
}

/** Passes until quiet; gives the reason if something else ended them. */
async function passes(
  ports: Ports,
  request: Reaping,
  session: Session,
  items: Map<string, Item>,
): Promise<Stop | undefined> {
  const waves = wavesOf([...new Set([...items.values()].map(({ type }) => type))]);
  let patience = request.patience ?? Number.POSITIVE_INFINITY;
  for (let wait = firstWait; ; ) {
    const before = movement(items);
    for (const wave of waves) {
      const stop = (await wavePass(ports, request, session, items, wave)) ?? (await stopReason(ports, request));
      if (stop !== undefined) return stop;
    }
    const moved = movement(items) > before;
    const all = [...items.values()];
    const pending = all.filter(({ progress }) => progress.state === 'requested').length;
    if (pending === 0 && !all.some((item) => worthAnotherPass(item, moved))) return undefined;
    if (moved && pending === 0) continue;
    if (wait > patience || ports.clock.now() + wait >= request.stopAt) return 'deadline';
    patience -= wait;
    ports.progress({ step: 'waiting', shard: request.shard, pending });
    await ports.clock.sleep(wait, request.signal);
    wait = moved ? firstWait : Math.min(wait * 2, longestWait);
  }
}

/** Grows whenever a removal gets further: asked for, over, or partly done. */
function movement(items: ReadonlyMap<string, Item>): number {
  let sum = 0;
  for (const { progress } of items.values()) {
    if (progress.state === 'over') sum += 2;
    if (progress.state === 'requested') sum += 1;
  }
  return sum;
}

/** Why no further batch may start. The lease, the pause switch and the account's mode are read before every batch. */
async function stopReason(ports: Ports, { signal, stopAt, run, fence, shard }: ReapRequest): Promise<Stop | undefined> {
  if (signal?.aborted) return 'interrupted';
  if (ports.clock.now() >= stopAt) return 'deadline';
  const gate = await ports.ledger.gate(run, fence, shard.account);
  return gate === 'open' ? undefined : gate;
}

/** One wave of one pass: recheck, cut into pinned batches, apply. */
async function wavePass(
  ports: Ports,
  request: Reaping,
  session: Session,
  items: Map<string, Item>,
  wave: readonly ResourceType[],
): Promise<Stop | undefined> {
  const context = {
    ...applyContext(ports, request, session),
    removed: tracesGone(items, request.shard, request.settled),
  };
  const ready = (await inParallel(wave, batchesAtOnce, (type) => recheckType(context, items, type))).flat();
  const place = { ...request.shard, partition: session.partition };
  const batches = removalBatches(ready, place, request.rules.policy, ports.cloud);
  let stop: Stop | undefined;
  await inParallel(batches, batchesAtOnce, async (batch) => {
    stop ??= await stopReason(ports, request);
    if (stop !== undefined) return;
    for (const applied of await applySafely(context, batch)) {
      const item = items.get(applied.removal.decision.arn);
      if (item !== undefined) item.progress = afterApply(item, applied);
    }
    const done = [...items.values()].filter(({ progress }) => progress.state === 'over').length;
    ports.progress({ step: 'removed', shard: request.shard, done, of: items.size });
  });
  return stop;
}

/** The traces of what went in this shard. Elsewhere, or made anew, the same type and id are another resource. */
function tracesGone(items: ReadonlyMap<string, Item>, shard: Shard, settled: ReadonlySet<string> = new Set()) {
  const gone = [...items.values()].filter(({ progress }) => progress.state === 'over' && isGone(progress.outcome));
  const here = [...settled].filter((arn) => {
    const place = parseArn(arn);
    return place?.account === shard.account && place.region === shard.region;
  });
  return new Set([...here, ...gone.map(({ decision }) => decision.arn)].flatMap(traces));
}

/** Reads again what a type has left; what may go is returned, everything else is settled or waits. */
async function recheckType(context: ApplyContext, items: Map<string, Item>, type: ResourceType): Promise<Removal[]> {
  const open = [...items.values()].filter((item) => item.type === type && item.progress.state !== 'over');
  if (open.length === 0) return [];
  const { ports, session, shard, run } = context;
  const bound = await type.bind(session.source, { ...shard, partition: session.partition });
  const checked = await recheck(
    context,
    bound,
    open.map(({ decision }) => decision),
  );
  const removals: Removal[] = [];
  const ended: Outcome[] = [];
  const confirmed: Removal[] = [];
  for (const one of checked) {
    const item = items.get(one.decision.arn);
    if (item === undefined) continue;
    const asked = item.progress.state === 'requested';
    const target = (item.progress.state === 'requested' && item.progress.target) || orderedIn(one);
    const progress = afterRecheck(item, one, ports.clock.now());
    if (progress !== undefined) item.progress = progress;
    else if (one.kind === 'go') removals.push({ type, decision: one.decision, target: one.target });
    if (progress?.state !== 'over') continue;
    const { outcome } = progress.outcome;
    if (asked || outcome === 'gone' || outcome === 'removed' || one.kind === 'refused') ended.push(progress.outcome);
    if (outcome === 'removed' && target !== undefined) confirmed.push({ type, decision: one.decision, target });
  }
  const rests = await finishRemovals(context, confirmed);
  for (const outcome of ended) Object.assign(outcome, withRest(outcome, rests.get(outcome.arn)));
  const why = await tryToRecord(ports, [
    ...ended.flatMap((outcome) => outcomeEvents(outcome, run, ports.clock.now())),
    ...checked.flatMap((one) => (one.kind === 'over' ? (one.anew ?? []) : [])).map((event) => ({ ...event, run })),
  ]);
  if (why !== undefined) for (const outcome of ended) Object.assign(outcome, unrecorded(outcome, why));
  return removals;
}

/** A session that can't be had fails its batch, not the run. */
async function applySafely(context: ApplyContext, batch: readonly Removal[]): Promise<Applied[]> {
  try {
    return await applyBatch(context, batch);
  } catch (error) {
    const why = (error as Error).message;
    return batch.map((removal) => ({ removal, state: 'over', outcome: outcomeOf(removal.decision, 'failed', why) }));
  }
}

function applyContext(ports: Ports, request: Reaping, session: Session): ApplyContext {
  const { shard, rules, plannedAt, run, spendApprovals } = request;
  const settings = settingsOf(ports, rules.policy, shard, plannedAt);
  return { ports, session, shard, rules, plannedAt, run, settings, ...(spendApprovals && { spendApprovals }) };
}

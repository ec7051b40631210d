import type { Rules } from '../core/decide.ts';
import type { Event } from '../core/history.ts';
import type { PlannedDecision } from '../core/plan.ts';
import { nothingKnown, type Shard } from '../core/resource.ts';
import { type Duration, hour, type Instant } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { Description, ResourceType } from '../resource-types/define.ts';
import { identify } from '../resource-types/index.ts';
import { type ApplyContext, outcomeEvents } from './apply-batch.ts';
import type { Costs } from './costs.ts';
import { finishRemovals, type Rest, withRest } from './finish-removals.ts';
import { failureSince, isAnother, orderedTarget } from './open-orders.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Ports } from './ports.ts';
import { anotherHasItsName } from './recheck.ts';
import type { Removal } from './removal-scope.ts';
import { settingsOf } from './removal-settings.ts';

const ordersAtOnce = 4;

/**
 * Ends what earlier runs left open: they were killed between the removal and the ledger, or the service took longer
 * than the run. What is gone now was removed; what is still there is decided anew by this run's own plan. No order is
 * looked at after `stopAt`: the rest stays open for the next run. Nothing is written in an account that is only
 * observed by now.
 */
export async function settleOpen(
  ports: Ports,
  shards: readonly Shard[],
  rulesIn: (shard: Shard) => Rules,
  run: string,
  stopAt: Instant = Number.POSITIVE_INFINITY,
): Promise<Outcome[]> {
  const ends = await inParallel(await ports.ledger.openRemovals(), ordersAtOnce, async (order) =>
    ports.clock.now() < stopAt ? settleOne(ports, shards, rulesIn, run, order) : undefined,
  );
  return ends.filter((end) => end !== undefined);
}

async function settleOne(
  ports: Ports,
  shards: readonly Shard[],
  rulesIn: (shard: Shard) => Rules,
  run: string,
  { arn, requestedAt }: { arn: string; requestedAt: Instant },
): Promise<Outcome | undefined> {
  const known = identify(arn);
  const { asked, isTold } = orderIn(await ports.ledger.history(arn));
  const shard = shards.find((one) => isPlace(one, known?.arn, asked));
  if (known?.type === undefined || known.id === undefined || shard === undefined) return undefined;
  const { type, id } = known;
  const rules = rulesIn(shard);
  if (isTold && rules.accountMode !== 'enforce') return undefined;
  try {
    const session = await ports.cloud.reader(shard);
    const bound = await type.bind(session.source, { ...shard, partition: session.partition });
    const [now] = await bound.describe([id]);
    const memory = (await ports.ledger.memories([arn])).get(arn) ?? nothingKnown;
    // What is seen since may be another resource; the order itself says whom it was for.
    const order = { at: requestedAt, identity: asked?.identity ?? memory.identity };
    const end = now && endOf(type, now, order);
    if (end === undefined) return await closedAsStill(ports, run, { arn, requestedAt }, now);
    const removal = { type, decision: forgotten(arn, type.id, shard, asked), target: orderedTarget(arn, id, order) };
    const settings = settingsOf(ports, rules.policy, shard, ports.clock.now());
    const context = { ports, session, shard, rules, run, settings, plannedAt: ports.clock.now() };
    return isTold ? await finishedOnly(context, removal, end) : await concluded(context, removal, end);
  } catch {
    // The shard's own scan names what can't be read there; the removal stays open for the next run.
    return undefined;
  }
}

/** What is deleted shows soon that it is: an order that still shows nothing of that has come to nothing. */
const ordersShow: Duration = hour;

/** An order whose answer was lost, and which the service never got, is closed; this run's plan decides anew. */
async function closedAsStill(
  { ledger, clock }: Ports,
  run: string,
  { arn, requestedAt }: { arn: string; requestedAt: Instant },
  now: Description | undefined,
): Promise<undefined> {
  const at = clock.now();
  if (now?.kind !== 'present' || at < requestedAt + ordersShow) return undefined;
  await ledger.record([{ arn, at, run, kind: 'removal-ended', outcome: 'failed', detail: 'it is still there' }]);
  return undefined;
}

/** The order that is open, and whether an earlier run has told its end and left only what comes after it. */
function orderIn(history: readonly Event[]) {
  const asked = history.findLast((event) => event.kind === 'removal-requested');
  const end = history.findLast((event) => event.kind === 'removal-requested' || event.kind === 'removed');
  return { asked, isTold: end?.kind === 'removed' && end.unfinished === true };
}

type End = Pick<Outcome, 'detail' | 'replaced'> & { outcome: 'removed' | 'failed' };

/** How an order ended, as far as what is there now tells; `undefined`: it has not, or nobody knows. */
function endOf(
  type: ResourceType,
  now: Description,
  order: { at: Instant; identity: string | undefined },
): End | undefined {
  if (now.kind === 'gone') return { outcome: 'removed' };
  if (now.kind !== 'present') return undefined;
  if (isAnother(type, now, order)) return { outcome: 'removed', detail: anotherHasItsName, replaced: true };
  const failure = failureSince(now, order.at);
  return failure && { outcome: 'failed', detail: failure.why };
}

async function concluded(context: ApplyContext, removal: Removal, found: End): Promise<Outcome> {
  const { ports, run } = context;
  const { outcome, detail, replaced } = found;
  const said = ['an earlier run asked for it', detail].filter((part) => part !== undefined).join('; ');
  const told = { ...outcomeOf(removal.decision, outcome, said), ...(replaced && { replaced }) };
  const end = outcome === 'removed' ? withRest(told, await restOf(context, removal)) : told;
  await ports.ledger.record(outcomeEvents(end, run, ports.clock.now()));
  return end;
}

/** Does what an earlier run left of a removal that it told: what it finds is gone, and is not counted twice. */
async function finishedOnly(context: ApplyContext, removal: Removal, found: End): Promise<Outcome | undefined> {
  const { ports, run } = context;
  const { arn } = removal.decision;
  const rest = found.outcome === 'removed' ? await restOf(context, removal) : undefined;
  if (found.outcome !== 'removed' || rest?.later) return undefined;
  const problem = rest && { problem: rest.why };
  await ports.ledger.record([{ arn, at: ports.clock.now(), run, kind: 'finished', ...problem }]);
  const said = `an earlier run removed it; ${rest?.why ?? 'its copy, if there is one, is tagged now'}`;
  return { ...outcomeOf(removal.decision, 'gone', said), ...(found.replaced && { replaced: true }) };
}

async function restOf(context: ApplyContext, removal: Removal): Promise<Rest | undefined> {
  return (await finishRemovals(context, [removal])).get(removal.decision.arn);
}

/**
 * ARNs of buckets, images and snapshots name no account; the order to remove them does. In another account they would
 * only look gone.
 */
function isPlace(shard: Shard, arn: Shard | undefined, asked: Partial<Shard> | undefined): boolean {
  const account = arn?.account || asked?.account;
  const region = arn?.region || asked?.region;
  return account === shard.account && region === shard.region;
}

/** The plan of the earlier run is not needed any more: the resource is gone. */
function forgotten(arn: string, type: string, shard: Shard, asked: Costs | undefined): PlannedDecision {
  const { monthlyUsd } = asked ?? {};
  const cost = monthlyUsd !== undefined && { monthlyUsd };
  return { arn, type, ...shard, action: 'remove', reason: 'expired', decidedOn: {}, ...cost };
}

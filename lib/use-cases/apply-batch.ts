import { decide } from '../core/decide.ts';
import type { Event } from '../core/history.ts';
import { reasons } from '../core/reasons.ts';
import { nothingKnown, type Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import type { BoundType, RemovalResult, RemovalSettings, ResourceType } from '../resource-types/define.ts';
import { isDenial, isTransientName, removalError } from '../resource-types/removal-errors.ts';
import { finishRemovals, withRest } from './finish-removals.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { asResource, type RecheckContext, recheck } from './recheck.ts';
import { tryToRecord, unrecorded } from './record-outcomes.ts';
import { type Removal, scopeOf } from './removal-scope.ts';
import { readyServers, serverSettings } from './server-removal.ts';

/** What became of one removal in one pass. */
export type Applied = { removal: Removal } & (
  | { state: 'over'; outcome: Outcome }
  /** The service works on it; it is looked at again. */
  | { state: 'requested'; detail?: string }
  /** Tried again in the next pass. */
  | { state: 'again'; why: string; progress: boolean; transient: boolean }
);

export interface ApplyContext extends RecheckContext {
  settings: RemovalSettings;
  run: string;
  /** Called before anything is asked for; where it throws, nothing is. */
  spendApprovals?: () => Promise<void>;
}

/**
 * Removes one batch in a session pinned to it. The intent is in the ledger before the call and the end after it, so a
 * process that is killed in between leaves an open removal that the next run settles.
 */
export async function applyBatch(context: ApplyContext, all: readonly Removal[]): Promise<Applied[]> {
  const { ports, shard, session, rules, run } = context;
  const ready = await readyServers(context, all);
  const unready = [...ready.ends].map(([removal, outcome]): Applied => ({ removal, state: 'over', outcome }));
  const batch = all.filter((removal) => !ready.ends.has(removal));
  if (batch.length === 0) return recorded(context, unready);
  const place = { ...shard, partition: session.partition };
  const unpinned =
    batch.every(({ type }) => type.unpinned !== undefined) && context.settings.stackRoleArn === undefined;
  const acting = await ports.cloud.remover(shard, unpinned ? undefined : scopeOf(batch, place, rules.policy));
  await context.spendApprovals?.();
  const at = ports.clock.now();
  await ports.ledger.record([...ready.events, ...batch.map((removal) => orderOf(removal, shard, { run, at }))]);
  const late = await lateExtensions(context, batch);
  const going = batch.filter((removal) => !late.some((one) => one.removal === removal));
  const applied = await Promise.all(
    [...sameSettings(context, going, ready.servers)].map(async ([type, settings, removals]) => {
      const results = await removeSafely(() => type.bind(acting.source, place), removals, settings);
      return Promise.all(removals.map((removal, index) => interpret(context, removal, results[index])));
    }),
  );
  const ends = [...unready, ...late, ...(await finished(context, applied.flat()))];
  return recorded(context, ends);
}

function orderOf({ decision, target }: Removal, shard: Shard, about: { run: string; at: Instant }): Event {
  const { account, region } = shard;
  const { arn, monthlyUsd } = decision;
  const cost = monthlyUsd !== undefined && { monthlyUsd };
  return { arn, ...about, kind: 'removal-requested', identity: target.identity, account, region, ...cost };
}

/** Removals of one type that are asked for together: servers that Mayfly stopped leave a copy in any case. */
function sameSettings(
  { settings, rules, plannedAt }: ApplyContext,
  going: readonly Removal[],
  servers: ReadonlySet<Removal>,
): [ResourceType, RemovalSettings, Removal[]][] {
  const [stopped, others] = [true, false].map((is) => going.filter((removal) => servers.has(removal) === is));
  const kinds = (some: readonly Removal[] = [], wanted: RemovalSettings) =>
    [...Map.groupBy(some, ({ type }) => type)].map(([type, removals]): [ResourceType, RemovalSettings, Removal[]] => [
      type,
      wanted,
      removals,
    ]);
  return [...kinds(stopped, serverSettings(settings, rules.policy, plannedAt)), ...kinds(others, settings)];
}

async function recorded({ ports, run }: ApplyContext, ends: readonly Applied[]): Promise<Applied[]> {
  const events = ends.map((one) => eventsOf(one, run, ports.clock.now()));
  const why = await tryToRecord(ports, events.flat());
  if (why === undefined) return [...ends];
  return ends.map((one) => (one.state === 'over' ? { ...one, outcome: unrecorded(one.outcome, why) } : one));
}

/**
 * The extension of what can't be tagged lives in the ledger, where AWS can't compare it: it is read once more at the
 * last moment, after the order was written down.
 */
async function lateExtensions({ ports, rules }: ApplyContext, batch: readonly Removal[]): Promise<Applied[]> {
  const untaggable = batch.filter(({ type }) => type.needs.tag === undefined);
  const memories = await ports.ledger.memories(untaggable.map(({ decision }) => decision.arn));
  return untaggable.flatMap((removal): Applied[] => {
    const { decision, target } = removal;
    const resource = asResource(decision, target, memories.get(decision.arn) ?? nothingKnown);
    const again = decide(resource, rules, ports.clock.now());
    if (again.action === 'remove') return [];
    return [{ removal, state: 'over', outcome: outcomeOf(decision, 'changed', reasons[again.reason].sentence) }];
  });
}

/** What is only asked for is finished once its end is confirmed: until then there is no copy that could be tagged. */
async function finished(context: ApplyContext, ends: readonly Applied[]): Promise<Applied[]> {
  const isRemoved = (one: Applied) => one.state === 'over' && one.outcome.outcome === 'removed';
  const rests = await finishRemovals(
    context,
    ends.filter(isRemoved).map(({ removal }) => removal),
  );
  return ends.map((one) =>
    one.state === 'over' ? { ...one, outcome: withRest(one.outcome, rests.get(one.removal.decision.arn)) } : one,
  );
}

/** A type that throws after all fails its removals; it never ends the run. */
async function removeSafely(
  bind: () => Promise<BoundType>,
  removals: readonly Removal[],
  settings: RemovalSettings,
): Promise<(RemovalResult | undefined)[]> {
  const ids = removals.map(({ target }) => target.id);
  try {
    const bound = await bind();
    const results = new Map(
      (
        await bound.remove(
          removals.map(({ target }) => target),
          settings,
        )
      ).map((result) => [result.id, result]),
    );
    return ids.map((id) => results.get(id));
  } catch (error) {
    return ids.map((id) => removalError(id, error, { gone: [] }));
  }
}

async function interpret(context: ApplyContext, removal: Removal, result: RemovalResult | undefined): Promise<Applied> {
  const { decision } = removal;
  const over = (outcome: Outcome): Applied => ({ removal, state: 'over', outcome });
  switch (result?.kind) {
    case undefined:
      return over(outcomeOf(decision, 'failed', 'the removal gave no result for it'));
    case 'removed':
      return over(outcomeOf(decision, 'removed', result.detail));
    case 'gone':
      return over(outcomeOf(decision, 'gone'));
    case 'requested':
      return { removal, state: 'requested', ...(result.detail !== undefined && { detail: result.detail }) };
    case 'blocked':
      return { removal, state: 'again', why: result.why, progress: false, transient: false };
    case 'unfinished':
      return { removal, state: 'again', why: result.detail, progress: true, transient: false };
    case 'failed':
      return interpretFailure(context, removal, result);
    default:
      return result satisfies never;
  }
}

/** A denial may be AWS refusing a late delete: the tags are read again, and if they differ nothing went wrong. */
async function interpretFailure(
  context: ApplyContext,
  removal: Removal,
  { why, code, transient = isTransientName(code) }: Extract<RemovalResult, { kind: 'failed' }>,
): Promise<Applied> {
  if (transient) return { removal, state: 'again', why, progress: false, transient: true };
  if (isDenial(code)) {
    const bound = await removal.type.bind(context.session.source, {
      ...context.shard,
      partition: context.session.partition,
    });
    // A look that fails after the answer takes nothing away from the answer.
    const [again] = await recheck(context, bound, [removal.decision]).catch(() => []);
    if (again?.kind === 'over') return { removal, state: 'over', outcome: again.outcome };
  }
  return { removal, state: 'over', outcome: outcomeOf(removal.decision, 'failed', why) };
}

/**
 * The ledger's events for one end. Waiting ones have none, nor have those whose answer was lost: their removal stays
 * open, because the service may have done it.
 */
function eventsOf({ removal, ...applied }: Applied, run: string, at: Instant): Event[] {
  const { arn } = removal.decision;
  if (applied.state === 'requested') return [];
  if (applied.state === 'again') {
    if (applied.transient) return [];
    return [{ arn, at, run, kind: 'removal-ended', outcome: 'blocked', detail: applied.why }];
  }
  return outcomeEvents(applied.outcome, run, at);
}

/** What the ledger keeps of an outcome. */
export function outcomeEvents(
  { arn, outcome, detail, unfinished, monthlyUsd }: Outcome,
  run: string,
  at: Instant,
): Event[] {
  const cost = monthlyUsd !== undefined && { monthlyUsd };
  const said = detail === undefined ? {} : { detail };
  switch (outcome) {
    case 'removed':
      return [{ arn, at, run, kind: 'removed', ...said, ...(unfinished && { unfinished }), ...cost }];
    case 'gone':
      return [{ arn, at, run, kind: 'gone' }];
    case 'failed':
      return [{ arn, at, run, kind: 'refused', why: detail ?? 'no reason given' }];
    case 'blocked':
    case 'changed':
    case 'waiting':
      return [{ arn, at, run, kind: 'removal-ended', outcome, ...said }];
    case 'skipped':
    case 'warned':
    case 'copied':
    case 'stopped':
      return [];
    default:
      return outcome satisfies never;
  }
}

import type { PlannedDecision } from '../core/plan.ts';
import { type Duration, type Instant, minute } from '../core/time.ts';
import type { Present, RemovalFailure, ResourceType } from '../resource-types/define.ts';
import type { Applied } from './apply-batch.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Gate } from './ports.ts';
import type { Rechecked } from './recheck.ts';

/** Why no further batch starts. */
export type Stop = Exclude<Gate, 'open'> | 'interrupted' | 'deadline';

/** How far one removal has come, between passes. */
export type Progress =
  | { state: 'todo' }
  /**
   * Tried again in the next pass. `advanced`: the last pass got part of it done. `transientPasses`: passes in a row
   * that failed for AWS's own reasons.
   */
  | { state: 'again'; why: string; advanced: boolean; transientPasses: number }
  /** The service works on it; with `target` because we asked. `leavingAt`: when it was last seen being deleted. */
  | { state: 'requested'; target?: Present; detail?: string; leavingAt?: Instant }
  | { state: 'over'; outcome: Outcome };

export interface Item {
  decision: PlannedDecision;
  type: ResourceType;
  progress: Progress;
}

/** A call that keeps failing for AWS's own reasons is given up after this many passes; the next run tries again. */
const transientPassesMax = 3;

/** A service whose parts do not agree yet may show for a moment that it does not delete any more. */
const doubtLasts: Duration = 5 * minute;

const askedBefore = 'it was asked for before';

/** The state of an item after its recheck; `undefined`: it may go now. */
export function afterRecheck(item: Item, rechecked: Rechecked, now: Instant): Progress | undefined {
  if (item.progress.state === 'requested') return afterRequest(item, item.progress, rechecked, now);
  switch (rechecked.kind) {
    case 'go':
      return undefined;
    case 'over':
      return rechecked.ordered === undefined
        ? { state: 'over', outcome: rechecked.outcome }
        : removedAs(item, askedBefore, rechecked.outcome);
    case 'in-use':
      return { state: 'again', why: rechecked.why, advanced: false, transientPasses: 0 };
    case 'leaving':
      return rechecked.ordered === undefined
        ? { state: 'requested', detail: 'it was being deleted already', leavingAt: now }
        : { state: 'requested', target: rechecked.ordered, detail: askedBefore, leavingAt: now };
    case 'refused':
      return failedAs(item, rechecked.failure.why);
    default:
      return rechecked satisfies never;
  }
}

/** Once the service has accepted a removal, only its being gone or its failure ends it. */
function afterRequest(
  item: Item,
  progress: Extract<Progress, { state: 'requested' }>,
  rechecked: Rechecked,
  now: Instant,
): Progress {
  if (rechecked.kind === 'leaving') return { ...progress, leavingAt: now };
  if (rechecked.kind === 'over') {
    const { outcome, ordered } = rechecked;
    if (ordered === undefined && outcome.outcome !== 'gone') return progress;
    if (ordered !== undefined || progress.target !== undefined) return removedAs(item, progress.detail, outcome);
    return { state: 'over', outcome: outcomeOf(item.decision, 'gone', progress.detail) };
  }
  const failure = failureIn(rechecked);
  // An old failure was known when the order was given: it is no answer to it.
  if (failure !== undefined && failure.at !== progress.target?.removalFailure?.at) return failedAs(item, failure.why);
  if (rechecked.kind === 'go' && progress.leavingAt !== undefined && now >= progress.leavingAt + doubtLasts) {
    return failedAs(item, 'the service was deleting it and does not any more; it shows no reason');
  }
  return progress;
}

function failureIn(rechecked: Rechecked): RemovalFailure | undefined {
  if (rechecked.kind === 'go') return rechecked.target.removalFailure;
  return rechecked.kind === 'refused' ? rechecked.failure : undefined;
}

function failedAs({ decision }: Item, why: string): Progress {
  return { state: 'over', outcome: outcomeOf(decision, 'failed', why) };
}

/** What was ordered is not there any more; `found` says what is there now, if anything is. */
function removedAs({ decision }: Item, detail: string | undefined, found: Outcome): Progress {
  const said = [detail, found.detail].filter((part) => part !== undefined).join('; ');
  const outcome = outcomeOf(decision, 'removed', said === '' ? undefined : said);
  return { state: 'over', outcome: found.outcome === 'gone' ? outcome : { ...outcome, replaced: true } };
}

/** The state of an item after its removal was tried. */
export function afterApply({ progress }: Item, applied: Applied): Progress {
  switch (applied.state) {
    case 'over':
      return { state: 'over', outcome: applied.outcome };
    case 'requested':
      return {
        state: 'requested',
        target: applied.removal.target,
        ...(applied.detail !== undefined && { detail: applied.detail }),
      };
    case 'again': {
      const before = progress.state === 'again' ? progress.transientPasses : 0;
      const transientPasses = applied.transient ? before + 1 : 0;
      return { state: 'again', why: applied.why, advanced: applied.progress, transientPasses };
    }
    default:
      return applied satisfies never;
  }
}

/** Whether an item that has to be tried again is worth another pass: something moved, or AWS may have recovered. */
export function worthAnotherPass({ progress }: Item, somethingMoved: boolean): boolean {
  if (progress.state !== 'again') return false;
  if (progress.advanced) return true;
  const transient = progress.transientPasses > 0;
  return transient ? progress.transientPasses < transientPassesMax : somethingMoved;
}

/** What an item's outcome is when no further pass comes. */
export function finalOutcome({ decision, progress }: Item, stop: Stop | undefined): Outcome {
  switch (progress.state) {
    case 'over':
      return progress.outcome;
    case 'requested':
      return outcomeOf(decision, 'waiting', progress.detail ?? 'the service is still deleting it');
    case 'again':
      return outcomeOf(decision, progress.transientPasses > 0 ? 'failed' : 'blocked', progress.why);
    case 'todo':
      return stop === 'deadline'
        ? outcomeOf(decision, 'waiting', 'the run came to its end first')
        : outcomeOf(decision, 'skipped', stop === undefined ? 'nothing was tried' : stopSentence[stop]);
    default:
      return progress satisfies never;
  }
}

const stopSentence: Record<Stop, string> = {
  interrupted: 'the run was interrupted',
  paused: 'Mayfly is paused',
  'lease-lost': 'another run took over',
  'account-observed': 'the account was lowered to observe',
  deadline: 'the run came to its end first',
};

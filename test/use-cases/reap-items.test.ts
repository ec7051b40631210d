import { expect, test } from 'vitest';
import { minute } from '../../lib/core/time.ts';
import type { Present } from '../../lib/resource-types/define.ts';
import { resourceType } from '../../lib/resource-types/index.ts';
import type { Applied } from '../../lib/use-cases/apply-batch.ts';
import { type Outcome, outcomeOf } from '../../lib/use-cases/outcome.ts';
import {
  afterApply,
  afterRecheck,
  finalOutcome,
  type Item,
  type Progress,
  worthAnotherPass,
} from '../../lib/use-cases/reap-items.ts';
import type { Rechecked } from '../../lib/use-cases/recheck.ts';
import { aDecision, at } from '../fakes/builders.ts';

const decision = aDecision(1, 'expired');
const target: Present = { kind: 'present', id: 'queue-1', arn: decision.arn, identity: 'q', tags: {}, facts: {} };
const queue = resourceType('sqs:queue');
const todo: Progress = { state: 'todo' };
const asked: Progress = { state: 'requested', target, detail: 'snapshot s-1' };
const askedBefore = 'it was asked for before';
const found: Progress = { state: 'requested', detail: 'it was being deleted already' };
const again = (transientPasses = 0, advanced = false): Progress => ({
  state: 'again',
  why: 'in use',
  advanced,
  transientPasses,
});
const now = at('2026-11-23T12:00Z');
const over = (outcome: 'gone' | 'changed' | 'blocked' | 'failed' | 'removed', detail?: string) =>
  ({ state: 'over', outcome: outcomeOf(decision, outcome, detail) }) as const;
const replaced = ({ outcome }: { outcome: Outcome }): Progress => ({
  state: 'over',
  outcome: { ...outcome, replaced: true },
});

function itemIn(progress: Progress): Item {
  if (queue === undefined) throw new Error('no queue');
  return { decision, type: queue, progress };
}

const go: Rechecked = { kind: 'go', decision, target };
const failure = { why: 'the bucket is not empty', at: at('2026-11-23T11:00Z') };
const earlier = { why: 'the bucket is not empty', at: at('2026-11-22T11:00Z') };
const broken: Rechecked = { kind: 'go', decision, target: { ...target, removalFailure: failure } };
const refused: Rechecked = { kind: 'refused', decision, failure };
const leaving: Rechecked = { kind: 'leaving', decision };
const stillLeaving: Rechecked = { kind: 'leaving', decision, ordered: target };
const inUse: Rechecked = { kind: 'in-use', decision, why: 'in use' };
const ended = (outcome: 'gone' | 'changed' | 'failed', more: { ordered?: Present } = {}): Rechecked => ({
  kind: 'over',
  decision,
  outcome: outcomeOf(decision, outcome, outcome === 'changed' ? 'another' : undefined),
  ...more,
});
const whenLastSeenLeaving = (minutes: number): Progress => ({ ...asked, leavingAt: now - minutes * minute });
const retried: Progress = { state: 'requested', target: { ...target, removalFailure: earlier } };
const gaveUp = 'the service was deleting it and does not any more; it shows no reason';

test.each<[string, Progress, Rechecked, Progress | undefined]>([
  ['nothing was tried, and it may go', todo, go, undefined],
  ['nothing was tried, and it is gone', todo, ended('gone'), over('gone')],
  ['nothing was tried, and its tags changed', todo, ended('changed'), over('changed', 'another')],
  ['nothing was tried, and something uses it', todo, inUse, again()],
  ['nothing was tried, and it leaves already', todo, leaving, { ...found, leavingAt: now }],
  [
    'an earlier run asked, and it leaves',
    todo,
    stillLeaving,
    { state: 'requested', target, detail: askedBefore, leavingAt: now },
  ],
  ['an earlier run asked, and it is gone', todo, ended('gone', { ordered: target }), over('removed', askedBefore)],
  [
    'an earlier run asked, and another has its name',
    todo,
    ended('changed', { ordered: target }),
    replaced(over('removed', `${askedBefore}; another`)),
  ],
  ['an earlier run asked, and the service gave up', todo, refused, over('failed', failure.why)],
  ['it failed before and may be tried again', again(2), go, undefined],
  ['it failed before and is gone now', again(2), ended('gone'), over('gone')],
  ['we asked, and it is gone', asked, ended('gone'), over('removed', 'snapshot s-1')],
  ['somebody else asked, and it is gone', found, ended('gone'), over('gone', 'it was being deleted already')],
  ['we asked, and the service is at it', asked, stillLeaving, { ...asked, leavingAt: now }],
  ['we asked, and it still looks alive', asked, go, asked],
  ['we asked, and it looks alive again for a moment', whenLastSeenLeaving(4), go, whenLastSeenLeaving(4)],
  ['we asked, and it has been alive again for long', whenLastSeenLeaving(5), go, over('failed', gaveUp)],
  ['we asked, and its tags changed since', asked, ended('changed'), asked],
  ['we asked, and it can not be read now', asked, ended('failed'), asked],
  [
    'we asked, and another has its name',
    asked,
    ended('changed', { ordered: target }),
    replaced(over('removed', 'snapshot s-1; another')),
  ],
  ['we asked, and the service gave up', asked, broken, over('failed', failure.why)],
  ['we asked, and the service gave up, as the ledger knows', asked, refused, over('failed', failure.why)],
  ['we asked again, and the service shows its old failure', retried, { ...refused, failure: earlier }, retried],
  ['we asked again, and the service gave up again', retried, refused, over('failed', failure.why)],
])('recheck: %s', (_, before, rechecked, after) => {
  expect(afterRecheck(itemIn(before), rechecked, now)).toEqual(after);
});

const removal = { type: queue as NonNullable<typeof queue>, decision, target };
const triedAgain = (transient: boolean, progress = false): Applied => ({
  removal,
  state: 'again',
  why: 'in use',
  progress,
  transient,
});

test.each<[string, Progress, Applied, Progress]>([
  ['removed', todo, { removal, ...over('removed') }, over('removed')],
  ['accepted', todo, { removal, state: 'requested' }, { state: 'requested', target }],
  ['throttled for the first time', todo, triedAgain(true), again(1)],
  ['throttled once more', again(1), triedAgain(true), again(2)],
  ['blocked after it was throttled', again(2), triedAgain(false), again(0)],
  ['emptied in part', todo, triedAgain(false, true), again(0, true)],
])('apply: %s', (_, before, applied, after) => {
  expect(afterApply(itemIn(before), applied)).toEqual(after);
});

test.each<[string, Progress, boolean, boolean]>([
  ['blocked, and something moved', again(), true, true],
  ['blocked, and nothing moved', again(), false, false],
  ['partly done, and nothing else moved', again(0, true), false, true],
  ['throttled twice, and nothing moved', again(2), false, true],
  ['throttled three times, and something moved', again(3), true, false],
  ['over', over('gone'), true, false],
  ['asked for', asked, true, false],
])('another pass for what is %s', (_, progress, moved, worth) => {
  expect(worthAnotherPass(itemIn(progress), moved)).toBe(worth);
});

test.each([
  ['todo', todo, 'deadline', 'waiting'],
  ['todo', todo, 'paused', 'skipped'],
  ['todo', todo, 'interrupted', 'skipped'],
  ['todo', todo, 'lease-lost', 'skipped'],
  ['todo', todo, undefined, 'skipped'],
  ['asked', asked, undefined, 'waiting'],
  ['blocked', again(), undefined, 'blocked'],
  ['throttled', again(3), undefined, 'failed'],
  ['over', over('changed'), 'paused', 'changed'],
] as const)('what was %s (%j) when the run stopped as %s is %s', (_, progress, stop, outcome) => {
  expect(finalOutcome(itemIn(progress), stop).outcome).toBe(outcome);
});

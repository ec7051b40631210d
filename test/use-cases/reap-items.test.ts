import { expect, test } from 'vitest';
import type { Present } from '../../lib/resource-types/define.ts';
import { resourceType } from '../../lib/resource-types/index.ts';
import type { Applied } from '../../lib/use-cases/apply-batch.ts';
import { outcomeOf } from '../../lib/use-cases/outcome.ts';
import {
  afterApply,
  afterRecheck,
  finalOutcome,
  type Item,
  type Progress,
  worthAnotherPass,
} from '../../lib/use-cases/reap-items.ts';
import type { Rechecked } from '../../lib/use-cases/recheck.ts';
import { aDecision } from '../fakes/builders.ts';

const decision = aDecision(1, 'expired');
const target: Present = { kind: 'present', id: 'queue-1', arn: decision.arn, identity: 'q', tags: {}, facts: {} };
const queue = resourceType('sqs:queue');
const todo: Progress = { state: 'todo' };
const asked: Progress = { state: 'requested', target, detail: 'snapshot s-1' };
const found: Progress = { state: 'requested', detail: 'it was being deleted already' };
const again = (transientPasses = 0, advanced = false): Progress => ({
  state: 'again',
  why: 'in use',
  advanced,
  transientPasses,
});
const over = (outcome: 'gone' | 'changed' | 'blocked' | 'failed' | 'removed', detail?: string) =>
  ({ state: 'over', outcome: outcomeOf(decision, outcome, detail) }) as const;

function itemIn(progress: Progress): Item {
  if (queue === undefined) throw new Error('no queue');
  return { decision, type: queue, progress };
}

const go: Rechecked = { kind: 'go', decision, target };
const broken: Rechecked = { kind: 'go', decision, target: { ...target, removalFailure: 'DELETE_FAILED' } };
const leaving: Rechecked = { kind: 'leaving', decision };
const inUse: Rechecked = { kind: 'in-use', decision, why: 'in use' };
const ended = (outcome: 'gone' | 'changed' | 'failed'): Rechecked => ({
  kind: 'over',
  decision,
  outcome: outcomeOf(decision, outcome),
});

test.each<[string, Progress, Rechecked, Progress | undefined]>([
  ['nothing was tried, and it may go', todo, go, undefined],
  ['nothing was tried, and it is gone', todo, ended('gone'), over('gone')],
  ['nothing was tried, and its tags changed', todo, ended('changed'), over('changed')],
  ['nothing was tried, and something uses it', todo, inUse, again()],
  ['nothing was tried, and it leaves already', todo, leaving, found],
  ['it failed before and may be tried again', again(2), go, undefined],
  ['it failed before and is gone now', again(2), ended('gone'), over('gone')],
  ['we asked, and it is gone', asked, ended('gone'), over('removed', 'snapshot s-1')],
  ['somebody else asked, and it is gone', found, ended('gone'), over('gone', 'it was being deleted already')],
  ['we asked, and the service is at it', asked, leaving, asked],
  ['we asked, and it still looks alive', asked, go, asked],
  ['we asked, and its tags changed since', asked, ended('changed'), asked],
  ['we asked, and it can not be read now', asked, ended('failed'), asked],
  ['we asked, and the service gave up', asked, broken, over('failed', 'DELETE_FAILED')],
])('recheck: %s', (_, before, rechecked, after) => {
  expect(afterRecheck(itemIn(before), rechecked)).toEqual(after);
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

import { expect, test } from 'vitest';
import { exitCodeOf } from '../../lib/cli/sweep-exit-code.ts';
import { makePlan } from '../../lib/core/plan.ts';
import type { Outcome, OutcomeKind } from '../../lib/use-cases/outcome.ts';
import type { SweepResult } from '../../lib/use-cases/sweep.ts';
import { aDecision, aPolicy, at } from '../fakes/builders.ts';

const outcome = (kind: OutcomeKind, more: Partial<Outcome> = {}): Outcome => ({
  arn: 'arn:aws:sqs:eu-west-1:222222222222:orders',
  type: 'sqs:queue',
  action: 'remove',
  outcome: kind,
  ...more,
});

function codeOf(result: Partial<SweepResult>, removals = 1, error?: string) {
  const shards = [{ account: '222222222222', region: 'eu-west-1', scanned: 1, ...(error && { error }) }];
  const decisions = Array.from({ length: removals }, (_, n) => aDecision(n, 'expired'));
  const { limits } = aPolicy({ limits: { removalsPerRun: 2 } });
  const plan = makePlan({ id: 'p-1', now: at('2026-11-23T12:00Z'), mode: 'enforce', shards, decisions }, limits);
  return exitCodeOf({ plan, outcomes: [], problems: [], notes: [], interrupted: false, ...result });
}

test.each<[number, string, () => number]>([
  [0, 'all went', () => codeOf({ outcomes: [outcome('removed'), outcome('gone'), outcome('warned')] })],
  [
    0,
    'something waits, changed or was skipped',
    () => codeOf({ outcomes: [outcome('waiting'), outcome('changed'), outcome('skipped')] }),
  ],
  [3, 'a limit held everything', () => codeOf({}, 3)],
  [4, 'something failed', () => codeOf({ outcomes: [outcome('removed'), outcome('failed')] })],
  [4, 'something is blocked', () => codeOf({ outcomes: [outcome('blocked')] })],
  [4, 'a shard could not be read', () => codeOf({}, 1, 'no way in')],
  [
    4,
    'the ledger does not know what was removed',
    () => codeOf({ outcomes: [outcome('removed', { unrecorded: true })] }),
  ],
  [4, 'the end could not be written', () => codeOf({ outcomes: [outcome('removed')], problems: ['disk full'] })],
  [
    130,
    'a person interrupted it, whatever else happened',
    () => codeOf({ outcomes: [outcome('failed')], interrupted: true }),
  ],
])('%d: %s', (code, _, run) => {
  expect(run()).toBe(code);
});

import { expect } from 'vitest';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import type { Stage, Sweeping } from './stage.ts';

/**
 * Whatever went wrong: nothing that had to survive is gone, and nothing that was reported gone is still there. What
 * moto was made to remove was due, and was removed once.
 */
export async function assertWorldIsSafe(stage: Stage, outcomes: readonly Outcome[]): Promise<void> {
  await stage.proxy.quiet();
  expect(stage.proxy.mistakes).toEqual([]);
  const here = new Map<string, boolean>();
  for (const { arn } of stage.manifest) here.set(arn, await stage.exists(arn));
  const lost = stage.manifest.filter(({ arn, fate }) => fate !== 'removed' && !here.get(arn));
  expect(
    lost.map(({ arn }) => arn),
    'what had to survive is gone',
  ).toEqual([]);
  const reported = outcomes.filter(({ outcome }) => outcome === 'removed' || outcome === 'gone');
  const lies = reported.filter(({ arn }) => here.get(arn));
  expect(lies, 'reported gone, and still there').toEqual([]);
  const due = new Set(stage.manifest.filter(({ fate }) => fate === 'removed').map(({ arn }) => arn));
  const removed = stage.proxy.removed.filter((arn) => !arn.endsWith('/*'));
  expect(
    removed.filter((arn) => !due.has(arn)),
    'removed, and not due',
  ).toEqual([]);
}

/** With the faults gone, the next run ends what the last one left: everything due is gone, everything else lives. */
export async function assertNextRunFinishes(stage: Stage, how: Sweeping = {}): Promise<readonly Outcome[]> {
  stage.proxy.rules.clear();
  const { plan, outcomes } = await stage.sweep(how);
  expect(plan.shards.filter(({ error }) => error !== undefined)).toEqual([]);
  await assertWorldIsSafe(stage, outcomes);
  const left: string[] = [];
  for (const { arn, fate } of stage.manifest) if (fate === 'removed' && (await stage.exists(arn))) left.push(arn);
  expect(left, 'due, and still there after the next run').toEqual([]);
  const problems = outcomes.filter(({ outcome }) => outcome === 'failed' || outcome === 'blocked');
  expect(problems, 'problems of the next run').toEqual([]);
  return outcomes;
}

/** Outcomes by ARN, each ARN once. */
export function byArn(outcomes: readonly Outcome[]): Map<string, Outcome> {
  const map = new Map(outcomes.map((one) => [one.arn, one]));
  expect(map.size, 'an ARN has two outcomes').toBe(outcomes.length);
  return map;
}

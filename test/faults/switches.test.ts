import { expect, test } from 'vitest';
import { hour, minute } from '../../lib/core/time.ts';
import { isRemoval } from './proxy/removals.ts';
import { assertNextRunFinishes, assertWorldIsSafe, byArn } from './safety.ts';
import { openStage, type Stage } from './stage.ts';
import { smallWorld } from './world.ts';

/** The group of a server goes in the wave after it, which is a batch of its own. */
async function sweepWith(stage: Stage, between: () => Promise<void>) {
  stage.proxy.rules.add({ match: isRemoval, times: 1, before: between });
  const { outcomes } = await stage.sweep();
  await assertWorldIsSafe(stage, outcomes);
  const outcome = byArn(outcomes);
  expect(await stage.exists(stage.arn('security-group/old-web'))).toBe(true);
  expect(outcome.get(stage.arn('queue/old-jobs'))?.outcome).toBe('removed');
  expect(stage.proxy.heard.filter(({ name }) => name === 'ec2:DeleteSecurityGroup')).toEqual([]);
  return outcome.get(stage.arn('security-group/old-web'));
}

test('a pause between two batches stops before the next one', async () => {
  const stage = await openStage({ rows: smallWorld });
  const pause = () => stage.withLedger((ledger) => ledger.pause(Date.now() + hour, 'test'));
  expect(await sweepWith(stage, pause)).toMatchObject({ outcome: 'skipped', detail: 'Mayfly is paused' });

  const paused = await stage.sweep();
  expect(
    paused.outcomes.filter(({ outcome, detail }) => detail !== 'an earlier run asked for it' && outcome !== 'gone'),
  ).toEqual([]);
  expect(await stage.exists(stage.arn('security-group/old-web'))).toBe(true);

  await stage.withLedger((ledger) => ledger.resume('test'));
  await assertNextRunFinishes(stage);
});

test('a run that lost its lease to another one stops before its next batch', async () => {
  const stage = await openStage({ rows: smallWorld });
  const takeOver = () =>
    stage.withLedger(async (ledger) => {
      expect(await ledger.acquireLease('another', minute)).toMatchObject({ ok: true });
    }, 2 * minute);
  expect(await sweepWith(stage, takeOver)).toMatchObject({ outcome: 'skipped', detail: 'another run took over' });
  await assertNextRunFinishes(stage, { later: 10 * minute });
});

test('an account that is lowered to observe between two batches stops before the next one', async () => {
  const stage = await openStage({ rows: smallWorld });
  const lower = () => stage.withLedger((ledger) => ledger.lowerMode('222222222222', 'observe', 'test'));
  expect(await sweepWith(stage, lower)).toMatchObject({
    outcome: 'skipped',
    detail: 'the account was lowered to observe',
  });
});

test('an account that is lowered to observe in the middle keeps what was not yet removed in the next run', async () => {
  const stage = await openStage({ rows: smallWorld });
  stage.proxy.rules.add({ match: isRemoval, fault: 'access-denied' });
  await stage.sweep();
  stage.proxy.rules.clear();
  await stage.withLedger((ledger) => ledger.lowerMode('222222222222', 'observe', 'test'));
  const { outcomes } = await stage.sweep();
  expect(outcomes).toEqual([]);
  expect(stage.proxy.removed).toEqual([]);
  await assertWorldIsSafe(stage, outcomes);
});

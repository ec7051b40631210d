import { beforeEach, describe, expect, test } from 'vitest';
import type { Event } from '../../lib/core/history.ts';
import { minute } from '../../lib/core/time.ts';
import { reapStep } from '../../lib/use-cases/reap-steps.ts';
import { loadShards, scanStep } from '../../lib/use-cases/sweep-steps.ts';
import { at } from '../fakes/builders.ts';
import { allSteps, begun, due, ends, one, patientClock, plannedIn, policy, populate } from '../fakes/steps.ts';
import { aWorld, type World } from '../fakes/world.ts';

let world: World;
beforeEach(() => {
  world = aWorld(patientClock());
});

describe('what a step did not live to tell is told from the ledger', () => {
  const arn = `arn:aws:sqs:eu-west-1:${one}:orders`;
  test.each<[string, Event[], string]>([
    ['a removal', [{ arn, at: 1, run: 'run-1', kind: 'removed', detail: 'with its copy' }], 'removed: with its copy'],
    ['what was gone', [{ arn, at: 1, run: 'run-1', kind: 'gone' }], 'gone: undefined'],
    ['a refusal', [{ arn, at: 1, run: 'run-1', kind: 'refused', why: 'AccessDenied' }], 'failed: AccessDenied'],
    [
      'a removal after a refusal',
      [
        { arn, at: 1, run: 'run-1', kind: 'refused', why: 'Throttled' },
        { arn, at: 1, run: 'run-1', kind: 'removed' },
      ],
      'removed: undefined',
    ],
    ['not what an earlier run did', [{ arn, at: 1, run: 'run-0', kind: 'removed' }], 'failed: its step ended without'],
    ['not an order alone', [{ arn, at: 1, run: 'run-1', kind: 'removal-requested' }], 'failed: its step ended without'],
  ])('%s', async (_, events, told) => {
    world.queue('orders', due);
    const { outcomes } = await allSteps(world, {
      reaps: 'eu-west-1',
      beforeEnd: () => world.ports.ledger.record(events),
    });
    expect(outcomes).toHaveLength(1);
    expect(`${outcomes[0]?.outcome}: ${outcomes[0]?.detail}`).toContain(told);
  });

  test('a ledger that can not be read leaves it failed, and says so', async () => {
    world.queue('orders', due);
    const broken = async () => {
      world.ports.ledger.history = () => Promise.reject(new Error('table is gone'));
    };
    const { outcomes } = await allSteps(world, { reaps: 'eu-west-1', beforeEnd: broken });
    expect(outcomes).toMatchObject([{ arn, outcome: 'failed', detail: expect.stringContaining('table is gone') }]);
  });
});

describe('a document of one shard that is damaged or misshapen', () => {
  /** Both documents of us-east-1 come back as `document`, or as damaged. */
  const spoil = (step: string, document: unknown) => {
    const { runStore } = world.ports;
    const { load } = runStore;
    runStore.load = async (run, name) => {
      if (name !== `${step}/${one}-us-east-1`) return load(run, name);
      if (document === 'damaged') throw new Error('the object is damaged');
      return document;
    };
  };
  const queue = `arn:aws:sqs:us-east-1:${one}:q`;
  const strange = { arn: queue, type: 'sqs:queue', account: one, region: 'us-east-1', decidedOn: {} };
  const shard = { account: one, region: 'us-east-1', scanned: 1 };

  test.each<[string, unknown, string]>([
    ['damaged', 'damaged', 'is damaged'],
    ['an empty object', {}, 'shard: '],
    ['no object', [], 'expected object'],
    ['a scan of another shard', { shard: { ...shard, region: 'eu-west-1' }, decisions: [] }, 'is of'],
    ['without decisions', { shard }, 'decisions: '],
    [
      'a removal for a reason that never removes',
      { shard, decisions: [{ ...strange, action: 'remove', reason: 'protected' }] },
      'decisions.0: its reason never has this action',
    ],
  ])('%s: as a scan it is a shard that was not read, and the others go on', async (_, document, why) => {
    populate(world);
    spoil('scans', document);
    const { plan, outcomes } = await allSteps(world);
    const unread = plan?.shards.filter(({ error }) => error !== undefined) ?? [];
    expect(unread).toMatchObject([{ account: one, region: 'us-east-1', error: expect.stringContaining(why) }]);
    expect(ends(outcomes)).toEqual(['orders removed', 'vol-2b blocked']);
  });

  test.each<[string, unknown, string]>([
    ['damaged', 'damaged', 'is damaged'],
    ['an empty object', {}, 'plannedAt: '],
    ['missing', undefined, 'has no work'],
    ['without outcomes', { plannedAt: 1, removals: [], settled: [] }, 'outcomes: '],
  ])('%s: as the result of a reaping it is told from plan and ledger', async (_, document, why) => {
    populate(world);
    const { outcomes, summary } = await allSteps(world, { beforeEnd: async () => spoil('reap', document) });
    expect(ends(outcomes)).toEqual(['i-1a removed', 'orders removed', 'vol-1a removed', 'vol-2b blocked']);
    expect(summary.outcomes).toEqual({ removed: 3, blocked: 1 });
    world = aWorld(patientClock());
    populate(world);
    const lost = await allSteps(world, { reaps: 'us-east-1', beforeEnd: async () => spoil('reap', document) });
    expect(ends(lost.outcomes)).toEqual(['i-1a failed', 'orders removed', 'vol-1a failed', 'vol-2b blocked']);
    expect(lost.outcomes.find(({ arn }) => arn.endsWith('i-1a'))?.detail).toContain(why);
  });

  test('no removal starts from work that can not be read', async () => {
    populate(world);
    const message = await begun(world);
    for (const item of await loadShards(world.ports, message.run)) {
      await scanStep(world.ports, policy, message, item, 4 * minute);
    }
    await plannedIn(world, message);
    spoil('reap', { plannedAt: 1, removals: [strange], settled: [], outcomes: [] });
    const item = { account: one, region: 'us-east-1', mode: 'enforce' as const };
    await expect(reapStep(world.ports, policy, message, item, at('2026-11-24'))).rejects.toThrow('removals.0.action');
    expect(world.sent.filter(({ command }) => /^(Delete|Terminate)/.test(command))).toEqual([]);
  });
});

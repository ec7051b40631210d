import { beforeEach, describe, expect, test } from 'vitest';
import type { Event } from '../../lib/core/history.ts';
import { minute } from '../../lib/core/time.ts';
import { failRun } from '../../lib/use-cases/conclude-steps.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import { reapStep } from '../../lib/use-cases/reap-steps.ts';
import { beginRun, loadShards, type RunMessage, scanStep, settleStep } from '../../lib/use-cases/sweep-steps.ts';
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
    const load = runStore.load.bind(runStore);
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

describe('a run that failed', () => {
  const run = 'run-1';

  /** Fails the run after its removals, those of us-east-1 lost. */
  async function failed(before: (message: RunMessage) => Promise<void> = async () => {}) {
    const summaries: Readonly<Record<string, number>>[] = [];
    const endRun = world.ports.ledger.endRun.bind(world.ports.ledger);
    world.ports.ledger.endRun = async (id, endedAt, summary) => {
      summaries.push(summary);
      return endRun(id, endedAt, summary);
    };
    const end = async (message: RunMessage) => {
      await before(message);
      await failRun(world.ports, policy, message, 'States.Timeout');
      throw new Error('it has ended');
    };
    await expect(allSteps(world, { reaps: 'us-east-1', beforeEnd: end })).rejects.toThrow('it has ended');
    expect(await beginRun(world.ports, policy, 'run-2')).toMatchObject({ started: true });
    return { outcomes: (await world.ports.runStore.load(run, 'outcomes/all')) as Outcome[] | undefined, summaries };
  }

  test('tells what it removed all the same, and what nobody knows as failed', async () => {
    populate(world);
    const arn = `arn:aws:ec2:us-east-1:${one}:instance/i-1a`;
    const { outcomes, summaries } = await failed(() =>
      world.ports.ledger.record([{ arn, at: 1, run, kind: 'removed' }]),
    );
    expect(ends(outcomes ?? [])).toEqual(['i-1a removed', 'orders removed', 'vol-1a failed', 'vol-2b blocked']);
    expect(outcomes?.find(({ outcome }) => outcome === 'failed')?.detail).toContain('the run failed before');
    expect(summaries.at(-1)).toEqual({ removed: 2, failed: 1, blocked: 1 });
  });

  test('that has no plan yet tells what earlier runs had asked for', async () => {
    const arn = `arn:aws:sqs:eu-west-1:${one}:orders`;
    const place = { account: one, region: 'eu-west-1' };
    await world.ports.ledger.record([{ arn, at: 1, run: 'run-0', kind: 'removal-requested', ...place }]);
    const message = await begun(world);
    await settleStep(world.ports, policy, message);
    await failRun(world.ports, policy, message, 'MakePlan failed');
    expect(await world.ports.runStore.load(run, 'outcomes/all')).toMatchObject([{ arn, outcome: 'removed' }]);
  });

  test.each([
    ['its plan can not be read', () => refuse('loadPlan')],
    ['its outcomes can not be saved', () => refuse('save', 'outcomes/all')],
  ])('ends though %s, and says so where the failure is', async (_, spoil) => {
    populate(world);
    const { summaries } = await failed(async () => spoil());
    expect(summaries).toEqual([{ failed: 1 }]);
    const told = { why: 'States.Timeout', untold: expect.stringContaining('torn') };
    expect(await world.ports.runStore.load(run, 'failed')).toEqual(told);
  });

  function refuse(what: 'loadPlan' | 'save', refused?: string): void {
    const { runStore } = world.ports;
    const save = runStore.save.bind(runStore);
    if (what === 'loadPlan') runStore.loadPlan = () => Promise.reject(new Error('torn'));
    else runStore.save = async (...all) => (all[1] === refused ? Promise.reject(new Error('torn')) : save(...all));
  }
});

describe('settling what earlier runs left open', () => {
  const names = Array.from({ length: 20 }, (_, index) => `queue-${index}`);
  const place = { account: one, region: 'eu-west-1' };

  async function asked(some: readonly string[]): Promise<void> {
    const order = { at: 1, run: 'run-0', kind: 'removal-requested', ...place } as const;
    await world.ports.ledger.record(some.map((name) => ({ arn: `arn:aws:sqs:eu-west-1:${one}:${name}`, ...order })));
  }
  const told = async () => ends((await world.ports.runStore.load('run-1', 'outcomes/settled')) as Outcome[]);

  test('twice, the first answer lost, keeps what the first try has ended and adds what came since', async () => {
    await asked(names.slice(0, 2));
    const message = await begun(world);
    await settleStep(world.ports, policy, message);
    await asked(names.slice(2, 3));
    expect(await settleStep(world.ports, policy, message)).toEqual({ settled: 3 });
    expect(await told()).toEqual(['queue-0 removed', 'queue-1 removed', 'queue-2 removed']);
  });

  test('begins with no other after its time, saves what it has, and leaves the rest open', async () => {
    await asked(names);
    const message = await begun(world);
    const reader = world.ports.cloud.reader.bind(world.ports.cloud);
    world.ports.cloud.reader = async (shard) => {
      await world.clock.sleep(minute / 2);
      return reader(shard);
    };
    const { settled } = await settleStep(world.ports, policy, message, 2 * minute);
    expect(settled).toBeGreaterThanOrEqual(4);
    expect(settled).toBeLessThan(10);
    expect(await told()).toHaveLength(settled);
    expect(await world.ports.ledger.openRemovals()).toHaveLength(names.length - settled);
    expect(await settleStep(world.ports, policy, message)).toEqual({ settled: names.length });
    expect(await world.ports.ledger.openRemovals()).toEqual([]);
  });
});

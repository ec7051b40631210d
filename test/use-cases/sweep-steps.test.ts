import { beforeEach, describe, expect, test } from 'vitest';
import { minute } from '../../lib/core/time.ts';
import { concludeStep, failRun } from '../../lib/use-cases/conclude-steps.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { reapStep } from '../../lib/use-cases/reap-steps.ts';
import { loadWork } from '../../lib/use-cases/step-documents.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { beginRun, loadShards, type RunMessage, scanStep, settleStep } from '../../lib/use-cases/sweep-steps.ts';
import { allSteps, begun, due, ends, one, patientClock, plannedIn, policy, populate, two } from '../fakes/steps.ts';
import { policy as telling } from '../fakes/tellings.ts';
import { aWorld, type World } from '../fakes/world.ts';

let world: World;
beforeEach(() => {
  world = aWorld(patientClock());
});

test('the steps of the cloud do what one process does', async () => {
  populate(world);
  const { outcomes, plan, summary } = await allSteps(world);
  const sameWorld = aWorld(patientClock());
  world = sameWorld;
  populate(world);
  const alone = await sweep(sameWorld.ports, { policy, filters: noFilters, enforce: true });
  expect(ends(outcomes)).toEqual(ends(alone.outcomes));
  expect(ends(outcomes)).toEqual(['i-1a removed', 'orders removed', 'vol-1a removed', 'vol-2b blocked']);
  expect(plan?.decisions).toEqual(alone.plan.decisions);
  expect(summary).toMatchObject({ outcomes: { removed: 3, blocked: 1 }, due: 4, held: 0, unread: 0 });
});

describe('what is lost on the way is named', () => {
  test('a scan that left nothing behind is no empty shard', async () => {
    populate(world);
    const { plan, outcomes } = await allSteps(world, { scans: 'us-east-1' });
    const unread = plan?.shards.filter(({ error }) => error !== undefined);
    expect(unread?.map(({ region }) => region)).toEqual(['us-east-1', 'us-east-1']);
    expect(unread?.[0]?.error).toContain('without a result');
    expect(ends(outcomes)).toEqual(['orders removed', 'vol-2b blocked']);
  });

  test('a scan that takes too long is given up and says so', async () => {
    const clock = { ...patientClock(), sleep: async () => {} };
    world = aWorld(clock);
    world.queue('orders', due);
    world.ports.cloud.reader = () => new Promise(() => {});
    const message = await begun(world);
    const [item] = await loadShards(world.ports, message.run);
    if (item === undefined) throw new Error('no shard was listed');
    const { error } = await scanStep(world.ports, policy, message, item, 4 * minute);
    expect(error).toBe('its scan did not end within 240 seconds');
  });

  test('removals whose step was lost are failed, never removed, and the next run does them', async () => {
    populate(world);
    const { outcomes } = await allSteps(world, { reaps: 'us-east-1' });
    expect(ends(outcomes)).toEqual(['i-1a failed', 'orders removed', 'vol-1a failed', 'vol-2b blocked']);
    expect(ends((await allSteps(world)).outcomes)).toEqual(['i-1a removed', 'vol-1a removed', 'vol-2b blocked']);
  });
});

describe('a policy that is deployed while a run is under way', () => {
  test.each([
    ['observes the account', { accounts: [{ id: one, mode: 'observe' as const }, { id: two }] }],
    ['excludes the account', { exclude: [one] }],
    ['names the account no more', { accounts: [{ id: two }] }],
  ])('and %s leaves what is not removed yet, and says why', async (_, change) => {
    populate(world);
    const { outcomes } = await allSteps(world, { reapPolicy: { ...policy, ...change } });
    expect(new Set(outcomes.map(({ outcome, detail }) => `${outcome}: ${detail}`))).toEqual(
      new Set(['changed: It is due, but the policy only observes this account.']),
    );
    expect(outcomes).toHaveLength(4);
    expect(world.sent.filter(({ command }) => /^(Delete|Terminate)/.test(command))).toEqual([]);
  });

  test.each([
    ['observes the account', { accounts: [{ id: one, mode: 'observe' as const }, { id: two }] }],
    ['excludes the account', { exclude: [one] }],
  ])('and %s keeps its owners from being warned, and from hearing what is held', async (_, change) => {
    world.queue('soon', { ttl: '2026-11-24T00:00Z', owner: 'ana' });
    world.queue('typo', { ttl: 'soon', owner: 'ben' });
    const under = { ...policy, slack: telling.slack };
    await allSteps(world, { under, warnPolicy: { ...under, ...change } });
    expect(world.warnings).toEqual([]);
    await allSteps(world, { run: 'run-2', under });
    expect(world.warnings.map(({ kind, owner }) => `${kind} ${owner}`)).toEqual(['warning ana', 'hold ben']);
  });

  test('and observes the account leaves the copy of what goes just then to a later run, and says so', async () => {
    const arn = world.database('orders', due);
    const message = await begun(world);
    for (const item of await loadShards(world.ports, message.run)) {
      await scanStep(world.ports, policy, message, item, 4 * minute);
    }
    await plannedIn(world, message);
    const item = { account: one, region: 'eu-west-1', mode: 'enforce' } as const;
    const until = world.clock.now() + 13 * minute;
    expect(await reapStep(world.ports, policy, message, item, until)).toEqual({ pending: 1 });
    world.place().databases.delete('orders');
    await reapStep(world.ports, { ...policy, exclude: [one] }, message, item, until);
    const { outcomes } = await loadWork(world.ports, message.run, item);
    const detail = expect.stringContaining('tagged once the account is enforced again: it is only observed now');
    expect(outcomes).toMatchObject([{ arn, outcome: 'removed', unfinished: true, detail }]);
    expect(await world.ports.ledger.openRemovals()).toMatchObject([{ arn }]);
    expect(world.sent.filter(({ command }) => command === 'AddTagsToResource')).toEqual([]);
  });

  test('and observes the account counts for what earlier runs had asked for, too', async () => {
    const arn = `arn:aws:rds:eu-west-1:${one}:db:orders`;
    const place = { account: one, region: 'eu-west-1' };
    await world.ports.ledger.record([{ arn, at: 1, run: 'run-0', kind: 'removal-requested', ...place }]);
    await settleStep(world.ports, { ...policy, exclude: [one] }, await begun(world));
    const settled = await world.ports.runStore.load('run-1', 'outcomes/settled');
    expect(settled).toMatchObject([{ arn, outcome: 'removed', unfinished: true }]);
  });
});

describe('the lease', () => {
  test('while one run holds it another one does not begin, and says who holds it', async () => {
    await begun(world, 'run-1');
    const second = await beginRun(world.ports, policy, 'run-2');
    expect(second).toMatchObject({ started: false, why: expect.stringContaining('run-1') });
  });

  test.each([
    [
      'that ended',
      async (message: RunMessage) => concludeStep(world.ports, policy, message, await plannedIn(world, message)),
    ],
    ['that failed', (message: RunMessage) => failRun(world.ports, policy, message, 'States.Timeout')],
  ])('a run %s gives it back', async (_, end) => {
    await end(await begun(world, 'run-1'));
    expect(await beginRun(world.ports, policy, 'run-2')).toMatchObject({ started: true });
  });

  test('a run that can not begin gives it back', async () => {
    const save = () => Promise.reject(new Error('no such bucket'));
    const broken = { ...world.ports, runStore: { ...world.ports.runStore, save } };
    await expect(beginRun(broken, policy, 'run-1')).rejects.toThrow('no such bucket');
    expect(await beginRun(world.ports, policy, 'run-2')).toMatchObject({ started: true });
  });
});

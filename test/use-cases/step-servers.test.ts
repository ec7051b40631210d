import { beforeEach, describe, expect, test } from 'vitest';
import { day, hour, toIso } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { policyWith, type ServerSweeps, staging, sweepsOf } from '../fakes/server-sweeps.ts';
import { aServerWorld, type ServerWorld } from '../fakes/world-servers.ts';
import { awsError } from '../samples/sample.ts';

let world: ServerWorld;
let sweeps: ServerSweeps;
beforeEach(() => {
  world = aServerWorld();
  sweeps = sweepsOf(world);
});

const newest = () => [...world.aws.images.keys()].at(-1);

/** The ledger refuses events of this kind, once. */
function losesOnce(kind: string): void {
  const { ledger } = world.ports;
  const write = ledger.record.bind(ledger);
  ledger.record = async (events) => {
    if (!events.some((event) => event.kind === kind)) return write(events);
    ledger.record = write;
    throw new Error('the table is busy');
  };
}

describe('the way down', () => {
  test('is one step a sweep, and what each plan shows is what the run does', async () => {
    const steps: string[] = [];
    for (const pass of [3 * day, hour, hour, 14 * day, 2 * day, hour, hour, 0]) {
      const shown = (await sweeps.planned()).decision?.reason;
      const { decision, said } = await sweeps.once();
      expect(shown).toBe(decision?.reason);
      steps.push(said);
      world.clock.pass(pass);
    }
    expect(steps).toEqual([
      'idle-soon: warned: told ana',
      'idle: waiting: copy ami-00000001 is being made: the image is pending',
      'copying: copied: copy ami-00000001 is complete, 16 GB',
      expect.stringMatching(/^idle-copied: stopped: expires 2026-12-10T14:00:0/),
      'expired-unwarned: warned: told ana',
      'idle: waiting: copy ami-00000002 is being made: the image is pending',
      'idle: copied: copy ami-00000002 is complete, 16 GB',
      'idle-done: removed',
    ]);
    expect(world.aws).toMatchObject({ stops: ['i-1a'], removals: ['i-1a'], breaches: [] });
  });

  test('leaves a tag that everybody can extend, and what a restore needs beside each copy', async () => {
    await sweeps.until('idle-copied');
    const { outcome } = await sweeps.once();
    expect(sweeps.server.tags['expires-at']).toBe(toIso(outcome?.expiresAt ?? 0));
    const { copies = [], stopped } = (await sweeps.memory()) ?? {};
    expect(world.recipes.get(copies[0]?.name ?? '')?.recipe).toMatchObject({ of: sweeps.server.arn });
    expect(stopped).toMatchObject({ expiresAt: outcome?.expiresAt });
    expect(world.aws.images.get(copies[0]?.id ?? '')?.tags).toMatchObject({ owner: 'ana', environment: 'staging' });
  });

  test('a dry run writes nothing and asks for nothing', async () => {
    await sweeps.until('idle-copied');
    const before = JSON.stringify([await sweeps.memory(), await world.ports.ledger.history(sweeps.server.arn)]);
    world.sent.splice(0);
    expect((await sweeps.planned()).decision).toMatchObject({ action: 'stop', detail: newest() });
    expect(world.sent.map(({ command }) => command).filter((one) => !/^(Describe|Get|Lookup|List)/.test(one))).toEqual(
      [],
    );
    expect(JSON.stringify([await sweeps.memory(), await world.ports.ledger.history(sweeps.server.arn)])).toBe(before);
  });
});

describe('nothing is done where a step may not begin', () => {
  test.each<[string, () => void | Promise<void>, string]>([
    ['a pause after the plan', () => world.ports.ledger.pause(world.clock.now() + day, 'ana'), 'Mayfly is paused'],
    [
      'a lower mode',
      () => world.ports.ledger.lowerMode('222222222222', 'observe', 'ana'),
      'the account is only observed',
    ],
  ])('%s', async (_, happens, why) => {
    await sweeps.until('idle-copied');
    const { runStore } = world.ports;
    world.ports.runStore = {
      ...runStore,
      savePlan: async (plan) => {
        await runStore.savePlan(plan);
        if (plan.mode === 'enforce') await happens();
      },
    };
    expect((await sweeps.once()).said).toBe(`idle-copied: skipped: ${why}`);
    expect(world.aws.stops).toEqual([]);
  });

  test.each<[string, object, object, string]>([
    ['an observed account', {}, { mode: 'observe' }, 'account-observed'],
    ['a limit of stops', {}, { limits: { stopsPerRun: 0 } }, 'idle-copied'],
  ])('%s', async (_, idle, more, reason) => {
    await sweeps.until('idle-copied');
    expect((await sweeps.once(policyWith(idle, more))).said).toBe(reason);
    expect(world.aws.stops).toEqual([]);
  });

  test('an account that a limit of removals holds', async () => {
    await sweeps.until('idle-copied');
    for (const name of ['one', 'two']) world.queue(name, { ttl: '2026-11-01' });
    const held = policyWith({}, { limits: { removalsPerAccount: 1 }, expiry: { requireWarning: false } });
    const { plan, said } = await sweeps.once(held);
    expect(plan.held).toMatchObject([{ limit: 'removalsPerAccount', account: '222222222222' }]);
    expect(said).toBe('idle-copied');
    expect(world.aws.stops).toEqual([]);
  });

  test('a role that can not be had', async () => {
    await sweeps.until('idle-copied');
    world.ports.cloud.idler = async () => {
      throw new Error('the role mayfly-idle can not be assumed');
    };
    expect((await sweeps.once()).said).toBe(
      'idle-copied: failed: the role mayfly-idle can not be assumed; the next sweep tries again',
    );
  });

  test('a run that has come to its end', async () => {
    await sweeps.until('idle-copied');
    const { outcomes } = await sweep(world.ports, {
      policy: policyWith(),
      filters: noFilters,
      enforce: true,
      lasts: 0,
    });
    expect(outcomes[0]).toMatchObject({
      outcome: 'waiting',
      detail: expect.stringContaining('the next sweep goes on'),
    });
  });
});

describe('a stop', () => {
  beforeEach(() => sweeps.until('idle-copied'));

  test('waits for another copy where a snapshot was deleted by hand: what is left of the first goes', async () => {
    const first = newest();
    world.people.deleteSnapshot('i-1a');
    const { said } = await sweeps.once();
    expect(said).toMatch(/^idle-copied: failed: its copy ami-00000001 is not whole any more: .*so it is not stopped$/);
    expect([world.aws.images.size, world.aws.snapshots.size]).toEqual([0, 0]);
    await sweeps.until('not-due');
    expect(newest()).not.toBe(first);
    expect(world.aws).toMatchObject({ stops: ['i-1a'], breaches: [] });
  });

  test('does not come where the copy can not be read, and the copy stays', async () => {
    world.refuse.set('DescribeImages', () => awsError('RequestLimitExceeded'));
    expect((await sweeps.once()).said).toContain("failed: its copy ami-00000001 can't be read: RequestLimitExceeded");
    expect(world.aws.images.size).toBe(1);
  });

  test('that AWS refuses is told, and one copy stays however long that goes on', async () => {
    world.refuse.set('StopInstances', () => awsError('UnauthorizedOperation', 'a policy of the organization says no'));
    expect((await sweeps.once()).said).toBe(
      'idle-copied: failed: it is copied and runs on: UnauthorizedOperation: a policy of the organization says no',
    );
    for (let index = 0; index < 40; index += 1) {
      world.clock.pass(6 * hour);
      await sweeps.once();
    }
    expect(world.aws.images.size).toBeLessThanOrEqual(2);
    expect(world.aws.snapshots.size).toBe(2 * world.aws.images.size);
  });

  test('that AWS is too busy for waits for the next sweep', async () => {
    world.refuse.set('StopInstances', () => awsError('RequestLimitExceeded'));
    expect((await sweeps.once()).said).toMatch(
      /^idle-copied: waiting: RequestLimitExceeded.*the next sweep tries again$/,
    );
    world.refuse.clear();
    expect((await sweeps.once()).said).toMatch(/^idle-copied: stopped/);
  });

  test('is not asked for where the ledger does not take the intent', async () => {
    losesOnce('stop-requested');
    expect((await sweeps.once()).said).toContain('it is not stopped, because the ledger could not be written');
    expect(world.aws.stops).toEqual([]);
  });

  test('that a run could not write down is known as its own, and dated by the next', async () => {
    losesOnce('stopped');
    expect((await sweeps.once()).outcome).toMatchObject({ outcome: 'stopped', unrecorded: true });
    world.clock.pass(hour);
    expect((await sweeps.once()).said).toMatch(/^stop-unfinished: stopped: expires /);
    world.clock.pass(hour);
    expect((await sweeps.once()).decision?.reason).toBe('not-due');
  });

  test('whose date a run could not write down: it goes where a person starts the server', async () => {
    losesOnce('dated');
    expect((await sweeps.once()).outcome).toMatchObject({ outcome: 'stopped', unrecorded: true });
    const date = sweeps.server.tags['expires-at'];
    world.clock.pass(hour);
    expect((await sweeps.planned()).decision?.reason).toBe('stop-unfinished');
    world.people.start('i-1a');
    world.clock.pass(hour);
    const { server } = sweeps;
    expect((await sweeps.once()).decision?.reason).toBe('started-again');
    expect(server.tags).toEqual(staging);
    expect(date).toBeDefined();
  });

  test('whose date was written by a run that could not write that down is not dated anew', async () => {
    losesOnce('dated');
    await sweeps.once();
    const date = sweeps.server.tags['expires-at'];
    world.clock.pass(5 * hour);
    expect((await sweeps.once()).said).toBe(`stop-unfinished: stopped: expires ${date}`);
    expect(sweeps.server.tags['expires-at']).toBe(date);
  });

  test('whose expiry can not be written says so, and the next sweep writes it', async () => {
    world.refuse.set('CreateTags', () => awsError('TagLimitExceeded', '50 tags'));
    expect((await sweeps.once()).said).toBe(
      "idle-copied: failed: it is stopped, but its expiry can't be written: 50 tags; the next sweep tries again",
    );
    world.refuse.clear();
    world.clock.pass(hour);
    expect((await sweeps.once()).said).toMatch(/^stop-unfinished: stopped: expires /);
  });

  test('leaves a later expiry of its own, and tells which tag it can not read', async () => {
    world.people.tag('i-1a', 'ttl', '2027-06-01T00:00Z');
    expect((await sweeps.once()).said).toBe('idle-copied: stopped: its own expiry is later');
    expect(sweeps.server.tags).toEqual({ ...staging, ttl: '2027-06-01T00:00Z' });
    world = aServerWorld();
    sweeps = sweepsOf(world);
    await sweeps.until('idle-copied');
    world.people.tag('i-1a', 'ttl', 'soon');
    expect((await sweeps.once()).said).toMatch(
      /it is stopped, and gets no expiry while its own tag ttl=soon can't be read/,
    );
  });
});

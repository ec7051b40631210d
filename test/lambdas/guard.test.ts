import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { guardEvent } from '../../lambdas/guard.contract.ts';
import { lookAfter } from '../../lambdas/guard.ts';
import { logger } from '../../lambdas/hub.ts';
import { hour } from '../../lib/core/time.ts';
import { saveStanding, standingIn } from '../../lib/use-cases/guard-standing.ts';
import { aPolicy } from '../fakes/builders.ts';
import { guardedAccount } from '../fakes/guarded-account.ts';
import { account, aWorld, region, type World } from '../fakes/world.ts';
import { movedClock } from '../fakes/world-servers.ts';

// A logger reads its level when it is made.
vi.hoisted(() => {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
});

const shard = { account, region };
const policy = aPolicy({ mode: 'enforce', guard: { accounts: { [account]: { burnPerHour: 0.5 } } } });
const ofRun = { fence: 1, paused: false, ahead: 0 };

let world: World;
let warned: unknown[];
beforeEach(() => {
  world = aWorld(movedClock());
  guardedAccount(world, { servers: { 'i-1': { state: 'running', tags: {} } }, databases: {}, groups: {} });
  warned = [];
  vi.spyOn(logger, 'warn').mockImplementation((...said) => void warned.push(said[0]));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** What the steps before leave in the run store: the shards, what stands in each, and what was skipped. */
async function scanned(run: string, skipped: unknown[] = []) {
  const { ports } = world;
  await ports.runStore.save(run, 'shards', [{ ...shard, mode: 'enforce' }]);
  await ports.runStore.save(run, 'skipped', skipped);
  await saveStanding(ports, run, shard, await standingIn(ports, shard, policy));
  return { ...ofRun, run, startedAt: ports.clock.now() };
}

describe('the contract with the state machine', () => {
  const message = { ...ofRun, run: 'run-1', startedAt: 1 };

  test('what it is called with holds more than it needs', () => {
    expect(guardEvent.parse({ started: true, message })).toEqual({ message });
  });

  test.each([
    ['nothing', {}],
    ['no run', { message: { ...message, run: undefined } }],
    ['no fence', { message: { ...message, fence: '1' } }],
    ['not whether it is paused', { message: { ...message, paused: undefined } }],
  ])('%s is not accepted', (_, event) => {
    expect(guardEvent.safeParse(event).success).toBe(false);
  });
});

describe('a step of the guard', () => {
  test('looks at what the scans of its run saw, and says how much it told', async () => {
    expect(await lookAfter(world.ports, policy, await scanned('run-1'))).toEqual({ told: 1, problems: [] });
    expect(world.guarded).toMatchObject([{ account, reason: 'over-limits', passed: [{ trigger: 'burnPerHour' }] }]);
    expect(warned).toEqual([]);
  });

  test('called a second time by a Lambda that was cut off, it tells nothing twice', async () => {
    const message = await scanned('run-1');
    await lookAfter(world.ports, policy, message);
    expect(await lookAfter(world.ports, policy, message)).toEqual({ told: 0, problems: [] });
    expect(world.guarded).toHaveLength(1);
  });

  test('logs what went wrong in words, and goes on', async () => {
    world.ports.messenger.guard = async () => ({ kind: 'failed', why: 'Slack answers 503' });
    expect(await lookAfter(world.ports, policy, await scanned('run-1'))).toEqual({
      told: 1,
      problems: [expect.stringContaining('was not delivered: Slack answers 503')],
    });
    expect(warned).toEqual([`what the guard says of account ${account} was not delivered: Slack answers 503`]);
  });

  test('names an account that breaks, and looks after the others', async () => {
    const { ledger } = world.ports;
    const broken = '444444444444';
    world.ports.ledger = Object.assign(Object.create(ledger) as typeof ledger, {
      guardMemory: async (id: string) => {
        if (id === broken) throw new Error('the item is damaged');
        return ledger.guardMemory(id);
      },
    });
    const message = await scanned('run-1', [{ id: broken, why: 'its regions can not be listed' }]);
    expect(await lookAfter(world.ports, policy, message)).toEqual({
      told: 1,
      problems: [expect.stringContaining('could not look after account 444444444444')],
    });
    expect(warned).toEqual([`the cost guard could not look after account ${broken}: the item is damaged`]);
  });

  test('fails as a whole where it does not even know the shards of its run', async () => {
    const message = { ...ofRun, run: 'run-9', startedAt: world.ports.clock.now() - hour };
    await expect(lookAfter(world.ports, policy, message)).rejects.toThrow(/no list "shards" of the run run-9/);
  });
});

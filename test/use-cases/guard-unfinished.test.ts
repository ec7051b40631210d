import { expect, test } from 'vitest';
import { hour, minute } from '../../lib/core/time.ts';
import { giveGuardOrder } from '../../lib/use-cases/guard-order.ts';
import { guardListed } from '../../lib/use-cases/guard-step.ts';
import type { GuardOrder } from '../../lib/use-cases/ports-guard.ts';
import { aPolicy } from '../fakes/builders.ts';
import { guardRound } from '../fakes/guard-rounds.ts';
import { guardedAccount } from '../fakes/guarded-account.ts';
import { account, aWorld } from '../fakes/world.ts';
import { movedClock } from '../fakes/world-servers.ts';

function aStage(guard: Record<string, unknown> = {}) {
  const clock = movedClock();
  const world = aWorld(clock);
  const fake = guardedAccount(world, {
    servers: { 'i-1': { state: 'running', tags: {} } },
    groups: { web: { min: 1, desired: 2, max: 9 } },
  });
  const policy = aPolicy({ mode: 'enforce', guard: { accounts: { [account]: { burnPerHour: 0.05 } }, ...guard } });
  return {
    world,
    clock,
    fake,
    policy,
    nextSweep: async (more: object = {}) => {
      clock.pass(hour);
      return guardRound(world.ports, { ...policy, ...more });
    },
    order: (kind: GuardOrder['kind']) => {
      clock.pass(minute);
      return giveGuardOrder(world.ports, policy, { kind, account, by: 'U-pia' });
    },
  };
}

type Stage = ReturnType<typeof aStage>;

/** Nobody knows what became of the first change, so that the stage has not ended. */
async function cutOff({ world }: Stage, act: () => Promise<unknown>): Promise<void> {
  const guard = world.ports.cloud.guard.bind(world.ports.cloud);
  world.ports.cloud.guard = (shard, scope) =>
    scope === undefined ? guard(shard) : Promise.reject(Object.assign(new Error('cut off'), { name: 'TimeoutError' }));
  await act();
  world.ports.cloud.guard = guard;
}

test('a freeze of the guard itself does not go on in an account that was lowered to observe since', async () => {
  const stage = aStage({ allow: 'freeze' });
  await stage.nextSweep();
  await cutOff(stage, stage.nextSweep);
  await stage.world.ports.ledger.lowerMode(account, 'observe', 'pia');
  const { messages } = await stage.nextSweep();
  expect(stage.fake.groups['web']?.max).toBe(9);
  expect(messages.map(({ reason }) => reason)).not.toContain('freeze-unfinished');
  expect((await stage.world.ports.ledger.guardMemory(account)).scopes['']?.doing).toBe('freeze');
});

test('what an admin began in an observed account the next sweep goes on with', async () => {
  const stage = aStage();
  await stage.world.ports.ledger.lowerMode(account, 'observe', 'pia');
  await stage.nextSweep();
  await cutOff(stage, () => stage.order('freeze'));
  expect(stage.fake.groups['web']?.max).toBe(9);
  expect((await stage.nextSweep()).messages).toMatchObject([
    { reason: 'freeze-unfinished', did: { isFinished: true } },
  ]);
  expect(stage.fake.groups['web']?.max).toBe(2);
});

test('a sweep that goes on with a release waits for nothing, and tells once a day that it can not', async () => {
  const stage = aStage();
  await stage.nextSweep();
  await stage.order('freeze');
  stage.world.closed.add(account);
  expect((await stage.order('release')).did).toMatchObject({ isFinished: false });
  const before = stage.clock.now();
  const sweeps = [await stage.nextSweep(), await stage.nextSweep()];
  expect(stage.clock.now() - before).toBe(2 * hour);
  expect(sweeps.map(({ messages }) => messages.length)).toEqual([0, 0]);
  stage.clock.pass(24 * hour);
  expect((await stage.nextSweep()).messages).toMatchObject([{ reason: 'release-unfinished', did: { parts: [] } }]);
  stage.world.closed.delete(account);
  expect((await stage.nextSweep()).messages).toMatchObject([{ did: { isFinished: true } }]);
  expect(stage.fake.groups['web']?.max).toBe(9);
});

/** Frozen, and ordered to be released while nothing of it could be reached. */
async function releasedInVain(): Promise<Stage> {
  const stage = aStage();
  const { world } = stage;
  await stage.nextSweep();
  await stage.order('freeze');
  world.closed.add(account);
  world.organization.refusal = 'not now';
  await stage.order('release');
  world.organization.refusal = undefined;
  return stage;
}

test('a release that was ordered before its account left ends, and names what could not be reached', async () => {
  const { world, policy, clock } = await releasedInVain();
  world.organization.left.add(account);
  clock.pass(hour);
  const { messages } = await guardRound(world.ports, { ...policy, accounts: [{ id: '333333333333' }] });
  const [message] = messages.filter((one) => one.account === account);
  expect(message?.did).toMatchObject({ isFinished: true, differs: [{}, {}] });
  expect(message?.did?.differs.every(({ says }) => says.includes('has left'))).toBe(true);
  expect((await world.ports.ledger.guardMemory(account)).parts).toEqual({});
});

test('an account that the policy does not name any more is not gone because somebody deleted its freeze', async () => {
  const stage = aStage();
  const { world, policy, clock } = stage;
  await stage.nextSweep();
  await stage.order('freeze');
  world.organization.frozen.delete(account);
  clock.pass(25 * hour);
  const elsewhere = { ...policy, accounts: [{ id: '333333333333' }] };
  const { messages } = await guardRound(world.ports, elsewhere);
  expect(messages.filter((one) => one.account === account)).toMatchObject([{ reason: 'account-unread' }]);
  expect((await stage.order('release')).did).toMatchObject({ isFinished: true, differs: [] });
  expect(stage.fake.groups['web']?.max).toBe(9);
});

test('the service control policy of a suspended account is taken back all the same', async () => {
  const { world, policy, clock } = await releasedInVain();
  clock.pass(hour);
  const list = {
    accounts: [],
    shards: [],
    skipped: [{ id: account, why: 'it is suspended', isInactive: true as const }],
  };
  const guarding = { run: 'run-1', fence: 1, paused: false };
  const { messages } = await guardListed(world.ports, policy, guarding, list);
  expect(messages).toMatchObject([{ did: { isFinished: true, differs: [{ part: expect.stringContaining('web') }] } }]);
  expect(world.organization.frozen.size).toBe(0);
});

/** The next session that may change something does this first; then it is made, or is not. */
function onceInside({ world }: Stage, act: () => Promise<unknown>): void {
  const guard = world.ports.cloud.guard.bind(world.ports.cloud);
  world.ports.cloud.guard = async (shard, scope) => {
    if (scope === undefined) return guard(shard);
    world.ports.cloud.guard = guard;
    await act();
    return guard(shard, scope);
  };
}

const timedOut = () => Promise.reject(Object.assign(new Error('no answer'), { name: 'TimeoutError' }));

test('what was capped before a run was killed is done, and not refused, for the one that goes on', async () => {
  const stage = aStage();
  const { ledger } = stage.world.ports;
  await stage.nextSweep();
  const recordGuard = ledger.recordGuard.bind(ledger);
  ledger.recordGuard = (id, events, at) =>
    events.some(({ kind }) => kind === 'guard-changed') && stage.fake.groups['web']?.max === 2
      ? Promise.reject(new Error('killed'))
      : recordGuard(id, events, at);
  await expect(stage.order('freeze')).rejects.toThrow('killed');
  ledger.recordGuard = recordGuard;
  const [message] = (await stage.nextSweep()).messages;
  expect(message).toMatchObject({ reason: 'freeze-unfinished', did: { isFinished: true, refused: [] } });
  const parts = Object.values((await ledger.guardMemory(account)).parts);
  expect(parts.map(({ isDone }) => isDone)).toEqual([true, true]);
});

test('a stop of which nobody knows whether it came about is taken back, though a release came between', async () => {
  const stage = aStage();
  const { fake, world } = stage;
  delete fake.groups['web'];
  await stage.nextSweep();
  await stage.order('freeze');
  onceInside(stage, async () => {
    expect((await stage.order('release')).did).toMatchObject({ isFinished: true });
    Object.assign(fake.servers['i-1'] ?? {}, { state: 'stopped' });
    await timedOut();
  });
  expect((await stage.order('stop')).did).toMatchObject({ isFinished: false });
  await stage.nextSweep();
  expect(fake.servers['i-1']?.state).toBe('running');
  expect((await world.ports.ledger.guardMemory(account)).parts).toEqual({});
});

test('an order whose stop a sweep has ended meanwhile says that, and nothing of a release', async () => {
  const stage = aStage();
  await stage.nextSweep();
  await stage.order('freeze');
  onceInside(stage, stage.nextSweep);
  const { did, problems } = await stage.order('stop');
  expect(problems).toEqual([expect.stringMatching(/^another run .* ended/)]);
  expect(did).toMatchObject({ isFinished: true });
  expect([stage.fake.servers['i-1']?.state, stage.fake.groups['web']?.max]).toEqual(['stopped', 0]);
});

test('a freeze denies creations where no group could be read, and the next sweep caps them', async () => {
  const stage = aStage();
  const { world, fake } = stage;
  await stage.nextSweep();
  const { cloud } = world.ports;
  const [guard, reader] = [cloud.guard.bind(cloud), cloud.reader.bind(cloud)];
  // The look can be read, and what comes after it can't.
  cloud.guard = (shard, scope) => {
    cloud.reader = () => Promise.reject(new Error('not now'));
    return guard(shard, scope);
  };
  expect((await stage.order('freeze')).did).toMatchObject({ isFinished: false, parts: [{ kind: 'scp' }] });
  expect([world.organization.frozen.has(account), fake.groups['web']?.max]).toEqual([true, 9]);
  Object.assign(cloud, { guard, reader });
  expect((await stage.nextSweep()).messages).toMatchObject([{ did: { isFinished: true, lacks: [] } }]);
  expect(fake.groups['web']?.max).toBe(2);
});

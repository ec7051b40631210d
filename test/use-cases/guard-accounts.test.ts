import { describe, expect, test } from 'vitest';
import { hour, minute } from '../../lib/core/time.ts';
import { guardStatus } from '../../lib/use-cases/guard-status.ts';
import { guardRound } from '../fakes/guard-rounds.ts';
import { aGuardStage as aStage, reasonsOf, running } from '../fakes/guard-stage.ts';
import { account } from '../fakes/world.ts';

test('it is told within one sweep, with its causes, what a freeze would do, and that nothing was changed', async () => {
  const { nextSweep, world, fake } = aStage();
  const { messages, problems } = await nextSweep();
  expect(problems).toEqual([]);
  expect(messages).toMatchObject([
    {
      account,
      reason: 'over-limits',
      stage: 'tell',
      passed: [{ trigger: 'burnPerHour', limit: 1.5 }],
      burn: { unknown: 1 },
      offers: { stage: 'freeze', ahead: { parts: [{ kind: 'scp' }, { kind: 'group', cap: 2 }] } },
      mayRelease: false,
    },
  ]);
  expect(messages[0]?.burn?.causes[0]).toMatchObject({ type: 'ec2:instance', count: 2, usdPerHour: 2 });
  expect(world.guarded).toEqual(messages);
  expect([world.organization.frozen.size, fake.groups['web']?.max, running(fake).length]).toEqual([0, 9, 5]);
  // It goes on, and is no news every hour.
  expect((await nextSweep()).messages).toEqual([]);
});

test('a freeze that the policy allows waits for a second sweep, denies creations and caps groups', async () => {
  const { nextSweep, world, fake } = aStage({ allow: 'freeze' });
  await nextSweep();
  const { messages } = await nextSweep();
  expect(messages).toMatchObject([
    { reason: 'freeze-due', stage: 'freeze', mayRelease: true, did: { kind: 'freeze', isFinished: true } },
  ]);
  expect([world.organization.frozen.has(account), fake.groups['web']]).toEqual([true, { min: 1, desired: 2, max: 2 }]);
  expect(messages[0]?.offers).toMatchObject({ stage: 'stop', because: 'approval-awaited' });
  expect(running(fake)).toHaveLength(5);
});

test('an admin freezes and stops by a click each; what must run runs on, and is named', async () => {
  const { nextSweep, order, fake, clock } = aStage();
  await nextSweep();
  clock.pass(minute);
  expect(await order('freeze')).toMatchObject({ reason: 'freeze-approved', by: 'U-pia', did: { isFinished: true } });
  clock.pass(minute);
  const stopped = await order('stop');
  expect(stopped).toMatchObject({ reason: 'stop-approved', stage: 'stop', did: { isFinished: true, refused: [] } });
  expect(running(fake)).toEqual(['i-3', 'i-4']);
  expect(fake.groups['web']).toEqual({ min: 0, desired: 0, max: 0 });
  expect(stopped.did?.left.map(({ because }) => because).toSorted()).toEqual(['protected', 'unstoppable']);
  expect(stopped.did?.losses.map(({ what }) => what).join()).toMatch(/memory/);
});

test('one order gives everything back: sizes, servers, databases, and at last the policy', async () => {
  const { nextSweep, order, fake, world, clock } = aStage();
  const before = structuredClone(fake);
  await nextSweep();
  for (const kind of ['freeze', 'stop'] as const) {
    clock.pass(minute);
    await order(kind);
  }
  clock.pass(minute);
  const released = await order('release');
  expect(released).toMatchObject({ reason: 'released', stage: 'none', mayRelease: false, did: { isFinished: true } });
  expect(fake).toEqual(before);
  expect(world.organization.frozen.size).toBe(0);
  expect(released.did?.differs).toEqual([]);
  // What was released is no news while it burns no more than then.
  expect((await nextSweep()).messages).toEqual([]);
});

test('what somebody made of it meanwhile stays, and is named', async () => {
  const { nextSweep, order, fake, clock } = aStage();
  await nextSweep();
  for (const kind of ['freeze', 'stop'] as const) {
    clock.pass(minute);
    await order(kind);
  }
  fake.groups['web'] = { min: 0, desired: 1, max: 3 };
  delete fake.servers['i-1'];
  const { did } = await order('release');
  expect(did?.isFinished).toBe(true);
  expect(did?.differs.map(({ part }) => part)).toEqual([
    expect.stringMatching(/instance\/i-1$/),
    expect.stringMatching(/autoScalingGroupName\/web$/),
  ]);
  expect(fake.groups['web']).toEqual({ min: 0, desired: 1, max: 3 });
});

describe('nothing is changed', () => {
  test('in an account that guard.accounts does not name', async () => {
    const { nextSweep, order, world } = aStage({
      allow: 'stop',
      accounts: {},
      environments: { training: { burnPerHour: 0.5 } },
    });
    await nextSweep();
    expect(reasonsOf((await nextSweep()).messages)).toEqual([]);
    await expect(order('freeze')).rejects.toThrow(/guard\.accounts of the policy does not name account/);
    expect(world.organization.frozen.size).toBe(0);
  });

  test('by itself in an observed account, but by an admin', async () => {
    const { nextSweep, order, world, clock } = aStage({ allow: 'freeze' }, { mode: 'observe' });
    await nextSweep();
    await nextSweep();
    expect(world.organization.frozen.size).toBe(0);
    clock.pass(minute);
    expect((await order('freeze')).did?.isFinished).toBe(true);
    expect(world.organization.frozen.has(account)).toBe(true);
  });

  test('while Mayfly is paused', async () => {
    const { nextSweep, order, world, clock } = aStage({ allow: 'freeze' });
    await nextSweep();
    await world.ports.ledger.pause(clock.now() + 10 * hour, 'pia');
    await nextSweep();
    await expect(order('freeze')).rejects.toThrow(/paused/);
    expect(world.organization.frozen.size).toBe(0);
  });

  test('without the role of the guard, and that is said', async () => {
    const { nextSweep, world } = aStage({ allow: 'freeze' });
    world.ports.cloud.guard = () => Promise.reject(new Error('no role mayfly-guard'));
    expect((await nextSweep()).messages).toMatchObject([{ reason: 'over-limits' }]);
    await nextSweep();
    expect(world.organization.frozen.size).toBe(0);
  });
});

test('where the hub may attach no policy, groups are capped all the same, and it says what is not', async () => {
  const { nextSweep, order, world, fake, clock } = aStage();
  await nextSweep();
  world.organization.refusal = 'AccessDenied: the hub is no delegated administrator';
  clock.pass(minute);
  const { did, problems } = await order('freeze');
  expect(did?.lacks).toEqual(['scp-not-allowed', 'partly-unread']);
  expect(problems).toContain('AccessDenied: the hub is no delegated administrator');
  expect(fake.groups['web']?.max).toBe(2);
});

test('an account with as many policies as AWS allows is told so', async () => {
  const { nextSweep, order, world, clock } = aStage();
  world.organization.full.add(account);
  await nextSweep();
  clock.pass(minute);
  expect((await order('freeze')).did?.lacks).toContain('scp-quota');
});

test('a budget of nothing is passed by whatever costs', async () => {
  const { nextSweep } = aStage({ accounts: { [account]: { budget: 0 } } });
  expect(reasonsOf((await nextSweep()).messages)).toEqual(['over-limits']);
});

test('without any price it says that it sees nothing, once a day', async () => {
  const { nextSweep, world } = aStage();
  world.prices = { in: (region) => ({ region, find: () => undefined }) };
  expect((await nextSweep()).messages).toMatchObject([{ reason: 'no-prices', burn: { known: 0 } }]);
  expect((await nextSweep()).messages).toEqual([]);
});

test('an account that can not be read is unknown, and neither frozen nor calm', async () => {
  const { nextSweep, world } = aStage({ allow: 'freeze' });
  await nextSweep();
  world.closed.add(account);
  await nextSweep();
  await nextSweep();
  expect(world.organization.frozen.size).toBe(0);
  const memory = await world.ports.ledger.guardMemory(account);
  expect(memory.scopes['']?.stage).toBe('tell');
});

test('what is told is not told again where that could not be written or delivered', async () => {
  const { nextSweep, world } = aStage();
  const { messenger } = world.ports;
  world.ports.messenger = { ...messenger, guard: async () => ({ kind: 'failed', why: 'Slack is down' }) };
  expect((await nextSweep()).problems).toEqual([expect.stringContaining('was not delivered: Slack is down')]);
  world.ports.messenger = messenger;
  expect(reasonsOf((await nextSweep()).messages)).toHaveLength(1);
  expect(world.guarded).toHaveLength(1);
  expect((await nextSweep()).messages).toEqual([]);
});

test('an account that has left the organization is told, and what can not be taken back is named', async () => {
  const { nextSweep, order, world, clock, policy } = aStage();
  await nextSweep();
  clock.pass(minute);
  await order('freeze');
  world.organization.left.add(account);
  const elsewhere = { ...policy, accounts: [{ id: '333333333333' }] };
  clock.pass(25 * hour);
  const { messages } = await guardRound(world.ports, elsewhere);
  expect(messages.find((one) => one.account === account)).toMatchObject({ reason: 'account-gone', mayRelease: true });
});

test('the status shows what burns, what is usual and what was done, and writes nothing', async () => {
  const { nextSweep, order, world, policy, clock } = aStage();
  await nextSweep();
  clock.pass(minute);
  await order('freeze');
  const history = await world.ports.ledger.guardHistory(account);
  const { accounts } = await guardStatus(world.ports, policy);
  expect(accounts).toMatchObject([
    { account, stage: 'freeze', burn: { known: 4, unknown: 1 }, limits: { burnPerHour: 1.5 }, isReleasing: false },
  ]);
  expect(accounts[0]?.parts.map(({ kind }) => kind).toSorted()).toEqual(['group', 'scp']);
  expect(await world.ports.ledger.guardHistory(account)).toEqual(history);
});

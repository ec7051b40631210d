import { describe, expect, test } from 'vitest';
import { copiesIn } from '../../lib/core/idle-copies.ts';
import { day, hour, minute, toIso } from '../../lib/core/time.ts';
import { giveGuardOrder } from '../../lib/use-cases/guard-order.ts';
import type { Ports } from '../../lib/use-cases/ports.ts';
import type { GuardOrder } from '../../lib/use-cases/ports-guard.ts';
import { aPolicy } from '../fakes/builders.ts';
import { guardRound } from '../fakes/guard-rounds.ts';
import { type GuardedAccountFake, guardedAccount } from '../fakes/guarded-account.ts';
import { guardedCopies } from '../fakes/guarded-copies.ts';
import { account, aWorld, region } from '../fakes/world.ts';
import { movedClock } from '../fakes/world-servers.ts';
import { awsError } from '../samples/sample.ts';

const servers: GuardedAccountFake['servers'] = {
  'i-1': { state: 'running', tags: { owner: 'ana', team: 'shop', 'expires-at': '2026-12-24' } },
  'i-2': { state: 'running', tags: {} },
  'i-3': { state: 'running', tags: { 'mayfly:protect': 'true' } },
};
const arnOf = (id: string) => `arn:aws:ec2:${region}:${account}:instance/${id}`;

function aStage(about: Partial<GuardedAccountFake> = {}, more: Record<string, unknown> = {}, copy = true) {
  const clock = movedClock();
  const world = aWorld(clock);
  const fake = guardedAccount(world, { servers: structuredClone(servers), ...about });
  const copies = guardedCopies(world, fake);
  const guard = { copy, accounts: { [account]: { burnPerHour: 0.05 } } };
  const policy = aPolicy({ mode: 'enforce', guard, ...more });
  const order = (kind: GuardOrder['kind'], ports: Ports = world.ports) => {
    clock.pass(minute);
    return giveGuardOrder(ports, policy, { kind, account, by: 'U-pia' });
  };
  const nextSweep = () => {
    clock.pass(hour);
    return guardRound(world.ports, policy);
  };
  return { clock, world, fake, copies, order, nextSweep };
}

/** Up to the stop itself. */
async function frozen(...about: Parameters<typeof aStage>) {
  const stage = aStage(...about);
  await stage.nextSweep();
  await stage.order('freeze');
  return stage;
}

test('a server is copied before it is stopped, and the ledger knows the copy', async () => {
  const { order, copies, fake, world, clock } = await frozen();
  const { did, problems } = await order('stop');
  expect(copies.calls).toEqual(['CreateImage i-1', 'CreateImage i-2', 'StopInstances i-1 i-2']);
  expect(did).toMatchObject({ isFinished: true, refused: [], copies: [{ arn: arnOf('i-1') }, { arn: arnOf('i-2') }] });
  expect([fake.servers['i-1']?.state, fake.servers['i-3']?.state]).toEqual(['stopped', 'running']);
  const [[name, image] = []] = [...copies.images];
  expect(Object.fromEntries(image?.tags.map(({ Key, Value }) => [Key, Value]) ?? [])).toEqual({
    owner: 'ana',
    Name: 'i-1',
    'mayfly:keep-until': toIso(clock.now() + 90 * day),
    'mayfly:copy-of': arnOf('i-1'),
  });
  const [copy] = copiesIn(await world.ports.ledger.history(arnOf('i-1')));
  expect(copy).toMatchObject({ name, id: did?.copies?.[0]?.copy, ofGuard: true, volumes: ['vol-of-i-1'] });
  expect(await world.ports.ledger.history(copy?.arn ?? '')).toMatchObject([{ kind: 'copied-from', of: arnOf('i-1') }]);
  expect(problems).toEqual(['2 copies that were begun stay until somebody deletes them: the policy has no idle block']);
});

test('with an idle rule they are kept as long as its own, and nobody is told that they stay', async () => {
  const { order, copies, clock } = await frozen({}, { idle: { keepCopies: '30d' } });
  expect((await order('stop')).problems).toEqual([]);
  const tags = [...copies.images.values()].flatMap(({ tags }) => tags);
  expect(tags).toContainEqual({ Key: 'mayfly:keep-until', Value: toIso(clock.now() + 30 * day) });
});

test('without guard.copy nothing is copied', async () => {
  const { order, copies, fake } = await frozen({}, {}, false);
  expect((await order('stop')).did).not.toHaveProperty('copies');
  expect(copies.calls).toEqual(['StopInstances i-1 i-2']);
  expect(fake.servers['i-1']?.state).toBe('stopped');
});

test('what can not be copied runs on, and is named', async () => {
  const { order, copies, fake } = await frozen();
  copies.refusals.set('i-1', awsError('AMIQuotaExceeded', 'no more than 50000 images'));
  const { did } = await order('stop');
  expect(did).toMatchObject({
    isFinished: true,
    refused: [
      {
        part: arnOf('i-1'),
        why: "it can't be copied, so it is not stopped: AMIQuotaExceeded: no more than 50000 images",
      },
    ],
  });
  expect([fake.servers['i-1']?.state, fake.servers['i-2']?.state]).toEqual(['running', 'stopped']);
});

test('a copy that AWS had no time for is tried again, and nothing is stopped before', async () => {
  const { order, copies, fake, nextSweep } = await frozen();
  copies.refusals.set('i-1', awsError('RequestLimitExceeded'));
  expect((await order('stop')).did?.isFinished).toBe(false);
  expect(fake.servers['i-1']?.state).toBe('running');
  copies.refusals.clear();
  await nextSweep();
  expect(fake.servers['i-1']?.state).toBe('stopped');
  expect(copies.images.size).toBe(2);
});

describe('a database', () => {
  const about = (): Partial<GuardedAccountFake> => ({ databases: { orders: { state: 'available' } }, servers: {} });

  test('is copied, and stopped by a later sweep, once its snapshot is complete', async () => {
    const { order, copies, fake, nextSweep, world } = await frozen(about());
    const first = await order('stop');
    expect(first.did).toMatchObject({
      isFinished: false,
      copies: [{ copy: expect.stringMatching(/^mayfly-orders-/) }],
      refused: [{ why: expect.stringMatching(/^its copy mayfly-orders-\S+ is being made, and RDS stops no database/) }],
    });
    // It is backed up still: it is neither left for good nor copied again.
    const [second] = (await nextSweep()).messages;
    expect(second).toMatchObject({ reason: 'stop-unfinished', did: { isFinished: false, left: [] } });
    expect(copies.calls).toEqual(['CreateDBSnapshot orders']);
    copies.finish();
    const [third] = (await nextSweep()).messages;
    expect(third?.did).toMatchObject({ isFinished: true, parts: [{ kind: 'database' }], refused: [] });
    expect(third?.did).not.toHaveProperty('copies');
    expect(copies.calls).toEqual(['CreateDBSnapshot orders', 'StopDBInstance orders']);
    expect(fake.databases['orders']?.state).toBe('stopped');
    const arn = `arn:aws:rds:${region}:${account}:db:orders`;
    expect((await world.ports.ledger.history(arn)).map(({ kind }) => kind)).toEqual(['copy-requested']);
  });

  test('whose snapshot fails runs on, and is named', async () => {
    const { order, copies, fake, nextSweep } = await frozen(about());
    await order('stop');
    copies.finish();
    for (const one of copies.snapshots.values()) one.state = 'failed';
    const [message] = (await nextSweep()).messages;
    expect(message?.did).toMatchObject({ isFinished: true, refused: [{ why: expect.stringContaining('failed') }] });
    expect(fake.databases['orders']?.state).toBe('available');
  });

  test('that is released while it is copied is not stopped', async () => {
    const { order, copies, fake, nextSweep } = await frozen(about());
    await order('stop');
    copies.finish();
    expect((await order('release')).did?.isFinished).toBe(true);
    await nextSweep();
    expect(fake.databases['orders']?.state).toBe('available');
  });
});

/** Dies with the first call of the ledger or of a session once both servers are copied. */
function dying(ports: Ports, isDead: () => boolean): Ports {
  const died = () => Promise.reject(new Error('killed'));
  const { ledger, cloud } = ports;
  const proxy = new Proxy(ledger, {
    get: (target, name) => {
      const found = Reflect.get(target, name);
      return typeof found === 'function'
        ? (...args: unknown[]) => (isDead() ? died() : found.apply(target, args))
        : found;
    },
  });
  return {
    ...ports,
    ledger: proxy,
    cloud: { ...cloud, guard: (...args) => (isDead() ? died() : cloud.guard(...args)) },
  };
}

test.each([
  ['before the ledger knew the copies', false],
  ['before the stop', true],
])('a run that was killed %s makes no second copy', async (_, isWritten) => {
  const { order, copies, fake, nextSweep, world } = await frozen();
  let isRecorded = false;
  const isDead = () => copies.images.size === 2 && (!isWritten || isRecorded);
  const record = world.ports.ledger.record.bind(world.ports.ledger);
  const ledger = Object.assign(Object.create(world.ports.ledger), {
    record: async (...args: Parameters<typeof record>) => {
      await record(...args);
      isRecorded = true;
    },
  });
  await expect(order('stop', dying({ ...world.ports, ledger }, isDead))).rejects.toThrow('killed');
  expect(fake.servers['i-1']?.state).toBe('running');
  await nextSweep();
  expect([fake.servers['i-1']?.state, fake.servers['i-2']?.state]).toEqual(['stopped', 'stopped']);
  expect(copies.calls).toEqual(['CreateImage i-1', 'CreateImage i-2', 'StopInstances i-1 i-2']);
  const history = await world.ports.ledger.history(arnOf('i-1'));
  expect(history.map(({ kind }) => kind)).toEqual(['copy-requested']);
});

test('what the ledger can not be told of is not stopped', async () => {
  const { order, fake, world, copies, nextSweep } = await frozen();
  const record = world.ports.ledger.record.bind(world.ports.ledger);
  world.ports.ledger.record = () => Promise.reject(new Error('the table is full'));
  const { did } = await order('stop');
  expect(did?.refused[0]?.why).toMatch(/^the ledger does not know its copy ami-of-i-1-0: the table is full/);
  expect(fake.servers['i-1']?.state).toBe('running');
  world.ports.ledger.record = record;
  await nextSweep();
  expect([fake.servers['i-1']?.state, copies.images.size]).toEqual(['stopped', 2]);
});

test('a release that comes while copies are made has the last word', async () => {
  const { order, fake, world, copies } = await frozen();
  const record = world.ports.ledger.record.bind(world.ports.ledger);
  world.ports.ledger.record = async (events) => {
    await record(events);
    await world.ports.ledger.recordGuard(account, [{ kind: 'guard-release-begun', by: 'ana' }], world.clock.now());
  };
  await order('stop');
  expect(copies.calls).toEqual(['CreateImage i-1', 'CreateImage i-2']);
  expect(fake.servers['i-1']?.state).toBe('running');
});

test('a release leaves the copies, and another stop makes others', async () => {
  const { order, copies, fake, nextSweep, clock } = await frozen();
  await order('stop');
  await order('release');
  expect([fake.servers['i-1']?.state, copies.images.size]).toEqual(['running', 2]);
  clock.pass(2 * day);
  await nextSweep();
  await order('freeze');
  await order('stop');
  expect(copies.images.size).toBe(4);
});

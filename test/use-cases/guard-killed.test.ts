import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyOfPart } from '../../lib/core/guard-parts.ts';
import { hour, minute } from '../../lib/core/time.ts';
import { giveGuardOrder } from '../../lib/use-cases/guard-order.ts';
import type { Ports } from '../../lib/use-cases/ports.ts';
import { aPolicy } from '../fakes/builders.ts';
import { guardRound } from '../fakes/guard-rounds.ts';
import { type GuardedAccountFake, guardedAccount } from '../fakes/guarded-account.ts';
import { guardedCopies } from '../fakes/guarded-copies.ts';
import { account, aWorld } from '../fakes/world.ts';
import { movedClock } from '../fakes/world-servers.ts';

/** What somebody does, and after how many changing calls of it the process is killed; absent: never. */
interface Act {
  what: 'sweep' | 'freeze' | 'stop' | 'release' | 'scale' | 'delete';
  killedAt?: number;
}

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.record(
    {
      what: fc.constantFrom('sweep', 'sweep', 'freeze', 'stop', 'stop', 'release', 'scale', 'delete'),
      killedAt: fc.nat(12),
    },
    { requiredKeys: ['what'] },
  ),
  { maxLength: 9 },
);

/** A process that ends: nothing that it asks for after that comes about. Before the call, or after it. */
function killedAfter(ports: Ports, calls: number): Ports {
  let left = calls;
  const killing =
    <A extends unknown[], R>(run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (left < 0) throw new Error('killed');
      left -= 1;
      if (left === -1 && calls % 2 === 0) throw new Error('killed');
      const result = await run(...args);
      if (left < 0) throw new Error('killed');
      return result;
    };
  const { ledger, controlPolicies, cloud } = ports;
  return {
    ...ports,
    ledger: Object.assign(Object.create(ledger), {
      recordGuard: killing(ledger.recordGuard.bind(ledger)),
      record: killing(ledger.record.bind(ledger)),
    }),
    controlPolicies: {
      ...controlPolicies,
      attach: killing((id: string, of: string) => controlPolicies.attach(id, of)),
      detach: killing((id: string, of: string) => controlPolicies.detach(id, of)),
    },
    cloud: { ...cloud, guard: killing((...of: Parameters<typeof cloud.guard>) => cloud.guard(...of)) },
  };
}

/** `copy`: what is stopped is copied first, and a database waits for the next act. */
function aStage(copy = false) {
  const clock = movedClock();
  const world = aWorld(clock);
  const fake = guardedAccount(world, {
    servers: {
      'i-1': { state: 'running', tags: {} },
      'i-2': { state: 'running', tags: {} },
      'i-3': { state: 'stopped', tags: {} },
      'i-4': { state: 'running', tags: { 'mayfly:protect': 'true' } },
    },
    databases: { orders: { state: 'available' } },
    groups: { web: { min: 1, desired: 2, max: 9 }, jobs: { min: 0, desired: 0, max: 3 } },
  });
  const guard = { allow: 'stop', copy, accounts: { [account]: { burnPerHour: 0.05 } } };
  const copies = guardedCopies(world, fake);
  return { clock, world, fake, copies, policy: aPolicy({ mode: 'enforce', guard }) };
}

type Stage = ReturnType<typeof aStage>;

async function play({ world, clock, fake, copies, policy }: Stage, { what, killedAt }: Act): Promise<void> {
  copies.finish();
  clock.pass(what === 'sweep' ? hour : minute);
  if (what === 'scale') Object.assign(fake.groups['web'] ?? {}, { max: 5 });
  if (what === 'delete') delete fake.servers['i-2'];
  if (what === 'scale' || what === 'delete') return;
  const ports = killedAt === undefined ? world.ports : killedAfter(world.ports, killedAt);
  const lived =
    what === 'sweep' ? guardRound(ports, policy) : giveGuardOrder(ports, policy, { kind: what, account, by: 'pia' });
  // Where it was killed, or nothing was there to release, the next one begins after it.
  await lived.catch(() => undefined);
  clock.pass(2 * hour);
}

/** What is not as it was, by keys of parts, but for what somebody else did. */
function differences(before: GuardedAccountFake, after: GuardedAccountFake): string[] {
  const servers = Object.entries(before.servers).filter(([id, { state }]) => after.servers[id]?.state !== state);
  const databases = Object.entries(before.databases).filter(([id, { state }]) => after.databases[id]?.state !== state);
  const groups = Object.entries(before.groups).filter(
    ([name, { min, max }]) => after.groups[name]?.min !== min || after.groups[name]?.max !== max,
  );
  return [...servers, ...databases, ...groups].map(([name]) => name);
}

test('whatever is killed, and whenever: a release gives all back, and names what it does not', async () => {
  await fc.assert(
    fc.asyncProperty(acts, fc.boolean(), async (all, copy) => {
      const stage = aStage(copy);
      const { world, fake } = stage;
      const before = structuredClone(fake);
      await play(stage, { what: 'sweep' });
      for (const act of all) await play(stage, act);
      await play(stage, { what: 'release' });
      const memory = await world.ports.ledger.guardMemory(account);
      expect(Object.keys(memory.parts)).toEqual([]);
      const named = (await world.ports.ledger.guardHistory(account)).flatMap(({ event }) =>
        event.kind === 'guard-released' && event.differs !== undefined ? [event.part] : [],
      );
      const others = new Set(all.map(({ what }) => what));
      const unnamed = differences(before, fake).filter(
        (name) =>
          !named.some((part) => part.endsWith(`/${name}`) || part.endsWith(`:${name}`)) &&
          !(name === 'i-2' && others.has('delete')) &&
          !(name === 'web' && others.has('scale')),
      );
      expect(unnamed).toEqual([]);
      expect(world.organization.frozen.size).toBe(0);
    }),
    { numRuns: 60 },
  );
}, 120_000);

test('what is protected or has no copy is never stopped, and what was stopped before never started', async () => {
  let stops = 0;
  await fc.assert(
    fc.asyncProperty(acts, async (all) => {
      const stage = aStage(true);
      for (const act of all) {
        await play(stage, act);
        const { calls } = stage.copies;
        const stopped = calls.flatMap((call) => (/^Stop\w+ (.*)/.exec(call)?.[1] ?? '').split(' ').filter(Boolean));
        const copied = new Set(calls.map((call) => /^Create\w+ (.*)/.exec(call)?.[1]));
        expect(stopped.filter((id) => !copied.has(id))).toEqual([]);
        stops += stopped.length;
        expect([stage.fake.servers['i-4']?.state, stage.fake.servers['i-3']?.state]).toEqual(['running', 'stopped']);
      }
    }),
    { numRuns: 25, examples: [[[{ what: 'sweep' }, { what: 'freeze' }, { what: 'stop' }]]] },
  );
  expect(stops, 'otherwise nothing was checked').toBeGreaterThan(0);
}, 120_000);

test('what a stop that was killed has left, the next sweep goes on with', async () => {
  const stage = aStage();
  const { fake, world } = stage;
  await play(stage, { what: 'sweep' });
  await play(stage, { what: 'freeze' });
  // The record of the beginning, and that the group is about to change.
  await play(stage, { what: 'stop', killedAt: 3 });
  const memory = await world.ports.ledger.guardMemory(account);
  expect(memory.scopes['']?.doing).toBe('stop');
  await play(stage, { what: 'sweep' });
  expect([fake.servers['i-1']?.state, fake.databases['orders']?.state]).toEqual(['stopped', 'stopped']);
  expect((await world.ports.ledger.guardMemory(account)).scopes['']?.doing).toBeUndefined();
  expect(Object.values((await world.ports.ledger.guardMemory(account)).parts).map(keyOfPart)).toHaveLength(6);
});

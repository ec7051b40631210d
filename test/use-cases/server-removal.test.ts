import { beforeEach, describe, expect, test } from 'vitest';
import { day, hour } from '../../lib/core/time.ts';
import { copyKeys } from '../../lib/resource-types/own-copy.ts';
import { policyWith, type ServerSweeps, sweepsOf } from '../fakes/server-sweeps.ts';
import { aServerWorld, type ServerWorld } from '../fakes/world-servers.ts';
import { awsError } from '../samples/sample.ts';

let world: ServerWorld;
let sweeps: ServerSweeps;

const policy = policyWith({ warnings: [], keepCopies: '90d' }, { expiry: { requireWarning: false } });

beforeEach(async () => {
  world = aServerWorld();
  sweeps = sweepsOf(world, policy);
});

const commands = () => world.sent.map(({ command }) => command);
const kinds = async () => (await world.ports.ledger.history(sweeps.server.arn)).map(({ kind }) => kind);
const isThere = () => world.aws.servers.has(sweeps.server.id);

describe('a server that Mayfly stopped and that has expired', () => {
  test('is copied once more, and goes in the next sweep after its interface was kept', async () => {
    await sweeps.until('idle-done');
    const before = commands().length;
    const { outcome } = await sweeps.once();
    expect(outcome).toMatchObject({ action: 'remove', outcome: 'removed' });
    const sent = commands().slice(before);
    expect(sent.indexOf('ModifyNetworkInterfaceAttribute')).toBeGreaterThan(-1);
    expect(sent.indexOf('ModifyNetworkInterfaceAttribute')).toBeLessThan(sent.indexOf('TerminateInstances'));
    expect(isThere()).toBe(false);
    const copies = [...world.aws.images.values()].filter(({ of }) => of === sweeps.server.id);
    expect(copies).toHaveLength(2);
    expect([...world.aws.interfaces.values()]).toMatchObject([{ tags: { [copyKeys.copyOf]: sweeps.server.arn } }]);
    expect(world.aws.breaches).toEqual([]);
  });

  test('stays where its copy was deleted by hand, and is copied anew', async () => {
    await sweeps.until('idle-done');
    const { plan } = await sweeps.planned();
    expect(plan.decisions).toMatchObject([{ reason: 'idle-done' }]);
    world.aws.images.clear();
    const { said } = await sweeps.once();
    expect(said).toMatch(/^idle-done: blocked: its copy ami-\w+ is of no use: it is not there any more/);
    expect(isThere()).toBe(true);
    expect((await sweeps.planned()).decision?.reason).toBe('idle');
    expect(await kinds()).toContain('copy-failed');
  });

  test.each<[string, string, RegExp]>([
    ['its interface can not be kept', 'ModifyNetworkInterfaceAttribute', /network interface can't be kept/],
    ['its copy can not be read', 'DescribeImages', /can't be seen to be complete/],
  ])('stays where %s, and goes once that works', async (_, command, why) => {
    await sweeps.until('idle-done');
    world.refuse.set(command, () => awsError('UnauthorizedOperation'));
    const { said } = await sweeps.once();
    expect(said).toMatch(/^idle-done: blocked/);
    expect(said).toMatch(why);
    expect(isThere()).toBe(true);
    world.refuse.clear();
    expect((await sweeps.once()).outcome?.outcome).toBe('removed');
  });

  test('is copied anew where its removal was held up for so long that its copy would go soon after', async () => {
    await sweeps.until('idle-done');
    world.clock.pass(60 * day);
    const { said } = await sweeps.once();
    expect(said).toMatch(
      /^idle-done: blocked: its copy ami-\w+ is kept until 2027-\S+ only; the next sweep makes another/,
    );
    expect(isThere()).toBe(true);
    await sweeps.until('idle-done');
    expect((await sweeps.once()).outcome).toMatchObject({ outcome: 'removed' });
    const kept = [...world.aws.images.values()].map(({ tags }) => Date.parse(tags[copyKeys.keepUntil] ?? ''));
    expect(Math.max(...kept)).toBeGreaterThan(world.clock.now() + 80 * day);
    expect(world.aws.breaches).toEqual([]);
  });

  test('holds nobody else up where its last look breaks', async () => {
    await sweeps.until('idle-done');
    const other = world.server('i-2b', { 'expires-at': '2026-01-01', owner: 'ben' });
    const { cloud } = world.ports;
    world.ports.cloud = { ...cloud, idler: async () => Promise.reject(new Error('the role mayfly-idle is not there')) };
    const { said, outcomes } = await sweeps.once();
    expect(said).toBe('idle-done: blocked: the last look before its removal failed: the role mayfly-idle is not there');
    expect(isThere()).toBe(true);
    expect(outcomes.find(({ arn }) => arn === other.arn)).toMatchObject({ outcome: 'removed' });
  });

  test('stays where a person starts it between the plan and its removal', async () => {
    await sweeps.until('idle-done');
    const { runStore } = world.ports;
    world.ports.runStore = {
      ...runStore,
      async savePlan(plan) {
        await runStore.savePlan(plan);
        world.people.start(sweeps.server.id);
      },
    };
    const { said } = await sweeps.once();
    expect(said).toBe('idle-done: changed: it is not stopped any more');
    expect(isThere()).toBe(true);
    expect(commands()).not.toContain('TerminateInstances');
  });

  test('stays while nobody knows when it was stopped', async () => {
    await sweeps.until('not-due');
    world.clock.pass(15 * day);
    Object.assign(sweeps.server, { stopIsHidden: true });
    const before = commands().filter((name) => name === 'CreateImage').length;
    for (let hours = 0; hours < 5; hours += 1) {
      expect((await sweeps.once()).said).toMatch(/^idle-evidence-missing/);
      world.clock.pass(hour);
    }
    expect(commands().filter((name) => name === 'CreateImage')).toHaveLength(before);
  });

  test('stays where its idle rule is gone, and says so', async () => {
    await sweeps.until('not-due');
    world.clock.pass(15 * day);
    const { idle: _, ...without } = policy;
    const { said } = await sweeps.once(without);
    expect(said).toMatch(/^expired: changed: its newest copy ami-\w+ was made while it still ran/);
    expect(isThere()).toBe(true);
  });
});

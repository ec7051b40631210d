import { beforeEach, expect, test } from 'vitest';
import { planDocument, readPlanDocument } from '../../lib/core/plan-document.ts';
import { hour, minute } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { reapShard } from '../../lib/use-cases/reap-shard.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy, someRules } from '../fakes/builders.ts';
import { account, aWorld, region, type World } from '../fakes/world.ts';
import { awsError } from '../samples/sample.ts';

const due = { ttl: '2026-11-20' };
const policy = aPolicy({ mode: 'enforce', expiry: { requireWarning: false } });
const changes = /^(Delete|Terminate)/;

let world: World;
beforeEach(() => {
  world = aWorld();
});

/** Plans what is there now, and gives a way to carry it out later. */
async function planned() {
  const { plan } = await sweep(world.ports, { policy, filters: noFilters, enforce: false });
  const removals = readPlanDocument(planDocument(plan, { all: false })).decisions;
  return async (lasts = hour) => {
    const lease = await world.ports.ledger.acquireLease('run-1', 24 * hour);
    return reapShard(world.ports, {
      run: 'run-1',
      fence: lease.ok ? lease.fence : 0,
      shard: { account, region },
      removals: removals.filter(({ action }) => action === 'remove'),
      rules: someRules({ policy }),
      plannedAt: plan.now,
      stopAt: world.clock.now() + lasts,
    });
  };
}

const commands = () => world.sent.map(({ command }) => command).filter((command) => changes.test(command));
const byOutcome = (outcomes: readonly { arn: string; outcome: string }[]) =>
  Object.fromEntries(outcomes.map(({ arn, outcome }) => [arn.split(/[:/]/).at(-1), outcome]));

test('what others wait for goes first: the group, its server, then the disk', async () => {
  world.volume('vol-1a', due, { attachedTo: 'i-1a' });
  world.instance('i-1a', due);
  world.group('web', due);
  const reap = await planned();
  expect(byOutcome(await reap())).toEqual({ 'vol-1a': 'removed', 'i-1a': 'removed', web: 'removed' });
  expect(commands()).toEqual(['DeleteAutoScalingGroup', 'TerminateInstances', 'DeleteVolume']);
});

test('what something that is not due uses is blocked, and says what uses it', async () => {
  world.volume('vol-1a', due, { attachedTo: 'i-1a' });
  world.instance('i-1a', { ttl: '2027-01-01' });
  world.queue('orders', due);
  const outcomes = await (await planned())();
  expect(byOutcome(outcomes)).toEqual({ 'vol-1a': 'blocked', orders: 'removed' });
  expect(outcomes.find(({ arn }) => arn.includes('vol'))?.detail).toContain('i-1a');
});

test.each([
  ['stays while a group that is not due names it', { ttl: '2027-01-01' }, 'blocked'],
  ['goes after the due group that names it', due, 'removed'],
])('a launch template %s', async (_, tags, outcome) => {
  world.template('lt-1a', due);
  world.group('web', tags, { template: 'lt-1a' });
  expect(byOutcome(await (await planned())())).toMatchObject({ 'lt-1a': outcome });
  expect(commands().includes('DeleteLaunchTemplate')).toBe(outcome === 'removed');
});

test.each([
  ['was extended', { ttl: '2026-12-24' }],
  ['was protected', { ...due, 'mayfly:protect': 'true' }],
  ['lost its key', {}],
])('what %s after the plan stays', async (_, tags) => {
  world.queue('orders', due);
  const reap = await planned();
  const arn = world.queue('orders', tags);
  expect(byOutcome(await reap())).toEqual({ orders: 'changed' });
  expect(world.tagsOf(arn)).toBeDefined();
  expect(commands()).toEqual([]);
});

test('another queue of the same name and tags, made after the plan, stays', async () => {
  world.queue('orders', due);
  const reap = await planned();
  const arn = world.queue('orders', due, { createdAt: world.clock.now() + minute });
  expect(byOutcome(await reap())).toEqual({ orders: 'changed' });
  expect(world.tagsOf(arn)).toBeDefined();
});

test('a refusal whose tags did not change is a failure that names the denied action', async () => {
  world.queue('orders', due);
  world.refuse.set('DeleteQueue', () => awsError('AccessDenied', 'not allowed: sqs:DeleteQueue'));
  const [outcome] = await (await planned())();
  expect(outcome).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('sqs:DeleteQueue') });
});

test('a refusal because of a late extension is no failure', async () => {
  world.queue('orders', due);
  world.refuse.set('DeleteQueue', () => {
    world.queue('orders', { ttl: '2026-12-24' });
    return awsError('AccessDenied');
  });
  expect(byOutcome(await (await planned())())).toEqual({ orders: 'changed' });
});

test('one that AWS keeps throttling is given up for this run, and holds nobody else', async () => {
  world.queue('stuck', due);
  world.queue('orders', due);
  world.refuse.set('DeleteQueue', ({ QueueUrl }) =>
    String(QueueUrl).endsWith('stuck') ? awsError('ThrottlingException') : undefined,
  );
  expect(byOutcome(await (await planned())())).toEqual({ stuck: 'failed', orders: 'removed' });
});

test('a shard without a way in fails every removal, and throws nothing', async () => {
  world.queue('orders', due);
  const reap = await planned();
  world.closed.add(account);
  expect(byOutcome(await reap())).toEqual({ orders: 'failed' });
});

test('a pause stops it before the next batch', async () => {
  world.instance('i-1a', due);
  world.volume('vol-1a', due);
  const { ledger } = world.ports;
  world.refuse.set('TerminateInstances', () => {
    void ledger.pause(world.clock.now() + hour, 'ana');
    return undefined;
  });
  expect(byOutcome(await (await planned())())).toEqual({ 'i-1a': 'waiting', 'vol-1a': 'skipped' });
});

test('a lease that another run took over stops it before anything', async () => {
  const arn = world.queue('orders', due);
  const reap = await planned();
  await world.ports.ledger.acquireLease('run-2', 48 * hour);
  expect(byOutcome(await reap())).toEqual({ orders: 'skipped' });
  expect(world.tagsOf(arn)).toBeDefined();
});

test('at its end it starts nothing more', async () => {
  world.queue('orders', due);
  expect(byOutcome(await (await planned())(0))).toEqual({ orders: 'waiting' });
  expect(commands()).toEqual([]);
});

test('every removal runs in a session that is pinned to what it removes', async () => {
  const arns = [world.queue('a', due), world.queue('b', { ttl: '2026-11-19' }), world.volume('vol-1a', due)];
  await (await planned())();
  const pinned = world.scopes.flatMap((scope) => scope?.pins.map(({ arn }) => arn) ?? ['unpinned']);
  expect([...new Set(pinned)].toSorted()).toEqual(arns.toSorted());
});

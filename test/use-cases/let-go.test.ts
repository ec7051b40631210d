import { beforeEach, expect, test } from 'vitest';
import { extend } from '../../lib/use-cases/extend.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { letGo } from '../../lib/use-cases/let-go.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy } from '../fakes/builders.ts';
import { type HeldClock, heldClock } from '../fakes/clocks.ts';
import { account, aWorld, type World } from '../fakes/world.ts';

const policy = aPolicy({ mode: 'enforce', expiry: { requireWarning: false } });

let clock: HeldClock;
let world: World;
beforeEach(() => {
  clock = heldClock();
  world = aWorld(clock);
});

const proposal = (name: string) => letGo(world.ports, { policy, name, who: 'ana' });
const sweeping = () => sweep(world.ports, { policy, filters: noFilters, enforce: true });

test('nothing is written before the person has seen the list', async () => {
  const arn = world.queue('orders', { ttl: '2026-12-24' });
  const { arns } = await proposal(arn);
  expect(arns).toEqual([arn]);
  expect(await world.ports.ledger.history(arn)).toEqual([]);
  expect((await sweeping()).outcomes).toEqual([]);
  expect(world.tagsOf(arn)).toBeDefined();
});

test('what was let go goes with the next sweep, long before its expiry', async () => {
  const arn = world.queue('orders', { ttl: '2026-12-24' });
  const kept = world.queue('kept', { ttl: '2026-12-24' });
  await (await proposal(arn)).confirm();
  const { plan, outcomes } = await sweeping();
  expect(plan.decisions.find((one) => one.arn === arn)).toMatchObject({ action: 'remove', reason: 'let-go' });
  expect(outcomes).toMatchObject([{ arn, outcome: 'removed' }]);
  expect([world.tagsOf(arn), world.tagsOf(kept)]).toEqual([undefined, { ttl: '2026-12-24' }]);
});

test('new values of the expiry keys cancel the order', async () => {
  const arn = world.queue('orders', { ttl: '2026-12-24' });
  await (await proposal(arn)).confirm();
  world.queue('orders', { ttl: '2026-12-25' });
  expect((await sweeping()).outcomes).toEqual([]);
});

test('an extension takes the order back', async () => {
  const arn = world.queue('orders', { ttl: '2026-11-24' });
  await (await proposal(arn)).confirm();
  await extend(world.ports, { policy, name: arn, by: 3_600_000, who: 'ben' });
  expect((await sweeping()).outcomes.filter(({ outcome }) => outcome === 'removed')).toEqual([]);
  expect(world.tagsOf(arn)).toBeDefined();
});

test('another resource of the same name was not let go', async () => {
  const arn = world.queue('orders', { ttl: '2026-12-24' });
  await (await proposal(arn)).confirm();
  world.queue('orders', { ttl: '2026-12-24' }, { createdAt: world.clock.now() - 60_000 });
  const { outcomes } = await sweeping();
  expect(outcomes.filter(({ outcome }) => outcome === 'removed')).toEqual([]);
  expect(world.tagsOf(arn)).toBeDefined();
});

test('of an environment what a sweep would remove is proposed, and the rest is refused', async () => {
  const tags = { ttl: '2026-12-24', environment: 'pr-123' };
  const goes = world.queue('orders', tags);
  const isProtected = world.queue('audit', { ...tags, 'mayfly:protect': 'true' });
  const untagged = world.queue('logs', { environment: 'pr-123' });
  const { arns, refused } = await proposal('pr-123');
  expect(arns).toEqual([goes]);
  expect(refused).toMatchObject([{ arn: isProtected, why: expect.stringContaining('protect') }]);
  expect((await proposal(untagged)).refused).toMatchObject([{ arn: untagged }]);
});

test('in an observed account the order is written down, and the answer says that nothing goes', async () => {
  const arn = world.queue('orders', { ttl: '2026-12-24' });
  const observing = aPolicy({ expiry: { requireWarning: false } });
  const { arns, observed, confirm } = await letGo(world.ports, { policy: observing, name: arn, who: 'ana' });
  expect([arns, observed]).toEqual([[arn], [account]]);
  await confirm();
  const reap = (policy: typeof observing) => sweep(world.ports, { policy, filters: noFilters, enforce: true });
  expect((await reap(observing)).outcomes).toEqual([]);
  expect((await reap(policy)).outcomes).toMatchObject([{ arn, outcome: 'removed' }]);
});

test('an account that was lowered is observed, too, and an enforced one is not', async () => {
  const arn = world.queue('orders', { ttl: '2026-12-24' });
  expect((await proposal(arn)).observed).toEqual([]);
  await world.ports.ledger.lowerMode(account, 'observe', 'ben');
  expect((await proposal(arn)).observed).toEqual([account]);
});

test('one that was made again under its name is let go, whatever the ledger knows of the earlier one', async () => {
  const ttl = '2026-12-24';
  const arn = world.queue('orders', { ttl });
  await sweeping();
  clock.pass(3_600_000);
  world.queue('orders', { ttl }, { createdAt: clock.now() - 60_000 });
  const { arns, confirm } = await proposal(arn);
  expect(arns).toEqual([arn]);
  await confirm();
  expect((await sweeping()).outcomes).toMatchObject([{ arn, outcome: 'removed' }]);
});

test('without credentials it could not start', async () => {
  world.ports.cloud.checkCredentials = () => Promise.reject(new Error('no credentials'));
  await expect(proposal(`arn:aws:sqs:eu-west-1:${account}:orders`)).rejects.toMatchObject({ name: 'CouldNotStart' });
});

import { beforeEach, expect, test } from 'vitest';
import type { PlannedDecision } from '../../lib/core/plan.ts';
import type { Reason } from '../../lib/core/reasons.ts';
import { day, week } from '../../lib/core/time.ts';
import { tellHolds } from '../../lib/use-cases/tell-holds.ts';
import { aDecision, aPolicy } from '../fakes/builders.ts';
import { type HeldClock, heldClock } from '../fakes/clocks.ts';
import { policy } from '../fakes/tellings.ts';
import { aWorld, type World } from '../fakes/world.ts';

let clock: HeldClock;
let world: World;
beforeEach(() => {
  clock = heldClock();
  world = aWorld(clock);
});

/** A queue that exists, and the decision to hold it. */
function held(
  name: string,
  reason: Reason = 'expiry-unreadable',
  about: Partial<PlannedDecision> = {},
): PlannedDecision {
  const arn = world.queue(name, { ttl: 'soon' }, about.account === undefined ? {} : { account: about.account });
  return aDecision(0, reason, { owner: 'ana', detail: 'ttl=soon', ...about, arn });
}

const tell = (...decisions: PlannedDecision[]) => tellHolds(world.ports, policy, decisions);
const told = () => world.warnings.map(({ items }) => items.map(({ arn }) => arn.split(':').at(-1)));

test('owners hear what they can mend, one message per account and environment, without a receipt', async () => {
  const some = [
    held('a', 'expiry-unreadable', { environment: 'pr-1' }),
    held('b', 'keys-collide', { environment: 'pr-1' }),
    held('c', 'protect-unreadable'),
    held('d', 'beyond-max-lifetime', { account: '333333333333' }),
    held('e', 'expiry-unreadable', { owner: 'ben' }),
  ];
  world.deliver = async () => ({ kind: 'delivered', to: 'ana', message: { channel: 'D1', ts: '1.0' } });
  expect(await tell(...some)).toEqual([]);
  expect(new Set(told().map((names) => names.join()))).toEqual(new Set(['a,b', 'c', 'd', 'e']));
  const [first] = world.warnings;
  expect(first).toMatchObject({ kind: 'hold', owner: 'ana', environment: 'pr-1', items: [{ detail: 'ttl=soon' }, {}] });
  expect(await world.ports.ledger.notice(first?.id ?? '')).toMatchObject({ message: { channel: 'D1', ts: '1.0' } });
  const memories = await world.ports.ledger.memories(some.map(({ arn }) => arn));
  expect([...memories.values()].flatMap(({ receipts }) => receipts)).toEqual([]);
});

test.each<Reason>(['owned-by-stack', 'owned-by-controller', 'paused', 'quarantined', 'expired', 'never', 'not-due'])(
  '%s is nothing that an owner could mend',
  async (reason) => {
    await tell(held('a', reason));
    expect(told()).toEqual([]);
  },
);

test('what nobody owns is told nobody here', async () => {
  const { owner: _, ...nobodys } = held('a');
  await tell(nobodys);
  expect(told()).toEqual([]);
});

test('the same is told again after a week, another value or reason at once', async () => {
  const first = held('a');
  await tell(first);
  clock.pass(6 * day);
  await tell(first);
  expect(told()).toHaveLength(1);
  await tell({ ...first, detail: 'ttl=later' });
  await tell({ ...first, reason: 'keys-collide' });
  expect(told()).toHaveLength(3);
  clock.pass(week - 6 * day);
  await tell(first);
  await tell(first);
  expect(told()).toHaveLength(4);
});

test('what joins others is told alone', async () => {
  const [a, b] = [held('a'), held('b')];
  await tell(a);
  await tell(a, b);
  expect(told()).toEqual([['a'], ['b']]);
});

test('without a slack block nothing is asked and nothing is kept', async () => {
  expect(await tellHolds(world.ports, aPolicy(), [held('a')])).toEqual([]);
  expect([...told(), ...world.sent]).toEqual([]);
});

test.each([
  ['failed', ['ana in account 222222222222 is not told what is held: user_not_found']],
  ['nowhere', []],
] as const)('a message that is %s is tried again by the next sweep', async (kind, problems) => {
  const one = held('a');
  world.deliver = async () => ({ kind, why: 'user_not_found' });
  expect(await tell(one)).toEqual(problems);
  world.deliver = async () => ({ kind: 'delivered', to: 'ana' });
  await tell(one);
  await tell(one);
  expect(told()).toEqual([['a'], ['a']]);
});

test('a messenger that breaks over one owner still tells the others', async () => {
  world.deliver = async ({ owner }) => {
    if (owner === 'ana') throw new Error('the line is dead');
    return { kind: 'delivered', to: owner ?? '' };
  };
  expect(await tell(held('a'), held('b', 'keys-collide', { owner: 'ben' }))).toMatchObject([
    expect.stringContaining('the line is dead'),
  ]);
  expect(told()).toHaveLength(2);
});

test('nobody hears of what is gone', async () => {
  await tell(aDecision(7, 'expiry-unreadable', { owner: 'ana' }), held('a'));
  expect(told()).toEqual([['a']]);
});

test.each(['toldAt', 'saveNotice', 'markTold'] as const)(
  'a ledger that fails in %s is a problem, no error',
  async (name) => {
    Object.assign(world.ports.ledger, { [name]: () => Promise.reject(new Error('table is gone')) });
    expect(await tell(held('a'))).toEqual([expect.stringContaining('table is gone')]);
    expect(told()).toHaveLength(name === 'markTold' ? 1 : 0);
  },
);

test('no message is begun after the end of the step: the owner is named, and told by the next sweep', async () => {
  const some = [held('a'), held('b', 'keys-collide', { owner: 'ben' })];
  expect(await tellHolds(world.ports, policy, some, clock.now())).toEqual([
    expect.stringContaining('ana in account 222222222222 is not told yet'),
    expect.stringContaining('ben'),
  ]);
  expect(told()).toEqual([]);
  await tell(...some);
  expect(told()).toHaveLength(2);
});

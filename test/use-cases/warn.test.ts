import { beforeEach, expect, test } from 'vitest';
import type { PlannedDecision } from '../../lib/core/plan.ts';
import { hour } from '../../lib/core/time.ts';
import { warn } from '../../lib/use-cases/warn.ts';
import { aDecision, at } from '../fakes/builders.ts';
import { account, aWorld, type World } from '../fakes/world.ts';
import { awsError } from '../samples/sample.ts';

const expiresAt = at('2026-11-24T00:00Z');

let world: World;
beforeEach(() => {
  world = aWorld();
});

/** A queue that expires soon, and the decision to warn about it. */
function expiring(name: string, about: Partial<PlannedDecision> = {}): PlannedDecision {
  const arn = world.queue(name, { ttl: '2026-11-24' }, about.account === undefined ? {} : { account: about.account });
  return aDecision(0, 'expiring', { expiresAt, owner: 'ana', ...about, arn });
}

const receiptsOf = async (arn: string) => (await world.ports.ledger.memories([arn])).get(arn)?.receipts ?? [];

test('each owner gets one message per account and environment', async () => {
  const outcomes = await warn(
    world.ports,
    [
      expiring('a', { environment: 'pr-1' }),
      expiring('b', { environment: 'pr-1' }),
      expiring('c', { environment: 'pr-2' }),
      expiring('d', { environment: 'pr-1', owner: 'ben' }),
      expiring('e', { environment: 'pr-1', account: '333333333333' }),
      expiring('f'),
    ],
    'run-1',
  );
  const messages = world.warnings.map(({ items, ...one }) => [one.account, one.owner, one.environment, items.length]);
  expect(messages).toHaveLength(5);
  expect(messages).toEqual(
    expect.arrayContaining([
      [account, 'ana', 'pr-1', 2],
      [account, 'ana', 'pr-2', 1],
      [account, 'ben', 'pr-1', 1],
      ['333333333333', 'ana', 'pr-1', 1],
      [account, 'ana', undefined, 1],
    ]),
  );
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(6).fill('warned'));
});

test('what nobody owns goes into one message, and the fallback of a delivery is told', async () => {
  world.deliver = async () => ({ kind: 'delivered', to: '#cloud-lost', instead: 'nobody is named as owner' });
  const nobodys = expiring('a', { environment: 'pr-1' });
  const { owner: _, ...first } = nobodys;
  const { owner: __, ...second } = expiring('b', { environment: 'pr-2' });
  const outcomes = await warn(world.ports, [first, second], 'run-1');
  expect(world.warnings).toHaveLength(1);
  expect(world.warnings[0]?.items.map(({ environment }) => environment)).toEqual(['pr-1', 'pr-2']);
  expect(outcomes[0]?.detail).toBe('told #cloud-lost, because nobody is named as owner');
});

test('what was delivered has a receipt for this expiry and this very resource', async () => {
  const decision = expiring('orders');
  const createdAt = Math.floor((world.clock.now() - 12 * hour) / 1000);
  world.deliver = async () => ({ kind: 'delivered', to: 'ana', message: { channel: 'D1', ts: '1.1' } });
  await warn(world.ports, [decision], 'run-1');
  expect(await receiptsOf(decision.arn)).toEqual([
    { expiresAt, at: world.clock.now(), identity: `created ${createdAt}` },
  ]);
  const [notice] = world.warnings;
  expect(await world.ports.ledger.history(decision.arn)).toMatchObject([
    { kind: 'warned', to: 'ana', run: 'run-1', notice: notice?.id, message: { channel: 'D1', ts: '1.1' } },
  ]);
  expect(await world.ports.ledger.notice(notice?.id ?? '')).toMatchObject({ message: { channel: 'D1', ts: '1.1' } });
});

test.each([
  ['failed', 'failed'],
  ['nowhere', 'skipped'],
] as const)('a message that is %s gives no receipt', async (kind, outcome) => {
  world.deliver = async () => ({ kind, why: 'nobody there' });
  const decision = expiring('orders');
  expect(await warn(world.ports, [decision], 'run-1')).toMatchObject([{ outcome, detail: 'nobody there' }]);
  expect(await receiptsOf(decision.arn)).toEqual([]);
});

test('a messenger that breaks over one owner still tells the others', async () => {
  world.deliver = async ({ owner }) => {
    if (owner === 'ana') throw new Error('the line is dead');
    return { kind: 'delivered', to: owner ?? '' };
  };
  const [dead, alive] = [expiring('a'), expiring('b', { owner: 'ben' })];
  const outcomes = await warn(world.ports, [dead, alive], 'run-1');
  expect(outcomes).toMatchObject([
    { arn: dead.arn, outcome: 'failed', detail: 'the line is dead' },
    { arn: alive.arn, outcome: 'warned' },
  ]);
  expect([await receiptsOf(dead.arn), await receiptsOf(alive.arn)]).toMatchObject([[], [{ expiresAt }]]);
});

test('nobody is warned about what is gone', async () => {
  const gone = aDecision(7, 'expiring', { expiresAt });
  const outcomes = await warn(world.ports, [gone, expiring('orders')], 'run-1');
  expect(outcomes.map(({ arn, outcome }) => [arn.split(':').at(-1), outcome])).toEqual([
    ['queue-7', 'gone'],
    ['orders', 'warned'],
  ]);
  expect(world.warnings.flatMap(({ items }) => items.map(({ arn }) => arn))).not.toContain(gone.arn);
});

test.each(['elasticloadbalancing:loadbalancer', 'elasticloadbalancing:classic-loadbalancer', 'sqs:queue'])(
  'of an ARN that names no type nobody is told anything, least of all that it is gone, though a plan says %s',
  async (type) => {
    const arn = `arn:aws:elasticloadbalancing:eu-west-1:${account}:loadbalancer/web`;
    const outcomes = await warn(
      world.ports,
      [aDecision(0, 'expiring', { type, arn, expiresAt }), expiring('a')],
      'run-1',
    );
    expect(outcomes.toSorted((a, b) => (a.arn < b.arn ? -1 : 1))).toMatchObject([
      { arn, outcome: 'skipped', detail: 'Mayfly does not know its type' },
      { outcome: 'warned' },
    ]);
    expect(world.warnings.flatMap(({ items }) => items)).toHaveLength(1);
    expect(await receiptsOf(arn)).toEqual([]);
  },
);

test('what can not be read is not warned about, and is no reason to leave the others out', async () => {
  world.refuse.set('GetQueueAttributes', ({ QueueUrl }) =>
    String(QueueUrl).endsWith('locked') ? awsError('AccessDenied', 'no') : undefined,
  );
  const locked = expiring('locked');
  const outcomes = await warn(world.ports, [locked, expiring('orders')], 'run-1');
  expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['failed', 'warned']);
  expect(await receiptsOf(locked.arn)).toEqual([]);
});

test('an account without a way in fails for itself alone', async () => {
  world.closed.add('333333333333');
  const outcomes = await warn(world.ports, [expiring('a', { account: '333333333333' }), expiring('b')], 'run-1');
  expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['failed', 'warned']);
});

test('an order to observe an account counts from its moment on: no later message warns anybody there', async () => {
  const order = () => world.ports.ledger.lowerMode(account, 'observe', 'ana');
  world.deliver = async () => {
    await order();
    return { kind: 'delivered', to: 'ana' };
  };
  const many = Array.from({ length: 9 }, (_, index) => expiring(`q-${index}`, { environment: `pr-${index}` }));
  const elsewhere = expiring('other', { account: '333333333333' });
  const outcomes = await warn(world.ports, [...many, elsewhere], 'run-1');
  const skipped = outcomes.filter(({ outcome }) => outcome === 'skipped');
  expect(skipped.length).toBeGreaterThanOrEqual(5);
  expect(new Set(skipped.map(({ detail }) => detail))).toEqual(
    new Set(['the account was lowered to observe, so nobody is warned']),
  );
  expect(world.warnings).toHaveLength(outcomes.length - skipped.length);
  expect(outcomes.find(({ arn }) => arn === elsewhere.arn)).toMatchObject({ outcome: 'warned' });
});

test('what nobody owns in a lowered account is left out of the message about the others', async () => {
  const { owner: _, ...here } = expiring('a');
  const { owner: __, ...there } = expiring('b', { account: '333333333333' });
  await world.ports.ledger.lowerMode(account, 'observe', 'ana');
  const outcomes = await warn(world.ports, [here, there], 'run-1');
  expect(outcomes.map(({ arn, outcome }) => [arn, outcome])).toEqual([
    [here.arn, 'skipped'],
    [there.arn, 'warned'],
  ]);
  expect(world.warnings.map(({ items }) => items.map(({ arn }) => arn))).toEqual([[there.arn]]);
});

test('while nobody can read whether the account was lowered, nobody is warned', async () => {
  world.ports.ledger.loweredModes = () => Promise.reject(new Error('throttled'));
  const outcomes = await warn(world.ports, [expiring('a')], 'run-1');
  expect(outcomes).toMatchObject([{ outcome: 'failed', detail: expect.stringContaining('throttled') }]);
  expect(world.warnings).toEqual([]);
});

test('a step that is tried again warns nobody twice, and tells what the first try did', async () => {
  const since = world.clock.now();
  const first = expiring('a');
  await warn(world.ports, [first], 'run-1', { since });
  const late = expiring('b');
  const outcomes = await warn(world.ports, [first, late], 'run-1', { since });
  expect(world.warnings.map(({ items }) => items.map(({ arn }) => arn))).toEqual([[first.arn], [late.arn]]);
  expect(outcomes).toMatchObject([
    { arn: first.arn, outcome: 'warned', detail: 'told before in this run' },
    { arn: late.arn, outcome: 'warned' },
  ]);
  await world.clock.sleep(1);
  await warn(world.ports, [{ ...first, expiresAt: expiresAt + hour }], 'run-2', { since });
  await warn(world.ports, [first], 'run-2', { since: world.clock.now() });
  expect(world.warnings).toHaveLength(4);
});

test('no message is begun after the end of the step: what was not told is failed, and said', async () => {
  const stopAt = world.clock.now() + hour;
  world.deliver = async () => {
    await world.clock.sleep(hour / 2);
    return { kind: 'delivered', to: 'ana' };
  };
  const many = Array.from({ length: 12 }, (_, index) => expiring(`q-${index}`, { environment: `pr-${index}` }));
  const outcomes = await warn(world.ports, many, 'run-1', { stopAt });
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed');
  expect(failed.length).toBeGreaterThan(4);
  expect(world.warnings.length).toBe(many.length - failed.length);
  expect(new Set(failed.map(({ detail }) => detail))).toEqual(
    new Set(['the step that warns had to end before; the next sweep warns']),
  );
});

import { beforeEach, expect, test } from 'vitest';
import type { Notice } from '../../lib/core/notice.ts';
import { hour } from '../../lib/core/time.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import { statesAfter, updateNotices } from '../../lib/use-cases/update-notices.ts';
import { warn } from '../../lib/use-cases/warn.ts';
import { aDecision, at } from '../fakes/builders.ts';
import { ended } from '../fakes/tellings.ts';
import { account, aWorld, type World } from '../fakes/world.ts';

const expiresAt = at('2026-11-24T00:00Z');
const inTime = Number.POSITIVE_INFINITY;
const arnOf = (name: string) => `arn:aws:sqs:eu-west-1:${account}:${name}`;

let world: World;
let messages = 0;
beforeEach(() => {
  world = aWorld();
  world.deliver = async () => ({ kind: 'delivered', to: 'ana', message: { channel: 'D1', ts: `${++messages}.0` } });
});

/** Warns about queues in one message; gives its notice as the ledger has it. */
async function warnedOf(...names: string[]): Promise<Notice> {
  for (const name of names) world.queue(name, { ttl: '2026-11-24' });
  const due = names.map((name) => aDecision(0, 'expiring', { arn: arnOf(name), expiresAt, owner: 'ana' }));
  await warn(world.ports, due, 'run-1');
  const notice = await world.ports.ledger.notice(world.warnings.at(-1)?.id ?? '');
  if (notice === undefined) throw new Error('no notice was kept');
  return notice;
}

const end = (name: string, outcome: 'removed' | 'gone' | 'blocked' | 'waiting') =>
  ended(aDecision(0, 'expired', { arn: arnOf(name) }), outcome) as Outcome;
const states = (notice: Notice | undefined) => notice?.items.map(({ state }) => state?.kind);
const kept = async ({ id }: Notice) => states(await world.ports.ledger.notice(id));

test('a warning shows what was removed, and what was gone, in one update; the rest stays as it was', async () => {
  const notice = await warnedOf('a', 'b', 'c', 'd');
  const outcomes = [end('a', 'removed'), end('b', 'gone'), end('c', 'blocked'), end('strange', 'removed')];
  expect(await updateNotices(world.ports, statesAfter([], outcomes), inTime)).toEqual([]);
  expect(world.updates.map(states)).toEqual([['removed', 'gone', undefined, undefined]]);
  expect(world.updates[0]?.message).toEqual(notice.message);
  expect(await kept(notice)).toEqual(['removed', 'gone', undefined, undefined]);
});

test('the newest warning is the one that shows it', async () => {
  const first = await warnedOf('a');
  const second = await warnedOf('a');
  await updateNotices(world.ports, statesAfter([], [end('a', 'removed')]), inTime);
  expect(world.updates.map(({ id }) => id)).toEqual([second.id]);
  expect(await kept(first)).toEqual([undefined]);
});

test('what was extended or let go and then removed is removed', async () => {
  const notice = await warnedOf('a', 'b');
  const [a, b] = notice.items.map((item, index) => ({
    ...item,
    state:
      index === 0
        ? ({ kind: 'extended', to: expiresAt + hour, by: 'ana' } as const)
        : ({ kind: 'let-go', by: 'ana' } as const),
  }));
  await world.ports.ledger.saveNotice({ ...notice, items: [a, b].filter((item) => item !== undefined) });
  await updateNotices(world.ports, statesAfter([], [end('a', 'removed'), end('b', 'removed')]), inTime);
  expect(await kept(notice)).toEqual(['removed', 'removed']);
});

test('what listings go on showing as there, and is gone, is said once', async () => {
  const notice = await warnedOf('a');
  await updateNotices(world.ports, statesAfter([], [end('a', 'removed')]), inTime);
  await updateNotices(world.ports, statesAfter([], [end('a', 'gone')]), inTime);
  expect(world.updates).toHaveLength(1);
  expect(await kept(notice)).toEqual(['removed']);
});

test('a warning that was never delivered, or is forgotten, is no problem', async () => {
  world.deliver = async () => ({ kind: 'delivered', to: 'ana' });
  const notice = await warnedOf('a');
  expect(await updateNotices(world.ports, statesAfter([], [end('a', 'removed')]), inTime)).toEqual([]);
  expect(await kept(notice)).toEqual(['removed']);
  world.ports.ledger.notice = async () => undefined;
  expect(await updateNotices(world.ports, statesAfter([], [end('a', 'gone')]), inTime)).toEqual([]);
  expect(world.updates).toEqual([]);
});

test('messages that can not be updated are counted, and the notices know all the same', async () => {
  const notices = [await warnedOf('a'), await warnedOf('b'), await warnedOf('c')];
  world.ports.messenger.update = async ({ id }) =>
    id === notices[2]?.id ? { kind: 'delivered', to: 'D1' } : { kind: 'failed', why: 'message_not_found' };
  const outcomes = ['a', 'b', 'c'].map((name) => end(name, 'removed'));
  expect(await updateNotices(world.ports, statesAfter([], outcomes), inTime)).toEqual([
    '2 warnings do not show what has gone since: message_not_found',
  ]);
  expect(await Promise.all(notices.map(kept))).toEqual([['removed'], ['removed'], ['removed']]);
});

test('when the time is over no message is begun, and the notices know all the same', async () => {
  const notice = await warnedOf('a');
  expect(await updateNotices(world.ports, statesAfter([], [end('a', 'removed')]), world.clock.now())).toEqual([
    'a warning does not show what has gone since: there was no time left',
  ]);
  expect(world.updates).toEqual([]);
  expect(await kept(notice)).toEqual(['removed']);
});

test('a history that can not be read keeps no other from being shown', async () => {
  await warnedOf('a');
  await warnedOf('b');
  const history = world.ports.ledger.history.bind(world.ports.ledger);
  world.ports.ledger.history = (arn) => (arn === arnOf('a') ? Promise.reject(new Error('throttled')) : history(arn));
  const problems = await updateNotices(
    world.ports,
    statesAfter([], [end('a', 'removed'), end('b', 'removed')]),
    inTime,
  );
  expect(problems).toEqual(['a warning does not show what has gone since: throttled']);
  expect(world.updates.flatMap(({ items }) => items.map(({ arn }) => arn))).toEqual([arnOf('b')]);
});

test('a warning of a stop shows what was changed since, and one of an expiry does not', async () => {
  const expiry = await warnedOf('a');
  const stop: Notice = {
    ...expiry,
    id: 'notice-stop',
    items: expiry.items.map((item) => ({ ...item, reason: 'idle-soon' })),
  };
  await world.ports.ledger.saveNotice(stop);
  await world.ports.ledger.record([
    { arn: arnOf('a'), at: world.clock.now(), kind: 'idle-warned', idleAt: expiresAt, to: 'ana', notice: stop.id },
  ]);
  const changed = aDecision(0, 'changed-lately', { arn: arnOf('a'), changed: 'security group sg-1 added' });
  expect(await updateNotices(world.ports, statesAfter([changed], []), inTime)).toEqual([]);
  expect(await world.ports.ledger.notice(stop.id)).toMatchObject({
    items: [{ state: { kind: 'changed', what: 'security group sg-1 added' } }],
  });
  expect(await kept(expiry)).toEqual([undefined]);
});

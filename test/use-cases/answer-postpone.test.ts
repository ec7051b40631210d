import { beforeEach, describe, expect, test } from 'vitest';
import type { Notice } from '../../lib/core/notice.ts';
import { day, hour, toIso } from '../../lib/core/time.ts';
import { findRestorable } from '../../lib/use-cases/find-restorable.ts';
import { restore } from '../../lib/use-cases/restore.ts';
import { type ServerSweeps, staging, sweepsOf } from '../fakes/server-sweeps.ts';
import { aStage, idOf, type Stage, textOf } from '../fakes/slack-stage.ts';
import { aServerWorld, movedClock, type ServerWorld } from '../fakes/world-servers.ts';

const by = `ana (${idOf('ana')}) in Slack`;

let stage: Stage;
let world: ServerWorld;
let sweeps: ServerSweeps;
beforeEach(() => {
  const clock = Object.assign(movedClock(), { sleepers: () => [] });
  world = aServerWorld(clock);
  stage = aStage({ idle: { removeAfter: '14d' } }, clock, world);
  sweeps = sweepsOf(world, stage.policy);
});

const lastWarning = (): Notice => {
  const notice = world.warnings.at(-1);
  if (notice === undefined) throw new Error('nobody was warned');
  return notice;
};
const itemsOf = async ({ id }: Notice) => (await world.ports.ledger.notice(id))?.items;
const arn = 'arn:aws:ec2:eu-west-1:222222222222:instance/i-1a';

describe('a warning of a stop', () => {
  beforeEach(() => sweeps.until('warned-of-stop'));

  test('says since when the server stands, and is a message of its own beside one of what expires', async () => {
    const memory = await sweeps.memory();
    expect(lastWarning()).toMatchObject({ owner: 'ana', environment: 'staging', items: [{ reason: 'idle-soon' }] });
    expect(lastWarning().items[0]?.unchangedSince).toBe(memory?.since);
    world.queue('orders', { ...staging, ttl: toIso(world.clock.now() + hour) });
    world.server('i-2b', staging, { createdAt: world.clock.now() - 40 * day });
    await sweeps.once();
    const reasons = world.warnings.map(({ items }) => items.map(({ reason }) => reason).join());
    expect(reasons.toSorted()).toEqual(['expiring', 'idle-soon', 'idle-soon']);
  });

  test.each([
    ['extend-1d', day],
    ['extend-3d', 3 * day],
    ['extend-1w', 7 * day],
  ] as const)('%s moves the idle date, in the ledger and in the message', async (action, more) => {
    const notice = lastWarning();
    const to = Math.max(world.clock.now(), notice.items[0]?.idleAt ?? 0) + more;
    const given = await stage.clicks('ana', action, notice.id);
    expect(given).toMatchObject({ kind: 'done', order: 'extend', done: [{ about: { arn } }], failed: [] });
    expect(textOf(given)).toMatch(/is not stopped before 20/);
    const state = { kind: 'postponed', by, to: Math.min(to, world.clock.now() + 7 * day) };
    expect(await itemsOf(notice)).toMatchObject([{ state }]);
    expect(world.updates).toMatchObject([{ id: notice.id, items: [{ state: { kind: 'postponed' } }] }]);
    expect(await sweeps.memory()).toMatchObject({ postponedTo: state.to });
  });

  test('keep asks until when and why, and both are in the ledger', async () => {
    const notice = lastWarning();
    expect(await stage.clicks('ana', 'keep', notice.id)).toMatchObject({ kind: 'form', notice: { id: notice.id } });
    const until = toIso(world.clock.now() + 5 * day).slice(0, 10);
    const given = await stage.submits('ana', notice.id, until, 'customer demo');
    expect(given).toMatchObject({ kind: 'done', order: 'keep', failed: [] });
    const history = await world.ports.ledger.history(arn);
    expect(history.find(({ kind }) => kind === 'postponed')).toMatchObject({ by, reason: 'customer demo' });
  });

  test('is answered by its owner, an extender or an admin alone', async () => {
    expect(textOf(await stage.clicks('ben', 'extend-3d', lastWarning().id))).toMatch(/Only its owner \(ana\)/);
    expect((await sweeps.memory())?.postponedTo).toBeUndefined();
    expect((await stage.clicks('dan', 'extend-3d', lastWarning().id)).kind).toBe('done');
  });

  test('can not be answered by letting it go', async () => {
    const given = await stage.clicks('ana', 'let-go', lastWarning().id);
    expect(textOf(given)).toMatch(/It carries no expiry tag, so it can not be let go/);
  });

  test.each([
    ['stopped', /too late: Mayfly stopped it 20.*restore brings it back/],
    ['stop-requested', /too late: Mayfly asked AWS 20.* to stop it.*restore brings it back/],
  ] as const)('comes too late where the server was %s at that very moment', async (kind, words) => {
    const { ledger } = world.ports;
    const write = ledger.record.bind(ledger);
    ledger.record = async (events) => {
      await write(events.map(({ arn: one, at }) => ({ arn: one, at, kind })));
      await write(events);
    };
    const given = await stage.clicks('ana', 'extend-3d', lastWarning().id);
    expect(given).toMatchObject({ kind: 'done', done: [], failed: [{ about: { arn } }] });
    expect(textOf(given)).toMatch(words);
    expect((await itemsOf(lastWarning()))?.[0]).not.toHaveProperty('state');
  });

  test('shows that the server was stopped, until when it lasts, and that a person started it again', async () => {
    const notice = lastWarning();
    await sweeps.until('idle-copied');
    const { outcome } = await sweeps.once();
    expect(await itemsOf(notice)).toMatchObject([{ state: { kind: 'stopped', expiresAt: outcome?.expiresAt } }]);
    world.clock.pass(10 * day);
    await stage.says('ana', 'extend i-1a 1d');
    const expiresAt = (outcome?.expiresAt ?? 0) + day;
    expect(await itemsOf(notice)).toMatchObject([{ state: { kind: 'stopped', expiresAt } }]);
    world.clock.pass(hour);
    world.people.start('i-1a');
    await sweeps.once();
    expect(await itemsOf(notice)).toMatchObject([{ state: { kind: 'started-again' } }]);
    expect(world.updates.at(-1)).toMatchObject({ id: notice.id });
  });
});

test('a warning of a stop shows who had the server back', async () => {
  world.answers['StartInstances'] = () => {
    world.people.start('i-1a');
    return {};
  };
  await sweeps.until('warned-of-stop');
  const notice = lastWarning();
  await sweeps.until('not-due');
  world.clock.pass(hour);
  const [target] = await findRestorable(world.ports, stage.policy, 'i-1a');
  if (target === undefined) throw new Error('it was not found');
  const order = { policy: stage.policy, who: by, until: world.clock.now() + hour };
  expect(await restore(world.ports, order, target)).toMatchObject({ kind: 'restored', how: 'started' });
  expect(await itemsOf(notice)).toMatchObject([{ state: { kind: 'restored', by } }]);
});

describe('by name', () => {
  beforeEach(async () => {
    world.server('i-2b', staging, { createdAt: world.clock.now() - day });
    await sweeps.until('warned-of-stop');
  });

  test.each(['i-1a', 'staging', arn])('%s means the server that is about to be stopped', async (name) => {
    await stage.sweeps();
    const given = await stage.says('ana', `extend ${name} 3d`);
    expect(given).toMatchObject({ kind: 'done', done: [{ about: { arn } }], failed: [] });
  });

  test('keep says until when, and the list shows it at once', async () => {
    const rows = async () => textOf(await stage.says('ana', 'list'));
    expect(await rows()).toMatch(/1 resource of yours that carries an expiry tag or is idle(.|\n)*i-1a idle from 2026/);
    const until = toIso(world.clock.now() + 6 * day).slice(0, 10);
    await stage.says('ana', `keep i-1a until ${until} the demo`);
    expect(await rows()).toMatch(/i-1a idle from .* kept: a person has postponed it/);
    expect(await rows()).not.toMatch(/i-2b/);
  });

  test('the list shows what was stopped since the sweep was planned, with its expiry', async () => {
    await sweeps.until('idle-copied');
    await sweeps.once();
    expect(textOf(await stage.says('ana', 'list'))).toMatch(/i-1a expires 20.*Mayfly stopped it/i);
  });

  test('a server that is in use is found by its own name, and has nothing to postpone', async () => {
    const given = await stage.says('ana', 'extend i-2b 1d');
    expect(textOf(given)).toMatch(/i-2b it is not stopped before 20.* anyway/);
  });

  test('what is called otherwise is told so', async () => {
    expect(textOf(await stage.says('ana', 'extend i-9z 1d'))).toMatch(/no server of the idle rule, is called "i-9z"/);
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { day, hour } from '../../lib/core/time.ts';
import { answer } from '../../lib/use-cases/answer.ts';
import { aStage, idOf, type Name, type Stage, team, textOf } from '../fakes/slack-stage.ts';
import { account } from '../fakes/world.ts';

const ttl = '2026-11-24T12:00Z';

let stage: Stage;
beforeEach(() => {
  stage = aStage();
});

const extendedTimes = async (arn: string) =>
  (await stage.world.ports.ledger.history(arn)).filter(({ kind }) => kind === 'extended').length;

describe('one request', () => {
  test('is done once however often it is delivered', async () => {
    const arn = stage.world.queue('orders', { ttl, owner: 'ana' });
    expect((await stage.says('ana', `extend ${arn} 1d`, 'ask-x')).kind).toBe('done');
    expect(await stage.says('ana', `extend ${arn} 1d`, 'ask-x')).toEqual({ kind: 'nothing' });
    expect(await extendedTimes(arn)).toBe(1);
    expect((await stage.says('ana', `extend ${arn} 1d`, 'ask-y')).kind).toBe('done');
    expect(await extendedTimes(arn)).toBe(2);
  });

  test('that was cut off is not begun again, and says so', async () => {
    const arn = stage.world.queue('orders', { ttl, owner: 'ana' });
    await stage.world.ports.ledger.beginTask('ask-x');
    const text = textOf(await stage.says('ana', `extend ${arn} 1d`, 'ask-x'));
    expect(text).toMatch(/cut off, or is still at work; it was not begun again.*\n`\/ttl show X` tells what became/);
    expect(await extendedTimes(arn)).toBe(0);
  });

  test('that failed is over: asking again is another request', async () => {
    stage.workspace.isDown = true;
    expect(textOf(await stage.says('ana', 'list', 'ask-x'))).toMatch(/Slack can't be asked who you are/);
    expect(await stage.says('ana', 'list', 'ask-x')).toEqual({ kind: 'nothing' });
  });
});

describe('what breaks is an answer, and nothing was done', () => {
  test.each<[string, (stage: Stage) => void, RegExp]>([
    [
      'the ledger',
      ({ world }) => (world.ports.ledger.beginTask = failing),
      /ledger can't be reached, so nothing was done: it fails/,
    ],
    [
      'Slack',
      ({ workspace }) => (workspace.isDown = true),
      /can't be asked who you are, so nothing was done: Slack is down/,
    ],
    ['the credentials', ({ world }) => (world.ports.cloud.checkCredentials = failing), /it fails/],
    ['the run store', ({ world }) => (world.ports.runStore.load = failing), /That broke: it fails/],
    [
      'the memories',
      ({ world }) => (world.ports.ledger.memories = failing),
      /That broke: it fails.*\n.*Look with `\/ttl show X`/,
    ],
  ])('%s', async (_, breakIt, says) => {
    const arn = stage.world.queue('orders', { ttl, owner: 'ana' });
    await stage.sweeps();
    breakIt(stage);
    const given = await stage.says('ana', 'extend orders 1d');
    expect(textOf(given)).toMatch(says);
    expect(stage.world.tagsOf(arn)).toEqual({ ttl, owner: 'ana' });
  });

  const failing = () => Promise.reject(new Error('it fails'));

  test('an order that was done is told though its message can not be marked and its end not kept', async () => {
    stage.world.queue('orders', { ttl, owner: 'ana' });
    await stage.sweeps();
    stage.world.ports.ledger.saveNotice = failing;
    stage.world.ports.ledger.endTask = failing;
    expect((await stage.says('ana', 'extend orders 1d')).kind).toBe('done');
  });

  test('a plan that the run store lost', async () => {
    stage.world.queue('orders', { ttl, owner: 'ana' });
    await stage.sweeps();
    stage.world.plans.clear();
    expect(textOf(await stage.says('ana', 'show orders'))).toMatch(/That broke: the run store has no plan plan-\d/);
  });
});

describe('who asks', () => {
  test.each<[Name, RegExp]>([
    ['gus', /Guests/],
    ['sam', /another organization/],
    ['rob', /not to bots/],
    ['old', /deactivated/],
  ])('%s may not even see the help', async (name, says) => {
    for (const text of ['help', 'list', 'status', 'pause', 'extend orders 1d']) {
      const given = await stage.says(name, text);
      expect(given.kind).toBe('refused');
      expect(textOf(given)).toMatch(says);
    }
    expect(await stage.world.ports.ledger.pausedUntil()).toBeUndefined();
  });

  test('somebody whom Slack does not know is refused', async () => {
    expect(textOf(await stage.asks({ person: 'U0NOBODY001' }))).toMatch(/does not know who you are/);
  });

  test('another workspace is refused before anything is looked up', async () => {
    expect(textOf(await stage.asks({ team: 'T0OTHER001' }))).toMatch(/another Slack workspace/);
    expect(stage.workspace.asked).toEqual([]);
  });

  test('without a slack block nobody is answered', async () => {
    const { slack: _, ...policy } = stage.policy;
    const ports = { ...stage.world.ports, directory: stage.workspace };
    const ask = { key: 'x', person: idOf('ada'), team, from: { kind: 'command', text: 'resume' } } as const;
    expect((await answer(ports, policy, ask)).kind).toBe('refused');
  });

  test('user groups are asked for only where something depends on them, and each once', async () => {
    const arn = stage.world.queue('orders', { ttl, owner: 'ana' });
    await stage.says('ana', `extend ${arn} 1d`);
    expect(stage.workspace.asked).toEqual([`person ${idOf('ana')}`]);
    await stage.says('dan', `extend ${arn} 1d`);
    expect(stage.workspace.asked.slice(1)).toEqual([`person ${idOf('dan')}`, 'group @developers']);
  });

  test('a group that can not be asked, or is none, lets nobody in, and the refusal says so', async () => {
    const arn = stage.world.queue('orders', { ttl, owner: 'ana' });
    stage.workspace.groups.delete('@developers');
    const asked = stage.workspace.members.bind(stage.workspace);
    stage.workspace.members = (group) =>
      group === '@platform' ? Promise.reject(new Error('missing_scope')) : asked(group);
    const text = textOf(await stage.says('ada', `extend ${arn} 1d`));
    expect(text).toMatch(/Slack knows no user group @developers/);
    expect(text).toMatch(/could not be asked who is in @platform: missing_scope/);
    expect(stage.world.tagsOf(arn)).toEqual({ ttl, owner: 'ana' });
  });

  test('whose address Slack does not show is told why the owner is not known', async () => {
    const arn = stage.world.queue('orders', { ttl, owner: 'ana' });
    const { email: _, ...ana } = stage.workspace.people.get(idOf('ana')) ?? { id: '', name: '', standing: 'guest' };
    stage.workspace.people.set(ana.id, ana);
    expect(textOf(await stage.says('ana', `extend ${arn} 1d`))).toMatch(
      /Slack shows Mayfly no e-mail address of yours/,
    );
  });

  test('a name that is made to deceive does not get into the ledger', async () => {
    const ana = stage.workspace.people.get(idOf('ana'));
    if (ana !== undefined) stage.workspace.people.set(ana.id, { ...ana, name: '\u202eana\n\u0007' });
    await stage.says('ana', 'pause 1h');
    const arn = stage.world.queue('orders', { ttl, owner: 'ana' });
    await stage.says('ana', `extend ${arn} 1d`);
    expect(await stage.world.ports.ledger.history(arn)).toMatchObject([{ by: `ana (${idOf('ana')}) in Slack` }]);
  });
});

describe('pause, resume and approve', () => {
  const pausedUntil = () => stage.world.ports.ledger.pausedUntil();

  test('anybody of the team pauses for up to a day, and only admins longer', async () => {
    expect(textOf(await stage.says('ben', 'pause 4h'))).toMatch(/Paused until 2026-11-23T16:00:00Z/);
    expect(await pausedUntil()).toBe(stage.clock.now() + 4 * hour);
    expect(textOf(await stage.says('ben', 'pause 25h'))).toMatch(/more than a day.*Only @platform may end a pause/);
    expect(await pausedUntil()).toBe(stage.clock.now() + 4 * hour);
    await stage.says('ada', 'pause 3d');
    expect(await pausedUntil()).toBe(stage.clock.now() + 3 * day);
  });

  test('a shorter pause does not end a longer one', async () => {
    await stage.says('ada', 'pause 3d');
    expect(textOf(await stage.says('ben', 'pause 30min'))).toMatch(/paused until 2026-11-26T12:00:00Z already/);
    expect(await pausedUntil()).toBe(stage.clock.now() + 3 * day);
  });

  test('only admins resume', async () => {
    await stage.says('ben', 'pause 4h');
    for (const name of ['ben', 'dan'] as const) {
      expect(textOf(await stage.says(name, 'resume'))).toMatch(/Only @platform may end a pause/);
    }
    expect(await pausedUntil()).toBeDefined();
    await stage.says('ada', 'resume');
    expect(await pausedUntil()).toBeUndefined();
    expect(textOf(await stage.says('ada', 'resume'))).toBe('Mayfly is not paused.');
  });

  test('only admins approve what the newest sweep held, by command or button, while the plan is young', async () => {
    stage = aStage({ limits: { removalsPerAccount: 1 }, expiry: { requireWarning: false } });
    for (const name of ['a', 'b', 'c']) stage.world.queue(name, { ttl: '2026-11-20', owner: 'ana' }, { createdAt: 0 });
    await stage.sweeps();
    stage.clock.pass(25 * hour);
    const { plan } = await stage.sweeps();
    expect(plan.held).toMatchObject([{ limit: 'removalsPerAccount', wanted: 3, account }]);
    expect(textOf(await stage.says('dan', 'approve'))).toMatch(/Only @platform may approve a plan/);
    expect(textOf(await stage.clicks('ana', 'approve', plan.id))).toMatch(/Only @platform/);
    expect(await stage.world.ports.ledger.approvals()).toEqual([]);
    expect(textOf(await stage.says('ada', 'approve'))).toMatch(
      /Approved: 3 for limits.removalsPerAccount in account 222222222222/,
    );
    expect(await stage.world.ports.ledger.approvals()).toMatchObject([
      { planId: plan.id, by: expect.stringMatching(/^ada /) },
    ]);
    expect((await stage.clicks('ada', 'approve', plan.id)).kind).toBe('text');
    stage.clock.pass(3 * hour);
    expect(textOf(await stage.clicks('ada', 'approve', plan.id))).toMatch(/180 minutes old/);
    expect(textOf(await stage.says('ada', 'approve plan-none'))).toMatch(/There is no plan plan-none/);
  });

  test('nothing is approved where nothing is held', async () => {
    expect(textOf(await stage.says('ada', 'approve'))).toMatch(/No sweep has ended yet/);
    stage.world.queue('orders', { ttl, owner: 'ana' });
    await stage.sweeps();
    expect(textOf(await stage.says('ada', 'approve'))).toMatch(/No limit holds anything of the newest sweep/);
  });
});

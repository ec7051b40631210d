import { beforeEach, describe, expect, test } from 'vitest';
import { day } from '../../lib/core/time.ts';
import { restoreFor } from '../../lib/use-cases/answer-restore.ts';
import { asMember } from '../../lib/use-cases/as-member.ts';
import { BadRequest } from '../../lib/use-cases/find-targets.ts';
import { at } from '../fakes/builders.ts';
import { hurriedClock } from '../fakes/clocks.ts';
import { arnOf, type Servers, servers, stoppedByMayfly } from '../fakes/restorable-servers.ts';
import { aStage, idOf, type Name, type Stage, textOf } from '../fakes/slack-stage.ts';

const before = at('2026-11-20T12:00Z');
let stage: Stage;
let all: Servers;

beforeEach(() => {
  stage = aStage({ idle: { removeAfter: '14d' } });
  all = servers(stage.world);
  stage.world.ports = { ...all.ports, clock: hurriedClock() };
});

/** As the function does it that restores for the worker. */
async function restoreWith(name: Name, what: string, goesOn = false) {
  const told: string[] = [];
  const ports = { ...stage.world.ports, directory: stage.workspace };
  let isUnfinished: boolean | undefined;
  const given = await asMember(ports, stage.policy, idOf(name), async (asking) => {
    const until = ports.clock.now() + 5 * 60_000;
    const tell = async (answer: Parameters<typeof textOf>[0]) => void told.push(textOf(answer));
    const { answer, unfinished } = await restoreFor(asking, { name: what, until, goesOn, tell });
    isUnfinished = unfinished;
    return answer;
  });
  return { told, given, text: textOf(given), isUnfinished };
}

describe('who may', () => {
  const mayNot = /Only its owner \(ana\), @developers or @platform may restore it/;

  test.each<[Name, RegExp]>([
    ['ana', /is back, made of its copy ami-1/],
    ['dan', /is back/],
    ['ada', /is back/],
    ['ben', mayNot],
    ['gus', /Guests may not ask/],
    ['old', /deactivated/],
  ])('%s, by the owner that the recipe names', async (name, says) => {
    await all.copied('i-1', 'ami-1', before);
    expect(textOf(await stage.says(name, 'restore i-1'))).toMatch(says);
    expect(all.writes().length > 0).toBe(/is back/.test(String(says)));
  });

  test.each<[Name, RegExp]>([
    ['ana', /was started; it is idle again in 30d at the earliest/],
    ['ben', mayNot],
  ])('%s, by the owner tag of now where the server is there', async (name, says) => {
    await stoppedByMayfly(all, 'i-1', before + 30 * day);
    expect(textOf(await stage.says(name, 'restore i-1'))).toMatch(says);
    expect(all.writes().includes('StartInstances')).toBe(name === 'ana');
  });

  test('what nobody can tell the owner of is told to admins, and its state to nobody else', async () => {
    await all.tell('i-1', { kind: 'stopped' });
    expect(textOf(await stage.says('ana', 'restore i-1'))).toMatch(/It names no owner. Only @developers or @platform/);
    expect(textOf(await stage.says('ada', 'restore i-1'))).toMatch(/the ledger knows no whole copy/);
  });

  test('that it is being removed is told to those who might', async () => {
    await stoppedByMayfly(all, 'i-1', before + 30 * day);
    const now = stage.world.ports.clock.now();
    await all.ports.ledger.record([{ arn: arnOf('i-1'), at: now, kind: 'removal-requested', identity: 'i-1' }]);
    expect(textOf(await stage.says('ben', 'restore i-1'))).toMatch(/Only @developers or @platform may restore it/);
    expect(textOf(await stage.says('ada', 'restore i-1'))).toMatch(/is being removed right now/);
  });
});

describe('what is said', () => {
  test('at once that it begins, then how it ended, and in place of what', async () => {
    await all.copied('i-1', 'ami-1', before);
    const { told, text, isUnfinished } = await restoreWith('ana', 'i-1');
    expect(told).toEqual([
      `${arnOf('i-1')}\nIt is being made of its copy ami-1 again. You are told when that has ended.`,
    ]);
    const [id = ''] = [...all.instances.keys()];
    const back = `${arnOf(id)} is back, made of its copy ami-1, in place of ${arnOf('i-1')}`;
    expect(text).toBe(`${back}; it is idle again in 30d at the earliest`);
    expect(isUnfinished).toBe(false);
    expect((await all.ports.ledger.history(arnOf('i-1'))).at(-1)).toMatchObject({ by: 'ana (U0ANA000001) in Slack' });
  });

  test('the beginning once, though it takes several tries', async () => {
    await all.copied('i-1', 'ami-1', before);
    expect((await restoreWith('ana', 'i-1', true)).told).toEqual([]);
  });

  test('what could not be restored, and what is not done yet', async () => {
    await all.copied('i-1', 'ami-1', before);
    all.answers.set('DescribeAddresses', { Addresses: [] });
    expect((await restoreWith('ana', 'i-1')).text).toMatch(/Not restored: its elastic address 203.0.113.9, which/);
    all.answers.set('RegisterTargets', Object.assign(new Error('slow down'), { name: 'Throttling' }));
    await all.copied('i-2', 'ami-2', before);
    const { text, isUnfinished } = await restoreWith('ana', 'i-2');
    expect(text).toMatch(/Not done yet: .*target group.*\nAsk for `\/ttl restore .*instance\/i-2` again/);
    expect(isUnfinished).toBe(true);
  });

  test('nothing of the beginning where nobody can be told; it is restored all the same', async () => {
    await all.copied('i-1', 'ami-1', before);
    const ports = { ...stage.world.ports, directory: stage.workspace };
    const given = await asMember(ports, stage.policy, idOf('ana'), async (asking) => {
      const tell = () => Promise.reject(new Error('Slack is away'));
      return (await restoreFor(asking, { name: 'i-1', until: ports.clock.now() + 5 * 60_000, tell })).answer;
    });
    expect(textOf(given)).toMatch(/is back/);
  });

  test('in the warning that had named the server', async () => {
    await stoppedByMayfly(all, 'i-1', before + 30 * day);
    const about = { type: 'ec2:instance', account: '222222222222', region: 'eu-west-1', reason: 'idle-soon' } as const;
    const message = { channel: 'D1', ts: '1.1' };
    await all.ports.ledger.saveNotice({
      id: 'notice-1',
      kind: 'warning',
      at: before,
      message,
      items: [{ arn: arnOf('i-1'), ...about }],
    });
    await all.tell('i-1', { kind: 'idle-warned', idleAt: before, to: 'ana', notice: 'notice-1' });
    await stage.says('ana', 'restore i-1');
    expect(stage.world.updates.map(({ items }) => items.map(({ state }) => state))).toEqual([
      [{ kind: 'restored', by: 'ana (U0ANA000001) in Slack' }],
    ]);
  });

  test('a name of several is asked back, with those that they may restore', async () => {
    for (const [id, copy] of [
      ['i-1', 'ami-1'],
      ['i-2', 'ami-2'],
    ] as const) {
      await all.copied(id, copy, before);
    }
    const tagged = async () => ({
      listed: ['i-1', 'i-2'].map((id) => ({ arn: `arn:aws:ec2:eu-west-1::image/x-${id}`, tags: tagsFor(id) })),
      problems: [],
    });
    stage.world.ports = { ...stage.world.ports, inventory: { ...all.ports.inventory, tagged } };
    const given = await stage.says('ana', 'restore web');
    if (given.kind !== 'choice') throw new Error(textOf(given));
    expect(given.options.map(({ command }) => command)).toEqual([`restore ${arnOf('i-1')}`, `restore ${arnOf('i-2')}`]);
    expect(textOf(await stage.clicks('ana', 'choose', given.options[0]?.command ?? ''))).toMatch(/is back/);
    expect(textOf(await stage.says('ben', 'restore web'))).toMatch(/several servers, and none of them is yours/);
  });

  test('what nothing is called is not restored', async () => {
    expect(textOf(await stage.says('ana', 'restore nothing'))).toMatch(/no server and no copy that Mayfly made/);
  });
});

const tagsFor = (id: string) => ({ Name: 'web', 'mayfly:copy-of': arnOf(id) });

describe('whoever may assume no role that restores', () => {
  const asks = (handRestoreOn: (name: string) => Promise<void>) => {
    stage.world.ports = Object.assign({ ...stage.world.ports }, { handRestoreOn });
    return stage.says('ana', 'restore i-1');
  };

  test('hands it on, and leaves the answer to who does it', async () => {
    await all.copied('i-1', 'ami-1', before);
    const names: string[] = [];
    expect(await asks(async (name) => void names.push(name))).toEqual({ kind: 'nothing' });
    expect(names).toEqual(['i-1']);
    expect(all.sent).toEqual([]);
  });

  test('says why nobody does it', async () => {
    const given = await asks(async () => {
      throw new BadRequest('the policy of this Mayfly has no idle block');
    });
    expect(textOf(given)).toBe('the policy of this Mayfly has no idle block.');
  });
});

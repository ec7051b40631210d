import { beforeEach, describe, expect, test } from 'vitest';
import type { Answer } from '../../lib/core/answer.ts';
import type { Ask, GuardAction } from '../../lib/core/ask.ts';
import { guardClickValue } from '../../lib/core/guard-click.ts';
import type { GuardEvent } from '../../lib/core/guard-memory.ts';
import { hour } from '../../lib/core/time.ts';
import { answer } from '../../lib/use-cases/answer.ts';
import type { GuardOrder } from '../../lib/use-cases/ports-guard.ts';
import { groupPart, scpPart, serverArn, serverPart } from '../fakes/guard-messages.ts';
import { aStage, idOf, type Name, type Stage, team, textOf } from '../fakes/slack-stage.ts';
import { account } from '../fakes/world.ts';

let stage: Stage;
let handed: GuardOrder[];
beforeEach(() => {
  stage = aStage({ guard: { accounts: { [account]: { burnPerHour: 5 } } } });
  handed = [];
});

const now = () => stage.world.ports.clock.now();
const events = (...some: GuardEvent[]) => stage.world.ports.ledger.recordGuard(account, some, now());

const over: GuardEvent = {
  kind: 'guard-over',
  sweep: 'run-1',
  usdPerHour: 12.3,
  passed: ['burnPerHour'],
  counts: true,
};
const frozen: GuardEvent[] = [
  over,
  { kind: 'guard-begun', stage: 'freeze', sweep: 'run-2' },
  { kind: 'guard-changing', parts: [scpPart, groupPart('web')] },
  { kind: 'guard-changed', part: scpPart },
  { kind: 'guard-changed', part: groupPart('web') },
  { kind: 'guard-ended', stage: 'freeze', lacks: [] },
];

/** As the worker answers, which hands orders on. */
function asks(name: Name, from: Ask['from'], key = `${name} ${JSON.stringify(from)}`): Promise<Answer> {
  const handGuardOn = async (order: GuardOrder) => void handed.push(order);
  const ports = { ...stage.world.ports, directory: stage.workspace, handGuardOn };
  return answer(ports, stage.policy, { key, person: idOf(name), team, from });
}

function clicks(name: Name, action: GuardAction, about: { environment?: string; at?: number } = {}, key?: string) {
  const value = guardClickValue({ account, at: now(), ...about }) ?? '';
  return asks(name, { kind: 'click', action, value }, key);
}

const types = (name: Name, text: string) => asks(name, { kind: 'command', text });

describe('who may order the guard', () => {
  test.each<[Name, GuardAction, RegExp]>([
    ['ada', 'guard-freeze', /^nothing$/],
    ['dan', 'guard-freeze', /Only @platform may freeze an account\./],
    ['ana', 'guard-freeze', /Only @platform may freeze/],
    ['gus', 'guard-freeze', /Guests may not ask/],
    ['sam', 'guard-freeze', /another organization/],
    ['rob', 'guard-freeze', /people, not to bots/],
    ['old', 'guard-freeze', /deactivated/],
  ])('%s clicks on %s', async (name, action, says) => {
    await events(over);
    expect(textOf(await clicks(name, action))).toMatch(says);
    expect(handed).toEqual(name === 'ada' ? [{ kind: 'freeze', account, by: idOf('ada') }] : []);
  });

  test.each<[GuardAction, Name, RegExp]>([
    ['guard-stop', 'ada', /^nothing$/],
    ['guard-stop', 'dan', /Only @platform may stop what runs in an account/],
    ['guard-release', 'ada', /^nothing$/],
    ['guard-release', 'dan', /Only @platform may release an account/],
  ])('%s, where it is frozen: %s', async (action, name, says) => {
    await events(...frozen);
    expect(textOf(await clicks(name, action))).toMatch(says);
    expect(handed).toHaveLength(name === 'ada' ? 1 : 0);
  });

  test('nobody, where the group of admins can not be asked', async () => {
    await events(over);
    stage.workspace.members = async () => {
      throw new Error('ratelimited');
    };
    expect(textOf(await clicks('ada', 'guard-freeze'))).toMatch(/Slack could not be asked who is in @platform/);
    expect(handed).toEqual([]);
  });
});

describe('an order', () => {
  test('is handed on once, however often Slack delivers the click', async () => {
    await events(over);
    expect(await clicks('ada', 'guard-freeze', {}, 'click-1')).toEqual({ kind: 'nothing' });
    expect(await clicks('ada', 'guard-freeze', {}, 'click-1')).toEqual({ kind: 'nothing' });
    expect(handed).toHaveLength(1);
  });

  test('of an environment names it as it is; a release is of the whole account', async () => {
    const environment = 'pr <1> & "more"';
    await events({ ...over, environment }, ...frozen.slice(1).map((event) => ({ ...event, environment })));
    await clicks('ada', 'guard-stop', { environment });
    await clicks('ada', 'guard-release', { environment });
    const by = idOf('ada');
    expect(handed).toEqual([
      { kind: 'stop', account, environment, by },
      { kind: 'release', account, by },
    ]);
  });

  test.each<[string, GuardEvent[], GuardAction, RegExp]>([
    ['nothing is told', [], 'guard-freeze', /222222222222 is within its limits, or was released meanwhile/],
    ['it is frozen already', frozen, 'guard-freeze', /is frozen already/],
    ['it is not frozen', [over], 'guard-stop', /must be frozen before it is stopped/],
    ['nothing was done', [], 'guard-release', /has done nothing in account 222222222222/],
  ])('is refused where %s', async (_, some, action, says) => {
    if (some.length > 0) await events(...some);
    expect(textOf(await clicks('ada', action))).toMatch(says);
    expect(handed).toEqual([]);
  });

  test('by a message that is days old is refused, but a release', async () => {
    await events(...frozen);
    const at = now() - 49 * hour;
    expect(textOf(await clicks('ada', 'guard-stop', { at }))).toMatch(/is of .*, and what it says may be over/);
    expect(await clicks('ada', 'guard-release', { at })).toEqual({ kind: 'nothing' });
    expect(handed.map(({ kind }) => kind)).toEqual(['release']);
  });

  test('by a button of something else is none', async () => {
    const given = await asks('ada', { kind: 'click', action: 'guard-stop', value: 'notice-1' });
    expect(textOf(given)).toMatch(/does not know that button/);
  });

  test('typed: a release', async () => {
    await events(...frozen);
    expect(textOf(await types('dan', `guard release ${account}`))).toMatch(/Only @platform may release an account/);
    expect(await types('ada', `guard release ${account}`)).toEqual({ kind: 'nothing' });
    expect(textOf(await types('ada', 'guard release 999999999999'))).toMatch(/nothing in account 999999999999/);
    expect(handed).toEqual([{ kind: 'release', account, by: idOf('ada') }]);
  });

  test('where the policy has no guard is refused', async () => {
    stage = aStage();
    expect(textOf(await types('ada', `guard release ${account}`))).toMatch(/no guard block/);
    expect(textOf(await types('ana', 'guard'))).toMatch(/no guard block/);
  });
});

describe('how it stands, for every member and from the ledger alone', () => {
  test('what burns and since when it is frozen, what was changed, and how that is taken back', async () => {
    await events(...frozen);
    await keepSeen(12.3);
    const at = new Date(now()).toISOString().replace('.000Z', 'Z');
    expect(textOf(await types('ben', 'guard')).split('\n')).toEqual([
      `222222222222: frozen since ${at}; $12.30 an hour by known prices at ${at}.`,
      expect.stringMatching(
        /changed by the guard: the service control policy mayfly-freeze and 1 Auto Scaling group\. An admin/,
      ),
    ]);
  });

  test('that nothing was seen yet, which is not $0', async () => {
    expect(textOf(await types('ben', 'guard'))).toBe(
      '222222222222: nothing to tell; what it costs an hour was not seen yet.',
    );
  });

  test('an environment, a stage that is not finished, and a release that goes on', async () => {
    const environment = 'pr-1';
    const part = serverPart('i-1');
    await events({ ...over, environment }, { kind: 'guard-begun', stage: 'freeze', sweep: 'run-2', environment });
    await events({ kind: 'guard-changing', parts: [part] }, { kind: 'guard-changed', part });
    expect(textOf(await types('ben', 'guard'))).toMatch(
      /222222222222, environment pr-1: frozen since .*, and the freeze is not finished;/,
    );
    await events(
      { kind: 'guard-release-begun', by: 'ada' },
      { kind: 'guard-release-failed', part: serverArn('i-1'), why: 'InsufficientInstanceCapacity' },
    );
    expect(textOf(await asks('ben', { kind: 'command', text: 'guard' }, 'again'))).toMatch(
      /A release goes on since .*; 1 could not be taken back yet\./,
    );
  });

  test('is not for guests', async () => {
    expect(textOf(await types('gus', 'guard'))).toMatch(/Guests may not ask/);
  });

  async function keepSeen(usdPerHour: number): Promise<void> {
    const usual = { means: [], counts: [], fresh: [] };
    const seen = { pricesVersion: '1', at: now(), usdPerHour, usual, month: { of: '2026-11', usd: 0, hours: 0 } };
    await stage.world.ports.ledger.keepGuardSeen(account, { scopes: { '': seen } });
  }
});

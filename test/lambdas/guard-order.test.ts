import { beforeEach, describe, expect, test, vi } from 'vitest';
import { guardOrderEvent } from '../../lambdas/guard-order.contract.ts';
import { orderOnce } from '../../lambdas/guard-order.ts';
import { readRequest } from '../../lib/adapters/slack/request.ts';
import { guardClickValue } from '../../lib/core/guard-click.ts';
import { hostileTexts } from '../adapters/slack/hostile.ts';
import { aClick, payloadBody } from '../adapters/slack/payloads.ts';
import { aRunawayInSlack } from '../fakes/guard-slack-stage.ts';
import type { GuardedAccountFake } from '../fakes/guarded-account.ts';
import { idOf, type Stage, textOf } from '../fakes/slack-stage.ts';
import { account } from '../fakes/world.ts';

// A logger reads its level when it is made.
vi.hoisted(() => {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
});

const value = guardClickValue({ account: '222222222222', at: 1, environment: 'pr <1>' });
const actions = [{ ...aClick.actions[0], action_id: 'guard-stop', value }];
const incoming = readRequest(Buffer.from(payloadBody({ ...aClick, actions })));
if (incoming.kind !== 'request') throw new Error(JSON.stringify(incoming));
const { request } = incoming;
const order = { kind: 'stop', account: '222222222222', environment: 'pr <1>', by: 'U0ADA000001' };

describe('the contract between the worker and the function of the guard', () => {
  test.each(['pr-1', ...hostileTexts])('what is handed over arrives as it was: %.20s', (environment) => {
    const event = { request, order: { ...order, environment } };
    expect(guardOrderEvent.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });

  test('a release names no environment', () => {
    const event = { request, order: { kind: 'release', account: order.account, by: order.by } };
    expect(guardOrderEvent.parse(event)).toEqual(event);
  });

  test.each([
    ['nothing to do', { request, order: {} }],
    ['something that the guard does not do', { request, order: { ...order, kind: 'delete' } }],
    ['no account', { request, order: { ...order, account: 'shop' } }],
    ['nobody who asked', { order, request: { ...request, ask: { ...request.ask, person: '' } } }],
  ])('%s is not accepted', (_, wrong) => {
    expect(guardOrderEvent.safeParse(wrong).success).toBe(false);
  });
});

describe('an order', () => {
  let stage: Stage;
  let fake: GuardedAccountFake;
  let told: string[];
  /** What Slack answers to the next messages in place of taking them. */
  let refusals: (string | undefined)[];

  beforeEach(async () => {
    ({ stage, fake } = await aRunawayInSlack());
    told = [];
    refusals = [];
  });

  const freeze = guardOrderEvent.parse({
    request: { ...request, ask: { ...request.ask, person: idOf('ada') } },
    order: { kind: 'freeze', account, by: idOf('ada') },
  });
  const deliver = (event = freeze) =>
    orderOnce(event, {
      policy: stage.policy,
      ports: { ...stage.world.ports, directory: stage.workspace },
      tell: async (answer) => {
        const why = refusals.shift();
        if (why !== undefined) throw new Error(why);
        told.push(textOf(answer));
        return 'there';
      },
    });
  const frozenHow = () => [stage.world.organization.frozen.size, fake.groups['web']?.max];

  test('is carried out once, and the second delivery says and does nothing', async () => {
    expect(await deliver()).toEqual({ reached: 'there' });
    expect(told).toEqual([expect.stringMatching(/is being frozen/), expect.stringMatching(/Creations are denied/)]);
    expect(frozenHow()).toEqual([1, 2]);
    // Somebody gives it more room, which a second freeze would take again.
    fake.groups['web'] = { min: 1, desired: 2, max: 9 };
    const inChannel = stage.world.guarded.length;
    expect(await deliver()).toEqual({ reached: 'nothing to say' });
    expect([told.length, stage.world.guarded.length, fake.groups['web'].max]).toEqual([2, inChannel, 9]);
  });

  test('whose end could not be told is tried again: it is done once, and then told how it stands', async () => {
    refusals = [undefined, 'Slack answers 503'];
    await expect(deliver()).rejects.toThrow('Slack answers 503');
    expect(frozenHow()).toEqual([1, 2]);
    expect(await deliver()).toEqual({ reached: 'there' });
    expect(told).toEqual([expect.stringMatching(/is being frozen/), expect.stringMatching(/Nothing was changed\./)]);
    expect(await deliver()).toEqual({ reached: 'nothing to say' });
  });

  test('is of the person who asked in Slack, whoever it says that it is by', async () => {
    const { request: asked, order: ordered } = freeze;
    const forged = { request: { ...asked, ask: { ...asked.ask, person: idOf('dan') } }, order: ordered };
    await deliver(forged);
    expect(told).toEqual(['Only @platform may freeze an account.']);
    expect(frozenHow()).toEqual([0, 9]);
  });
});

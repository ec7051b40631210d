import { describe, expect, test } from 'vitest';
import { guardOrderEvent } from '../../lambdas/guard-order.contract.ts';
import { readRequest } from '../../lib/adapters/slack/request.ts';
import { guardClickValue } from '../../lib/core/guard-click.ts';
import { hostileTexts } from '../adapters/slack/hostile.ts';
import { aClick, payloadBody } from '../adapters/slack/payloads.ts';

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

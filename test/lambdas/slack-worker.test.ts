import { describe, expect, test } from 'vitest';
import { slackWorkerEvent } from '../../lambdas/slack-worker.contract.ts';
import { readRequest } from '../../lib/adapters/slack/request.ts';
import { buttonActions } from '../../lib/core/ask.ts';
import { aClick, aForm, commandBody, payloadBody } from '../adapters/slack/payloads.ts';

/** What the endpoint hands over of a body, as it is after its way through Lambda. */
function handedOver(body: string): unknown {
  const incoming = readRequest(Buffer.from(body));
  if (incoming.kind !== 'request') throw new Error(JSON.stringify(incoming));
  return JSON.parse(JSON.stringify(incoming.request));
}

describe('the contract between endpoint and worker', () => {
  const clicks = buttonActions.map((action_id) => ({ ...aClick, actions: [{ ...aClick.actions[0], action_id }] }));
  const { channel: _, message: __, container: ___, ...somewhere } = aClick;
  const bodies = [
    commandBody('extend pr-102 2d'),
    commandBody('', { response_url: undefined, trigger_id: undefined, channel_id: undefined }),
    ...[...clicks, somewhere, aForm].map(payloadBody),
  ];

  test.each(bodies)('whatever is read arrives as it was read: %s', (body) => {
    const handed = handedOver(body);
    expect(slackWorkerEvent.parse(handed)).toEqual(handed);
  });

  const whole = handedOver(commandBody('list')) as { ask: object; reply: object };
  test.each([
    ['nothing', {}],
    ['nobody', { ...whole, ask: { ...whole.ask, person: '' } }],
    ['a request without a key', { ...whole, ask: { ...whole.ask, key: undefined } }],
    [
      'a button that there is none of',
      { ...whole, ask: { ...whole.ask, from: { kind: 'click', action: 'x', value: '' } } },
    ],
    ['a way of asking that there is none of', { ...whole, ask: { ...whole.ask, from: { kind: 'voice', text: '' } } }],
  ])('%s is not accepted', (_name, event) => {
    expect(slackWorkerEvent.safeParse(event).success).toBe(false);
  });
});

import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../lib/adapters/clock.ts';
import { slackClient } from '../../../lib/adapters/slack/client.ts';
import { reply } from '../../../lib/adapters/slack/reply.ts';
import type { SlackRequest } from '../../../lib/adapters/slack/request.ts';
import type { Answer } from '../../../lib/core/answer.ts';
import type { Ask } from '../../../lib/core/ask.ts';
import type { Notice } from '../../../lib/core/notice.ts';
import { aPolicy, at } from '../../fakes/builders.ts';
import { type SlackServer, slackServer } from './slack-server.ts';

const slackBlock = { team: 'T0123ABCD', channel: '#cloud-costs' };
const around = { policy: aPolicy({ slack: slackBlock }), now: at('2026-11-25T10:00:00Z') };
const done: Answer = { kind: 'text', lines: [['It is done.']] };

const command: Ask['from'] = { kind: 'command', text: 'status' };
const inWarning: Ask['from'] = {
  kind: 'click',
  action: 'extend-1d',
  value: 'notice-1',
  message: { channel: 'D1', ts: '1.1' },
};
const inQuestion: Ask['from'] = { kind: 'click', action: 'confirm', value: 'notice-1' };
const form: Ask['from'] = { kind: 'form', notice: 'notice-1', until: '2026-12-01', reason: 'demo' };

function notice(...names: string[]): Notice {
  const items = names.map((name) => ({
    arn: `arn:aws:sqs:eu-west-1:222222222222:${name}`,
    type: 'sqs:queue',
    account: '222222222222',
    region: 'eu-west-1',
    reason: 'expiring' as const,
  }));
  return { id: 'notice-1', kind: 'warning', at: around.now, environment: 'pr-102', items };
}

interface Given {
  from?: Ask['from'];
  to?: Partial<Record<keyof SlackRequest['reply'], string | undefined>>;
  answer?: Answer;
  prepare?: (slack: SlackServer) => void;
}

/** What Slack got, and how the answer reached the person. */
async function replied({ from = command, to = {}, answer = done, prepare = () => undefined }: Given = {}) {
  const slack = await slackServer();
  slack.always('conversations.open', () => ({ ok: true, channel: { id: 'D0DIRECT0' } }));
  prepare(slack);
  const origin = new URL(slack.apiUrl).origin;
  const places = { responseUrl: `${origin}/response`, channel: 'C0123ABCD', triggerId: '1.1.x', ...to };
  const request = { ask: { key: 'k', person: 'U012AB3CD', team: 'T0123ABCD', from }, reply: places } as SlackRequest;
  const client = async () =>
    slackClient({ token: async () => 'xoxb-test', apiUrl: slack.apiUrl, clock: { ...systemClock } });
  const reached = await reply(answer, { request, around, client, slackApiUrl: slack.apiUrl }).catch(
    ({ message }: Error) => message,
  );
  return { reached, methods: slack.methods(), params: slack.calls.map(({ params }) => params) };
}

function bodyOf(params: readonly Readonly<Record<string, string>>[]): Record<string, unknown> {
  return JSON.parse(params[0]?.['body'] ?? '{}');
}

describe('an answer goes to where Slack said', () => {
  test.each([
    ['a command: in place of its first line', command, true],
    ['a click in what only the person saw: in its place', inQuestion, true],
    ['a click in a warning: beside it, which stays', inWarning, false],
  ])('%s', async (_, from, replaces) => {
    const { reached, methods, params } = await replied({ from });
    expect([reached, methods]).toEqual(['there', ['response']]);
    expect(bodyOf(params)).toMatchObject({
      response_type: 'ephemeral',
      replace_original: replaces,
      text: 'It is done.',
      blocks: [expect.objectContaining({ type: 'section' })],
    });
  });

  test('nothing is said twice about what was answered before', async () => {
    expect(await replied({ answer: { kind: 'nothing' } })).toMatchObject({ reached: 'nothing to say', methods: [] });
  });
});

describe('where that does not work', () => {
  const closed = (slack: SlackServer) => slack.always('response', () => ({ status: 404, body: 'expired_url' }));

  test('an address that is not one of Slack is not used: only the person sees it in the channel', async () => {
    const { reached, methods, params } = await replied({ to: { responseUrl: 'https://example.com/steal' } });
    expect([reached, methods]).toEqual(['ephemeral', ['chat.postEphemeral']]);
    expect(params[0]).toMatchObject({ channel: 'C0123ABCD', user: 'U012AB3CD', text: 'It is done.' });
  });

  test('one that is used up is no end either', async () => {
    expect(await replied({ prepare: closed })).toMatchObject({ reached: 'ephemeral' });
  });

  test('in a channel that Mayfly is not in, the person gets a direct message', async () => {
    const prepare = (slack: SlackServer) => {
      closed(slack);
      slack.always('chat.postEphemeral', () => ({ ok: false, error: 'not_in_channel' }));
    };
    const { reached, methods, params } = await replied({ prepare });
    expect(reached).toBe('direct');
    expect(methods).toEqual(['response', 'chat.postEphemeral', 'conversations.open', 'chat.postMessage']);
    expect(params.at(-1)).toMatchObject({ channel: 'D0DIRECT0', text: 'It is done.' });
  });

  test('a form that was sent has no place of its own: a direct message', async () => {
    const { reached, methods } = await replied({ from: form, to: { responseUrl: undefined, channel: undefined } });
    expect([reached, methods]).toEqual(['direct', ['conversations.open', 'chat.postMessage']]);
  });

  test('all that was tried is in the error, and what to do', async () => {
    const prepare = (slack: SlackServer) => {
      closed(slack);
      slack.always('chat.postEphemeral', () => ({ ok: false, error: 'channel_not_found' }));
      slack.always('conversations.open', () => ({ ok: false, error: 'missing_scope', needed: 'im:write' }));
    };
    const { reached } = await replied({ prepare });
    expect(reached).toMatch(/no way \(there: .*expired_url.*ephemeral: .*channel_not_found.*direct: .*im:write/s);
  });
});

describe('a form', () => {
  const opens = (...names: string[]): Given => ({
    from: inWarning,
    answer: { kind: 'form', notice: notice(...names) },
  });

  test('opens by the trigger of the click, and knows its notice', async () => {
    const { reached, methods, params } = await replied(opens('orders'));
    expect([reached, methods]).toEqual(['form', ['views.open']]);
    expect(params[0]?.['trigger_id']).toBe('1.1.x');
    expect(JSON.parse(params[0]?.['view'] ?? '')).toMatchObject({ callback_id: 'keep', private_metadata: 'notice-1' });
  });

  test.each([
    ['expired_trigger_id', ['orders'], 'it came too late', '/ttl keep arn:aws:sqs:eu-west-1:222222222222:orders until'],
    ['exchanged_trigger_id', ['orders', 'mails'], 'it came too late', '/ttl keep pr-102 until'],
    ['invalid_arguments', ['orders'], 'Slack says invalid_arguments', '/ttl keep arn:'],
  ])('that Slack refuses as %s: the command that does the same', async (error, names, why, typed) => {
    const refuse = (slack: SlackServer) => slack.always('views.open', () => ({ ok: false, error }));
    const { reached, params } = await replied({ ...opens(...names), prepare: refuse });
    expect(reached).toBe('there');
    const said = JSON.stringify(JSON.parse(params[1]?.['body'] ?? '{}'));
    expect(said).toContain(why);
    expect(said).toContain(typed);
  });

  test('without a trigger is not tried', async () => {
    const { methods } = await replied({ ...opens('orders'), to: { triggerId: undefined } });
    expect(methods).toEqual(['response']);
  });
});

import { LogLevel, WebClient } from '@slack/web-api';
import { describe, expect, test } from 'vitest';
import type { LocalSlack, LocalSlackSettings } from '../../scripts/local-slack/slack.ts';
import { aSlack } from './stand-in.ts';

async function withClient(settings?: LocalSlackSettings): Promise<{ slack: LocalSlack; client: WebClient }> {
  const slack = await aSlack(settings);
  const options = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, logger };
  return { slack, client: new WebClient(slack.token, options) };
}

/** What the client would print about the faults that the tests are about. */
const logger = {
  ...{ debug: ignore, info: ignore, warn: ignore, error: ignore, setLevel: ignore, setName: ignore },
  getLevel: () => LogLevel.ERROR,
};

function ignore(): void {}

const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });

describe('people', () => {
  test('the token is that of the app, in the team of the workspace', async () => {
    const { slack, client } = await withClient();
    expect(await client.auth.test()).toMatchObject({ user: 'mayfly', team_id: slack.team.id });
    const stranger = new WebClient('xoxb-somebody-else', { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
    await expect(stranger.auth.test()).rejects.toThrow('invalid_auth');
  });

  test.each([
    ['ana', { deleted: false, is_restricted: false, is_stranger: false, is_bot: false, tz: 'Europe/Lisbon' }],
    ['gus', { deleted: false, is_restricted: true, is_stranger: false }],
    ['sam', { is_restricted: false, is_stranger: true, team_id: 'T0OTHERCO1' }],
    ['dora', { deleted: true }],
    ['mayfly', { is_bot: true }],
  ])('%s is known as %j', async (name, about) => {
    const { slack, client } = await withClient();
    const { user } = await client.users.info({ user: slack.idOf(name) });
    expect(user).toMatchObject({ name, ...about });
  });

  test('an e-mail finds who is there, and nobody who has left', async () => {
    const { slack, client } = await withClient();
    const { user } = await client.users.lookupByEmail({ email: 'ben@example.com' });
    expect(user).toMatchObject({ id: slack.idOf('ben'), tz: 'America/New_York' });
    for (const email of ['dora@example.com', 'nobody@example.com']) {
      await expect(client.users.lookupByEmail({ email })).rejects.toThrow('users_not_found');
    }
  });

  test('user groups are listed with their members', async () => {
    const { slack, client } = await withClient();
    const { usergroups = [] } = await client.usergroups.list();
    expect(usergroups.map(({ handle }) => handle)).toEqual(['platform', 'developers']);
    const { users } = await client.usergroups.users.list({ usergroup: usergroups[1]?.id ?? '' });
    expect(users).toEqual(['ana', 'ben', 'chloe'].map(slack.idOf));
    await expect(client.usergroups.users.list({ usergroup: 'S0' })).rejects.toThrow('no_such_subteam');
  });

  test('methods that only read do not see arguments that are sent as JSON', async () => {
    const { slack } = await withClient();
    const response = await fetch(`${slack.apiUrl}users.info`, {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ user: slack.idOf('ana') }),
    });
    expect(await response.json()).toEqual({ ok: false, error: 'user_not_found' });
  });
});

describe('messages', () => {
  test('what is posted, answered in a thread and updated is seen in that order', async () => {
    const { slack, client } = await withClient();
    const channel = slack.channel('cloud-costs');
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'one', blocks: [section('*one*')] });
    await client.chat.postMessage({ channel, text: 'two', thread_ts: ts });
    await client.chat.update({ channel, ts, text: 'one, later', blocks: [section('later')] });
    expect(slack.conversation.happenings.map(({ kind }) => kind)).toEqual(['message', 'message', 'update']);
    expect(slack.conversation.messages()).toMatchObject([
      { ts, text: 'one, later', blocks: [section('later')], earlier: [{ text: 'one', blocks: [section('*one*')] }] },
      { text: 'two', thread: ts },
    ]);
  });

  test('a channel may be called by its name where something is posted, and nowhere else', async () => {
    const { slack, client } = await withClient();
    const posted = await client.chat.postMessage({ channel: '#finance', text: 'x' });
    expect(posted.channel).toBe(slack.channel('finance'));
    await expect(client.chat.postMessage({ channel: '#nowhere', text: 'x' })).rejects.toThrow('channel_not_found');
    await expect(client.conversations.info({ channel: '#finance' })).rejects.toThrow('channel_not_found');
    slack.faults.archived(slack.channel('finance'));
    await expect(client.chat.postMessage({ channel: '#finance', text: 'x' })).rejects.toThrow('is_archived');
  });

  test('a direct message knows whom it is with, opened or written to by id', async () => {
    const { slack, client } = await withClient();
    const opened = await client.conversations.open({ users: slack.idOf('ana') });
    await client.chat.postMessage({ channel: opened.channel?.id ?? '', text: 'hello Ana' });
    await client.chat.postMessage({ channel: slack.idOf('ben'), text: 'hello Ben' });
    const readers = slack.conversation.messages().map(({ channel }) => slack.place(channel).with);
    expect(readers).toEqual(['ana', 'ben'].map(slack.idOf));
  });

  test('who has left or is a bot gets no direct message', async () => {
    const { slack, client } = await withClient();
    await expect(client.conversations.open({ users: slack.idOf('dora') })).rejects.toThrow('user_disabled');
    await expect(client.conversations.open({ users: slack.idOf('mayfly') })).rejects.toThrow('cannot_dm_bot');
  });

  test('an ephemeral message is for one person, and a deleted one is gone', async () => {
    const { slack, client } = await withClient();
    const channel = slack.channel('cloud-costs');
    await client.chat.postEphemeral({ channel, user: slack.idOf('ben'), text: 'only you' });
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'a slip' });
    await client.chat.delete({ channel, ts });
    expect(slack.conversation.messages()).toMatchObject([{ text: 'only you', onlyFor: slack.idOf('ben') }]);
  });

  test('a file is shared in a thread with what it says', async () => {
    const { slack, client } = await withClient();
    const channel = slack.channel('cloud-costs');
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'report' });
    const content = 'account,type\n1,ec2:instance\n';
    await client.filesUploadV2({ channel_id: channel, thread_ts: ts, filename: 'sweep.csv', content });
    expect(slack.conversation.messages()).toMatchObject([
      { text: 'report' },
      { thread: ts, files: [{ name: 'sweep.csv', content }] },
    ]);
  });

  test.each([
    ['more than fifty blocks', Array.from({ length: 51 }, () => section('a')), 'blocks: 51, and Slack takes 50'],
    ['a text that is too long', [section('a'.repeat(3001))], '3001, and Slack takes 3000'],
    ['a block that is none', [{ type: 'nonsense' }], 'nonsense is no block'],
  ])('%s is refused, and nobody sees it', async (_, blocks, why) => {
    const { slack, client } = await withClient();
    const channel = slack.channel('cloud-costs');
    await expect(client.chat.postMessage({ channel, text: 'x', blocks: blocks as never })).rejects.toMatchObject({
      data: { error: 'invalid_blocks', response_metadata: { messages: [expect.stringContaining(why)] } },
    });
    expect(slack.conversation.messages()).toEqual([]);
  });
});

describe('faults', () => {
  test('slow down: so many calls of one method are refused, with the time to wait', async () => {
    const { slack, client } = await withClient();
    slack.faults.throttle({ method: 'chat.postMessage', times: 2, retryAfter: 7 });
    const say = () => client.chat.postMessage({ channel: slack.channel('finance'), text: 'x' });
    await expect(say()).rejects.toMatchObject({ retryAfter: 7 });
    await client.auth.test();
    await expect(say()).rejects.toMatchObject({ retryAfter: 7 });
    await say();
    expect(slack.calls.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'chat.postMessage 429',
      'auth.test 200',
      'chat.postMessage 429',
      'chat.postMessage 200',
    ]);
  });

  test('the client waits as long as it is told and tries again', async () => {
    const { slack } = await withClient();
    const patient = new WebClient(slack.token, { slackApiUrl: slack.apiUrl, logger });
    slack.faults.throttle({ times: 1, retryAfter: 1 });
    await patient.chat.postMessage({ channel: slack.channel('finance'), text: 'at last' });
    expect(slack.calls.map(({ status }) => status)).toEqual([429, 200]);
    expect((slack.calls[1]?.at ?? 0) - (slack.calls[0]?.at ?? 0)).toBeGreaterThanOrEqual(900);
  });

  test.each([
    ['archived', 'is_archived'],
    ['notInChannel', 'not_in_channel'],
  ] as const)('a channel that is %s answers %s, the others work', async (fault, error) => {
    const { slack, client } = await withClient();
    const end = slack.faults[fault](slack.channel('cloud-costs'));
    const say = (name: 'cloud-costs' | 'finance') =>
      client.chat.postMessage({ channel: slack.channel(name), text: 'x' });
    await expect(say('cloud-costs')).rejects.toThrow(error);
    await say('finance');
    end();
    await say('cloud-costs');
  });

  test('a missing permission is named, whether it was never given or taken away', async () => {
    const { slack, client } = await withClient({ scopes: ['chat:write', 'users:read'] });
    await expect(client.usergroups.list()).rejects.toMatchObject({
      data: { error: 'missing_scope', needed: 'usergroups:read' },
    });
    slack.faults.withoutScope('chat:write');
    const refused = client.chat.postMessage({ channel: slack.channel('finance'), text: 'x' });
    await expect(refused).rejects.toMatchObject({ data: { error: 'missing_scope', needed: 'chat:write' } });
  });

  test('down: nothing answers, until it does again', async () => {
    const { slack, client } = await withClient();
    const up = slack.faults.down();
    await expect(client.auth.test()).rejects.toThrow();
    up();
    await client.auth.test();
  });

  test('one method can fail with any error of Slack', async () => {
    const { slack, client } = await withClient();
    slack.faults.failing('chat.update', 'message_not_found');
    await expect(client.chat.update({ channel: 'C1', ts: '1.1', text: 'x' })).rejects.toThrow('message_not_found');
  });
});

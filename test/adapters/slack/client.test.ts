import { describe, expect, test } from 'vitest';
import { type SlackClientSettings, slackClient } from '../../../lib/adapters/slack/client.ts';
import { newPace } from '../../../lib/adapters/slack/pace.ts';
import { passes, slackError, slackProblem } from '../../../lib/adapters/slack/slack-problem.ts';
import { at } from '../../fakes/builders.ts';
import { hurriedClock } from '../../fakes/clocks.ts';
import { nobodyThere, type SlackServer, slackServer } from './slack-server.ts';

const second = 1000;
const start = at('2026-11-25T12:00Z');
const post = { channel: 'C1', text: 'a' };

/** Time passes only while the client sleeps. */
async function withServer(settings: Partial<SlackClientSettings> = {}) {
  const server = await slackServer();
  const clock = hurriedClock(start);
  const client = slackClient({ token: async () => 'xoxb-1', apiUrl: server.apiUrl, clock, ...settings });
  return { server, clock, client, passed: () => clock.now() - start };
}

async function failureOf(doing: Promise<unknown>): Promise<Error> {
  return doing.then(
    () => expect.fail('it did not fail'),
    (error: Error) => error,
  );
}

describe('what Slack refuses as too much', () => {
  test('is sent again, once Slack says so', async () => {
    const { server, client, passed } = await withServer();
    server.next('chat.postMessage', { status: 429, retryAfter: '7' }, { status: 429, retryAfter: '3' });
    server.always('chat.postMessage', () => ({ ok: true, ts: '1.2' }));
    expect(await client.chat.postMessage(post)).toMatchObject({ ok: true, ts: '1.2' });
    expect(server.methods()).toEqual(['chat.postMessage', 'chat.postMessage', 'chat.postMessage']);
    expect(server.calls.map(({ params }) => params['text'])).toEqual(['a', 'a', 'a']);
    expect(passed()).toBe(10 * second);
  });

  test('is given up where Slack asks for more than the patience', async () => {
    const { server, client, passed } = await withServer({ patience: 20 * second });
    server.always('users.info', () => ({ status: 429, retryAfter: '21' }));
    const error = await failureOf(client.users.info({ user: 'U1' }));
    expect(slackProblem(error)).toMatch(/more patience than there is time/);
    expect([slackError(error), passes(error)]).toEqual(['ratelimited', true]);
    expect([server.calls.length, passed()]).toEqual([1, 0]);
    // Slack said how long: nobody asks before.
    await failureOf(client.users.info({ user: 'U2' }));
    expect(server.calls.length).toBe(1);
  });

  test('is given up where there is no time left, whatever the patience', async () => {
    const { server, client } = await withServer({ stopAt: start + 2 * second });
    server.always('users.info', () => ({ status: 429, retryAfter: '3' }));
    expect(slackError(await failureOf(client.users.info({ user: 'U1' })))).toBe('ratelimited');
  });

  test.each(['', 'soon'])('without a time that can be read (%j) it waits for half a minute', async (retryAfter) => {
    const { server, client, passed } = await withServer();
    server.next('users.info', { status: 429, ...(retryAfter && { retryAfter }) });
    await client.users.info({ user: 'U1' });
    expect(passed()).toBe(30 * second);
  });
});

describe('pace', () => {
  test('one message a second into each channel, in all clients of a clock', async () => {
    const { server, client, clock, passed } = await withServer();
    const other = slackClient({ token: async () => 'xoxb-1', apiUrl: server.apiUrl, clock });
    await Promise.all([client.chat.postMessage(post), client.chat.postMessage({ ...post, channel: 'C2' })]);
    expect(passed()).toBe(0);
    await client.chat.postMessage(post);
    expect(passed()).toBe(second);
    await other.chat.postMessage(post);
    expect(passed()).toBe(2 * second);
  });

  test('no more of a method within a minute than its tier takes', () => {
    const pace = newPace();
    const latest = Number.POSITIVE_INFINITY;
    const booked = Array.from({ length: 120 }, () => pace.book({ method: 'users.lookupByEmail' }, start, latest) ?? 0);
    const within = (from: number) => booked.filter((one) => one >= from && one < from + 60 * second).length;
    expect(Math.max(...booked.map(within))).toBe(50);
    expect(booked.at(-1)).toBe(start + 120 * second);
    expect(pace.book({ method: 'users.lookupByEmail' }, start, start + 60 * second)).toBeUndefined();
    expect(pace.book({ method: 'auth.test' }, start, start)).toBe(start);
  });

  test('a call that did not get its turn takes nobody else’s', () => {
    const pace = newPace();
    const call = { method: 'chat.postMessage', channel: 'C1' };
    expect(pace.book(call, start, start)).toBe(start);
    expect(pace.book(call, start, start + 500)).toBeUndefined();
    expect(pace.book(call, start, start + 5000)).toBe(start + 1000);
  });
});

describe('where Slack is not reached', () => {
  test.each<[string, Parameters<SlackServer['next']>, number]>([
    ['a cut connection', ['chat.postMessage', 'cut', 'cut'], 2000],
    ['a broken gateway', ['chat.postMessage', { status: 502 }, { status: 503, body: 'busy' }], 2000],
    ['a read that hangs', ['users.info', 'silence', 'silence'], 1500],
  ])(
    '%s: two more tries, further and further apart, in the pace of a channel',
    async (_, [method, ...answers], pause) => {
      const { server, client, passed } = await withServer({ timeout: 100 });
      server.next(method, ...answers);
      await client.apiCall(method, post);
      expect(server.methods()).toEqual([method, method, method]);
      expect(passed()).toBe(pause);
    },
  );

  test('three failures are a failure, in words', async () => {
    const { server, client } = await withServer();
    server.always('users.info', () => 'cut');
    const error = await failureOf(client.users.info({ user: 'U1' }));
    expect(slackProblem(error)).toMatch(/^Slack can't be reached \(.+\); the next sweep tries again$/);
    expect([server.calls.length, passes(error)]).toEqual([3, true]);
  });

  test('a message that was not answered in time is not posted twice', async () => {
    const { server, client } = await withServer({ timeout: 100 });
    server.always('chat.postMessage', () => 'silence');
    const error = await failureOf(client.chat.postMessage(post));
    expect(slackProblem(error)).toMatch(/whether it took this is not known/);
    expect([server.calls.length, passes(error)]).toEqual([1, true]);
  });

  test('nothing listens there', async () => {
    const { client } = await withServer({ apiUrl: await nobodyThere() });
    expect(slackProblem(await failureOf(client.users.info({ user: 'U1' })))).toMatch(/\(ECONNREFUSED\)/);
  });

  test('a page of a proxy is no answer of Slack', async () => {
    const { server, client } = await withServer();
    server.always('users.info', () => ({ status: 403, body: '<html>' }));
    expect(slackProblem(await failureOf(client.users.info({ user: 'U1' })))).toMatch(/HTTP 403/);
  });
});

describe('the token', () => {
  test('is asked for at each call, and stands in the header only', async () => {
    const tokens = ['xoxb-old', 'xoxb-new'];
    const { server, client } = await withServer({ token: async () => tokens.shift() ?? '' });
    await client.users.info({ user: 'U1' });
    await client.users.info({ user: 'U1' });
    expect(server.calls.map(({ authorization }) => authorization)).toEqual(['Bearer xoxb-old', 'Bearer xoxb-new']);
    expect(JSON.stringify(server.calls.map(({ params }) => params))).not.toContain('xoxb');
  });

  test('that is missing is told as it is', async () => {
    const { server, client } = await withServer({
      token: () => Promise.reject(new Error('the bot token of Slack is not set up yet')),
    });
    const error = await failureOf(client.users.info({ user: 'U1' }));
    expect(slackProblem(error)).toBe('the bot token of Slack is not set up yet');
    expect([server.calls.length, passes(error)]).toEqual([0, false]);
  });

  test('does not go where a file goes', async () => {
    const { server, client } = await withServer();
    const upload = server.apiUrl.replace('/api/', '/upload');
    server.always('files.getUploadURLExternal', () => ({ ok: true, upload_url: upload, file_id: 'F1' }));
    server.always('files.completeUploadExternal', () => ({ ok: true, files: [{ id: 'F1' }] }));
    await client.filesUploadV2({ channel_id: 'C1', thread_ts: '1.2', filename: 'a.csv', content: 'a,b' });
    const [begun, sent, completed] = server.calls;
    expect([begun?.method, begun?.params['length'], completed?.params['thread_ts']]).toEqual([
      'files.getUploadURLExternal',
      '3',
      '1.2',
    ]);
    expect([sent?.method, sent?.authorization]).toEqual(['upload', undefined]);
    expect(sent?.params['body']).toContain('a,b');
  });
});

describe('what Slack says becomes words', () => {
  test.each([
    ['not_in_channel', {}, /\/invite @Mayfly/, false],
    ['channel_not_found', {}, /slack block of the policy.*\/invite @Mayfly/, false],
    ['is_archived', {}, /archived/, false],
    ['missing_scope', { needed: 'im:write' }, /the scope im:write/, false],
    ['invalid_auth', {}, /\/mayfly\/slack\/bot-token/, false],
    ['token_revoked', {}, /\/mayfly\/slack\/bot-token/, false],
    ['account_inactive', {}, /\/mayfly\/slack\/bot-token/, false],
    ['user_disabled', {}, /has left/, false],
    ['ratelimited', {}, /patience/, true],
    ['internal_error', {}, /trouble of Slack itself/, true],
    ['something\u202e_new', {}, /^Slack says something_new$/, false],
  ])('%s', async (error, more, words, isPassing) => {
    const { server, client } = await withServer();
    server.always('chat.postMessage', () => ({ ok: false, error, ...more }));
    const failure = await failureOf(client.chat.postMessage(post));
    expect(slackProblem(failure)).toMatch(words);
    expect(passes(failure)).toBe(isPassing);
    expect(server.calls.length).toBe(1);
  });
});

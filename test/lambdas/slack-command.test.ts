import { describe, expect, test, vi } from 'vitest';
import { handler, type Outside, takeRequest } from '../../lambdas/slack-command.ts';
import { blockLimits } from '../../lib/adapters/slack/block-limits.ts';
import { violationsOf } from '../../lib/adapters/slack/limits.ts';
import type { SlackRequest } from '../../lib/adapters/slack/request.ts';
import { SecretMissing } from '../../lib/adapters/slack/secrets.ts';
import { usages } from '../../lib/core/slash-command.ts';
import { aClick, aForm, commandBody, payloadBody, signedHeaders } from '../adapters/slack/payloads.ts';
import { slackServer } from '../adapters/slack/slack-server.ts';
import { at } from '../fakes/builders.ts';

// A logger reads its level when it is made.
vi.hoisted(() => {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
});

const secret = 'of the test';
const now = at('2026-11-25T10:00:00Z');
const env = {
  SLACK_COMMAND: '/ttl',
  TIME_ZONE: 'Europe/Berlin',
  WORKER: 'mayfly-slack-worker',
  AWS_REGION: 'eu-west-1',
};

/** What the function is given, and what it handed over. */
function outside(overrides: Partial<Outside> = {}): Outside & { handed: SlackRequest[] } {
  const handed: SlackRequest[] = [];
  return {
    secrets: { signingSecret: async () => secret },
    handOver: async (request) => void handed.push(request),
    now: () => now,
    handed,
    ...overrides,
  };
}

interface Sent {
  body: string;
  headers?: Record<string, string>;
  base64?: boolean;
}

function eventOf({ body, headers = signedHeaders(body, secret, now / 1000), base64 = false }: Sent) {
  return {
    headers,
    rawQueryString: '',
    body: base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: base64,
  };
}

async function post(sent: Sent, out = outside(), environment: typeof env & { SLACK_API_URL?: string } = env) {
  const { statusCode, body, headers } = await takeRequest(eventOf(sent), environment, out);
  return { statusCode, body, type: headers['content-type'], handed: out.handed };
}

const nothing = { statusCode: 200, body: '' };

describe('what Slack signed', () => {
  test.each([true, false])('a command is handed over and answered at once, in base64: %s', async (base64) => {
    const { statusCode, body, type, handed } = await post({ body: commandBody('extend pr-102 2d'), base64 });
    expect([statusCode, type]).toEqual([200, 'application/json; charset=utf-8']);
    expect(JSON.parse(body)).toEqual({ response_type: 'ephemeral', text: 'Mayfly is on it…' });
    expect(handed).toMatchObject([{ ask: { from: { kind: 'command', text: 'extend pr-102 2d' } } }]);
  });

  test.each(['', '   ', 'help', 'HELP me', '?', '"help"'])('"%s" is answered with the help at once', async (text) => {
    const mayfly = { ...env, SLACK_COMMAND: '/mayfly' };
    const { statusCode, body, handed } = await post({ body: commandBody(text) }, outside(), mayfly);
    const answered = JSON.parse(body);
    expect([statusCode, handed, answered.response_type]).toEqual([200, [], 'ephemeral']);
    for (const usage of Object.values(usages)) expect(JSON.stringify(answered.blocks)).toContain(`/mayfly ${usage}`);
    expect(violationsOf(answered)).toEqual([]);
  });

  test('a click is handed over and answered with nothing, which is what Slack wants', async () => {
    const { handed, ...answer } = await post({ body: payloadBody(aClick) });
    expect(answer).toMatchObject(nothing);
    expect(handed).toMatchObject([{ ask: { from: { kind: 'click', action: 'extend-1d' } } }]);
  });

  test('a click in the longest message that Mayfly sends, in the script that takes most bytes', async () => {
    const { allText, messageBlocks } = blockLimits;
    const text = '期'.repeat(Math.floor(allText / messageBlocks));
    const blocks = Array.from({ length: messageBlocks }, (_, index) => ({
      type: 'section',
      block_id: `block-${index}`,
      text: { type: 'mrkdwn', text, verbatim: false },
      accessory: { ...aClick.actions[0], block_id: undefined },
    }));
    const body = payloadBody({ ...aClick, message: { ...aClick.message, text: '期'.repeat(4_000), blocks } });
    expect(body.length).toBeGreaterThan(128 * 1024);
    expect(await post({ body, base64: true })).toMatchObject(nothing);
  });

  test('a form is handed over, and closes', async () => {
    const { handed, ...answer } = await post({ body: payloadBody(aForm) });
    expect(answer).toMatchObject(nothing);
    expect(handed).toMatchObject([{ ask: { from: { kind: 'form', until: '2026-12-01' } } }]);
  });

  test.each([
    ['no date', null, 'demo', { until: 'Choose the day until which it is kept.' }],
    ['yesterday', '2026-11-24', 'demo', { until: 'This day has passed. Choose one that comes.' }],
    ['no reason', '2026-12-01', '   ', { reason: 'Say in a few words why it is kept.' }],
    ['nothing', null, null, { until: expect.any(String), reason: expect.any(String) }],
  ])('a form with %s stays open and says what is missing', async (_, selected_date, value, errors) => {
    const values = { until: { until: { selected_date } }, reason: { reason: { value } } };
    const form = { ...aForm, view: { ...aForm.view, state: { values } } };
    const { statusCode, body, handed } = await post({ body: payloadBody(form) });
    expect([statusCode, JSON.parse(body), handed]).toEqual([200, { response_action: 'errors', errors }, []]);
  });

  test('today lasts to its end in the zone of the policy', async () => {
    const form = (selected_date: string) => {
      const values = { until: { until: { selected_date } }, reason: { reason: { value: 'demo' } } };
      return { body: payloadBody({ ...aForm, view: { ...aForm.view, state: { values } } }) };
    };
    const late = outside({ now: () => at('2026-11-25T22:59:00Z') });
    const headers = (body: string) => signedHeaders(body, secret, at('2026-11-25T22:59:00Z') / 1000);
    const sent = form('2026-11-25');
    expect((await post({ ...sent, headers: headers(sent.body) }, late)).body).toBe('');
    const elsewhere = { ...env, TIME_ZONE: 'Asia/Tokyo' };
    expect((await post({ ...sent, headers: headers(sent.body) }, late, elsewhere)).body).toContain('has passed');
  });

  test('what Mayfly does not act on is acknowledged', async () => {
    const { handed, ...answer } = await post({ body: payloadBody({ ...aClick, type: 'shortcut' }) });
    expect([answer, handed]).toMatchObject([nothing, []]);
  });

  test('what can not be read is an error of one sentence', async () => {
    const answer = await post({ body: commandBody('list', { user_id: undefined }) });
    expect(answer).toMatchObject({ statusCode: 400, body: 'Mayfly does not understand this request.\n', handed: [] });
  });

  test('a look at the certificate is answered, signed or not', async () => {
    const answer = await post({ body: 'ssl_check=1&token=x', headers: {} });
    expect(answer).toMatchObject({ ...nothing, handed: [] });
    const asked = { headers: {}, rawQueryString: 'ssl_check=1&token=x', isBase64Encoded: false };
    expect(await takeRequest(asked, env, outside())).toMatchObject(nothing);
    expect(await takeRequest({ ...asked, rawQueryString: '' }, env, outside())).toMatchObject({ statusCode: 401 });
  });
});

describe('what Slack did not sign', () => {
  const body = commandBody('let-go pr-102');
  const seconds = now / 1000;
  const right = signedHeaders(body, secret, seconds);

  test.each([
    ['without headers', {}],
    ['with the signature of another body', signedHeaders(commandBody('list'), secret, seconds)],
    ['with the signature of another secret', signedHeaders(body, 'guessed', seconds)],
    ['recorded six minutes ago', signedHeaders(body, secret, seconds - 360)],
    ['made for in two minutes', signedHeaders(body, secret, seconds + 120)],
    ['with another time', { ...right, 'x-slack-request-timestamp': String(seconds - 1) }],
  ])('%s: refused in the same words, and nothing is done', async (_, headers) => {
    const answer = await post({ body, headers });
    expect(answer).toMatchObject({
      statusCode: 401,
      body: 'Slack did not sign this, or not just now.\n',
      type: 'text/plain; charset=utf-8',
      handed: [],
    });
  });

  test('1 MB is not even looked at', async () => {
    const large = commandBody('x'.repeat(1_000_000));
    const signingSecret = vi.fn(async () => secret);
    const answer = await post({ body: large, base64: true }, outside({ secrets: { signingSecret } }));
    expect(answer).toMatchObject({ statusCode: 413, handed: [] });
    expect(signingSecret).not.toHaveBeenCalled();
  });
});

describe('what is not set up', () => {
  test('without a slack block', async () => {
    const answer = await post({ body: commandBody('list') }, outside(), { ...env, SLACK_COMMAND: '' });
    expect(answer).toMatchObject({ statusCode: 503, body: expect.stringContaining('no slack block'), handed: [] });
  });

  test('without the signing secret, and it says where that belongs', async () => {
    const missing = new SecretMissing('put it into /mayfly/slack/signing-secret');
    const answer = await post(
      { body: commandBody('list') },
      outside({ secrets: { signingSecret: async () => Promise.reject(missing) } }),
    );
    expect(answer).toMatchObject({
      statusCode: 503,
      body: 'Mayfly is not ready: put it into /mayfly/slack/signing-secret.\n',
      handed: [],
    });
  });

  test('what AWS said about a secret that can not be read stays in the log', async () => {
    const denied = new Error('arn:aws:sts::111111111111:assumed-role/mayfly-hub-slack is not authorized');
    const answer = await post(
      { body: commandBody('list') },
      outside({ secrets: { signingSecret: async () => Promise.reject(denied) } }),
    );
    expect(answer).toMatchObject({ statusCode: 503, handed: [] });
    expect(answer.body).toBe('Mayfly can not check just now who asks. Try again in a minute.\n');
  });
});

describe('where the worker can not be called', () => {
  const broken = () => outside({ handOver: async () => Promise.reject(new Error('TooManyRequestsException')) });

  test('who typed a command is told to try again', async () => {
    const { statusCode, body } = await post({ body: commandBody('extend pr-102 2d') }, broken());
    expect([statusCode, JSON.parse(body)]).toEqual([
      200,
      { response_type: 'ephemeral', text: 'Mayfly could not take this up. Try again in a minute.' },
    ]);
  });

  test('a form stays open, so that nothing that was typed is lost', async () => {
    const { body } = await post({ body: payloadBody(aForm) }, broken());
    expect(JSON.parse(body)).toEqual({
      response_action: 'errors',
      errors: { reason: 'Mayfly could not take this up. Try again in a minute.' },
    });
  });

  test('who clicked is told where Slack said, because Slack shows no answer to a click', async () => {
    const { apiUrl, calls } = await slackServer();
    const click = { ...aClick, response_url: `${apiUrl}response` };
    const answer = await post({ body: payloadBody(click) }, broken(), { ...env, SLACK_API_URL: apiUrl });
    expect(answer).toMatchObject(nothing);
    expect(calls.map(({ params }) => JSON.parse(params['body'] ?? ''))).toEqual([
      { response_type: 'ephemeral', text: expect.stringContaining('Try again'), replace_original: false },
    ]);
  });

  test('but never at an address that is not one of Slack', async () => {
    const { apiUrl, calls } = await slackServer();
    const answer = await post({ body: payloadBody({ ...aClick, response_url: apiUrl }) }, broken());
    expect([answer, calls]).toMatchObject([nothing, []]);
  });
});

test('the whole function refuses by its own environment, before it asks AWS for anything', async () => {
  for (const [name, value] of Object.entries({ ...env, SLACK_COMMAND: '' })) vi.stubEnv(name, value);
  const answered = await handler(eventOf({ body: commandBody('list') }), {
    getRemainingTimeInMillis: () => 9_000,
  } as never);
  expect(answered).toMatchObject({ statusCode: 503, body: expect.stringContaining('no slack block') });
});

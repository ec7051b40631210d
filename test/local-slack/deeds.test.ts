import { expect, test, vi } from 'vitest';
import type { Message } from '../../scripts/local-slack/conversation.ts';
import type { LocalSlack } from '../../scripts/local-slack/slack.ts';
import { aSlack, call, standInFor } from './stand-in.ts';

const plainText = (text: string) => ({ type: 'plain_text', text });

const button = (action_id: string, value: string, label: string) => ({
  ...{ type: 'button', action_id, value },
  text: plainText(label),
});
const section = (text: string, accessory: object) => ({ type: 'section', text: plainText(text), accessory });

const blocks = [
  { type: 'actions', block_id: 'choices', elements: [button('extend-1d', 'notice-1', '+1 day')] },
  section('or', button('choose', 'extend a 1d', 'the first')),
  section('or', button('choose', 'extend b 1d', 'the second')),
];

const keepForm = {
  type: 'modal',
  callback_id: 'keep',
  private_metadata: 'notice-1',
  title: plainText('Keep'),
  submit: plainText('Keep'),
  blocks: [
    {
      type: 'input',
      block_id: 'until',
      label: plainText('Until'),
      element: { type: 'datepicker', action_id: 'until' },
    },
    {
      type: 'input',
      block_id: 'reason',
      label: plainText('Why'),
      element: { type: 'plain_text_input', action_id: 'reason' },
    },
  ],
};

async function aWarning(slack: LocalSlack): Promise<Message> {
  await call(slack, 'chat.postMessage', { channel: slack.idOf('ben'), text: 'soon', blocks });
  const message = slack.conversation.messages().at(-1);
  if (message === undefined) throw new Error('nobody was warned');
  return message;
}

test('a command comes signed, with the person, the team and a place to answer to', async () => {
  const slack = await aSlack();
  const taken = await standInFor(slack);
  await slack.command('ben', 'extend pr-102 2d');
  expect(taken).toMatchObject([
    {
      doubt: undefined,
      incoming: {
        kind: 'request',
        request: {
          ask: { person: slack.idOf('ben'), team: slack.team.id, from: { kind: 'command', text: 'extend pr-102 2d' } },
          reply: { channel: slack.channel('cloud-costs'), responseUrl: expect.stringContaining('/commands/') },
        },
      },
    },
  ]);
});

test('somebody of another company comes with the team of that company', async () => {
  const slack = await aSlack();
  const [taken] = await takenFrom(slack, () => slack.command('sam', 'list'));
  expect(taken?.incoming).toMatchObject({ request: { ask: { team: 'T0OTHERCO1' } } });
});

test('a click names the button, its value and the message that it is under', async () => {
  const slack = await aSlack();
  const message = await aWarning(slack);
  const { channel, ts } = message;
  const [first, second] = await takenFrom(slack, async () => {
    await slack.click('ben', message, 'extend-1d');
    await slack.click('ben', message, 'choose', 'the second');
  });
  const from = { kind: 'click', action: 'extend-1d', value: 'notice-1', message: { channel, ts } };
  expect(first).toMatchObject({ doubt: undefined, incoming: { request: { ask: { from }, reply: { channel } } } });
  expect(second?.incoming).toMatchObject({ request: { ask: { from: { action: 'choose', value: 'extend b 1d' } } } });
  await expect(slack.click('ben', message, 'let-go')).rejects.toThrow('it has: extend-1d (+1 day), choose (the first)');
});

test('the very same request can be delivered once more', async () => {
  const slack = await aSlack();
  const taken = await standInFor(slack);
  const done = await slack.command('ben', 'status');
  await done.again();
  const [first, second] = taken.map(({ incoming }) => incoming);
  expect(second).toEqual(first);
});

test('answers to a command are for the person alone, unless they say otherwise, and five are taken', async () => {
  const slack = await aSlack();
  const taken = await standInFor(slack);
  const done = await slack.command('ben', 'list');
  const url = responseUrl(taken[0]?.incoming);
  const statuses: number[] = [];
  for (const type of ['ephemeral', 'in_channel', 'ephemeral', 'ephemeral', 'ephemeral', 'ephemeral']) {
    statuses.push(await answerTo(url, { response_type: type, text: 'an answer' }));
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
  const readers = slack.conversation.messages().map(({ onlyFor }) => onlyFor);
  const ben = slack.idOf('ben');
  expect(readers).toEqual([ben, undefined, ben, ben, ben]);
  expect(await slack.answerTo(done)).toMatchObject({ message: { text: 'an answer', onlyFor: ben } });
});

test('nobody can answer at an address that was not given, or after half an hour', async () => {
  const slack = await aSlack();
  const taken = await standInFor(slack);
  expect(await answerTo(`${new URL(slack.apiUrl).origin}/commands/guessed`, { text: 'x' })).toBe(404);
  await slack.command('ben', 'list');
  const url = responseUrl(taken[0]?.incoming);
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 31 * 60_000);
  expect(await answerTo(url, { text: 'x' })).toBe(404);
  expect(slack.conversation.messages()).toEqual([]);
});

test('a click can have its message replaced', async () => {
  const slack = await aSlack();
  const taken = await standInFor(slack);
  const { channel, ts } = await aWarning(slack);
  const message = slack.conversation.message(channel, ts);
  if (message === undefined) throw new Error('the warning is not there');
  const done = await slack.click('ben', message, 'extend-1d');
  await answerTo(responseUrl(taken[0]?.incoming), { replace_original: true, text: 'extended' });
  expect(await slack.answerTo(done)).toMatchObject({ kind: 'update', message: { ts, text: 'extended', blocks: [] } });
  await expect(slack.click('ben', message, 'extend-1d')).rejects.toThrow('no buttons');
});

test('a command may be answered in the response, and Slack says so where it was answered badly or not', async () => {
  const slack = await aSlack({ patienceMs: 300 });
  const answers = [
    { body: { text: 'at once' } },
    { status: 503 },
    new Promise<object>((end) => setTimeout(end, 600, {})),
  ];
  await standInFor(slack, () => answers.shift() ?? {});
  for (const text of ['quick', 'broken', 'slow']) await slack.command('ben', text);
  const news = slack.conversation.happenings.flatMap((one) =>
    one.kind === 'message' ? one.message.text : one.kind === 'failure' ? one.text : [],
  );
  expect(news).toEqual([
    'at once',
    'The app answered with HTTP 503 (dispatch_failed).',
    expect.stringContaining('The app did not respond (operation_timeout'),
  ]);
});

test('a form opens for a click, once and soon, and is sent with what stands in it', async () => {
  const slack = await aSlack({ triggerMs: 400 });
  const taken = await standInFor(slack, ({ incoming }) =>
    incoming.kind === 'request' && incoming.request.ask.from.kind === 'form' && incoming.request.ask.from.until < '2027'
      ? { body: { response_action: 'errors', errors: { until: 'that is past' } } }
      : {},
  );
  await slack.click('ben', await aWarning(slack), 'extend-1d');
  const trigger = triggerOf(taken[0]?.incoming);
  expect(await call(slack, 'views.open', { trigger_id: trigger, view: keepForm })).toMatchObject({ ok: true });
  const again = await call(slack, 'views.open', { trigger_id: trigger, view: keepForm });
  expect(again).toMatchObject({ ok: false, error: 'exchanged_trigger_id' });

  await expect(slack.submitForm('ana', {})).rejects.toThrow('no form is open before ana');
  await expect(slack.submitForm('ben', { until: '2026-01-01' })).rejects.toThrow(
    'reason of the form must be filled in',
  );
  await expect(slack.submitForm('ben', { when: 'x' })).rejects.toThrow('the form has no field when');
  await slack.submitForm('ben', { until: '2026-01-01', reason: 'a demo' });
  await slack.submitForm('ben', { until: '2027-01-01', reason: 'a demo' });
  await expect(slack.submitForm('ben', { until: '2027-01-01', reason: 'a demo' })).rejects.toThrow('no form is open');
  expect(taken.at(-1)?.incoming).toMatchObject({
    request: { ask: { from: { kind: 'form', notice: 'notice-1', until: '2027-01-01', reason: 'a demo' } } },
  });
  const forms = slack.conversation.happenings.flatMap((one) => (one.kind === 'form' ? [one.form] : []));
  expect(forms.map(({ state, errors }) => [state, errors])).toEqual([
    ['open', {}],
    ['open', { until: 'that is past' }],
    ['sent', {}],
  ]);

  await slack.click('ben', await aWarning(slack), 'extend-1d');
  await new Promise((end) => setTimeout(end, 500));
  const late = await call(slack, 'views.open', { trigger_id: triggerOf(taken.at(-1)?.incoming), view: keepForm });
  expect(late).toMatchObject({ error: 'expired_trigger_id' });
});

test('waiting for what does not come ends, and says for what', async () => {
  const slack = await aSlack();
  const waited = slack.conversation.waitFor(() => undefined, { what: 'a miracle', timeoutMs: 50 });
  await expect(waited).rejects.toThrow('the local Slack waited 0.05 seconds for a miracle');
});

type Incoming = NonNullable<Awaited<ReturnType<typeof standInFor>>[number]>['incoming'];

async function takenFrom(slack: LocalSlack, act: () => Promise<unknown>) {
  const taken = await standInFor(slack);
  await act();
  return taken;
}

function requestOf(incoming: Incoming | undefined) {
  if (incoming?.kind !== 'request') throw new Error(`not a request: ${JSON.stringify(incoming)}`);
  return incoming.request;
}

const responseUrl = (incoming: Incoming | undefined) => requestOf(incoming).reply.responseUrl ?? '';
const triggerOf = (incoming: Incoming | undefined) => requestOf(incoming).reply.triggerId ?? '';

async function answerTo(url: string, answer: object): Promise<number> {
  return (await fetch(url, { method: 'POST', body: JSON.stringify(answer) })).status;
}

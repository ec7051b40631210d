import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Incoming, isSslCheck, readRequest } from '../../../lib/adapters/slack/request.ts';
import { type Ask, buttonActions } from '../../../lib/core/ask.ts';
import { aClick, aForm, commandBody, payloadBody } from './payloads.ts';

const read = (body: string): Incoming => readRequest(Buffer.from(body));

function asked(body: string) {
  const incoming = read(body);
  if (incoming.kind !== 'request') throw new Error(JSON.stringify(incoming));
  return incoming.request;
}

const person = { person: 'U012AB3CD', team: 'T0123ABCD', key: expect.stringMatching(/^[0-9a-f]{64}$/) };

describe('a command', () => {
  test('is what was typed, who typed it and where an answer goes', () => {
    expect(asked(commandBody('extend pr-102 2d'))).toEqual({
      ask: { ...person, from: { kind: 'command', text: 'extend pr-102 2d' } },
      reply: {
        responseUrl: 'https://hooks.slack.com/commands/T0123ABCD/1/secret',
        channel: 'C0123ABCD',
        triggerId: '13345224609.738474920.8088930838d88f008e0',
      },
    });
  });

  test.each([
    ['nothing', ''],
    ['3,000 characters', 'x'.repeat(3_000)],
    ['signs of all kinds', 'keep pr-102 until 2026-12-01 „weil’s “ <!channel> & *so* = 100 % 😀\u0000'],
    ['a plus', 'extend a+b 2d'],
    ['what looks like a field', 'x&ssl_check=1&payload={}'],
  ])('%s arrives as it was typed', (_, text) => {
    expect(asked(commandBody(text)).ask.from).toEqual({ kind: 'command', text });
  });

  test('without text is one with an empty text', () => {
    expect(asked(commandBody('', { text: undefined })).ask.from).toEqual({ kind: 'command', text: '' });
  });
});

describe('a click', () => {
  test.each(buttonActions)('on %s: its notice, and the message that it stands in', (action) => {
    const click = { ...aClick, actions: [{ ...aClick.actions[0], action_id: action }] };
    expect(asked(payloadBody(click))).toEqual({
      ask: {
        ...person,
        from: {
          kind: 'click',
          action,
          value: 'notice-20261124T100000-0a1b2c',
          message: { channel: 'D0123ABCD', ts: '1764064800.000100' },
        },
      },
      reply: {
        responseUrl: 'https://hooks.slack.com/actions/T0123ABCD/1/secret',
        channel: 'D0123ABCD',
        triggerId: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3',
      },
    });
  });

  test('in a message for one person names no message that could be brought up to date', () => {
    const click = { ...aClick, container: { ...aClick.container, is_ephemeral: true } };
    expect(asked(payloadBody(click)).ask.from).not.toHaveProperty('message');
  });

  test('without a container finds its message all the same', () => {
    const { container: _, ...click } = aClick;
    expect(asked(payloadBody(click)).ask.from).toHaveProperty('message', {
      channel: 'D0123ABCD',
      ts: '1764064800.000100',
    });
  });

  test('of somebody from another organization carries the team of that person, not of the channel', () => {
    const click = { ...aClick, user: { ...aClick.user, team_id: 'T0STRANGE' } };
    expect(asked(payloadBody(click)).ask.team).toBe('T0STRANGE');
  });

  test('on a button that Mayfly does not know is acknowledged and ignored', () => {
    const click = { ...aClick, actions: [{ ...aClick.actions[0], action_id: 'delete-everything' }] };
    expect(read(payloadBody(click))).toEqual({ kind: 'ignored', what: 'a click on delete-everything' });
  });
});

describe('a form', () => {
  test('is a date and a reason for a notice', () => {
    expect(asked(payloadBody(aForm))).toEqual({
      ask: {
        ...person,
        from: {
          kind: 'form',
          notice: 'notice-20261124T100000-0a1b2c',
          until: '2026-12-01',
          reason: 'demo for the board',
        },
      },
      reply: { triggerId: '7000000000.333649436676.ffb3' },
    });
  });

  test.each([
    ['left empty', { until: { until: { selected_date: null } }, reason: { reason: { value: null } } }],
    ['of none of the fields', {}],
  ])('%s says nothing, which is not the same as an error of Slack', (_, values) => {
    const form = { ...aForm, view: { ...aForm.view, state: { values } } };
    expect(asked(payloadBody(form)).ask.from).toMatchObject({ kind: 'form', until: '', reason: '' });
  });

  test('of another app or time is acknowledged and ignored', () => {
    const form = { ...aForm, view: { ...aForm.view, callback_id: 'settings' } };
    expect(read(payloadBody(form))).toEqual({ kind: 'ignored', what: 'a form called settings' });
  });
});

describe('what Slack sends besides', () => {
  test('a look whether the certificate is good', () => {
    expect(isSslCheck(Buffer.from('ssl_check=1&token=gIkuvaNzQIHg97ATvDxqgjtO'))).toBe(true);
    expect(isSslCheck(Buffer.from(commandBody('x&ssl_check=1')))).toBe(false);
  });

  test.each(['shortcut', 'message_action', 'view_closed', 'block_suggestion', 'of_tomorrow'])(
    '%s is ignored',
    (type) => {
      expect(read(payloadBody({ ...aClick, type }))).toEqual({ kind: 'ignored', what: `a payload of type ${type}` });
    },
  );
});

describe('what can not be read', () => {
  const click = (overrides: object) => payloadBody({ ...aClick, ...overrides });
  test.each([
    ['nothing', '', /user_id.*team_id/],
    ['a command of nobody', commandBody('list', { user_id: undefined }), /user_id/],
    ['a command of no workspace', commandBody('list', { team_id: '' }), /team_id/],
    ['a person who is no id', commandBody('list', { user_id: '<!channel>' }), /user_id/],
    ['a channel that is no id', commandBody('list', { channel_id: '#general' }), /channel_id/],
    ['a payload that is no JSON', payloadBody('{"type":"block_actions"'), /not JSON/],
    ['a payload that is a list', payloadBody([]), /not JSON/],
    ['a payload that is null', payloadBody('null'), /not JSON/],
    ['a click on nothing', click({ actions: [] }), /actions/],
    ['a click of nobody', click({ user: null }), /user/],
    ['a click of no workspace', click({ user: { id: 'U012AB3CD' }, team: null }), /no workspace/],
    ['a message at no time', click({ container: { message_ts: 'yesterday' } }), /message_ts/],
    ['a form without fields', payloadBody({ ...aForm, view: { callback_id: 'keep' } }), /state/],
  ])('%s', (_, body, why) => {
    expect(read(body)).toEqual({ kind: 'unreadable', why: expect.stringMatching(why) });
  });

  test('no bytes at all make it throw, or ask for anything without a person and a team', () => {
    const payload = fc.json().map((text) => payloadBody(text));
    const like = fc
      .constantFrom<object>(aClick, aForm)
      .chain((whole) =>
        fc
          .subarray(Object.keys(whole))
          .map((kept) => payloadBody(Object.fromEntries(Object.entries(whole).filter(([key]) => kept.includes(key))))),
      );
    const bodies = fc.oneof(fc.string({ unit: 'binary' }), payload, like);
    fc.assert(
      fc.property(bodies, (body) => {
        const incoming = read(body);
        if (incoming.kind !== 'request') return;
        const { person: who, team } = incoming.request.ask satisfies Ask;
        expect([who, team]).toEqual(['U012AB3CD', 'T0123ABCD']);
      }),
    );
  });
});

describe('the key of a request', () => {
  const keyOf = (body: string) => asked(body).ask.key;

  test('is the same when Slack delivers it again, and another for the next request', () => {
    expect(keyOf(commandBody('extend pr-102 2d'))).toBe(keyOf(commandBody('extend pr-102 2d')));
    expect(keyOf(payloadBody(aClick))).toBe(keyOf(payloadBody({ ...aClick, token: 'another' })));
    expect(keyOf(commandBody('list', { trigger_id: '1.1.a' }))).not.toBe(
      keyOf(commandBody('list', { trigger_id: '1.1.b' })),
    );
  });

  test('without a trigger it is that of the body', () => {
    const body = (text: string) => commandBody(text, { trigger_id: undefined });
    expect(keyOf(body('list'))).toBe(keyOf(body('list')));
    expect(keyOf(body('list'))).not.toBe(keyOf(body('list all')));
  });
});

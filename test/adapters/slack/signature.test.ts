import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, doubtIn, type SignedRequest } from '../../../lib/adapters/slack/signature.ts';
import { minute } from '../../../lib/core/time.ts';
import { at } from '../../fakes/builders.ts';

const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const now = at('2026-11-25T10:00:00Z');
const seconds = now / 1000;
const body = Buffer.from('team_id=T0123ABCD&user_id=U012AB3CD&command=%2Fttl&text=extend+pr-102+2d');

/** Written a second time on purpose, from Slack's own description. */
function signed(bytes: Uint8Array, timestamp: string, key = secret): string {
  const base = Buffer.concat([Buffer.from(`v0:${timestamp}:`), bytes]);
  return `v0=${createHmac('sha256', key).update(base).digest('hex')}`;
}

function doubt({ from = now, ...overrides }: Partial<SignedRequest> & { from?: number } = {}) {
  const timestamp = overrides.timestamp ?? String(seconds);
  return doubtIn({ body, timestamp, signature: signed(body, timestamp), ...overrides }, secret, from);
}

test('the example of Slack’s documentation', () => {
  const example =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V' +
    '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
    '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
    '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  const request = {
    body: Buffer.from(example),
    timestamp: '1531420618',
    signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  };
  expect(doubtIn(request, secret, 1_531_420_618_000)).toBeUndefined();
});

describe('the time of a request', () => {
  test.each([
    ['just now', 0, undefined],
    ['five minutes ago', 5 * minute, undefined],
    ['a second longer', 5 * minute + 1_000, 'stale'],
    ['two weeks ago', 14 * 24 * 60 * minute, 'stale'],
    ['a minute ahead', -minute, undefined],
    ['a second further', -minute - 1_000, 'future'],
    ['a year ahead', -365 * 24 * 60 * minute, 'future'],
  ])('%s: %d ms', (_, age, expected) => {
    expect(doubt({ from: now + age })).toBe(expected);
  });
});

describe('what is not a signature', () => {
  const right = signed(body, String(seconds));
  test.each([
    ['none', { signature: undefined }, 'unsigned'],
    ['no timestamp', { timestamp: undefined, signature: right }, 'unsigned'],
    ['an empty one', { signature: '' }, 'malformed'],
    ['of another version', { signature: right.replace('v0=', 'v1=') }, 'malformed'],
    ['without a version', { signature: right.slice(3) }, 'malformed'],
    ['in capitals', { signature: right.toUpperCase() }, 'malformed'],
    ['too short', { signature: right.slice(0, -2) }, 'malformed'],
    ['too long', { signature: `${right}00` }, 'malformed'],
    ['two of them', { signature: `${right},${right}` }, 'malformed'],
    ['a time that is no number', { timestamp: 'now' }, 'malformed'],
    ['a time with a sign', { timestamp: `+${seconds}` }, 'malformed'],
    ['a time with decimals', { timestamp: `${seconds}.5` }, 'malformed'],
    ['a time in hex', { timestamp: '0x6925800' }, 'malformed'],
    ['a time with a space', { timestamp: ` ${seconds}` }, 'malformed'],
    ['a time without end', { timestamp: '9'.repeat(400) }, 'malformed'],
    ['with another secret', { signature: signed(body, String(seconds), 'guessed') }, 'wrong'],
    ['with no secret', { signature: signed(body, String(seconds), '') }, 'wrong'],
    ['of another time', { signature: signed(body, String(seconds - 1)) }, 'wrong'],
    ['of nothing', { signature: signed(Buffer.alloc(0), String(seconds)) }, 'wrong'],
  ])('%s', (_, overrides, expected) => {
    expect(doubt(overrides)).toBe(expected);
  });
});

test('any altered byte is refused', () => {
  const signature = signed(body, String(seconds));
  fc.assert(
    fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
      const altered = Buffer.from(body);
      altered[place] = (altered[place] ?? 0) ^ change;
      expect(doubt({ body: altered, signature })).toBe('wrong');
    }),
  );
});

test('any bytes at all are read as they are: only their own signature fits', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), (one, other) => {
      const signature = signed(one, String(seconds));
      expect(doubt({ body: one, signature })).toBeUndefined();
      const same = Buffer.compare(one, other) === 0;
      expect(doubt({ body: other, signature })).toBe(same ? undefined : 'wrong');
    }),
  );
});

test('any altered digit of a signature is refused', () => {
  const signature = signed(body, String(seconds));
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 66 }), fc.constantFrom(...'0123456789abcdef'.split('')), (place, digit) => {
      const altered = signature.slice(0, place) + digit + signature.slice(place + 1);
      expect(doubt({ signature: altered })).toBe(altered === signature ? undefined : 'wrong');
    }),
  );
});

test.each([
  ['as text', 'text=gr%C3%BC%C3%9Fe', false, 'text=gr%C3%BC%C3%9Fe'],
  ['as text with signs of its own', 'text=grüße', false, 'text=grüße'],
  ['in base64', Buffer.from('text=grüße').toString('base64'), true, 'text=grüße'],
  ['not at all', undefined, false, ''],
])('a body comes %s', (_, given, isBase64Encoded, expected) => {
  expect(bytesOf({ body: given, isBase64Encoded }).toString()).toBe(expected);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clean,
  code,
  count,
  cut,
  escaped,
  list,
  mention,
  plain,
  slackDate,
} from '../../../lib/adapters/slack/mrkdwn.ts';
import { lettersOf, readMrkdwn, readPlain, type Span } from '../../../scripts/local-slack/mrkdwn.ts';
import { at } from '../../fakes/builders.ts';
import { hostileText, hostileTexts, specialsIn } from './hostile.ts';

const reader = { now: at('2026-11-25T12:00Z'), timeZone: 'Europe/Berlin', nameOf: (id: string) => `NAME OF ${id}` };
const read = (markup: string) => readMrkdwn(markup, reader);
const letters = (spans: readonly Span[]) => lettersOf(spans).replaceAll('\u2060', '');

describe('text of somebody else', () => {
  test.each(hostileTexts.map((text) => [text.slice(0, 30), text]))('%j is shown, and means nothing', (_, text) => {
    expect(read(`said ${escaped(text)} by`).every(({ kind }) => kind === 'text')).toBe(true);
    expect(read(escaped(text)).every(({ kind }) => kind === 'text')).toBe(true);
    expect(specialsIn(escaped(text))).toEqual([]);
    expect(plain(text)).not.toMatch(/[<>]|:\/\/|:[a-z]+:|[\p{Cc}\u202e]/u);
  });

  test('nothing of it is markup, whatever it is and whatever stands around it', () => {
    fc.assert(
      fc.property(hostileText, fc.constantFrom('', 'a ', '*', '_', 'ttl='), (text, before) => {
        const kinds = read(`${before}${escaped(text)}`).map(({ kind }) => kind);
        expect(kinds.every((kind) => kind === 'text')).toBe(true);
        expect(specialsIn(escaped(text))).toEqual([]);
        expect(escaped(text)).not.toMatch(/[\n\r\u2028\u202a-\u202e]/);
        expect(escaped(text).isWellFormed()).toBe(true);
      }),
    );
  });

  test('in a plain text it is no longer than it may be', () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, fc.constant('https://x '.repeat(20))), fc.nat(60), (text, more) => {
        expect(plain(text, 20 + more).length).toBeLessThanOrEqual(20 + more);
      }),
    );
  });

  test('set as code it is one piece of code, and no more', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const kinds = read(`of ${code(text)}, too`).map(({ kind }) => kind);
        expect([['text', 'code', 'text'], ['text']]).toContainEqual(kinds);
        expect(specialsIn(code(text))).toEqual([]);
      }),
    );
  });

  test.each([
    ['my_queue_name', 'my_queue_name'],
    ['arn:aws:sqs:eu-west-1:222222222222:jobs', 'arn:aws:sqs:eu-west-1:222222222222:jobs'],
    ['ana@example.com', 'ana@example.com'],
    ['a < b && c > d', 'a < b && c > d'],
    ['10:30:15', '10:30:15'],
    ['2 * 3', '2 ∗ 3'],
    ['💰 Geld', '💰 Geld'],
  ])('%j is read as %j', (text, shown) => {
    expect(letters(read(escaped(text)))).toBe(shown);
  });

  test('code is copied as it stands', () => {
    const text = 'arn:aws:sqs:eu-west-1:222222222222:a_*b* & <c>';
    expect(read(code(text))).toEqual([{ kind: 'code', text, block: false }]);
    expect(code(' \u200b')).toBe('(empty)');
  });

  test('in a plain text it is shown without brackets', () => {
    expect(letters(readPlain(plain('<!channel> & more')))).toBe('‹!channel› & more');
  });
});

test('what is too long ends with an ellipsis, and no character is cut in two', () => {
  expect(cut('abcdef', 4)).toBe('abc…');
  expect(cut('abcd', 4)).toBe('abcd');
  expect(cut('🦋🦋🦋', 4)).toBe('🦋…');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, max) => {
      expect(cut(text, max).length).toBeLessThanOrEqual(max);
      expect(cut(text, max).isWellFormed()).toBe(true);
    }),
  );
  expect(clean(`a\t\n b\u0007c`)).toBe('a b c');
});

test('a date is shown in the time zone of its reader, with the zone of the policy where Slack cannot', () => {
  const markup = slackDate(at('2026-11-26T17:00Z'), 'Europe/Berlin');
  expect(markup).toBe('<!date^1795712400^{date_short_pretty} at {time}|2026-11-26 18:00 Europe/Berlin>');
  expect(lettersOf(readMrkdwn(markup, { ...reader, timeZone: 'America/New_York' }))).toBe('tomorrow at 12:00');
});

test('only ids of Slack are mentioned', () => {
  expect(mention('U0ANA12345')).toBe('<@U0ANA12345>');
  expect(mention('!channel')).toBeUndefined();
  expect(mention('U1> <!channel')).toBeUndefined();
});

test('lists and numbers are words', () => {
  expect(list(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
  expect(list(['a', 'b'], 2)).toBe('a, b');
  expect([count(1, 'queue'), count(2000, 'queue'), count(0, 'entry', 'entries')]).toEqual([
    '1 queue',
    '2,000 queues',
    '0 entries',
  ]);
});

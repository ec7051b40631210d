import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { code, escaped } from '../../lib/adapters/slack/mrkdwn.ts';
import { lettersOf, type Reader, readMrkdwn, readPlain } from '../../scripts/local-slack/mrkdwn.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const reader: Reader = { now, timeZone: 'Europe/Berlin', nameOf: (id) => `@name of ${id}` };

const text = (words: string) => ({ kind: 'text', text: words });
const styled = (style: string, words: string) => ({ kind: 'styled', style, spans: [text(words)] });

describe('Slack’s markup', () => {
  test.each([
    ['*bold* and _italic_ and ~gone~', [styled('bold', 'bold'), styled('italic', 'italic'), styled('strike', 'gone')]],
    ['`pr-102`', [{ kind: 'code', text: 'pr-102', block: false }]],
    ['```\nline <x>\n```', [{ kind: 'code', text: 'line <x>\n', block: true }]],
    ['<https://example.com/a|here>', [{ kind: 'link', url: 'https://example.com/a', text: 'here' }]],
    ['<@U123>', [{ kind: 'mention', text: '@name of U123', loud: false }]],
    ['<!channel>', [{ kind: 'mention', text: '@channel', loud: true }]],
    ['<!subteam^S1|@platform>', [{ kind: 'mention', text: '@platform', loud: true }]],
    ['&gt; quoted', [styled('quote', 'quoted')]],
  ])('%s', (markup, expected) => {
    const spans = readMrkdwn(markup, reader).filter((span) => span.kind !== 'text');
    expect(spans).toEqual(expected);
  });

  test.each([
    ['snake_case_name', 'no underline inside a word'],
    ['2*3*4', 'no bold inside a word'],
    ['* not bold *', 'no bold with spaces inside'],
    ['12:30:45', 'a time is no emoji'],
    [':unheard_of:', 'an emoji that is not known stays a word'],
  ])('%s: %s', (words) => {
    const spans = readMrkdwn(words, reader);
    expect([lettersOf(spans), ...spans.map(({ kind }) => kind)]).toEqual([words, ...spans.map(() => 'text')]);
  });

  test('what was escaped is text, also when it was escaped twice', () => {
    expect(readMrkdwn('&lt;!channel&gt; &amp;lt;b&amp;gt;', reader)).toEqual([text('<!channel> &lt;b&gt;')]);
  });

  test('styles hold other pieces', () => {
    expect(lettersOf(readMrkdwn('*all of `pr-102`, says <@U1>*', reader))).toBe('all of pr-102, says @name of U1');
  });
});

test.each(['*soon* <@U1> <!channel>', '`x` ~y~', '> z'])('in plain text nothing is markup: %s', (words) => {
  expect(readPlain(words)).toEqual([text(words)]);
});

const noon = now / 1000;

describe('dates', () => {
  test.each([
    [`<!date^${noon}^{date_num} {time}|x>`, '25/11/2026 13:00'],
    [`<!date^${noon}^{date_short_pretty} at {time}|x>`, 'today at 13:00'],
    [`<!date^${noon + 86_400}^{date_pretty}|x>`, 'tomorrow'],
    [`<!date^${noon - 86_400}^{date_long_pretty}|x>`, 'yesterday'],
    [`<!date^${noon + 3 * 86_400}^{date_long}|x>`, 'Saturday, 28 November 2026'],
    [`<!date^${noon + 7200}^{ago}|x>`, 'in 2 hours'],
    // Eleven at night in Berlin is tomorrow nowhere but by its hours to go.
    [`<!date^${noon + 11 * 3600}^{date_pretty}|x>`, 'tomorrow'],
    ['<!date^soon^{date}|the fallback>', 'the fallback'],
    [`<!date^${noon}^{nonsense}|the fallback>`, 'the fallback'],
    [`<!date^${noon}^|the fallback>`, 'the fallback'],
  ])('%s is read as %s', (markup, expected) => {
    expect(lettersOf(readMrkdwn(markup, reader))).toBe(expected);
  });

  test('each reader sees the own time', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo'];
    const seen = zones.map((timeZone) => lettersOf(readMrkdwn(`<!date^${noon}^{time}|x>`, { ...reader, timeZone })));
    expect(seen).toEqual(['13:00', '07:00', '21:00']);
  });
});

describe('what Mayfly writes of what others wrote', () => {
  const anything = fc.string({ unit: fc.constantFrom(...'<>!@#|^&;*_~`:abc \n/'.split('')), maxLength: 60 });

  test('in markup it is text, whatever stands around it', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom('of ', 'a *bold* word, and '), (name, before) => {
        const spans = readMrkdwn(before + escaped(name), reader);
        const added = spans.slice(readMrkdwn(before, reader).length - 1);
        expect(added.filter(({ kind }) => kind !== 'text')).toEqual([]);
      }),
    );
  });

  test('as code it is one piece of code', () => {
    fc.assert(
      fc.property(anything, (name) => {
        const spans = readMrkdwn(code(name), reader);
        expect(spans.length).toBe(1);
        expect(['code', 'text']).toContain(spans[0]?.kind);
      }),
    );
  });

  test('names of every day are shown as they are', () => {
    for (const name of ['preview-pr-102-web', 'my_queue', 'a:b:c', 'arn:aws:sqs:us-east-1:1:x', '/pr-102/web']) {
      expect(lettersOf(readMrkdwn(escaped(name), reader)).replaceAll('\u2060', '')).toBe(name);
    }
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerMessage, keepForm } from '../../../lib/adapters/slack/answer-message.ts';
import { violationsOf } from '../../../lib/adapters/slack/limits.ts';
import type { Answer, Named, Told, Words } from '../../../lib/core/answer.ts';
import type { Notice } from '../../../lib/core/notice.ts';
import { aPolicy, at } from '../../fakes/builders.ts';

const policy = aPolicy({ slack: { team: 'T1', channel: '#costs' } });
const around = { policy, now: at('2026-11-23T12:00Z') };
const expires = at('2026-11-24T12:00Z');

const orders: Named = {
  arn: 'arn:aws:sqs:eu-west-1:222222222222:orders',
  type: 'sqs:queue',
  account: '222222222222',
  region: 'eu-west-1',
  environment: 'pr-102',
};
const told = (about: Named = orders): Told => ({ about, words: ['expires ', { at: expires }] });

const notice: Notice = {
  id: 'notice-1',
  kind: 'question',
  at: around.now,
  askedOf: 'U0ANA000001',
  items: [{ ...orders, type: 'sqs:queue', account: '222222222222', region: 'eu-west-1', reason: 'let-go' }],
};

/** All that people read, the parts that Slack replaces among it. */
function read(answer: Answer): string {
  return JSON.stringify(answerMessage(answer, around).blocks);
}

const done: Answer = {
  kind: 'done',
  order: 'extend',
  done: [told()],
  failed: [{ about: { arn: 'arn:aws:sqs:eu-west-1:222222222222:bad' }, words: ['not allowed'] }],
  notes: [['1 more is not yours to decide about.']],
};

describe('each kind of answer', () => {
  test.each<[string, Answer, RegExp[]]>([
    ['help', { kind: 'help' }, [/\/ttl extend X 2d \[REASON\]/, /\/ttl let-go X/, /\(admins\)/]],
    ['text', { kind: 'text', lines: [['Paused until ', { at: expires }, '.']] }, [/Paused until <!date\^1795521600\^/]],
    [
      'refusal',
      { kind: 'refused', lines: [['Only ', { person: 'U0ANA000001' }, ' may.']] },
      [/Only <@U0ANA000001> may/],
    ],
    ['resource', { kind: 'shown', about: orders, lines: [['It has expired.']] }, [/sqs:queue `orders`.*pr-102/]],
    [
      'done',
      done,
      [/Extended: 1 resource\. Not extended: 1 resource/, /`orders`.*<!date/, /`bad`: not allowed/, /1 more is/],
    ],
    [
      'choice',
      { kind: 'choice', question: ['Which?'], options: [{ label: 'a', command: 'show a' }], more: 3 },
      [/"action_id":"choose"/, /"value":"show a"/, /and 3 more/],
    ],
    [
      'question',
      { kind: 'question', notice, failed: [told()], notes: [] },
      [/"action_id":"confirm".*"value":"notice-1"/, /"action_id":"cancel"/, /Let go of 1 resource\?/, /Not let go/],
    ],
  ])('%s', (_, answer, says) => {
    for (const one of says) expect(read(answer)).toMatch(one);
    const message = answerMessage(answer, around);
    expect(violationsOf(message)).toEqual([]);
    expect(message.text).not.toBe('');
  });

  test('a long list is cut, says how much is left, and leads on', () => {
    const rows = Array.from({ length: 20 }, () => told());
    const answer: Answer = {
      kind: 'list',
      title: ['52 of yours'],
      rows,
      more: 32,
      next: 'list mine page 2',
      notes: [],
    };
    expect(read(answer)).toMatch(/32 more resources.*"value":"list mine page 2"/);
  });

  test('a reader’s own clock shows instants, and a terminal that of the policy', () => {
    const answer: Answer = { kind: 'text', lines: [[{ at: expires }]] };
    expect(answerMessage(answer, around).text).toBe(
      '<!date^1795521600^{date_short_pretty} at {time}|2026-11-24 13:00 Europe/Berlin>',
    );
  });

  test('the spaces around what is not text stay', () => {
    const answer: Answer = {
      kind: 'text',
      lines: [['Say ', { code: '/ttl help' }, ' or ', { code: '/ttl list' }, '.']],
    };
    expect(answerMessage(answer, around).text).toBe('Say `/ttl help` or `/ttl list`.');
  });
});

describe('the form', () => {
  test('asks until when and why, and carries its notice', () => {
    const view = keepForm(notice, around);
    expect(view).toMatchObject({ callback_id: 'keep', private_metadata: 'notice-1' });
    expect(JSON.stringify(view)).toMatch(/"initial_date":"2026-11-24".*/);
    expect(JSON.stringify(view.blocks)).toMatch(/At most 7d from now/);
    expect(violationsOf(view)).toEqual([]);
  });

  test('of 500 things counts those that do not fit', () => {
    const items = Array.from({ length: 500 }, () => notice.items).flat();
    const view = keepForm({ ...notice, items }, around);
    expect(violationsOf(view)).toEqual([]);
    expect(JSON.stringify(view)).toMatch(/and \d+ more/);
  });
});

/** What people and programs write into tags, and what is made to break messages. */
const hostile = fc.oneof(
  fc.constantFrom(
    '<!channel>',
    '<@U0ANA000001>',
    '*bold*',
    '`code`',
    '> quote',
    ':bomb:',
    'http://evil.example.com',
    '<https://evil.example.com|bank>',
    '\u202eevil',
    '&<>'.repeat(400),
    'x'.repeat(3_000),
    '\u{1f41e}'.repeat(500),
    '',
    '\n\n',
  ),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);

const named: fc.Arbitrary<Named> = fc.record(
  {
    arn: fc.oneof(
      hostile,
      fc.constant(orders.arn),
      hostile.map((text) => `arn:aws:sqs:eu-west-1:222222222222:${text}`),
    ),
    type: hostile,
    account: hostile,
    region: hostile,
    name: hostile,
    environment: hostile,
    owner: hostile,
  },
  { requiredKeys: ['arn'] },
);
const words: fc.Arbitrary<Words> = fc.array(
  fc.oneof(
    hostile,
    fc.constant({ at: expires }),
    hostile.map((code) => ({ code })),
    hostile.map((person) => ({ person })),
  ),
  { minLength: 1, maxLength: 12 },
);
const lines = fc.array(words, { minLength: 1, maxLength: 40 });
const rows = fc.array(fc.record({ about: named, words }), { maxLength: 60 });
const items = fc.array(
  named.map((one) => ({ ...notice.items[0], ...one })),
  { minLength: 1, maxLength: 60 },
) as fc.Arbitrary<Notice['items']>;
const answers: fc.Arbitrary<Answer> = fc.oneof(
  fc.record({ kind: fc.constantFrom('text' as const, 'refused' as const), lines }),
  fc.record({ kind: fc.constant('shown' as const), about: named, lines }),
  fc.record({
    kind: fc.constant('list' as const),
    title: words,
    rows,
    more: fc.nat(5_000),
    next: hostile.map((name) => `list env ${name} page 2`),
    notes: lines,
  }),
  fc.record({
    kind: fc.constant('done' as const),
    order: fc.constantFrom('extend' as const, 'keep' as const, 'let-go' as const),
    done: rows,
    failed: rows,
    notes: lines,
  }),
  fc.record({
    kind: fc.constant('choice' as const),
    question: words,
    options: fc.array(fc.record({ label: hostile, command: hostile.map((name) => `show ${name}`) }), { maxLength: 10 }),
    more: fc.nat(5_000),
  }),
  fc.record({
    kind: fc.constant('question' as const),
    notice: items.map((some) => ({ ...notice, items: some })),
    failed: rows,
    notes: lines,
  }),
);

/** What is left of a message once what Mayfly itself may write is taken out. */
function foreignMarkup(text: string): string[] {
  const own = /<!date\^\d+\^\{date_short_pretty\} at \{time\}\|[^<>|]*>|<@[UW][A-Z0-9]+>/g;
  return text.replaceAll(own, '').match(/<[^>]*>/g) ?? [];
}

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  const text = 'text' in value && typeof value.text === 'string' ? [value.text] : [];
  return [...text, ...Object.values(value).flatMap(textsIn)];
}

describe('whatever tags and errors say', () => {
  test('Slack takes every answer, and nothing in it mentions or links', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const message = answerMessage(answer, around);
        expect(violationsOf(message)).toEqual([]);
        for (const text of textsIn(message)) expect(foreignMarkup(text)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('Slack takes every form', () => {
    fc.assert(
      fc.property(items, (some) => {
        expect(violationsOf(keepForm({ ...notice, items: some }, around))).toEqual([]);
      }),
    );
  });
});

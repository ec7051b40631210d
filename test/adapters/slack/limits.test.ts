import { describe, expect, test } from 'vitest';
import {
  actions,
  button,
  confirm,
  context,
  divider,
  fields,
  header,
  mrkdwn,
  plainText,
  section,
  sections,
  table,
} from '../../../lib/adapters/slack/blocks.ts';
import { violationsInBlocks, violationsOf } from '../../../lib/adapters/slack/limits.ts';
import { hostileTexts } from './hostile.ts';

const press = button({ action: 'keep', label: 'Keep', value: 'n-1' });
const text = (length: number) => 'x'.repeat(length);
const times = <T>(amount: number, make: (index: number) => T) =>
  Array.from({ length: amount }, (_, index) => make(index));
const rows = (amount: number, cells = 2, length = 1) => times(amount, () => times(cells, () => text(length)));
const options = (amount: number, length = 1) =>
  times(amount, (index) => ({ text: plainText(text(length), 999), value: `${index}` }));
const input = (element: object) => ({ type: 'input', label: plainText('When', 99), element });
const named = (...ids: string[]) => ids.map((block_id) => ({ ...divider(), block_id }));

describe('what Slack takes', () => {
  test.each<[string, unknown[]]>([
    ['every builder', [header('A'), section('b', press), fields(['c', 'd']), context('e'), actions(press), divider()]],
    ['50 blocks', times(50, divider)],
    ['a section of 3,000', [section(text(3000))]],
    ['10 fields', [fields(times(10, () => 'f'))]],
    ['25 buttons', [{ type: 'actions', elements: times(25, (n) => ({ ...press, action_id: `a-${n}` })) }]],
    ['a table of 100 rows', [table(rows(100))]],
    ['a data table', [{ ...table(rows(101)), type: 'data_table', caption: 'All' }]],
    ['a select', [actions({ ...press, type: 'static_select', options: options(100) } as never)]],
    ['a header of hostile text', hostileTexts.map((hostile) => header(hostile)).slice(0, 50)],
    [
      'buttons of hostile text',
      hostileTexts.map((label) => section('a', button({ action: 'choose', label, value: '' }))),
    ],
  ])('%s', (_, blocks) => {
    expect(violationsOf({ text: 'a', blocks })).toEqual([]);
  });

  test('a form', () => {
    const blocks = [input({ type: 'datepicker', initial_date: '2026-12-01' }), input({ type: 'plain_text_input' })];
    const form = { type: 'modal', title: plainText('Keep', 24), submit: plainText('Keep', 24), blocks };
    expect(violationsOf(form)).toEqual([]);
    expect(violationsOf({ type: 'home', blocks: times(100, divider) })).toEqual([]);
  });
});

describe('what Slack refuses', () => {
  test.each<[string, unknown[], RegExp]>([
    ['51 blocks', times(51, divider), /^blocks: 51/],
    ['more text than a message holds', times(9, () => section(text(1500))), /^texts of all blocks: 13500/],
    ['a section of 3,001', [section(text(3001))], /blocks\[0\]\.text: 3001/],
    ['an empty section', [section('')], /blocks\[0\]\.text: empty/],
    ['a section of blanks', [section(' \n')], /empty/],
    ['a section of nothing', [{ type: 'section' }], /neither text nor fields/],
    ['11 fields', [{ type: 'section', fields: times(11, () => mrkdwn('a')) }], /fields: 11/],
    ['a field of 2,001', [fields([text(2001)])], /fields\[0\]: 2001/],
    ['a header of 151', [{ type: 'header', text: plainText(text(151), 999).text.length }], /header|no text/],
    ['a header in markup', [{ type: 'header', text: mrkdwn('a') }], /of type "mrkdwn"/],
    ['11 lines of context', [{ type: 'context', elements: times(11, () => mrkdwn('a')) }], /elements: 11/],
    ['no line of context', [{ type: 'context', elements: [] }], /elements: empty/],
    [
      '26 buttons',
      [{ type: 'actions', elements: times(26, (n) => ({ ...press, action_id: `${n}` })) }],
      /elements: 26/,
    ],
    ['a button of 76', [actions({ ...press, text: { type: 'plain_text', text: text(76) } })], /text: 76/],
    ['a value of 2,001', [actions({ ...press, value: text(2001) })], /value: 2001/],
    ['an action id of 256', [actions({ ...press, action_id: text(256) })], /action_id: 256/],
    ['one action twice in a block', [actions(press, press)], /action_id: keep twice/],
    ['a style of its own', [actions({ ...press, style: 'loud' as never })], /style: "loud"/],
    ['a block id twice', named('a', 'b', 'a'), /block_id: a twice/],
    ['a block id of 256', named(text(256)), /block_id: 256/],
    ['101 options', [actions({ ...press, type: 'static_select', options: options(101) } as never)], /options: 101/],
    ['an option of 76', [actions({ ...press, type: 'static_select', options: options(1, 76) } as never)], /text: 76/],
    ['two tables', [table(rows(1)), table(rows(1))], /one table/],
    [
      'a table and a data table',
      [table(rows(1)), { ...table(rows(2)), type: 'data_table', caption: 'b' }],
      /one table/,
    ],
    ['101 rows', [table(rows(101))], /rows: 101/],
    ['21 columns', [table(rows(1, 21))], /cells of a row: 21/],
    ['rows of different lengths', [table([['a'], ['b', 'c']])], /equally long/],
    ['a table without rows', [table([])], /at least 1/],
    ['a data table without a caption', [{ ...table(rows(2)), type: 'data_table' }], /caption/],
    ['a table of 10,000 characters and more', [table(rows(100, 2, 51))], /all cells: 10200/],
    ['a block that it does not know', [{ type: 'fireworks' }], /fireworks/],
    ['a block named like something else', [{ type: 'constructor' }], /constructor/],
    ['no block', [null], /something/],
    ['an element that it does not know', [section('a', { type: 'lever' } as never)], /lever/],
    ['a day that is none', [input({ type: 'datepicker', initial_date: 'tomorrow' })], /initial_date: "tomorrow"/],
  ])('%s', (_, blocks, why) => {
    expect(violationsOf({ text: 'a', blocks })).toEqual(expect.arrayContaining([expect.stringMatching(why)]));
  });

  test('a message without text, or with 40,001 characters', () => {
    expect(violationsOf({ text: ' ', blocks: [divider()] })).toEqual(['text: empty']);
    expect(violationsOf({ blocks: [divider()] })).toEqual(['text: no text']);
    expect(violationsOf({ text: text(40_001) })).toEqual(['text: 40001, and Slack takes 40000']);
  });

  test('forms with a long title, with nothing to send them with, with a table, or empty', () => {
    const form = { type: 'modal', title: { type: 'plain_text', text: text(25) }, blocks: [table(rows(1))] };
    expect(violationsOf(form)).toEqual([
      'title: 25, and Slack takes 24',
      'blocks: one table at most, and in messages only',
    ]);
    const title = plainText('Keep', 24);
    expect(violationsOf({ type: 'modal', title, blocks: [] })).toEqual(['blocks: a modal needs some']);
    const sent = { type: 'modal', title, blocks: [input({ type: 'datepicker' })] };
    expect(violationsOf(sent)).toEqual(['submit: needed where there is an input']);
    expect(violationsInBlocks(times(101, divider), 'modal')).toEqual(['blocks: 101, and Slack takes 100']);
  });

  test('a dialog with too long a word on its button', () => {
    const asked = confirm({ title: 'a', text: 'b', yes: 'c', no: 'd' });
    const broken = { ...asked, deny: { type: 'plain_text', text: text(31) } as const };
    expect(violationsOf({ text: 'a', blocks: [actions({ ...press, confirm: broken })] })).toEqual([
      'blocks[0].elements[0].confirm.deny: 31, and Slack takes 30',
    ]);
  });
});

test('lines fill as few sections as they fit, and none is cut', () => {
  const lines = times(10, (index) => `${index}${text(999)}`);
  const packed = sections(lines);
  expect(packed).toHaveLength(5);
  expect(packed.flatMap((one) => one.text?.text.split('\n'))).toEqual(lines);
  expect(violationsInBlocks(packed, 'message')).toEqual([]);
});

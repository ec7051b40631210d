import { describe, expect, test } from 'vitest';
import { html } from '../../lib/adapters/markup.ts';
import { guardMessage } from '../../lib/adapters/slack/guard-message.ts';
import type { Reader } from '../../scripts/local-slack/mrkdwn.ts';
import { shownOf } from '../../scripts/local-slack/shown-blocks.ts';
import { aGuardMessage } from '../fakes/guard-messages.ts';

const reader: Reader = { now: 0, timeZone: 'UTC', nameOf: (id) => id };
const shown = (...blocks: object[]) => shownOf({ text: 'fallback', blocks: blocks as never }, reader);
const words = (text: string) => [{ kind: 'text', text }];

describe('blocks', () => {
  test('with blocks the text is only for notifications; without them it is the message', () => {
    expect(shown({ type: 'divider' })).toEqual([{ kind: 'divider' }]);
    expect(shown()).toEqual([{ kind: 'text', spans: words('fallback'), fields: [] }]);
  });

  test('a header is plain text, a section may be markup and have a button', () => {
    const button = { type: 'button', action_id: 'choose', value: 'v', text: { type: 'plain_text', text: 'This one' } };
    expect(
      shown(
        { type: 'header', text: { type: 'plain_text', text: '*as it is*' } },
        { type: 'section', block_id: 'b', text: { type: 'mrkdwn', text: 'plain' }, accessory: button },
      ),
    ).toEqual([
      { kind: 'header', spans: words('*as it is*') },
      {
        kind: 'text',
        spans: words('plain'),
        fields: [],
        button: { block: 'b', action: 'choose', value: 'v', label: 'This one' },
      },
    ]);
  });

  test('a message of the guard is shown whole, with what its buttons ask', () => {
    const message = aGuardMessage({
      ...{ mayRelease: true, environment: 'pr <1>' },
      offers: { stage: 'stop', because: 'approval-awaited' },
    });
    const all = shown(...guardMessage(message, 'UTC').blocks);
    expect(all.filter(({ kind }) => kind === 'other')).toEqual([]);
    expect(all.find(({ kind }) => kind === 'buttons')).toMatchObject({
      buttons: [
        { action: 'guard-stop', label: 'Stop', style: 'danger', confirm: { yes: 'Stop', no: 'Cancel' } },
        { action: 'guard-release', label: 'Release', confirm: { yes: 'Release' } },
      ],
    });
  });

  test('a button knows what Slack asks first, in its own words where there are none', () => {
    const words = (text: string) => ({ type: 'plain_text', text });
    const confirm = { title: words('Sure?'), text: words('It goes.'), confirm: words('Go'), style: 'danger' };
    const [one] = shown({ type: 'actions', elements: [{ type: 'button', text: words('Let it go'), confirm }] });
    expect(one).toMatchObject({
      buttons: [{ confirm: { title: 'Sure?', text: 'It goes.', yes: 'Go', no: 'No', style: 'danger' } }],
    });
  });

  test.each(['table', 'data_table'])('a %s has rows of raw and rich cells', (type) => {
    const rich = {
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'b' }] }],
    };
    const [one] = shown({ type, caption: 'What went', rows: [[{ type: 'raw_text', text: '*a*' }, rich]] });
    expect(one).toEqual({ kind: 'table', caption: 'What went', rows: [[words('*a*'), words('b')]] });
  });

  test('a field of a form tells its label and what stands in it', () => {
    const element = { type: 'datepicker', action_id: 'until', initial_date: '2026-12-01' };
    const label = { type: 'plain_text', text: 'Until' };
    expect(shown({ type: 'input', block_id: 'until', label, element, optional: true })).toEqual([
      {
        kind: 'field',
        block: 'until',
        label: 'Until',
        hint: '',
        type: 'datepicker',
        value: '2026-12-01',
        optional: true,
      },
    ]);
  });

  test('what is not known is named, and what is broken breaks nothing', () => {
    expect(shown({ type: 'carousel' }, {}, { type: 'section' }, { type: 'table', rows: 'x' })).toEqual([
      { kind: 'other', type: 'carousel' },
      { kind: 'other', type: 'undefined' },
      { kind: 'text', spans: [], fields: [] },
      { kind: 'table', caption: '', rows: [] },
    ]);
  });
});

test('markup escapes every value that is not markup itself', () => {
  const attack = `"><script>alert('x')</script>&`;
  const { markup } =
    html`<p title="${attack}">${attack}${html`<b>${'<'}</b>`}${[html`1`, html`2`]}${undefined}${3}</p>`;
  const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;';
  expect(markup).toBe(`<p title="${escaped}">${escaped}<b>&lt;</b>123</p>`);
});

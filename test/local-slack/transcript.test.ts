import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Deed, Happening } from '../../scripts/local-slack/conversation.ts';
import { type StillScene, stillScene } from '../../scripts/local-slack/still-scene.ts';
import { transcript } from '../../scripts/local-slack/transcript.ts';

const at = Date.parse('2026-11-25T09:00:00Z');
const plainText = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const button = (label: string) => ({ type: 'button', action_id: 'keep', value: '1', text: plainText(label) });

function told(scene: StillScene): string[] {
  const all = scene.conversation.happenings.map((one) => transcript(scene, { ...one, at }));
  return stripVTControlCharacters(all.join('\n')).replaceAll('\u00a0', ' ').split('\n');
}

test('a message says to whom it goes, and shows its text and its buttons', () => {
  const scene = stillScene();
  const soon = `<!date^${at / 1000 + 3600}^{date_short_pretty} at {time}|x>`;
  const blocks = [
    { type: 'header', text: plainText('3 resources expire') },
    mrkdwn(`*pr-102* goes ${soon}, says <@${scene.idOf('ben')}>`),
    { type: 'actions', elements: [button('+1 day'), button('Keep…')] },
  ];
  scene.post('ben', at, { text: 'soon', blocks });
  expect(told(scene)).toEqual([
    '  ┌ to Ben Okafor, in person',
    '  │ 3 resources expire',
    '  │ pr-102 goes today at 05:00, says @Ben Okafor',
    '  │ [ +1 day ] [ Keep… ]',
  ]);
});

test('channels, threads, files and what one person sees alone are told apart', () => {
  const scene = stillScene();
  const report = scene.post('#cloud-costs', at, { text: 'Removed 2', blocks: [] });
  const files = [{ name: 'sweep.csv', title: '', content: 'a\nb\n' }];
  scene.post('#cloud-costs', at, { text: '', blocks: [] }, { thread: report.ts, files });
  scene.post('#finance', at, { text: 'psst', blocks: [] }, { onlyFor: scene.idOf('finn') });
  expect(told(scene)).toEqual([
    '  ┌ #cloud-costs, seen by everybody there',
    '  │ Removed 2',
    '  ┌ #cloud-costs, seen by everybody there, in the thread',
    '  │ 📎 sweep.csv 2 lines',
    '  ┌ #finance, seen by Finn of finance alone',
    '  │ psst',
  ]);
});

test('what people do, what Slack says, and forms', () => {
  const scene = stillScene();
  const [user, channel] = [scene.idOf('ana'), 'C0CLOUDCOSTS'];
  const deed = (what: Deed['what']): Deed => ({ id: 1, user, channel, what });
  const view = { blocks: [{ type: 'input', block_id: 'until', element: { type: 'datepicker', action_id: 'until' } }] };
  const form = { id: 'V1', user, view, errors: {}, state: 'open' } as const;
  const command = deed({ kind: 'command', text: '/ttl help' });
  const all: Happening[] = [
    { at, kind: 'deed', deed: command },
    { at, kind: 'failure', deed: command, text: 'The app did not respond.' },
    { at, kind: 'form', form },
    { at, kind: 'deed', deed: deed({ kind: 'form', form, values: { until: '2026-12-01' } }) },
    { at, kind: 'form', form: { ...form, errors: { until: 'too late' } } },
    { at, kind: 'form', form: { ...form, state: 'sent' } },
  ];
  for (const one of all) scene.conversation.add(one);
  expect(told(scene)).toEqual([
    '',
    'Ana Lima types /ttl help',
    '  ┌ Slack, to @Ana Lima',
    '  │ The app did not respond.',
    '  ┌ a form opens before Ana Lima',
    '  │ until: ______',
    '',
    'Ana Lima sends the form: until 2026-12-01',
    '  ┌ the form before Ana Lima stays open',
    '  │ until: too late',
    '  The form closes.',
  ]);
});

test('a long message is shown without its middle', () => {
  const scene = stillScene();
  scene.post('#finance', at, { text: Array.from({ length: 30 }, (_, line) => `line ${line}`).join('\n'), blocks: [] });
  const [, ...lines] = told(scene).map((line) => line.replace('  │ ', ''));
  expect(lines).toHaveLength(17);
  expect(lines.slice(-5)).toEqual(['line 12', '… 14 more lines', 'line 27', 'line 28', 'line 29']);
});

test('lines are broken between words, and nothing that somebody named so moves the cursor', () => {
  const scene = stillScene();
  scene.post('#finance', at, { text: `${'word '.repeat(40)}\u001b[2J\u202egone`, blocks: [] });
  const lines = told(scene);
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  expect(lines.at(-1)).toContain('\ufffd[2J\ufffdgone');
});

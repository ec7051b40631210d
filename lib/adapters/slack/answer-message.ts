import type { KnownBlock, ModalView } from '@slack/types';
import type { Answer, Option, Told, Words } from '../../core/answer.ts';
import type { Notice } from '../../core/notice.ts';
import type { Policy } from '../../core/policy.ts';
import { day, type Instant, showDuration, showInstant } from '../../core/time.ts';
import { fitting, namedInMrkdwn, toldInMrkdwn, wordsInMrkdwn } from './answer-words.ts';
import { blockLimits } from './block-limits.ts';
import { actions, button, context, type Message, plainText, section, sections } from './blocks.ts';
import { helpMessage } from './help-message.ts';
import { count, escaped } from './mrkdwn.ts';

export interface Around {
  policy: Policy;
  now: Instant;
}

export type AnswerMessage = Message;

/** How an answer looks. Pure, and always within Slack's limits: what does not fit is counted. */
export function answerMessage(answer: Answer, { policy }: Around): AnswerMessage {
  const zone = policy.expiry.timeZone;
  const lines = (some: readonly Words[]) => some.map((words) => wordsInMrkdwn(words, zone));
  switch (answer.kind) {
    case 'nothing':
      return inLines(['That was answered before.']);
    case 'help':
      return helpMessage(policy.slack?.command ?? '/ttl');
    case 'text':
    case 'refused':
      return inLines(lines(answer.lines));
    case 'shown':
      return inLines([`*${namedInMrkdwn(answer.about)}*`, ...lines(answer.lines)]);
    case 'list':
      return listMessage(answer, zone);
    case 'done':
      return doneMessage(answer, zone);
    case 'choice':
      return choiceMessage(answer, zone);
    case 'question':
      return questionMessage(answer, zone);
    case 'form':
      return inLines(['A form opens: choose until when to keep it, and say why.']);
    default:
      return answer satisfies never;
  }
}

/** Leaves the titles, notes and buttons around them their place. */
const roomForRows = 6_000;
const roomForNotes = 2_500;

function inLines(lines: readonly string[]): Message {
  return { text: lines[0] || 'Nothing to say.', blocks: withRest(lines, roomForRows + roomForNotes) };
}

/** Lines in sections; what does not fit is counted in one more. */
function withRest(lines: readonly string[], room: number): KnownBlock[] {
  const { shown, left } = fitting(lines, room);
  return sections(left === 0 ? shown : [...shown, `… and ${left} more`]);
}

/** Small print where it fits. */
function notesBelow(notes: readonly Words[], zone: string): KnownBlock[] {
  const lines = notes.map((words) => wordsInMrkdwn(words, zone));
  const isSmall = lines.length <= blockLimits.context && lines.every(({ length }) => length <= blockLimits.contextText);
  const fits = lines.length > 0 && fitting(lines, roomForNotes).left === 0;
  return isSmall && fits ? [context(...lines)] : withRest(lines, roomForNotes);
}

function rowsIn(rows: readonly Told[], zone: string, room = roomForRows): KnownBlock[] {
  return withRest(
    rows.map((row) => toldInMrkdwn(row, zone)),
    room,
  );
}

function listMessage({ title, rows, more, next, notes }: Answer & { kind: 'list' }, zone: string): Message {
  const heading = `*${wordsInMrkdwn(title, zone)}*`;
  const canGoOn = more > 0 && next !== undefined && next.length <= blockLimits.value;
  return {
    text: heading,
    blocks: [
      section(heading),
      ...rowsIn(rows, zone),
      ...(more > 0 ? [section(`… and ${count(more, 'more resource')}`)] : []),
      ...(canGoOn ? [actions(button({ action: 'choose', label: 'Next page', value: next }))] : []),
      ...notesBelow(notes, zone),
    ],
  };
}

const deeds = {
  extend: ['Extended', 'Not extended'],
  keep: ['Kept', 'Not kept'],
  'let-go': ['Let go', 'Not let go'],
  restore: ['Restored', 'Not restored'],
} as const;

function doneMessage({ order, done, failed, notes }: Answer & { kind: 'done' }, zone: string): Message {
  const [did, didNot] = deeds[order];
  const titles = [
    ...(done.length > 0 ? [`${did}: ${count(done.length, 'resource')}`] : []),
    ...(failed.length > 0 ? [`${didNot}: ${count(failed.length, 'resource')}`] : []),
  ];
  const title = `*${titles.join('. ')}*`;
  const room = roomForRows / 2;
  return {
    text: titles.length === 0 ? 'Nothing was changed.' : title,
    blocks: [
      section(titles.length === 0 ? 'Nothing was changed.' : title),
      ...rowsIn(done, zone, failed.length === 0 ? roomForRows : room),
      ...(failed.length > 0 ? [section(`*${didNot}*`), ...rowsIn(failed, zone, room)] : []),
      ...notesBelow(notes, zone),
    ],
  };
}

function choiceMessage({ question, options, more }: Answer & { kind: 'choice' }, zone: string): Message {
  const title = wordsInMrkdwn(question, zone);
  const choices = options.filter(({ command }) => command.length <= blockLimits.value);
  const left = more + options.length - choices.length;
  return {
    text: title,
    blocks: [
      section(title),
      ...choices.map(({ label, command }: Option) =>
        section(escaped(label) || '(empty)', button({ action: 'choose', label: 'This one', value: command })),
      ),
      ...(left > 0 ? [context(`… and ${left} more: an ARN says which one you mean.`)] : []),
    ],
  };
}

function questionMessage({ notice, failed, notes }: Answer & { kind: 'question' }, zone: string): Message {
  const { id, items } = notice;
  const title = `*Let go of ${count(items.length, 'resource')}?* The next sweep removes them.`;
  const room = roomForRows / 2;
  const rows = items.map((item) => {
    const { managedBy, expiresAt } = item;
    const words: Words[] = [
      expiresAt === undefined ? ['no date'] : ['expires ', { at: expiresAt }],
      ...(managedBy === undefined ? [] : [[`, managed by ${managedBy}`]]),
    ];
    return { about: item, words: words.flat() };
  });
  return {
    text: title,
    blocks: [
      section(title),
      ...rowsIn(rows, zone, failed.length === 0 ? roomForRows : room),
      ...(failed.length > 0 ? [section('*Not let go*'), ...rowsIn(failed, zone, room)] : []),
      actions(
        button({ action: 'confirm', label: `Let ${items.length} go`, value: id, style: 'danger' }),
        button({ action: 'cancel', label: 'Keep them', value: id }),
      ),
      ...notesBelow(notes, zone),
    ],
  };
}

const longestReason = 500;

/** The form that asks until when and why. Its block and action ids are `until` and `reason`. */
export function keepForm({ id, items }: Notice, { policy, now }: Around): ModalView {
  const { timeZone, maxExtension } = policy.expiry;
  const rows = items.map((item) => `• ${namedInMrkdwn(item)}`);
  return {
    type: 'modal',
    callback_id: 'keep',
    private_metadata: id,
    title: plainText('Keep until', blockLimits.modalTitle),
    submit: plainText('Keep', blockLimits.modalButton),
    close: plainText('Cancel', blockLimits.modalButton),
    blocks: [
      ...withRest(rows, roomForRows),
      {
        type: 'input',
        block_id: 'until',
        label: plainText('Until the end of', blockLimits.label),
        hint: plainText(
          `In the time zone ${timeZone}. At most ${showDuration(maxExtension)} from now; then it ends by itself.`,
          blockLimits.label,
        ),
        element: {
          type: 'datepicker',
          action_id: 'until',
          initial_date: showInstant(now + Math.min(day, maxExtension), timeZone).slice(0, 10),
        },
      },
      {
        type: 'input',
        block_id: 'reason',
        label: plainText('Why?', blockLimits.label),
        element: { type: 'plain_text_input', action_id: 'reason', min_length: 1, max_length: longestReason },
      },
    ],
  };
}

import type { WebClient } from '@slack/web-api';
import type { Answer } from '../../core/answer.ts';
import type { Notice } from '../../core/notice.ts';
import { type AnswerMessage, type Around, answerMessage, keepForm } from './answer-message.ts';
import type { SlackRequest } from './request.ts';
import { respond } from './response-url.ts';
import { slackError, slackProblem } from './slack-problem.ts';

export interface Replying {
  request: SlackRequest;
  around: Around;
  /** Connects with Slack; needed where Slack gave no address for the answer, or did not take it there. */
  client: () => Promise<Pick<WebClient, 'chat' | 'conversations' | 'views'>>;
  slackApiUrl?: string | undefined;
}

/** How an answer reached the person: in the place where they asked, as a form, in a direct message, or not at all. */
export type Reached = 'there' | 'form' | 'ephemeral' | 'direct' | 'nothing to say';

/** Gives a person the answer. Throws, with all that was tried, where it reached them in no way. */
export async function reply(answer: Answer, replying: Replying): Promise<Reached> {
  if (answer.kind === 'nothing') return 'nothing to say';
  if (answer.kind !== 'form') return tell(answerMessage(answer, replying.around), replying);
  const why = await openForm(answer.notice, replying);
  if (why === undefined) return 'form';
  return tell(answerMessage(insteadOfForm(answer.notice, why, replying.around), replying.around), replying);
}

/** `undefined` where it is open; else why not. A form may be opened within three seconds of the click. */
async function openForm(notice: Notice, { request, around, client }: Replying): Promise<string | undefined> {
  const { triggerId } = request.reply;
  if (triggerId === undefined) return 'Slack sent nothing to open it with';
  try {
    const { views } = await client();
    await views.open({ trigger_id: triggerId, view: keepForm(notice, around) });
    return undefined;
  } catch (error) {
    return slackError(error)?.endsWith('trigger_id') ? 'it came too late' : slackProblem(error);
  }
}

/** What does the same as the form without one. */
function insteadOfForm({ items, environment }: Notice, why: string, { policy }: Around): Answer {
  const [first] = items;
  const name = items.length === 1 && first !== undefined ? first.arn : (environment ?? 'NAME');
  const command = `${policy.slack?.command ?? '/ttl'} keep ${name} until 2026-12-01 REASON`;
  return {
    kind: 'refused',
    lines: [[`The form could not be opened, because ${why}. Press the button again, or type:`], [{ code: command }]],
  };
}

async function tell(message: AnswerMessage, replying: Replying): Promise<Reached> {
  const { ask, reply: to } = replying.request;
  const ways: readonly [Reached, boolean, () => Promise<unknown>][] = [
    ['there', to.responseUrl !== undefined, () => respondThere(message, replying)],
    ['ephemeral', to.channel !== undefined, () => postFor(ask.person, to.channel ?? '', message, replying)],
    ['direct', true, () => postTo(ask.person, message, replying)],
  ];
  const failures: string[] = [];
  for (const [way, isOpen, go] of ways) {
    if (!isOpen) continue;
    try {
      await go();
      return way;
    } catch (error) {
      failures.push(`${way}: ${slackProblem(error)}`);
    }
  }
  throw new Error(`the answer reached the person in no way (${failures.join('; ')})`);
}

/**
 * What only the person saw is replaced by its answer: the first line of a command, a question. A warning stays as it
 * is, with its buttons.
 */
function respondThere({ text, blocks }: AnswerMessage, { request, slackApiUrl }: Replying): Promise<void> {
  const { from } = request.ask;
  const replaces = from.kind === 'command' || (from.kind === 'click' && from.message === undefined);
  const response = { response_type: 'ephemeral', text, blocks, replace_original: replaces } as const;
  return respond(request.reply.responseUrl ?? '', response, { slackApiUrl });
}

async function postFor(user: string, channel: string, { text, blocks }: AnswerMessage, { client }: Replying) {
  const { chat } = await client();
  await chat.postEphemeral({ channel, user, text, blocks });
}

async function postTo(person: string, { text, blocks }: AnswerMessage, { client }: Replying) {
  const { chat, conversations } = await client();
  const { channel } = await conversations.open({ users: person });
  await chat.postMessage({ channel: channel?.id ?? person, text, blocks });
}

import type { WebClient } from '@slack/web-api';
import type { MessageRef } from '../../core/notice.ts';
import type { Message } from './blocks.ts';
import { violationsOf } from './limits.ts';
import { slackError, slackProblem } from './slack-problem.ts';

/** Errors that are about the form of a message, and not about where it goes. */
const aboutForm = ['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long'];

const quiet = { unfurl_links: false, unfurl_media: false, parse: 'none', link_names: false } as const;

/** Posts a message. One that breaks a limit, of those known here or another, goes as its plain text: none is lost. */
export async function post(client: Pick<WebClient, 'chat'>, channel: string, message: Message): Promise<MessageRef> {
  const sent = await withoutBlocksIfNeeded(message, (content) =>
    client.chat.postMessage({ channel, ...content, ...quiet }),
  );
  return { channel: sent.channel ?? channel, ts: sent.ts ?? '' };
}

/** Puts a message in the place of an earlier one. */
export async function replace(client: Pick<WebClient, 'chat'>, at: MessageRef, message: Message): Promise<void> {
  await withoutBlocksIfNeeded(message, ({ text, blocks = [] }) =>
    client.chat.update({ channel: at.channel, ts: at.ts, text, blocks, parse: 'none', link_names: false }),
  );
}

type Content = { text: string; blocks: Message['blocks'] } | { text: string; blocks?: never; mrkdwn: false };

async function withoutBlocksIfNeeded<T>({ text, blocks }: Message, send: (content: Content) => Promise<T>): Promise<T> {
  const plainly: Content = { text, mrkdwn: false };
  if (violationsOf({ text, blocks }).length > 0) return send(plainly);
  return send({ text, blocks }).catch((error: unknown) => {
    if (!aboutForm.includes(slackError(error) ?? '')) throw error;
    return send(plainly);
  });
}

/** Puts a file into the thread of a message. Where that fails the thread says so: the message promises a file. */
export async function attach(
  client: Pick<WebClient, 'chat' | 'filesUploadV2'>,
  { channel, ts }: MessageRef,
  { name, content }: { name: string; content: string },
): Promise<void> {
  try {
    await client.filesUploadV2({ channel_id: channel, thread_ts: ts, filename: name, title: name, content });
  } catch (error) {
    const text = `The file ${name} is missing here: ${slackProblem(error)}`;
    // The message stands without it.
    await client.chat.postMessage({ channel, thread_ts: ts, text, mrkdwn: false, ...quiet }).catch(() => undefined);
  }
}

import type { WebClient } from '@slack/web-api';
import type { MessageRef } from '../../core/notice.ts';
import type { Delivery } from '../../use-cases/ports-people.ts';
import type { Message } from './blocks.ts';
import { violationsOf } from './limits.ts';
import { passes, slackError, slackProblem } from './slack-problem.ts';

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

/** To the first of the channels that takes it. A trouble that passes is one of all of them. */
export async function toChannel(
  client: Pick<WebClient, 'chat'>,
  channels: readonly string[],
  message: Message,
  because?: string,
): Promise<Delivery> {
  const whys = because === undefined ? [] : [because];
  for (const channel of channels) {
    try {
      const posted = await post(client, channel, message);
      const instead = whys.join('; ');
      return { kind: 'delivered', to: channel, message: posted, ...(instead !== '' && { instead }) };
    } catch (error) {
      whys.push(`${channel}: ${slackProblem(error)}`);
      if (passes(error)) break;
    }
  }
  return { kind: 'failed', why: whys.join('; ') };
}

export interface Attached {
  name: string;
  content: string | Uint8Array;
  /** What a picture shows, for those who don't see it. */
  shows?: string;
}

/** Puts files into the thread of a message. Where that fails the thread says so: the message promises them. */
export async function attach(
  client: Pick<WebClient, 'chat' | 'filesUploadV2'>,
  { channel, ts }: MessageRef,
  files: readonly Attached[],
): Promise<void> {
  const uploads = files.map(({ name, content, shows }) => {
    return { filename: name, title: name, file: Buffer.from(content), ...(shows !== undefined && { alt_text: shows }) };
  });
  try {
    await client.filesUploadV2({ channel_id: channel, thread_ts: ts, file_uploads: uploads });
  } catch (error) {
    const names = files.map(({ name }) => name).join(', ');
    const missing = files.length === 1 ? `The file ${names} is missing here` : `The files ${names} are missing here`;
    const text = `${missing}: ${slackProblem(error)}`;
    // The message stands without it.
    await client.chat.postMessage({ channel, thread_ts: ts, text, mrkdwn: false, ...quiet }).catch(() => undefined);
  }
}

import { randomBytes } from 'node:crypto';
import type { Content, Conversation, Json, Message } from './conversation.ts';
import type { Validator } from './web-api.ts';

/** What an answer to a command or a click goes to. */
export interface Asked {
  deed: number;
  user: string;
  channel: string;
  /** What can be replaced: the message whose button was clicked, or what the person was told at once. */
  message?: Message;
}

export interface ResponseUrls {
  /** In whose name the answers stand. */
  bot: string;
  /** A new address, as Slack gives one with each command and click. */
  issue: (asked: Asked) => string;
  /** What is posted to one. */
  post: (path: string, body: string) => { status: number; body: Json | string };
}

export interface ResponseUrlSettings {
  baseUrl: string;
  bot: string;
  conversation: Conversation;
  violations: Validator;
}

const postsEach = 5;
const lastsMs = 30 * 60_000;

/** The addresses that take up to five answers within half an hour, and need no token. */
export function responseUrls(settings: ResponseUrlSettings): ResponseUrls {
  const { baseUrl, bot, conversation, violations } = settings;
  const issued = new Map<string, { asked: Asked; until: number; posts: number }>();
  return {
    bot,
    issue: (asked) => {
      const path = `/commands/${randomBytes(12).toString('hex')}`;
      issued.set(path, { asked, until: Date.now() + lastsMs, posts: 0 });
      return `${baseUrl}${path}`;
    },
    post: (path, body) => {
      const known = issued.get(path);
      if (known === undefined || Date.now() > known.until) return refusal(404, 'expired_url');
      if (known.posts >= postsEach) return refusal(404, 'used_url');
      const answer = parsed(body);
      if (answer === undefined) return refusal(400, 'invalid_payload');
      const { text, blocks } = contentOf(answer);
      const isEmpty = text === '' && blocks.length === 0;
      if (isEmpty && answer['delete_original'] !== true) return refusal(400, 'no_text');
      if (!isEmpty && violations({ text: text || 'none', blocks }).length > 0) return refusal(400, 'invalid_blocks');
      known.posts += 1;
      show(conversation, known.asked, answer, bot);
      return { status: 200, body: 'ok' };
    },
  };
}

function show(conversation: Conversation, asked: Asked, answer: Json, bot: string): void {
  const answers = asked.deed;
  const original = asked.message && conversation.message(asked.message.channel, asked.message.ts);
  if (original !== undefined && answer['delete_original'] === true) {
    conversation.add({ kind: 'delete', message: { ...original, deleted: true, answers } });
  } else if (original !== undefined && answer['replace_original'] === true) {
    conversation.add({ kind: 'update', message: { ...replaced(original, contentOf(answer)), answers } });
  } else {
    conversation.add({ kind: 'message', message: { ...answerMessage(asked, answer, bot), answers } });
  }
}

/** The message that an answer becomes: only the person who asked sees it, unless it says otherwise. */
export function answerMessage({ user, channel }: Asked, answer: Json, bot: string): Message {
  const about = { channel, ts: ownTs(), from: bot, files: [], earlier: [] };
  return { ...about, ...contentOf(answer), ...(answer['response_type'] !== 'in_channel' && { onlyFor: user }) };
}

/** A message with another content in place of its own, which it keeps as an earlier one. */
export function replaced(message: Message, { text, blocks }: Content): Message {
  return { ...message, text, blocks, earlier: [...message.earlier, { text: message.text, blocks: message.blocks }] };
}

let issuedStamps = 0;

/** A message's id of our own; those that `emulate` gives have low numbers behind the point. */
function ownTs(): string {
  issuedStamps += 1;
  return `${Math.floor(Date.now() / 1000)}.${500_000 + issuedStamps}`;
}

function contentOf({ text, blocks }: Json): Content {
  return { text: typeof text === 'string' ? text : '', blocks: Array.isArray(blocks) ? (blocks as Json[]) : [] };
}

export function parsed(body: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function refusal(status: number, error: string): { status: number; body: Json } {
  return { status, body: { ok: false, error } };
}

import type { WebClient } from '@slack/web-api';
import type { MessageRef } from '../../core/notice.ts';
import type { Message } from './blocks.ts';
import { plain } from './mrkdwn.ts';
import { type AddressBook, type Addressee, addresseesOf, forgetAddressee } from './owner-address.ts';
import { post } from './posting.ts';
import { passes, slackError, slackProblem } from './slack-problem.ts';

/** What telling the owners came to. */
export type Reached =
  /** Whom, in words, and where the first of them sees it. */
  | { kind: 'told'; to: string; message: MessageRef }
  /** Nobody can be told: the channel is the next to know. */
  | { kind: 'nobody'; why: string }
  /** There is somebody, and it did not arrive. `passing`: it may in an hour. */
  | { kind: 'failed'; why: string; passing: boolean };

/** The direct messages that were opened, by person: an owner of several environments needs one. */
export type OpenedMessages = Map<string, Promise<string>>;

/** Slack's words for a person who can't be written to, and won't be. */
const notReachable = ['user_disabled', 'user_not_found', 'users_not_found', 'user_not_visible', 'cannot_dm_bot'];

/** Tells everybody whom an owner tag names, each in person. Throws nothing. */
export async function tellOwners(
  client: Pick<WebClient, 'chat' | 'conversations'>,
  opened: OpenedMessages,
  { tag, message, book }: { tag: string; message: Message; book: AddressBook },
): Promise<Reached> {
  try {
    const { found, missing } = await addresseesOf(tag, book);
    const tried = await Promise.all(found.map((one) => tellOne(client, opened, one, message, book)));
    const whys = [...missing, ...tried.flatMap(({ why }) => why ?? [])];
    const told = tried.flatMap(({ told: one }) => one ?? []);
    const [first] = told;
    if (first !== undefined) {
      const names = told.map(({ name }) => plain(name)).join(', ');
      const to = whys.length === 0 ? names : `${names}, and not everybody: ${whys.join('; ')}`;
      return { kind: 'told', to, message: first.message };
    }
    const failed = tried.filter(({ isPerson }) => isPerson);
    const why = whys.join('; ');
    if (failed.length === 0) return { kind: 'nobody', why };
    return { kind: 'failed', why, passing: failed.some(({ passing }) => passing) };
  } catch (error) {
    return { kind: 'failed', why: slackProblem(error), passing: passes(error) };
  }
}

interface Tried {
  told?: { name: string; message: MessageRef };
  why?: string;
  isPerson: boolean;
  passing: boolean;
}

async function tellOne(
  client: Pick<WebClient, 'chat' | 'conversations'>,
  opened: OpenedMessages,
  addressee: Addressee,
  message: Message,
  book: AddressBook,
): Promise<Tried> {
  const { id, name } = addressee;
  try {
    const channel = opened.get(id) ?? open(client, id);
    opened.set(id, channel);
    const posted = await post(client, await channel, message);
    return { told: { name, message: posted }, isPerson: true, passing: false };
  } catch (error) {
    opened.delete(id);
    const why = `${plain(name)}: ${slackProblem(error)}`;
    const isPerson = !notReachable.includes(slackError(error) ?? '');
    if (!isPerson) await forgetAddressee(addressee, book);
    return { why, isPerson, passing: passes(error) };
  }
}

async function open({ conversations }: Pick<WebClient, 'conversations'>, users: string): Promise<string> {
  const { channel } = await conversations.open({ users });
  return channel?.id ?? users;
}

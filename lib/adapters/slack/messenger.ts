import type { WebClient } from '@slack/web-api';
import { csvOf } from '../../core/csv.ts';
import type { MessageRef, Notice } from '../../core/notice.ts';
import type { Policy } from '../../core/policy.ts';
import type { Clock } from '../../use-cases/ports.ts';
import type { Delivery, Directory, Messenger, TellingLedger } from '../../use-cases/ports-people.ts';
import type { Message } from './blocks.ts';
import { violationsOf } from './limits.ts';
import { plain } from './mrkdwn.ts';
import { type AddressBook, type Addressee, addresseesOf, forgetAddressee } from './owner-address.ts';
import { hasDetails, reportCsv, reportMessage, rowOf } from './report-message.ts';
import { slackError, slackProblem } from './slack-problem.ts';
import { needsFile, warningMessage } from './warning-message.ts';

export interface MessengerSettings {
  policy: Policy & { slack: NonNullable<Policy['slack']> };
  client: WebClient;
  directory: Directory;
  people: Pick<TellingLedger, 'knownPeople' | 'keepPeople'>;
  clock: Clock;
}

interface Posted {
  to: string;
  message: MessageRef;
}

/** Tells people in Slack. Nothing throws: what Slack refuses is a delivery that failed, in words. */
export function slackMessenger({ policy, client, directory, people, clock }: MessengerSettings): Messenger {
  const { slack } = policy;
  const book: AddressBook = { slack, directory, people, clock };
  return {
    warn: (notice) => safely(() => warn(client, policy, book, notice)),
    report: (report) =>
      safely(async () => {
        const posted = await post(client, slack.channel, reportMessage(report, policy.expiry.timeZone), slack.channel);
        if (hasDetails(report)) await attach(client, posted.message, `${report.run}.csv`, reportCsv(report));
        return { kind: 'delivered', ...posted };
      }),
    update: (notice) => safely(() => update(client, policy, notice)),
  };
}

async function safely(tell: () => Promise<Delivery>): Promise<Delivery> {
  try {
    return await tell();
  } catch (error) {
    return { kind: 'failed', why: slackProblem(error) };
  }
}

/** To its owners; where nobody knows them to the channel; where that fails to the fallback channel. */
async function warn(
  client: WebClient,
  { slack, ...policy }: MessengerSettings['policy'],
  book: AddressBook,
  notice: Notice,
): Promise<Delivery> {
  const message = warningMessage(notice, { slack, ...policy });
  const file = (posted: Posted) =>
    needsFile(notice) ? attach(client, posted.message, `${notice.id}.csv`, noticeCsv(notice)) : Promise.resolve();
  const reached = await toOwners(client, book, notice, message);
  if (reached.posted !== undefined) {
    await file(reached.posted);
    return { kind: 'delivered', ...reached.posted };
  }
  const tried = [reached.why];
  for (const channel of channelsFor(slack, reached.isUnknown)) {
    try {
      const posted = await post(client, channel, message, channel);
      await file(posted);
      return { kind: 'delivered', ...posted, instead: tried.join('; ') };
    } catch (error) {
      tried.push(`${channel}: ${slackProblem(error)}`);
    }
  }
  return { kind: 'failed', why: tried.join('; ') };
}

/** What an owner could not be told goes to the fallback at once; what nobody owns is the channel's matter first. */
function channelsFor({ channel, fallbackChannel }: MessengerSettings['policy']['slack'], isUnknown: boolean): string[] {
  const fallback = fallbackChannel === undefined ? [] : [fallbackChannel];
  return isUnknown ? [channel, ...fallback] : [...fallback, channel];
}

interface Reached {
  posted?: Posted;
  why: string;
  isUnknown: boolean;
}

async function toOwners(client: WebClient, book: AddressBook, { owner }: Notice, message: Message): Promise<Reached> {
  if (owner === undefined) return { why: 'nobody is named as owner', isUnknown: true };
  try {
    const { found, missing } = await addresseesOf(owner, book);
    const why = [...missing];
    let posted: Posted | undefined;
    for (const addressee of found) {
      try {
        posted ??= await toPerson(client, addressee, message);
      } catch (error) {
        if (slackError(error) === 'user_not_found') await forgetAddressee(addressee, book);
        why.push(`${plain(addressee.name)}: ${slackProblem(error)}`);
      }
    }
    return { ...(posted && { posted }), why: why.join('; '), isUnknown: found.length === 0 };
  } catch (error) {
    return { why: slackProblem(error), isUnknown: false };
  }
}

async function toPerson(client: WebClient, { id, name }: Addressee, message: Message): Promise<Posted> {
  const { channel } = await client.conversations.open({ users: id });
  return post(client, channel?.id ?? id, message, name);
}

/** A message that breaks a limit of Slack's is sent as its plain text: it is never lost. */
async function post(client: WebClient, channel: string, message: Message, to: string): Promise<Posted> {
  const sent = await client.chat.postMessage({
    channel,
    ...sendable(message),
    unfurl_links: false,
    unfurl_media: false,
  });
  return { to, message: { channel: sent.channel ?? channel, ts: sent.ts ?? '' } };
}

function sendable({ text, blocks }: Message): { text: string; blocks?: Message['blocks'] } {
  return violationsOf({ text, blocks }).length === 0 ? { text, blocks } : { text };
}

async function update(client: WebClient, policy: Policy, notice: Notice): Promise<Delivery> {
  const { message } = notice;
  if (message === undefined) return { kind: 'failed', why: 'its message was not delivered' };
  const { text, blocks } = sendable(warningMessage(notice, policy));
  await client.chat.update({ ...message, text, blocks: blocks ?? [] });
  return { kind: 'delivered', to: message.channel, message };
}

/** Details are welcome in the thread; without them the message still stands. */
async function attach(
  client: WebClient,
  { channel, ts }: MessageRef,
  filename: string,
  content: string,
): Promise<void> {
  try {
    await client.filesUploadV2({ channel_id: channel, thread_ts: ts, filename, title: filename, content });
  } catch {
    // What the file would say is in the ledger and in the run store.
  }
}

function noticeCsv({ items }: Notice): string {
  const titles = ['what', 'account', 'region', 'type', 'arn', 'name', 'owner', 'environment', 'expires', 'detail'];
  return csvOf([titles, ...items.map((item) => rowOf(item.reason, item))]);
}

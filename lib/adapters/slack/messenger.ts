import type { WebClient } from '@slack/web-api';
import type { GuardMessage } from '../../core/guard-message.ts';
import type { MessageRef, Notice } from '../../core/notice.ts';
import type { Policy } from '../../core/policy.ts';
import type { SweepReport } from '../../core/sweep-report.ts';
import type { Clock } from '../../use-cases/ports.ts';
import type { Delivery, Directory, Messenger, TellingLedger } from '../../use-cases/ports-people.ts';
import { noticeCsv, reportCsv } from './details-csv.ts';
import { guardCsv } from './guard-csv.ts';
import { guardMessage, needsGuardFile } from './guard-message.ts';
import type { AddressBook } from './owner-address.ts';
import { type OpenedMessages, type Reached, tellOwners } from './owner-telling.ts';
import { attach, replace, toChannel } from './posting.ts';
import { hasDetails, reportMessage } from './report-message.ts';
import { slackProblem } from './slack-problem.ts';
import { needsFile, warningMessage } from './warning-message.ts';

type Client = Pick<WebClient, 'chat' | 'conversations' | 'filesUploadV2'>;

export interface MessengerSettings {
  policy: Policy & { slack: NonNullable<Policy['slack']> };
  client: Client;
  directory: Pick<Directory, 'person' | 'personByEmail'>;
  people: Pick<TellingLedger, 'knownPeople' | 'keepPeople'>;
  clock: Clock;
}

/** Tells people in Slack. Nothing throws: what Slack refuses is a delivery that failed, in words. */
export function slackMessenger({ policy, client, directory, people, clock }: MessengerSettings): Messenger {
  const book: AddressBook = { slack: policy.slack, directory, people, clock };
  const opened: OpenedMessages = new Map();
  return {
    warn: (notice) => safely(() => warn(client, policy, { notice, book, opened })),
    report: (report) => safely(() => tellReport(client, policy, report)),
    guard: (message) => safely(() => tellGuard(client, policy, message)),
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

interface Warning {
  notice: Notice;
  book: AddressBook;
  opened: OpenedMessages;
}

/** To its owners; where nobody knows them to the channel; where that fails to the fallback channel. */
async function warn(
  client: Client,
  policy: MessengerSettings['policy'],
  { notice, book, opened }: Warning,
): Promise<Delivery> {
  const message = warningMessage(notice, policy);
  const reached: Reached =
    notice.owner === undefined
      ? { kind: 'nobody', why: 'nobody is named as owner' }
      : await tellOwners(client, opened, { tag: notice.owner, message, book });
  // Whoever is there in an hour is not surprised: the next sweep warns them, and removes nothing before.
  if (reached.kind === 'failed' && reached.passing) return { kind: 'failed', why: reached.why };
  const delivery: Delivery =
    reached.kind === 'told'
      ? { kind: 'delivered', to: reached.to, message: reached.message }
      : await toChannel(
          client,
          channelsFor(policy.slack, reached),
          warningMessage(notice, policy, { kind: 'channel', why: reached.why }),
          reached.why,
        );
  if (needsFile(notice, policy)) await attachTo(client, delivery, `${notice.id}.csv`, noticeCsv(notice));
  return delivery;
}

/** What an owner could not be told goes to the fallback at once; what nobody owns is the channel's matter first. */
function channelsFor(
  { channel, fallbackChannel }: MessengerSettings['policy']['slack'],
  { kind }: Pick<Reached, 'kind'>,
): string[] {
  const fallback = fallbackChannel === undefined ? [] : [fallbackChannel];
  return [...new Set(kind === 'failed' ? [...fallback, channel] : [channel, ...fallback])];
}

async function tellReport(
  client: Client,
  { slack, expiry }: MessengerSettings['policy'],
  report: SweepReport,
): Promise<Delivery> {
  const channels = channelsFor(slack, { kind: 'nobody' });
  const delivery = await toChannel(client, channels, reportMessage(report, expiry.timeZone, slack.command));
  if (hasDetails(report)) await attachTo(client, delivery, `${report.run}.csv`, reportCsv(report));
  return delivery;
}

async function tellGuard(
  client: Client,
  { slack, expiry }: MessengerSettings['policy'],
  message: GuardMessage,
): Promise<Delivery> {
  const channels = channelsFor(slack, { kind: 'nobody' });
  const delivery = await toChannel(client, channels, guardMessage(message, expiry.timeZone, slack.command));
  if (needsGuardFile(message)) await attachTo(client, delivery, `guard-${message.account}.csv`, guardCsv(message));
  return delivery;
}

async function attachTo(client: Client, delivery: Delivery, name: string, content: string): Promise<void> {
  if (delivery.kind === 'delivered' && delivery.message !== undefined) {
    await attach(client, delivery.message, [{ name, content }]);
  }
}

/** Of several owners the first one's message is known, and brought up to date. */
async function update(client: Client, policy: Policy, notice: Notice): Promise<Delivery> {
  const { message } = notice;
  if (message === undefined) return { kind: 'failed', why: 'its message was not delivered' };
  const audience = isDirect(message) ? ({ kind: 'owner' } as const) : ({ kind: 'channel' } as const);
  await replace(client, message, warningMessage(notice, policy, audience));
  return { kind: 'delivered', to: message.channel, message };
}

function isDirect({ channel }: MessageRef): boolean {
  return channel.startsWith('D');
}

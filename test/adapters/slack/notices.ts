import type { Notice, NoticeItem } from '../../../lib/core/notice.ts';
import type { SweepReport } from '../../../lib/core/sweep-report.ts';
import { aPolicy, at } from '../../fakes/builders.ts';

export const dev = '222222222222';
export const staging = '333333333333';

const slack = { team: 'T1', channel: '#costs', fallbackChannel: '#lost', ownerDomain: 'example.com' };
const { slack: slackBlock, ...others } = aPolicy({ slack });
if (slackBlock === undefined) throw new Error('the policy has a slack block');
export const policy = { ...others, slack: slackBlock };

/** A queue that expires at noon UTC of the next day. */
export function anItem(name: string, about: Partial<NoticeItem> = {}): NoticeItem {
  const { account = dev } = about;
  return {
    arn: `arn:aws:sqs:eu-west-1:${account}:${name}`,
    type: 'sqs:queue',
    account,
    region: 'eu-west-1',
    reason: 'expiring',
    expiresAt: at('2026-11-24T12:00Z'),
    ...about,
  };
}

export function aNotice(about: Partial<Notice> = {}): Notice {
  return {
    id: 'notice-1',
    kind: 'warning',
    at: at('2026-11-23T12:00Z'),
    owner: 'ana',
    account: dev,
    items: [anItem('orders')],
    ...about,
  };
}

/** What is in a notice that nobody is named in. */
export function nobodys(about: Partial<Notice> = {}): Notice {
  const { owner: _, account: __, ...rest } = aNotice(about);
  return rest;
}

export function aReport(about: Partial<SweepReport> = {}): SweepReport {
  return {
    run: 'run-1',
    at: at('2026-11-23T12:00Z'),
    tracked: 3,
    removed: [],
    waiting: [],
    blocked: [],
    unreadable: [],
    observed: [],
    unread: [],
    held: [],
    largest: [],
    ...about,
  };
}

export function times<T>(amount: number, make: (index: number) => T): T[] {
  return Array.from({ length: amount }, (_, index) => make(index));
}

/** The texts of a message that are markup, one after the other. */
export function markupIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(markupIn);
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  const own = type === 'mrkdwn' && typeof text === 'string' ? [text] : [];
  return [...own, ...Object.values(value).flatMap(markupIn)];
}

/** The action ids of all buttons. */
export function buttonsIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"action_id":"([^"]*)"/g)].map(([, id = '']) => id);
}

import type { KnownBlock } from '@slack/types';
import { acceptedForms } from '../../core/expiry.ts';
import { aMonth, togetherUsd, unknownBeside } from '../../core/money.ts';
import { isOpen, matterOf, type Notice, type NoticeItem, type NoticeMatter } from '../../core/notice.ts';
import type { Policy } from '../../core/policy.ts';
import { actions, button, confirm, context, type Message, sections } from './blocks.ts';
import { code, count, escaped, plain } from './mrkdwn.ts';
import { canHaveTime, extendCommand, noticeLines, placesOf, plainLines } from './notice-lines.ts';
import { tellingOf } from './notice-words.ts';

/** Who reads a notice. In a channel it names its owner, and says why it does not stand with them. */
export type Audience = { kind: 'owner' } | { kind: 'channel'; why?: string };

/** How a notice looks, also after something became of its items. Pure, and within Slack's limits. */
export function warningMessage(notice: Notice, policy: Policy, audience: Audience = { kind: 'owner' }): Message {
  const telling = tellingOf(policy);
  const open = notice.items.filter(isOpen);
  const { lines, left } = noticeLines(notice, telling);
  const sum = costOf(open);
  const blocks: KnownBlock[] = [
    ...sections([`*${titleOf(notice, open, escaped)}*`, ...lines]),
    ...(left > 0 ? [context(`… and ${left} more: all are in the file in this thread`)] : []),
    ...(sum === undefined ? [] : [context(sum)]),
    ...(audience.kind === 'channel' ? ownerOf(notice, audience.why) : []),
    ...(open.length > 0 ? [...buttons(notice, open), context(hint(notice, open, telling.command))] : []),
  ];
  const title = `${titleOf(notice, open, plain)}${sum === undefined ? '' : `. ${sum}`}`;
  return { text: [`Mayfly: ${title}`, ...plainLines(notice, telling)].join('\n'), blocks };
}

/** Whether a message can't name all of its items. */
export function needsFile(notice: Notice, policy: Policy): boolean {
  return noticeLines(notice, tellingOf(policy)).left > 0;
}

function titleOf(
  { kind, owner, environment, account, items }: Notice,
  open: readonly NoticeItem[],
  shown: (text: string) => string,
): string {
  const where = environment === undefined ? '' : ` in ${shown(environment)}`;
  const place = account === undefined ? '' : `, account ${shown(account)}`;
  const whose = owner === undefined ? ' that nobody is named as owner of' : '';
  const matter = onlyMatter(items);
  const about = (amount: number) => `${count(amount, ...things[matter])}${where}${place}${whose}`;
  if (open.length === 0) return `${about(items.length)}: all is settled`;
  if (open.every(({ state }) => state !== undefined)) {
    return `${matter === 'stop' ? 'Postponed' : 'Extended'}: ${about(open.length)}`;
  }
  return `${kind === 'hold' ? 'Kept, but something is wrong' : comes[matter]}: ${about(items.length)}`;
}

/** What all of them are about; what is mixed is about what goes. */
function onlyMatter(items: readonly NoticeItem[]): NoticeMatter {
  const [matter = 'expiry', ...more] = new Set(items.map(matterOf));
  return more.length === 0 ? matter : 'expiry';
}

const things: Readonly<Record<NoticeMatter, readonly [string, string]>> = {
  expiry: ['resource', 'resources'],
  stop: ['server', 'servers'],
  copy: ['last copy', 'last copies'],
};

const comes: Readonly<Record<NoticeMatter, string>> = {
  expiry: 'About to go',
  stop: 'Idle, about to be copied and stopped',
  copy: 'About to be deleted',
};

function costOf(open: readonly NoticeItem[]): string | undefined {
  const { usd, unknown } = togetherUsd(open);
  const sum = aMonth(usd);
  if (sum === undefined || open.length - unknown < 2) return undefined;
  return `Together about ${sum}${unknownBeside(unknown)}`;
}

function ownerOf({ owner }: Notice, why: string | undefined): KnownBlock[] {
  if (owner === undefined) return [];
  return [context(`Owner: ${code(owner)}${why === undefined ? '' : ` (${escaped(why, 250)})`}`)];
}

function buttons(notice: Notice, open: readonly NoticeItem[]): KnownBlock[] {
  const { id, kind } = notice;
  // Many environments of nobody's are extended one by one, by command.
  if (placesOf(notice).length > 1 || !open.some(canHaveTime)) return [];
  const extend = [
    button({ action: 'extend-1d', label: '+1 day', value: id }),
    button({ action: 'extend-3d', label: '+3 days', value: id }),
    button({ action: 'extend-1w', label: '+1 week', value: id }),
    button({ action: 'keep', label: 'Keep until…', value: id }),
  ];
  const canGo = open.some((item) => matterOf(item) === 'expiry');
  if (kind === 'hold' || !canGo) return [actions(...extend)];
  const ask = confirm({
    title: 'Let it go?',
    text: 'The next sweep removes it. This can be taken back until then, by extending it.',
    yes: 'Let it go',
    no: 'Keep it',
    style: 'danger',
  });
  const letGo = button({ action: 'let-go', label: 'Let it go', value: id, style: 'danger', confirm: ask });
  return [actions(...extend, letGo)];
}

function hint(notice: Notice, open: readonly NoticeItem[], command: string): string {
  const help = `${code(`${command} help`)} shows the rest.`;
  const some = open.filter(canHaveTime);
  const isOne = placesOf(notice).length === 1 && some.length > 0;
  const how = isOne ? `Or type ${code(extendCommand(some, notice, command), 300)}; ${help}` : help;
  const forms = [
    isAbout(open, 'expiry-unreadable') && `Tags that can be read: ${escaped(acceptedForms, 600)}.`,
    isAbout(open, 'protect-unreadable') && 'A protect tag says true, false, or until which date.',
  ].filter((form) => form !== false);
  return [...forms, how].join(' ');
}

function isAbout(items: readonly NoticeItem[], reason: NoticeItem['reason']): boolean {
  return items.some((item) => item.reason === reason);
}

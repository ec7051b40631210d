import type { KnownBlock } from '@slack/types';
import { acceptedForms } from '../../core/expiry.ts';
import type { Notice, NoticeItem } from '../../core/notice.ts';
import type { Policy } from '../../core/policy.ts';
import { reasons } from '../../core/reasons.ts';
import { quoted } from '../../core/slash-words.ts';
import { namedInMrkdwn } from './answer-words.ts';
import { actions, button, confirm, context, type Message, sections } from './blocks.ts';
import { code, count, escaped, mention, slackDate } from './mrkdwn.ts';

/** What a person can take in; all the rest is in the file of the thread. */
const shownItems = 25;

/** How a notice looks, also after something became of its items. Pure, and within Slack's limits. */
export function warningMessage(notice: Notice, policy: Policy): Message {
  const { items } = notice;
  const open = items.filter(({ state }) => state === undefined || state.kind === 'extended');
  const title = titleOf(notice, open);
  const lines = items.slice(0, shownItems).map((item) => lineOf(item, policy.expiry.timeZone));
  const more = items.length - lines.length;
  const blocks: KnownBlock[] = [
    ...sections([`*${title}*`, ...lines]),
    ...(more > 0 ? [context(`… and ${more} more: all are in the file in this thread`)] : []),
    ...(open.length > 0 ? [...buttons(notice), context(hint(notice, policy))] : []),
  ];
  return { text: plainTitle(notice, open), blocks };
}

/** Whether a message can't name all of its items. */
export function needsFile({ items }: Notice): boolean {
  return items.length > shownItems;
}

function titleOf({ kind, owner, environment, account, items }: Notice, open: readonly NoticeItem[]): string {
  const what = count(items.length, 'resource');
  const where = environment === undefined ? '' : ` in ${escaped(environment)}`;
  const place = account === undefined ? '' : `, account ${escaped(account)}`;
  const whose = owner === undefined ? ' that nobody is named as owner of' : '';
  if (open.length === 0) return `${what}${where}${place}${whose}: all is settled`;
  if (open.every(isExtended)) return `Extended: ${count(open.length, 'resource')}${where}${place}${whose}`;
  return kind === 'hold'
    ? `Kept, but something is wrong: ${what}${where}${place}${whose}`
    : `About to go: ${what}${where}${place}${whose}`;
}

/** For notifications, which show no markup. */
function plainTitle({ kind, items }: Notice, open: readonly NoticeItem[]): string {
  const what = count(items.length, 'resource');
  if (open.length === 0) return `Mayfly: ${what}, all is settled`;
  if (open.every(isExtended)) return `Mayfly: ${count(open.length, 'resource')} extended`;
  return kind === 'hold' ? `Mayfly keeps ${what} with something wrong` : `Mayfly is about to remove ${what}`;
}

function isExtended({ state }: NoticeItem): boolean {
  return state?.kind === 'extended';
}

function lineOf(item: NoticeItem, timeZone: string): string {
  const manager = item.managedBy === undefined ? '' : ` Managed by ${escaped(item.managedBy)}.`;
  const cost = item.monthlyUsd === undefined ? '' : ` About $${item.monthlyUsd.toFixed(2)} a month.`;
  return `• ${namedInMrkdwn(item)}: ${whatHappens(item, timeZone)}${manager}${cost}`;
}

function whatHappens(item: NoticeItem, timeZone: string): string {
  const { state, reason, detail, expiresAt, idleAt } = item;
  switch (state?.kind) {
    case 'extended':
      return `*extended* to ${slackDate(state.to, timeZone)} by ${whoDid(state.by)}.`;
    case 'let-go':
      return `*let go* by ${whoDid(state.by)}: it goes with the next sweep.`;
    case 'removed':
      return '*removed*, its service says that it is gone.';
    case 'gone':
      return '*gone*.';
    case undefined:
      break;
    default:
      return state satisfies never;
  }
  const seen = detail === undefined ? '' : ` ${escaped(detail)}`;
  if (idleAt !== undefined && reason === 'idle-soon') {
    return `it is idle; a copy is made and it is stopped from ${slackDate(idleAt, timeZone)} on.${seen}`;
  }
  if (expiresAt === undefined || reason !== 'expiring') {
    const when = expiresAt === undefined ? '' : ` It expired ${slackDate(expiresAt, timeZone)}.`;
    const said = reason === 'expired-unwarned' ? 'it goes once this warning is old enough.' : reasons[reason].sentence;
    return `${said}${when}${seen}`;
  }
  return `expires ${slackDate(expiresAt, timeZone)}.${seen}`;
}

/** Who asked in Slack is shown by the name that they have there. */
function whoDid(by: string): string {
  const [, id = ''] = /\(([A-Z0-9]+)\) in Slack$/.exec(by) ?? [];
  return mention(id) ?? escaped(by);
}

function buttons({ id, kind, items, owner }: Notice): KnownBlock[] {
  // Many environments of nobody's are extended one by one, by command.
  if (owner === undefined && new Set(items.map(({ environment }) => environment)).size > 1) return [];
  const extend = [
    button({ action: 'extend-1d', label: '+1 day', value: id }),
    button({ action: 'extend-3d', label: '+3 days', value: id }),
    button({ action: 'extend-1w', label: '+1 week', value: id }),
    button({ action: 'keep', label: 'Keep until…', value: id }),
  ];
  if (kind === 'hold') return [actions(...extend)];
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

function hint({ kind, items }: Notice, { slack }: Policy): string {
  const command = slack?.command ?? '/ttl';
  const first = items[0];
  const name = quoted(first?.environment ?? first?.arn ?? 'NAME');
  const how = `Or type ${code(`${command} extend ${name} 1d`, 300)}; ${code(`${command} help`)} shows the rest.`;
  const isUnreadable = items.some(({ reason }) => reason === 'expiry-unreadable');
  return kind === 'hold' && isUnreadable ? `Tags that can be read: ${escaped(acceptedForms, 600)}. ${how}` : how;
}

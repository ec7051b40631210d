import type { Words } from '../../core/answer.ts';
import { idsIn } from '../../core/names.ts';
import type { Notice, NoticeItem } from '../../core/notice.ts';
import { reasons } from '../../core/reasons.ts';
import { quoted } from '../../core/slash-words.ts';
import { showInstant } from '../../core/time.ts';
import { fitting, namedInMrkdwn, wordsInMrkdwn } from './answer-words.ts';
import { blockLimits } from './block-limits.ts';
import { code, count, cut, escaped, plain } from './mrkdwn.ts';

/** What a person can take in; all the rest is in the file of the thread. */
const mostItems = 25;

/** Leaves the title, the hints and the buttons around them their place. */
const roomForLines = 7_000;
const roomForText = 3_000;

const longestDetail = 200;
const longestManager = 40;

/** A section of its own holds one, even where each character of a name takes five. */
const longestLine = blockLimits.section - 100;

/** The lines about the items of a notice, as far as a message holds them. */
export interface NoticeLines {
  lines: readonly string[];
  /** How many items have no line. */
  left: number;
}

/** What people can still do something about comes first, and of that what goes first. */
function inOrder(items: readonly NoticeItem[]): NoticeItem[] {
  const rank = ({ state }: NoticeItem) => (state === undefined ? 0 : 1);
  const when = ({ expiresAt, idleAt }: NoticeItem) => expiresAt ?? idleAt ?? Number.MAX_SAFE_INTEGER;
  return items.toSorted((a, b) => rank(a) - rank(b) || when(a) - when(b));
}

/** The items of each account and environment: what one command is about. */
export function placesOf({ items }: Pick<Notice, 'items'>): NoticeItem[][] {
  const places = Map.groupBy(inOrder(items), ({ account, environment }) => JSON.stringify([account, environment]));
  return [...places.values()];
}

/** In markup. Where a notice is about several places, each has its heading, and how to extend it. */
export function noticeLines(notice: Notice, timeZone: string, command: string): NoticeLines {
  const places = placesOf(notice);
  const lines: string[] = [];
  let [room, items] = [roomForLines, mostItems];
  for (const place of places) {
    const [heading, how] = places.length === 1 ? [] : aroundPlace(place, notice, command);
    const around = [heading, how].flatMap((line) => line ?? []);
    const taken = around.reduce((sum, line) => sum + line.length + 1, 0);
    const own = place.slice(0, items).map((item) => lineOf(item, timeZone));
    const { shown } = fitting(own, room - taken);
    if (shown.length === 0) break;
    items -= shown.length;
    room -= taken + shown.reduce((sum, line) => sum + line.length + 1, 0);
    lines.push(...(heading === undefined ? [] : [heading]), ...shown, ...(how === undefined ? [] : [how]));
  }
  return { lines, left: notice.items.length - (mostItems - items) };
}

function aroundPlace(place: readonly NoticeItem[], notice: Notice, command: string): string[] {
  const [first] = place;
  const where = first?.environment === undefined ? 'No environment' : escaped(first.environment);
  const open = place.filter(isOpen);
  return [
    `*${where}*, account ${escaped(first?.account ?? '')}: ${count(place.length, 'resource')}`,
    ...(open.length === 0 ? [] : [`Extend: ${code(extendCommand(open, notice, command), 600)}`]),
  ];
}

export function isOpen({ state }: NoticeItem): boolean {
  return state === undefined || state.kind === 'extended';
}

/** What a person types to extend what stands in one place; an environment of two accounts is named with its account. */
export function extendCommand(place: readonly NoticeItem[], { items }: Pick<Notice, 'items'>, command: string): string {
  const [first] = place;
  const { environment, account, arn = 'NAME' } = first ?? {};
  const isTwofold = items.some((item) => item.environment === environment && item.account !== account);
  const name = environment === undefined ? idsIn(arn)[0] : isTwofold ? `${account}/${environment}` : environment;
  return `${command} extend ${quoted(name)} 1d`;
}

function lineOf(item: NoticeItem, timeZone: string): string {
  const isGone = item.state?.kind === 'removed' || item.state?.kind === 'gone';
  const named = isGone ? `~${namedInMrkdwn(item)}~` : namedInMrkdwn(item);
  const { mark, words } = whatHappens(item);
  const before = `• ${named}: ${mark === undefined ? '' : `*${mark}* `}`;
  const after = asides(item, (text) => escaped(text, longestManager));
  return `${before}${wordsInMrkdwn(words, timeZone, longestLine - before.length - after.length)}${after}`;
}

function asides({ managedBy, monthlyUsd, state }: NoticeItem, shown: (text: string) => string): string {
  if (state !== undefined && state.kind !== 'extended') return '';
  const isStack = managedBy?.startsWith('stack ');
  const manager = isStack ? ` It belongs to ${shown(managedBy ?? '')}.` : managedAgain(managedBy, shown);
  return `${manager}${monthlyUsd === undefined ? '' : ` About $${monthlyUsd.toFixed(2)} a month.`}`;
}

function managedAgain(managedBy: string | undefined, shown: (text: string) => string): string {
  return managedBy === undefined ? '' : ` Managed by ${shown(managedBy)}, which may make it again.`;
}

interface Happening {
  /** What has become of it, in a word. */
  mark?: string;
  words: Words;
}

function whatHappens({ state, reason, detail, expiresAt, idleAt }: NoticeItem): Happening {
  switch (state?.kind) {
    case 'extended':
      return { mark: 'extended', words: ['to ', { at: state.to }, ' by ', whoDid(state.by), '.'] };
    case 'let-go':
      return { mark: 'let go', words: ['by ', whoDid(state.by), ': it goes with the next sweep.'] };
    case 'removed':
      return { mark: 'removed', words: ['and its service says that it is gone.'] };
    case 'gone':
      return { mark: 'gone', words: ['already.'] };
    case undefined:
      break;
    default:
      return state satisfies never;
  }
  const seen = detail === undefined ? [] : [` ${cut(detail, longestDetail)}`];
  if (reason === 'idle-soon' && idleAt !== undefined) {
    return { words: ['it is idle; a copy is made and it is stopped from ', { at: idleAt }, ' on.', ...seen] };
  }
  if (reason === 'expiring' && expiresAt !== undefined) {
    return { words: ['expires ', { at: expiresAt }, '.', ...seen] };
  }
  // When it goes depends on warnings of earlier expiries, so no instant is promised.
  const said = reason === 'expired-unwarned' ? 'it goes once this warning is old enough.' : reasons[reason].sentence;
  const when: Words = expiresAt === undefined ? [] : [' It expired ', { at: expiresAt }, '.'];
  return { words: [said, ...(reason === 'expired-unwarned' || reason === 'expired' ? when : []), ...seen] };
}

/** Who asked in Slack is shown by the name that they have there. */
function whoDid(by: string): Words[number] {
  const [, id] = /\(([UW][A-Z0-9]+)\) in Slack$/.exec(by) ?? [];
  return id === undefined ? by : { person: id };
}

/** The same without markup, for notifications and for where blocks can't be shown. */
export function plainLines({ items }: Notice, timeZone: string): string[] {
  const all = inOrder(items).map((item) => `- ${plainName(item)}: ${plainHappening(item, timeZone)}`);
  const { shown } = fitting(all.slice(0, mostItems), roomForText);
  const left = items.length - shown.length;
  return left === 0 ? shown : [...shown, `and ${left} more`];
}

function plainName({ type, arn, name, account, region, environment }: NoticeItem): string {
  const [id] = idsIn(arn);
  const where = [account, region, environment].flatMap((part) => (part ? [plain(part)] : []));
  const called = name === undefined || name === id ? '' : ` ${plain(name)}`;
  return `${plain(type)} ${plain(id)}${called} (${where.join(', ')})`;
}

function plainHappening(item: NoticeItem, timeZone: string): string {
  const { mark, words } = whatHappens(item);
  const by = item.state !== undefined && 'by' in item.state ? item.state.by : '';
  const said = words.map((word) => {
    if (typeof word === 'string')
      return `${/^\s/.test(word) ? ' ' : ''}${plain(word, 300)}${/\s$/.test(word) ? ' ' : ''}`;
    if ('at' in word) return showInstant(word.at, timeZone);
    return plain('code' in word ? word.code : by);
  });
  return `${mark === undefined ? '' : `${mark} `}${said.join('')}${asides(item, plain)}`;
}

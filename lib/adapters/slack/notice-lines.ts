import { aMonth } from '../../core/money.ts';
import { idsIn } from '../../core/names.ts';
import { isOpen, matterOf, type Notice, type NoticeItem } from '../../core/notice.ts';
import { quoted } from '../../core/slash-words.ts';
import { showInstant } from '../../core/time.ts';
import { fitting, namedInMrkdwn, wordsInMrkdwn } from './answer-words.ts';
import { blockLimits } from './block-limits.ts';
import { code, count, escaped, plain } from './mrkdwn.ts';
import { type Telling, whatHappens } from './notice-words.ts';

/** What a person can take in; all the rest is in the file of the thread. */
const mostItems = 25;

/** Leaves the title, the hints and the buttons around them their place. */
const roomForLines = 7_000;
const roomForText = 3_000;

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
  const when = (item: NoticeItem) =>
    (matterOf(item) === 'stop' ? item.idleAt : item.expiresAt) ?? Number.MAX_SAFE_INTEGER;
  return items.toSorted((a, b) => rank(a) - rank(b) || when(a) - when(b));
}

/** The items of each account and environment: what one command is about. */
export function placesOf({ items }: Pick<Notice, 'items'>): NoticeItem[][] {
  const places = Map.groupBy(inOrder(items), ({ account, environment }) => JSON.stringify([account, environment]));
  return [...places.values()];
}

/** In markup. Where a notice is about several places, each has its heading, and how to extend it. */
export function noticeLines(notice: Notice, telling: Telling): NoticeLines {
  const places = placesOf(notice);
  const lines: string[] = [];
  let [room, items] = [roomForLines, mostItems];
  for (const place of places) {
    const [heading, how] = places.length === 1 ? [] : aroundPlace(place, notice, telling.command);
    const around = [heading, how].flatMap((line) => line ?? []);
    const taken = around.reduce((sum, line) => sum + line.length + 1, 0);
    const own = place.slice(0, items).map((item) => lineOf(item, notice, telling));
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
  const open = place.filter(canHaveTime);
  return [
    `*${where}*, account ${escaped(first?.account ?? '')}: ${count(place.length, 'resource')}`,
    ...(open.length === 0 ? [] : [`Extend: ${code(extendCommand(open, notice, command), 600)}`]),
  ];
}

/** Whether a person can give it more time by a command or a button. The tag of a copy is changed by hand. */
export function canHaveTime(item: NoticeItem): boolean {
  return isOpen(item) && matterOf(item) !== 'copy';
}

/** What a person types to extend what stands in one place; an environment of two accounts is named with its account. */
export function extendCommand(place: readonly NoticeItem[], { items }: Pick<Notice, 'items'>, command: string): string {
  const [first] = place;
  const { environment, account, arn = 'NAME' } = first ?? {};
  const isTwofold = items.some((item) => item.environment === environment && item.account !== account);
  const name = environment === undefined ? idsIn(arn)[0] : isTwofold ? `${account}/${environment}` : environment;
  return `${command} extend ${quoted(name)} 1d`;
}

function lineOf(item: NoticeItem, notice: Notice, telling: Telling): string {
  const isGone = item.state?.kind === 'removed' || item.state?.kind === 'gone';
  const named = isGone ? `~${namedInMrkdwn(item)}~` : namedInMrkdwn(item);
  const { mark, words } = whatHappens(item, notice, telling);
  const before = `• ${named}: ${mark === undefined ? '' : `*${mark}* `}`;
  const after = asides(item, (text) => escaped(text, longestManager));
  return `${before}${wordsInMrkdwn(words, telling.timeZone, longestLine - before.length - after.length)}${after}`;
}

function asides(item: NoticeItem, shown: (text: string) => string): string {
  const { managedBy, monthlyUsd } = item;
  if (!isOpen(item)) return '';
  const isStack = managedBy?.startsWith('stack ');
  const manager = isStack ? ` It belongs to ${shown(managedBy ?? '')}.` : managedAgain(managedBy, shown);
  const cost = aMonth(monthlyUsd);
  return `${manager}${cost === undefined ? '' : ` About ${cost}.`}`;
}

function managedAgain(managedBy: string | undefined, shown: (text: string) => string): string {
  return managedBy === undefined ? '' : ` Managed by ${shown(managedBy)}, which may make it again.`;
}

/** The same without markup, for notifications and for where blocks can't be shown. */
export function plainLines(notice: Notice, telling: Telling): string[] {
  const { items } = notice;
  const all = inOrder(items).map((item) => `- ${plainName(item)}: ${plainHappening(item, notice, telling)}`);
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

function plainHappening(item: NoticeItem, notice: Notice, telling: Telling): string {
  const { mark, words } = whatHappens(item, notice, telling);
  const by = item.state !== undefined && 'by' in item.state ? item.state.by : '';
  const said = words.map((word) => {
    if (typeof word === 'string')
      return `${/^\s/.test(word) ? ' ' : ''}${plain(word, 300)}${/\s$/.test(word) ? ' ' : ''}`;
    if ('at' in word) return showInstant(word.at, telling.timeZone);
    return plain('code' in word ? word.code : by);
  });
  return `${mark === undefined ? '' : `${mark} `}${said.join('')}${asides(item, plain)}`;
}

import type { KnownBlock } from '@slack/types';
import type { GuardDeed, GuardMessage, GuardOffer } from '../../core/guard-message.ts';
import { guardLacks, guardReasons } from '../../core/guard-reasons.ts';
import {
  aheadInWords,
  deedInSentences,
  guardedPlace,
  leftByReason,
  nameOfPart,
  namesOfParts,
  stateInWords,
} from '../../core/guard-summary.ts';
import { burnInWords, causeInWords, passedInWords, projectionInWords } from '../../core/guard-words.ts';
import { idsIn } from '../../core/names.ts';
import { fitting } from './answer-words.ts';
import { actions, context, type Message, sections } from './blocks.ts';
import { guardButtons } from './guard-buttons.ts';
import { code, count, cut, escaped, list, mention, plain, slackDate } from './mrkdwn.ts';

/** The words of buttons and their dialogs, and the small print, have the rest. */
const roomForText = 9_500;

/** Of a list. */
const linesShown = 10;
/** Of one line. */
const namesShown = 5;

const longestSentence = 300;
const longestWord = 60;
const longestPlace = 200;

/** A paragraph. What does not fit is counted. */
interface Part {
  title: string;
  lines: readonly string[];
}

/** How a message of the guard looks: pure, within Slack's limits, what can't be undone before the buttons. */
export function guardMessage(message: GuardMessage, timeZone: string, command = '/ttl'): Message {
  const { at, did, problems } = message;
  const { top, parts } = written(message);
  const shown = [top, ...parts.map((lines) => lines.shown)].filter((lines) => lines.length > 0);
  const buttons = guardButtons(message);
  const blocks: KnownBlock[] = [
    ...shown.flatMap((lines) => sections(lines)),
    ...(buttons.length > 0 ? [actions(...buttons)] : []),
    context(...smallPrint(message, command), slackDate(at, timeZone)),
  ];
  const sentences = [
    `${placeIn(message, plain)}: ${stateInWords(message)}`,
    guardReasons[message.reason].sentence,
    ...message.passed.map((one) => `${passedInWords(one)}.`),
    ...(did === undefined ? [] : deedInSentences(did)),
    ...(did !== undefined && did.losses.length > 0 ? [`Lost for good: ${did.losses.length}.`] : []),
    ...(problems.length > 0 ? [`${count(problems.length, 'problem')}.`] : []),
  ];
  return { text: `Mayfly guard: ${sentences.map((one) => plain(one, longestSentence)).join('\n')}`, blocks };
}

/** Whether there is more than a message shows. */
export function needsGuardFile(message: GuardMessage): boolean {
  return written(message).parts.some(({ left }) => left > 0) || hidesNames(message);
}

/** Names beyond the first few of a line. */
function hidesNames({ did, offers }: GuardMessage): boolean {
  const lists = [did, offers?.ahead].flatMap((one) =>
    one === undefined ? [] : [namesOfParts(one.parts), ...leftByReason(one.left).map(({ names }) => names)],
  );
  return lists.some(({ length }) => length > namesShown);
}

function written(message: GuardMessage): { top: string[]; parts: { shown: string[]; left: number }[] } {
  const top = topOf(message);
  const parts = [causesPart(message), ...deedParts(message.did), ...offerParts(message.offers), problemsPart(message)];
  const some = parts.filter((part) => part !== undefined);
  const used = top.reduce((sum, { length }) => sum + length + 1, 0);
  const room = Math.max(0, roomForText - used) / Math.max(1, some.length);
  return { top, parts: some.map((part) => fitted(part, room)) };
}

function fitted({ title, lines }: Part, room: number): { shown: string[]; left: number } {
  const few = fitting(lines.slice(0, linesShown), room - title.length - 60);
  const left = lines.length - few.shown.length;
  const more = left > 0 ? [`… and ${left} more, in the file in this thread`] : [];
  return { shown: [title, ...few.shown, ...more], left };
}

/** Account, money and stage in the first line: a phone shows no more than that. */
function topOf(message: GuardMessage): string[] {
  const { reason, by, alarm, passed, burn, usual, projection } = message;
  const decided = by === undefined ? '' : ` Decided by ${mention(by) ?? escaped(by, longestWord)}.`;
  return [
    `*${placeIn(message, escaped)}: ${stateInWords(message)}*`,
    `${guardReasons[reason].sentence}${decided}`,
    ...(alarm === undefined ? [] : [`${alarms[alarm.source]}: ${escaped(alarm.says, longestSentence)}`]),
    ...passed.map((one) => `• ${passedInWords(one)}`),
    ...(burn === undefined || burn.unknown === 0 ? [] : [`Now: ${burnInWords(burn)}.`]),
    ...(usual === undefined ? [] : [`Usual at this hour of the week: ${between(usual)}.`]),
    ...(projection === undefined ? [] : [`Projected: ${projectionInWords(projection)}.`]),
  ];
}

const alarms = { budget: 'AWS Budgets says', anomaly: 'AWS Cost Anomaly Detection says' } as const;

/** The name of an environment is anybody's text of any length; the money after it must be seen. */
function placeIn(message: GuardMessage, shown: (text: string, max: number) => string): string {
  const { account, accountName, environment } = message;
  const place = {
    account,
    ...(accountName !== undefined && { accountName: cut(accountName, longestWord) }),
    ...(environment !== undefined && { environment: cut(environment, longestWord) }),
  };
  return shown(guardedPlace(place), longestPlace);
}

function between({ least, most }: NonNullable<GuardMessage['usual']>): string {
  const cents = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  const [low, high] = [least, most].map((usd) => usd.toLocaleString('en', cents));
  return low === high ? `$${low} an hour` : `$${low} to $${high} an hour`;
}

function causesPart({ burn }: GuardMessage): Part | undefined {
  if (burn === undefined || burn.causes.length === 0) return undefined;
  const lines = burn.causes.map((cause) => {
    const { environment, owner, largest } = cause;
    const short = {
      ...cause,
      largest: cut(idsIn(largest)[0], longestWord),
      ...(environment !== undefined && { environment: cut(environment, longestWord) }),
      ...(owner !== undefined && { owner: cut(owner, longestWord) }),
    };
    return `• ${escaped(causeInWords(short), longestSentence)}`;
  });
  return { title: '*What costs most*', lines };
}

function deedParts(did: GuardDeed | undefined): (Part | undefined)[] {
  if (did === undefined) return [];
  const { kind, parts, refused, losses, differs, lacks, left } = did;
  const names = namesIn(namesOfParts(parts));
  const lines = [
    ...deedInSentences(did).map((one) => escaped(one, longestSentence)),
    ...(names === '' ? [] : [`• ${names}`]),
    ...lacks.map((lack) => `• ${guardLacks[lack]}`),
    ...leftLines(left),
  ];
  const refusedTitle = kind === 'release' ? 'Not taken back' : 'Refused or not answered';
  return [
    { title: '*What was done*', lines },
    listPart(
      refusedTitle,
      refused.map(({ part, why }) => [part, why] as const),
    ),
    listPart(
      'Lost for good',
      losses.map(({ arn, what }) => [arn, what] as const),
    ),
    listPart(
      'Not as it was before',
      differs.map(({ part, says }) => [part, says] as const),
    ),
  ];
}

function offerParts(offer: GuardOffer | undefined): (Part | undefined)[] {
  if (offer === undefined) return [];
  const { stage, because, ahead } = offer;
  const title = `*What a ${stage} would do*`;
  const why = guardReasons[because].sentence;
  if (ahead === undefined) {
    return [{ title, lines: [why, `It could not be read: nobody knows what a ${stage} would change, or lose.`] }];
  }
  const names = namesIn(namesOfParts(ahead.parts));
  const lines = [
    why,
    escaped(aheadInWords(stage, ahead), longestSentence),
    ...(names === '' ? [] : [`• ${names}`]),
    ...ahead.lacks.map((lack) => `• ${guardLacks[lack]}`),
    ...leftLines(ahead.left),
    ...(ahead.parts.length > 0 && ahead.losses.length === 0 ? ['A release takes all of it back.'] : []),
  ];
  const losses = ahead.losses.map(({ arn, what }) => [arn, what] as const);
  return [{ title, lines }, listPart(`Can’t be undone, a ${stage} would lose for good`, losses)];
}

function problemsPart({ problems }: GuardMessage): Part | undefined {
  if (problems.length === 0) return undefined;
  const lines = problems.map((why) => `• ${escaped(why, longestSentence)}`);
  return { title: `*Not read or not done: ${problems.length}*`, lines };
}

function listPart(title: string, rows: readonly (readonly [key: string, says: string])[]): Part | undefined {
  if (rows.length === 0) return undefined;
  const lines = rows.map(([key, says]) => `• ${nameIn(key)}: ${escaped(says, longestSentence)}`);
  return { title: `*${title}: ${rows.length}*`, lines };
}

function leftLines(left: GuardDeed['left']): string[] {
  return leftByReason(left).map(
    ({ sentence, names }) =>
      `• Left as ${names.length === 1 ? 'it is' : 'they are'}: ${namesIn(names)}. ` +
      escaped(sentence, longestSentence),
  );
}

function nameIn(key: string): string {
  return code(nameOfPart(key), longestWord);
}

function namesIn(names: readonly string[]): string {
  return list(
    names.map((name) => code(name, longestWord)),
    namesShown,
  );
}

function smallPrint({ mayRelease, account }: GuardMessage, command: string): string[] {
  const status = `${code(`${command} guard`)} tells how it stands.`;
  if (!mayRelease) return [status];
  return [`${status} An admin takes all of it back with ${code(`${command} guard release ${account}`)}.`];
}

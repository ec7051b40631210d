import type { Words } from './answer.ts';
import { readDay } from './day.ts';
import { nearest } from './nearest.ts';
import { readListing } from './slash-list.ts';
import { isHelp, quoteHint, type Reader, readerOf, UnclosedQuote, unescapeSlack } from './slash-words.ts';
import { type Duration, hour, type Instant, readDuration, readInstant, showInstant } from './time.ts';

/** What a person wants to see listed. */
export type Listing =
  | { kind: 'mine' }
  | { kind: 'env'; name: string }
  | { kind: 'account'; account: string }
  | { kind: 'all' };

/** A command that was understood. `name` is an id, an ARN, a name or an environment. */
export type Command =
  | { verb: 'help' }
  | { verb: 'list'; of: Listing; page: number }
  | { verb: 'show' | 'why' | 'restore'; name: string }
  | { verb: 'let-go'; name: string }
  | { verb: 'extend'; name: string; by: Duration; reason?: string }
  | { verb: 'keep'; name: string; until: Instant; reason: string }
  | { verb: 'pause'; lasts: Duration }
  | { verb: 'resume' | 'status' }
  | { verb: 'approve'; plan?: string }
  | { verb: 'guard' }
  | { verb: 'guard-release'; account: string };

export type Verb = Command['verb'];

export type Parsed = { ok: true; command: Command } | { ok: false; lines: Words[] };

export interface Reading {
  /** What stands before it in Slack: `/ttl`. */
  command: string;
  timeZone: string;
  now: Instant;
}

/** How each command is typed, without the name of the slash command. */
export const usages: Readonly<Record<Verb, string>> = {
  list: 'list [mine | env NAME | account ID | all]',
  show: 'show X',
  why: 'why X',
  extend: 'extend X 2d [REASON]',
  keep: 'keep X until 2026-12-01 REASON',
  'let-go': 'let-go X',
  restore: 'restore X',
  status: 'status',
  pause: 'pause 4h',
  resume: 'resume',
  approve: 'approve [PLAN]',
  guard: 'guard',
  'guard-release': 'guard release ACCOUNT',
  help: 'help',
};

/** A choice travels in a button, which holds no more than this. */
const longest = 2_000;
const longestReason = 500;
const pausedByDefault: Duration = 4 * hour;

/** Reads what a person typed after the slash command, as Slack delivers it. */
export function parseSlashCommand(text: string, reading: Reading): Parsed {
  return parseCommand(unescapeSlack(text), reading);
}

/** Reads a command as it stands, such as the value of a button. */
export function parseCommand(text: string, reading: Reading): Parsed {
  if (text.length > longest) {
    return { ok: false, lines: [[`That is ${text.length} characters; a command has at most ${longest}.`]] };
  }
  try {
    return parse(text, reading);
  } catch (error) {
    if (error instanceof UnclosedQuote) return { ok: false, lines: [[`In that command ${error.message}.`]] };
    throw error;
  }
}

function parse(text: string, reading: Reading): Parsed {
  const reader = readerOf(text);
  const written = reader.word() ?? 'help';
  const verb = isHelp(written) ? 'help' : verbOf(written, reader);
  switch (verb) {
    case undefined:
      return unknown(written, reader.rest(), reading);
    case 'help':
    case 'status':
    case 'resume':
      return { ok: true, command: { verb } };
    case 'list': {
      const listing = readListing(reader);
      return 'why' in listing ? wrong(verb, listing.why, reading) : { ok: true, command: { verb, ...listing } };
    }
    case 'show':
    case 'why':
    case 'let-go':
    case 'restore':
      return parseNamed(verb, reader, reading);
    case 'extend':
      return parseExtend(reader, reading);
    case 'keep':
      return parseKeep(reader, reading);
    case 'pause':
      return parsePause(reader, reading);
    case 'approve':
      return parseApprove(reader, reading);
    case 'guard':
      return parseGuard(reader, reading);
    case 'guard-release':
      return parseRelease(reader, reading);
    default:
      return verb satisfies never;
  }
}

const verbs = Object.keys(usages) as Verb[];

function verbOf(written: string, reader: Reader): Verb | undefined {
  const word = written.toLowerCase();
  if (word === 'letgo') return 'let-go';
  if (word === 'let' && /^go(\s|$)/i.test(reader.rest())) {
    reader.word();
    return 'let-go';
  }
  if (word === 'guard' && /^release(\s|$)/i.test(reader.rest())) {
    reader.word();
    return 'guard-release';
  }
  return verbs.find((verb) => verb === word);
}

function unknown(written: string, rest: string, { command }: Reading): Parsed {
  const meant = nearest(written, verbs);
  const refused: Words[] = [[`"${written.slice(0, 40)}" is none of the commands.`]];
  if (meant !== undefined) refused.push(['Did you mean ', { code: `${command} ${meant} ${rest}`.trim() }, '?']);
  else refused.push([{ code: `${command} help` }, ' lists them.']);
  return { ok: false, lines: refused };
}

/** What is wrong, and how the command is typed. */
function wrong(verb: Verb, why: string, { command }: Reading): Parsed {
  return { ok: false, lines: [[why], ['It is typed ', { code: `${command} ${usages[verb]}` }, '.']] };
}

function parseNamed(verb: 'show' | 'why' | 'let-go' | 'restore', reader: Reader, reading: Reading): Parsed {
  const name = reader.word();
  if (name === undefined || name === '') {
    return wrong(verb, `${verb} needs an id, an ARN, a name or an environment.`, reading);
  }
  if (reader.rest() !== '') return wrong(verb, `${verb} takes one name; ${quoteHint}.`, reading);
  return { ok: true, command: { verb, name } };
}

const durations = '30min, 4h, 2d, 1w or 1d12h';

function parseExtend(reader: Reader, reading: Reading): Parsed {
  const name = reader.word();
  if (name === undefined || name === '') {
    return wrong('extend', 'extend needs an id, an ARN, a name or an environment.', reading);
  }
  const amount = reader.word();
  if (amount === undefined) return wrong('extend', `extend needs a duration such as ${durations}.`, reading);
  const by = readDuration(amount);
  if (by === undefined) {
    const hint = readsAsDuration(reader.rest()) ? `; ${quoteHint}` : '';
    return wrong('extend', `"${amount.slice(0, 40)}" is no duration such as ${durations}${hint}.`, reading);
  }
  return withReason('extend', reader, reading, (reason) => ({
    verb: 'extend',
    name,
    by,
    ...(reason !== '' && { reason }),
  }));
}

function readsAsDuration(rest: string): boolean {
  return rest.split(/\s+/).some((word) => readDuration(word) !== undefined);
}

function withReason(verb: Verb, reader: Reader, reading: Reading, then: (reason: string) => Command): Parsed {
  const reason = reader.rest().trim();
  if (reason.length > longestReason) {
    return wrong(verb, `The reason has ${reason.length} characters; at most ${longestReason} are kept.`, reading);
  }
  return { ok: true, command: then(reason) };
}

const dates = '2026-12-01, 2026-12-01T17:00, tomorrow or friday';

function parseKeep(reader: Reader, reading: Reading): Parsed {
  const name = reader.word();
  if (name === undefined || name === '') {
    return wrong('keep', 'keep needs an id, an ARN, a name or an environment.', reading);
  }
  let written = reader.word();
  if (written?.toLowerCase() === 'until') written = reader.word();
  if (written === undefined) return wrong('keep', `keep needs a date such as ${dates}.`, reading);
  if (readDuration(written) !== undefined) {
    return wrong('keep', `"${written}" is a duration: keep takes a date, extend takes a duration.`, reading);
  }
  const until = readDay(written, reading.timeZone, reading.now) ?? readInstant(written, reading.timeZone);
  if (until === undefined) {
    return wrong('keep', `"${written.slice(0, 40)}" is no date such as ${dates}; ${quoteHint}.`, reading);
  }
  if (until <= reading.now) {
    return wrong('keep', `${showInstant(until, reading.timeZone)} has passed.`, reading);
  }
  if (reader.rest().trim() === '') return wrong('keep', 'keep needs a reason after the date.', reading);
  return withReason('keep', reader, reading, (reason) => ({ verb: 'keep', name, until, reason }));
}

function parsePause(reader: Reader, reading: Reading): Parsed {
  const written = reader.word();
  const lasts = written === undefined ? pausedByDefault : readDuration(written);
  if (lasts === undefined) {
    return wrong('pause', `"${written?.slice(0, 40)}" is no duration such as ${durations}.`, reading);
  }
  return { ok: true, command: { verb: 'pause', lasts } };
}

function parseApprove(reader: Reader, reading: Reading): Parsed {
  const plan = reader.word();
  if (plan === undefined) return { ok: true, command: { verb: 'approve' } };
  if (!/^[\w-]{1,128}$/.test(plan)) {
    return wrong('approve', `"${plan.slice(0, 40)}" is not the id of a plan.`, reading);
  }
  return { ok: true, command: { verb: 'approve', plan } };
}

/** What it does to an account is ordered by the buttons of its messages, which say before what that is. */
function parseGuard(reader: Reader, reading: Reading): Parsed {
  if (reader.rest() === '') return { ok: true, command: { verb: 'guard' } };
  return wrong('guard-release', 'guard alone tells how it stands; after it only release and an account.', reading);
}

function parseRelease(reader: Reader, reading: Reading): Parsed {
  const account = reader.word() ?? '';
  if (!/^\d{12}$/.test(account) || reader.rest() !== '') {
    return wrong('guard-release', 'guard release needs an account id of 12 digits, and nothing after it.', reading);
  }
  return { ok: true, command: { verb: 'guard-release', account } };
}

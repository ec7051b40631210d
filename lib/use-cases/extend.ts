import { readExpiryTags } from '../core/expiry.ts';
import { type Event, NotRecorded } from '../core/history.ts';
import { type Duration, type Instant, toIso } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import { extendKeys, type KeysExtended, type Taggers } from './extend-keys.ts';
import { type FoundTarget, findTargets } from './find-targets.ts';
import type { Ports, Session } from './ports.ts';
import { type DateOrder, goesDown, isIdleServer, postponeServer } from './postpone.ts';

export interface ExtendRequest extends Omit<DateOrder, 'wanted'> {
  /** An ARN, or the name of an environment. */
  name: string;
  by: Duration;
  account?: string;
}

export interface Extended {
  changed: { arn: string; from: string; to: string; note?: string }[];
  failed: { arn: string; why: string }[];
}

/** What became of one resource. `notIdleBefore`: its idle date was moved, too. */
type Result =
  | (KeysExtended & { notIdleBefore?: Instant })
  /** The idle date of a server was moved, and no expiry. */
  | { kind: 'postponed'; from: Instant; to: Instant; note?: string };

export type Extension = { target: FoundTarget } & Result;

const writesAtOnce = 4;

/** As many as fit one transaction of a ledger. */
const recordedAtOnce = 25;

/** Extends what a name means: see `extendTargets`. */
export async function extend(ports: Ports, { name, account, by, ...order }: ExtendRequest): Promise<Extended> {
  const { targets, missing } = await findTargets(ports, order.policy, name, account);
  const answers = await extendTargets(ports, { ...order, wanted: { by } }, targets);
  const told = answers.map((answer) => ({ arn: answer.target.resource.arn, ...outcomeIn(answer) }));
  return {
    changed: told.flatMap((one) => ('to' in one ? [one] : [])),
    failed: [...told.flatMap((one) => ('why' in one ? [one] : [])), ...missing.map(({ arn, why }) => ({ arn, why }))],
  };
}

function outcomeIn(answer: Extension): Omit<Extended['changed'][number], 'arn'> | { why: string } {
  switch (answer.kind) {
    case 'extended': {
      const { from, to, note, notIdleBefore } = answer;
      const idle = notIdleBefore === undefined ? undefined : `and not stopped as idle before ${toIso(notIdleBefore)}`;
      return changed(typeof from === 'string' ? from : toIso(from), to, note, idle);
    }
    case 'postponed':
      return changed(toIso(answer.from), answer.to, 'the date from which it is idle', answer.note);
    case 'not-extended':
    case 'failed':
      return { why: answer.why };
    default:
      return answer satisfies never;
  }
}

function changed(from: string, to: Instant, ...notes: readonly (string | undefined)[]) {
  const note = notes.filter((part) => part !== undefined).join('; ');
  return { from, to: toIso(to), ...(note !== '' && { note }) };
}

/**
 * Extends what carries an expiry key, each resource by itself: one that fails never stops the others. The tag is
 * written through the owning service; a stack's extension is kept in the ledger, because tagging a stack would update
 * it. Of a server that the idle rule is about to stop the idle date is moved, which is all that one without a key has.
 *
 * Where tags are written one role is assumed for each account and region, and the ledger is told of many at once. What
 * a run that is killed has not told it lasts longer all the same: only who asked for it is not known then.
 */
export async function extendTargets(
  ports: Ports,
  order: DateOrder,
  targets: readonly FoundTarget[],
): Promise<Extension[]> {
  const extending = { ports, taggers: taggersOf(ports), order };
  const answers: Extension[] = [];
  for (let from = 0; from < targets.length; from += recordedAtOnce) {
    answers.push(...(await extendSome(extending, targets.slice(from, from + recordedAtOnce))));
  }
  return answers;
}

/** Each role is assumed once. */
function taggersOf({ cloud }: Pick<Ports, 'cloud'>): Taggers {
  const sessions = new Map<string, Promise<Session>>();
  return (shard) => {
    const place = `${shard.account} ${shard.region}`;
    const session = sessions.get(place) ?? cloud.tagger(shard);
    sessions.set(place, session);
    return session;
  };
}

interface First {
  target: FoundTarget;
  result: Result;
  event?: Event;
  /** It carries no key, and its idle date was all there was to move. */
  isIdleOnly?: true;
}

interface Extending {
  ports: Ports;
  taggers: Taggers;
  order: DateOrder;
}

/** Their keys first, then the ledger about all of them, then the idle dates of those that are about to be stopped. */
async function extendSome(extending: Extending, targets: readonly FoundTarget[]): Promise<Extension[]> {
  const { ports } = extending;
  const written = await inParallel(targets, writesAtOnce, (target) => extendFirst(extending, target));
  const events = written.flatMap(({ event }) => event ?? []);
  const lost = await record(ports, events);
  return inParallel(written, writesAtOnce, async (one) => {
    const why = one.event && lost.get(one.event.arn);
    const result: Result = why === undefined ? one.result : { kind: 'failed', why };
    return { target: one.target, ...(one.isIdleOnly ? result : await alsoPostponed(extending, one.target, result)) };
  });
}

async function extendFirst({ ports, taggers, order }: Extending, target: FoundTarget): Promise<First> {
  const { expiry } = order.policy;
  const keys = readExpiryTags(target.resource.tags, expiry.tags, expiry.timeZone);
  if (keys.length > 0 || !isIdleServer(target, order.policy)) {
    return { target, ...(await extendKeys(ports, taggers, order, { target, keys })) };
  }
  return { target, result: await postponeServer(ports, order, target), isIdleOnly: true };
}

/** What the ledger does not have of it, and why, by ARN. */
async function record(
  { ledger }: Pick<Ports, 'ledger'>,
  events: readonly Event[],
): Promise<ReadonlyMap<string, string>> {
  if (events.length === 0) return new Map();
  try {
    await ledger.record(events);
    return new Map();
  } catch (error) {
    if (error instanceof NotRecorded) return error.whys;
    return new Map(events.map(({ arn }) => [arn, (error as Error).message]));
  }
}

/** Who wants more time for a server that is about to be stopped does not want it stopped, whatever its tag says. */
async function alsoPostponed({ ports, order }: Extending, target: FoundTarget, extended: Result): Promise<Result> {
  if (!goesDown(target, order.policy, ports.clock.now())) return extended;
  const postponed = await postponeServer(ports, order, target);
  if (extended.kind === 'extended') {
    if (postponed.kind === 'postponed') return { ...extended, notIdleBefore: postponed.to };
    const note = `its idle date stays: ${postponed.why}`;
    return { ...extended, note: extended.note === undefined ? note : `${extended.note}; ${note}` };
  }
  if (extended.kind === 'postponed' || postponed.kind !== 'postponed') return extended;
  const note = `its expiry stays: ${extended.why}`;
  return { ...postponed, note: postponed.note === undefined ? note : `${postponed.note}; ${note}` };
}

import type { Answer, Told, Words } from '../core/answer.ts';
import type { Wanted } from '../core/extend.ts';
import type { IdleMemory } from '../core/idle-memory.ts';
import type { NoticeState } from '../core/notice.ts';
import { type Duration, type Instant, minute } from '../core/time.ts';
import type { Asking } from './asker.ts';
import { type Extension, extendTargets } from './extend.ts';
import { type FoundTarget, findListed } from './find-targets.ts';
import { markNotices } from './mark-notices.ts';
import { namedOf, toldTooLate } from './told.ts';

/** An order for more time. */
export interface MoreTime {
  verb: 'extend' | 'keep';
  wanted: Wanted;
  reason?: string;
}

/** What is answered besides what becomes of an order. */
export interface Rest {
  failed: readonly Told[];
  notes: readonly Words[];
}

/** Gives more time to all of these, and says in the messages about them what became of it. */
export async function extendThem(
  asking: Asking,
  { verb, wanted, reason }: MoreTime,
  targets: readonly FoundTarget[],
  { failed, notes }: Rest,
  clicked?: string,
): Promise<Answer> {
  const { ports, policy, asker } = asking;
  const order = { policy, wanted, who: asker.by, ...(reason !== undefined && { reason }) };
  const extensions = await extendTargets(ports, order, targets);
  const { late, asked } = await lookAgain(asking, extensions);
  const isDone = (one: Extension): one is Granted =>
    (one.kind === 'extended' || one.kind === 'postponed') && !late.has(one.target.resource.arn);
  const granted = extensions.filter(isDone);
  await markNotices(ports, new Map(granted.map((one) => [one.target.resource.arn, stateOf(one, asker.by)])), clicked);
  const notDone = extensions.flatMap((one): Told[] => {
    const about = namedOf(one.target, policy);
    const lateWords = late.get(about.arn);
    if (lateWords !== undefined) return [{ about, words: lateWords }];
    return 'why' in one ? [{ about, words: [one.why] }] : [];
  });
  return {
    kind: 'done',
    order: verb,
    done: granted.map((one) => {
      const about = namedOf(one.target, policy);
      return { about, words: [...grantedInWords(one), ...askedInWords(asked.get(about.arn))] };
    }),
    failed: [...notDone, ...failed],
    notes,
  };
}

type Granted = Extract<Extension, { kind: 'extended' | 'postponed' }>;

function stateOf(granted: Granted, by: string): NoticeState {
  const { kind, to } = granted;
  if (kind === 'postponed') return { kind, to, by };
  const { notIdleBefore } = granted;
  return { kind, to, by, ...(notIdleBefore !== undefined && { notIdleBefore }) };
}

function grantedInWords(granted: Granted): Words {
  const { from, to, note } = granted;
  const before: Words = typeof from === 'string' ? [`was "${from}"`] : ['was ', { at: from }];
  const end = note === undefined ? ')' : `; ${note})`;
  if (granted.kind === 'postponed') return ['is not stopped before ', { at: to }, ' (', ...before, end];
  const { notIdleBefore } = granted;
  const idle: Words = notIdleBefore === undefined ? [] : [', and is not stopped before ', { at: notIdleBefore }];
  return ['lasts until ', { at: to }, ' (', ...before, end, ...idle];
}

function askedInWords(at: Instant | undefined): Words {
  return at === undefined ? [] : ['; its removal was asked for ', { at }, ', and AWS shows nothing of it'];
}

interface SecondLook {
  /** What is gone or going, in words. */
  late: ReadonlyMap<string, Words>;
  /** What is there, though its removal was asked for, and when. */
  asked: ReadonlyMap<string, Instant>;
}

/**
 * Looks again where a removal was asked for or writing failed: a tag may still be written on what AWS is deleting
 * already, and only a second look tells whether the order came in time.
 */
async function lookAgain({ ports, policy }: Asking, all: readonly Extension[]): Promise<SecondLook> {
  try {
    const memories = await ports.ledger.memories(all.map(({ target }) => target.resource.arn));
    const asked = new Map<string, Instant>();
    for (const [arn, { removalRequestedAt: at }] of memories) if (at !== undefined) asked.set(arn, at);
    const now = ports.clock.now();
    const stopped = all.flatMap(({ kind, target: { resource } }): [string, Words][] => {
      const words = tooLate(memories.get(resource.arn)?.idle, now);
      return kind === 'postponed' && words !== undefined ? [[resource.arn, words]] : [];
    });
    const doubtful = all.filter(
      ({ kind, target: { resource } }) => kind === 'failed' || (kind === 'extended' && asked.has(resource.arn)),
    );
    if (doubtful.length === 0) return { late: new Map(stopped), asked };
    const listings = doubtful.map(({ target: { resource, shard } }) => ({ arn: resource.arn, ...shard }));
    const { missing } = await findListed(ports, policy, listings);
    const over = missing.filter(({ state }) => state !== undefined);
    const told = await Promise.all(over.map((one) => toldTooLate(ports, one)));
    return {
      late: new Map([...stopped, ...told.map(({ about, words }): [string, Words] => [about.arn, words])]),
      asked,
    };
  } catch {
    // The extensions were written; what AWS makes of them the next look tells.
    return { late: new Map(), asked: new Map() };
  }
}

/** Between asking for a stop and writing down its answer. */
const stopTakes: Duration = 5 * minute;

/** Of a server that was read as running, and was being stopped before the order was written. */
function tooLate(memory: IdleMemory | undefined, now: Instant): Words | undefined {
  const { stopped, stopRequestedAt: asked } = memory ?? {};
  if (stopped !== undefined) {
    return ['too late: Mayfly stopped it ', { at: stopped.at }, ' and keeps a copy; restore brings it back'];
  }
  if (asked === undefined || now - asked > stopTakes) return undefined;
  return ['too late: Mayfly asked AWS ', { at: asked }, ' to stop it, and keeps a copy; restore brings it back'];
}

import { keyOfPart, type Part } from '../core/guard-parts.ts';
import { protectedBy } from '../core/guard-protection.ts';
import { recheckPart, type ShardPart } from '../core/guard-recheck.ts';
import { anotherHasItsName, type Present, type Undo, undo } from '../core/guard-release.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import type { Present as PresentResource, ResourceType } from '../resource-types/define.ts';
import { isDenial } from '../resource-types/removal-errors.ts';
import type { StepResult } from '../resource-types/server-operations.ts';
import { absence } from './describe-targets.ts';
import { type Before, type Copying, copyFirst } from './guard-copies.ts';
import { type DescribedPart, describeParts, isAnother, presentOf } from './guard-present.ts';
import { type Deed, inGuardSessions } from './guard-sessions.ts';
import { type GuardView, memberObstacles, targetOf } from './guard-target.ts';
import type { Ports } from './ports.ts';

/** What came of one part, under its `keyOfPart`. */
export type PartResult = {
  key: string;
  /** The id of its copy, where one was begun first. */
  copy?: string;
} & (
  | { kind: 'changed' }
  /** It is as it was before it was asked for. */
  | { kind: 'refused'; why: string }
  /** Nobody knows what came of it, or nothing yet: the next try tells. */
  | { kind: 'transient'; why: string }
  | { kind: 'gone'; why: string }
);

/** What is to be done about a part, or what came of it without that. */
type Next = Deed | PartResult;

/**
 * Stops servers and databases and resizes groups in one shard, each looked at once more just before: what is another by
 * now, is protected or was changed meanwhile is refused. With `copying` what is stopped is copied first, and what can't
 * be copied is refused. One result a part. Throws where the shard can't be read.
 */
export async function changeParts(
  { cloud, clock }: Pick<Ports, 'cloud' | 'clock'>,
  shard: Shard,
  policy: Policy,
  parts: readonly Part[],
  copying?: Copying,
): Promise<PartResult[]> {
  const view = { session: await cloud.reader(shard), shard, policy, now: clock.now() };
  // A group that becomes empty loses its instances, so these are looked at as well.
  const described = await describeParts(view.session, shard, parts.filter(isHere), isZero);
  const parents = described.filter(({ part, type }) => isZero(part) || type?.id === 'rds:cluster');
  const obstacles = await memberObstacles(view, parents.flatMap(presentIn));
  const next = described.map((one) => nextFor(one, view, obstacles));
  const results = await carryOut({ cloud, clock }, view, next, copying);
  const denied = described.filter(({ key }) => results.get(key)?.isDenied);
  const late = denied.length === 0 ? new Map<string, string>() : await protectedSince(view, denied);
  return parts.map((part) => {
    const key = keyOfPart(part);
    const why = late.get(key);
    return why === undefined ? (results.get(key)?.result ?? strange(key)) : { key, kind: 'refused', why };
  });
}

const isHere = (part: Part): part is ShardPart => part.kind !== 'scp';
const isZero = (part: ShardPart): boolean => part.kind === 'group' && part.zero === true;

function strange(key: string): PartResult {
  return { key, kind: 'refused', why: 'it is nothing that stands in a region' };
}

function presentIn({ description }: DescribedPart): PresentResource[] {
  return description.kind === 'present' ? [description] : [];
}

/** The type and the description of what is still there as it was known. */
function standing(one: DescribedPart): { type: ResourceType; target: PresentResource } | PartResult {
  const { key, type, description } = one;
  if (isAnother(one)) return { key, kind: 'gone', why: anotherHasItsName };
  if (description.kind === 'present' && type !== undefined) return { type, target: description };
  if (description.kind === 'present') return strange(key);
  const { why } = absence(description);
  return description.kind === 'unreadable'
    ? { key, kind: 'transient', why: unreadable(why) }
    : { key, kind: 'gone', why };
}

function unreadable(why: string): string {
  return `it can't be read: ${why}`;
}

function nextFor(one: DescribedPart, view: GuardView, obstacles: ReadonlyMap<string, string>): Next {
  const { key, part } = one;
  const found = standing(one);
  if ('kind' in found) return found;
  const { type, target } = found;
  const seen = targetOf(type, target, view);
  const unstoppable = seen.unstoppable ?? obstacles.get(target.arn);
  const again = recheckPart(part, unstoppable === undefined ? seen : { ...seen, unstoppable });
  if (again.kind === 'done') return { key, kind: 'changed' };
  if (again.kind === 'refused') return { key, kind: 'refused', why: again.why };
  if (again.kind === 'wait') return { key, kind: 'transient', why: again.why };
  return { key, type, target, what: workOn(part) };
}

function workOn(part: ShardPart): Deed['what'] {
  if (part.kind !== 'group') return { kind: 'stop' };
  if (part.zero) return { kind: 'resize', sizes: { min: 0, desired: 0, max: 0 } };
  return { kind: 'resize', sizes: part.cap === undefined ? {} : { max: part.cap } };
}

interface Carried {
  result: PartResult;
  /** AWS says that the session may not. */
  isDenied?: true;
}

async function carryOut(
  { cloud, clock }: Pick<Ports, 'cloud' | 'clock'>,
  { session, shard, policy }: Omit<GuardView, 'now'>,
  next: readonly Next[],
  copying?: Copying,
): Promise<Map<string, Carried>> {
  const deeds = next.filter((one) => 'what' in one);
  const place = { ...shard, partition: session.partition };
  const stops = deeds.filter(({ what }) => what.kind === 'stop');
  const before = copying && (await copyFirst({ cloud, clock }, place, policy, stops, copying));
  const ready = deeds.filter(({ key }) => before?.get(key)?.instead === undefined);
  const answers = await inGuardSessions(cloud, place, policy, ready);
  const carried = ({ key }: Deed): Carried =>
    withCopy(toldOf(key, before?.get(key)?.instead ?? answers.get(key)), before?.get(key));
  return new Map(next.map((one) => [one.key, 'what' in one ? carried(one) : { result: one }]));
}

function withCopy({ result, ...rest }: Carried, { copy }: Before = {}): Carried {
  return { ...rest, result: copy === undefined ? result : { ...result, copy } };
}

function toldOf(key: string, answer: StepResult | undefined): Carried {
  switch (answer?.kind) {
    case 'done':
      return { result: { key, kind: 'changed' } };
    case 'gone':
      return { result: { key, kind: 'gone', why: 'it does not exist any more' } };
    case 'refused':
      return { result: { key, kind: 'refused', why: answer.why }, ...(isDenial(answer.code) && { isDenied: true }) };
    case 'transient':
      return { result: { key, kind: 'transient', why: answer.why } };
    case undefined:
      return { result: { key, kind: 'transient', why: 'nothing was answered about it' } };
    default:
      return answer satisfies never;
  }
}

/** A denial may be AWS keeping the guard from what was protected since: its tags are read once more. */
async function protectedSince(view: GuardView, denied: readonly DescribedPart[]): Promise<Map<string, string>> {
  const { session, shard, policy, now } = view;
  const again = await describeParts(
    session,
    shard,
    denied.map(({ part }) => part),
  );
  return new Map(
    again.flatMap(({ key, description }) => {
      const why = description.kind === 'present' ? protectedBy(description.tags, policy, now) : undefined;
      return why === undefined ? [] : [[key, `${why}, since a moment ago`] as const];
    }),
  );
}

/**
 * Takes parts back: starts what was stopped, and gives groups their sizes; what stands otherwise than when that was
 * decided is left. Protection is no obstacle. One result an item. Throws where the shard can't be read.
 */
export async function takeBack(
  { cloud, clock }: Pick<Ports, 'cloud' | 'clock'>,
  shard: Shard,
  policy: Policy,
  items: readonly { part: Part; undo: Undo }[],
): Promise<PartResult[]> {
  const session = await cloud.reader(shard);
  const parts = items.map(({ part }) => part);
  const described = await describeParts(session, shard, parts.filter(isHere));
  const undone = new Map(items.map((item) => [keyOfPart(item.part), item.undo]));
  const next = described.map((one) => undoNext(one, undone.get(one.key)));
  const results = await carryOut({ cloud, clock }, { session, shard, policy }, next);
  return parts.map((part) => {
    const key = keyOfPart(part);
    return results.get(key)?.result ?? strange(key);
  });
}

/** Decided once more by how it stands now. */
function undoNext(one: DescribedPart, decided: Undo | undefined): Next {
  const { key } = one;
  const found = standing(one);
  if ('kind' in found) return found;
  const now = undo(one.part, presentOf(one));
  if (now.kind === 'nothing') return { key, kind: 'changed' };
  if (now.kind === 'differs') return { key, kind: 'refused', why: now.says };
  if (now.kind === 'wait') return { key, kind: 'transient', why: now.why };
  if (now.kind === 'detach' || JSON.stringify(now) !== JSON.stringify(decided)) {
    return { key, kind: 'transient', why: 'it was changed while it was looked at' };
  }
  const what = now.kind === 'start' ? { kind: now.kind } : { kind: now.kind, sizes: now.sizes };
  return { key, ...found, what };
}

/**
 * How parts stand in one shard, under their keys: in batches, and without a call for each instance of a group. Throws
 * where the shard can't be read at all.
 */
export async function presentParts(
  { cloud }: Pick<Ports, 'cloud'>,
  shard: Shard,
  parts: readonly Part[],
): Promise<Map<string, Present>> {
  const described = await describeParts(await cloud.reader(shard), shard, parts.filter(isHere));
  return new Map(described.map((one) => [one.key, presentOf(one)]));
}

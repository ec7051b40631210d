import type { Copy, CopyState } from '../core/server.ts';
import type { Target } from './define.ts';
import { copyTags, isOwnCopy, keepUntilIn, notOwn } from './own-copy.ts';
import { type Rds, snapshotTags, takeOff } from './rds-final-snapshot.ts';
import type { SeenSnapshot, SnapshotKind } from './rds-snapshot-kinds.ts';
import { codeOf } from './removal-errors.ts';
import type { CopyMarks, CopyOrder, CopyReading, CopyResult, StepResult } from './server-operations.ts';
import { keyObstacle } from './usable-keys.ts';

/** Begins a snapshot of a database or a cluster. RDS makes none while it is stopped or on its way. */
export async function copyDatabase(
  aws: Rds,
  kind: SnapshotKind,
  target: Target,
  order: CopyOrder,
): Promise<CopyResult> {
  const { id, facts } = target;
  const state = String(facts['state']);
  const earlier = await earlierCopy(aws, kind, target, order);
  if (earlier !== undefined) return earlier;
  if (!kind.copiedIn.includes(state)) {
    return { kind: 'refused', id, why: `RDS makes no snapshot in the state ${state}`, code: 'NotCopiedInState' };
  }
  const obstacle = await keyObstacle(aws, [facts['kmsKey'] === undefined ? undefined : String(facts['kmsKey'])]);
  if (obstacle !== undefined) return { kind: 'refused', id, why: obstacle, code: 'KeyNotUsable' };
  try {
    // With tags of its own it does not inherit those of the database, among which may be its expiry.
    await kind.create(aws, target, order.name, copyTags(target, order));
    return { kind: 'requested', id, copy: copyOf(aws, kind, target, order.name, order.at) };
  } catch (error) {
    const code = codeOf(error);
    if (kind.errors.serverGone.includes(code)) return { kind: 'gone', id };
    if (!kind.errors.exists.includes(code)) throw error;
    const why = `the snapshot ${order.name} of an earlier try does not show yet`;
    return (await earlierCopy(aws, kind, target, order)) ?? { kind: 'transient', id, why, code };
  }
}

async function earlierCopy(
  aws: Rds,
  kind: SnapshotKind,
  target: Target,
  { name, at }: CopyOrder,
): Promise<CopyResult | undefined> {
  const snapshot = (await kind.find(aws, [name])).get(name);
  if (snapshot === undefined) return undefined;
  if (!isOwnCopy(snapshot.tags, { of: target.arn }) || isAnother(snapshot, target)) {
    return { ...notOwn(name), id: target.id };
  }
  const copy = copyOf(aws, kind, target, name, snapshot.takenAt ?? at);
  return { kind: 'requested', id: target.id, found: true, copy };
}

/** Where RDS does not show of which database it is, its name tells: Mayfly's names hold the identity. */
function isAnother(snapshot: SeenSnapshot, { identity }: { identity: string }): boolean {
  return snapshot.identity !== undefined && snapshot.identity !== identity;
}

export function copyOf(
  { shard: { partition, region, account } }: Pick<Rds, 'shard'>,
  { word }: SnapshotKind,
  { arn: of, identity }: Target,
  id: string,
  requestedAt: number,
): Copy {
  return { id, arn: `arn:${partition}:rds:${region}:${account}:${word}:${id}`, of, identity, requestedAt, volumes: [] };
}

export async function snapshotStates(aws: Rds, kind: SnapshotKind, copies: readonly Copy[]): Promise<CopyReading[]> {
  const found = await kind.find(
    aws,
    copies.map(({ id }) => id),
  );
  return copies.map((copy) => {
    const snapshot = found.get(copy.id);
    return { id: copy.id, state: stateOf(copy, snapshot), ...keepUntilIn(snapshot?.tags ?? {}) };
  });
}

function stateOf(copy: Copy, snapshot: SeenSnapshot | undefined): CopyState {
  if (snapshot === undefined) return { kind: 'gone' };
  const { status, progress, sizeGb = 0, takenAt } = snapshot;
  if (isAnother(snapshot, copy)) return { kind: 'incomplete', why: `the snapshot ${copy.id} is of another database` };
  if (/^delet/.test(status)) return { kind: 'gone' };
  if (/^(failed|error|incompatible|inaccessible)/.test(status)) {
    return { kind: 'incomplete', why: `the snapshot is ${status}` };
  }
  if (status !== 'available') {
    return { kind: 'pending', detail: `the snapshot is ${status}${progress === undefined ? '' : `, ${progress}%`}` };
  }
  return { kind: 'complete', ...(sizeGb > 0 && { sizeGb }), ...(takenAt !== undefined && { takenAt }) };
}

/**
 * A snapshot is tagged when it is asked for, and its date may have been moved by a person since; what may have been
 * copied to it all the same goes here. One without these tags was taken over by a person.
 */
export async function finishSnapshot(
  aws: Rds,
  kind: SnapshotKind,
  copy: Copy,
  { stripKeys }: Pick<CopyMarks, 'stripKeys'>,
): Promise<StepResult> {
  try {
    const tags = await snapshotTags(aws, copy.arn);
    if (!isOwnCopy(tags, copy)) return notOwn(copy.id);
    await takeOff(aws, copy.arn, tags, stripKeys);
    return { kind: 'done', id: copy.id };
  } catch (error) {
    if (kind.errors.snapshotGone.includes(codeOf(error))) return { kind: 'gone', id: copy.id };
    throw error;
  }
}

/** Only what carries Mayfly's own tags, and is of the very database that the copy is of. */
export async function discardSnapshot(aws: Rds, kind: SnapshotKind, copy: Copy): Promise<StepResult> {
  const { id } = copy;
  const snapshot = (await kind.find(aws, [id])).get(id);
  if (snapshot === undefined) return { kind: 'gone', id };
  if (!isOwnCopy(snapshot.tags, copy) || isAnother(snapshot, copy)) return notOwn(id);
  try {
    await kind.remove(aws, id);
    return { kind: 'done', id };
  } catch (error) {
    if (kind.errors.snapshotGone.includes(codeOf(error))) return { kind: 'gone', id };
    throw error;
  }
}

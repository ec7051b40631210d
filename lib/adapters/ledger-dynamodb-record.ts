import pLimit from 'p-limit';
import { type Event, NotRecorded, remember, sightedIn } from '../core/history.ts';
import { type Memory, nothingKnown } from '../core/resource.ts';
import type { Clock } from '../use-cases/ports.ts';
import { itemBytes } from './ledger-dynamodb-items.ts';
import { eventPrefix, expiring, isNew, type State, shardText, stateKey, statesOf } from './ledger-dynamodb-state.ts';
import type { Table } from './ledger-dynamodb-table.ts';
import { eventTexts } from './ledger-dynamodb-texts.ts';
import { bytesMax, transact, type Write, writesMax } from './ledger-dynamodb-transaction.ts';
import { turnWrites } from './ledger-dynamodb-turns.ts';
import { ledgerPartitions, ledgerTable } from './ledger-table.ts';

/** What one call tells of one resource. */
interface Change {
  arn: string;
  events: readonly Event[];
}

interface Prepared {
  change: Change;
  writes: readonly Write[];
}

interface Failure {
  arn: string;
  error: unknown;
}

const writersAtOnce = 8;

/** Tries of one resource while others write to it; their pauses sum up to a third of a minute. */
const patience = 30;

/**
 * Many resources share a transaction. Where one conflicts with another writer, or one resource spoils it, each of its
 * resources is written alone: all events of a resource are kept, or none.
 */
export async function record(table: Table, clock: Clock, events: readonly Event[]): Promise<void> {
  const changes = [...Map.groupBy(events, ({ arn }) => arn)].map(([arn, some]): Change => ({ arn, events: some }));
  const states = await statesOf(
    table,
    changes.map(({ arn }) => arn),
  );
  const failures: Failure[] = [];
  const prepared = changes.flatMap((change): Prepared[] => {
    try {
      return [{ change, writes: writesOf(change, states.get(change.arn), clock) }];
    } catch (error) {
      failures.push({ arn: change.arn, error });
      return [];
    }
  });
  const limit = pLimit(writersAtOnce);
  const failed = await Promise.all(packed(prepared).map((pack) => limit(() => writeTogether(table, clock, pack))));
  tell([...failures, ...failed.flat()], changes.length);
}

async function writeTogether(table: Table, clock: Clock, pack: readonly Prepared[]): Promise<Failure[]> {
  try {
    const writes = pack.flatMap((one) => one.writes);
    if ((await transact(table, writes)) === 'written') return [];
  } catch (error) {
    // What is wrong with the table, or the way to it, is wrong for each of them.
    return pack.map(({ change }) => ({ arn: change.arn, error }));
  }
  const failures: Failure[] = [];
  for (const { change } of pack) {
    await writeAlone(table, clock, change).catch((error) => failures.push({ arn: change.arn, error }));
  }
  return failures;
}

/** Reads the state again before each try. */
async function writeAlone(table: Table, clock: Clock, change: Change): Promise<void> {
  const { arn } = change;
  for (let tries = 1; tries <= patience; tries++) {
    const state = (await statesOf(table, [arn])).get(arn);
    const done = await transact(table, writesOf(change, state, clock));
    if (done === 'written') return;
    if (done !== 'conflict') throw done.refused;
    await table.backOff(tries);
  }
  throw new Error(`others wrote to the ledger about ${arn} ${patience} times at the same moment; try again`);
}

function tell(failures: readonly Failure[], of: number): void {
  const [first] = failures;
  if (first === undefined) return;
  const { arn, error } = first;
  if (of === 1) throw error;
  const why = (error as Error).message;
  const whys = new Map(failures.map((one) => [one.arn, (one.error as Error).message]));
  const message = `${failures.length} of ${of} resources are not in the ledger, ${arn} among them: ${why}`;
  throw new NotRecorded(message, whys, { cause: error });
}

/** The new state, the events, and whether a removal is open. Throws for events that can't be written. */
function writesOf({ arn, events }: Change, state: State | undefined, clock: Clock): Write[] {
  const { version, memory: before } = state ?? { version: 0, memory: nothingKnown };
  const after = events.reduce<Memory>((memory, event) => remember(memory, event), before);
  const texts = eventTexts(events);
  const shard = sightedIn(after);
  const put = {
    pk: arn,
    sk: stateKey,
    version: version + texts.length,
    memory: JSON.stringify(after),
    ...(shard !== undefined && { [ledgerTable.byShard.partitionKey]: shardText(shard) }),
  };
  return [
    state === undefined ? { put, onlyIf: isNew } : { put, onlyIf: '#version = :version', values: { version } },
    ...texts.map((text, index) => ({
      put: { pk: arn, sk: eventKey(version + index + 1), events: text, ...expiring(clock) },
      onlyIf: isNew,
    })),
    ...turnWrites(arn, events, version, clock),
    ...openRemoval(arn, before, after),
  ];
}

/** Numbers sort as texts where all have as many digits. */
function eventKey(number: number): string {
  return `${eventPrefix}${String(number).padStart(12, '0')}`;
}

function openRemoval(arn: string, before: Memory, after: Memory): Write[] {
  const since = after.removalRequestedAt;
  if (since === before.removalRequestedAt) return [];
  const key = { pk: ledgerPartitions.openRemovals, sk: arn };
  return [since === undefined ? { delete: key } : { put: { ...key, since } }];
}

/** As many resources to a transaction as it takes. */
function packed(prepared: readonly Prepared[]): Prepared[][] {
  const packs: Prepared[][] = [];
  let [items, bytes] = [writesMax, bytesMax];
  for (const one of prepared) {
    const size = one.writes.reduce((sum, write) => sum + bytesOf(write), 0);
    items += one.writes.length;
    bytes += size;
    if (items > writesMax || bytes > bytesMax) {
      packs.push([]);
      [items, bytes] = [one.writes.length, size];
    }
    packs.at(-1)?.push(one);
  }
  return packs;
}

/** What surrounds an item in a request. */
const bytesAround = 500;

function bytesOf(write: Write): number {
  return 'put' in write ? bytesAround + itemBytes(write.put) : bytesAround;
}

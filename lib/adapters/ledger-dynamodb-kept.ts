import { randomBytes } from 'node:crypto';
import pLimit from 'p-limit';
import type { Instant } from '../core/time.ts';
import type { Clock } from '../use-cases/ports.ts';
import { type Item, itemBytes, piecesOf } from './ledger-dynamodb-items.ts';
import { expiringAt, isThere } from './ledger-dynamodb-state.ts';
import type { Key, Table } from './ledger-dynamodb-table.ts';
import { transactAnyway, writesMax } from './ledger-dynamodb-transaction.ts';
import { ledgerPartitions } from './ledger-table.ts';
import { type Kept, type KeptKind, type KeptStore, keptFor } from './ledger-telling.ts';

/** Of DynamoDB: 400 kB. */
const itemBytesMax = 400 * 1024;

const writersAtOnce = 8;

/** Each kind has a partition of its own. DynamoDB takes days to delete what has ended. */
export function keptInTable(table: Table, clock: Clock): KeptStore {
  return {
    async get(kind, keys) {
      return (await table.get(keys.map((key) => keyOf(kind, key)))).map(toKept);
    },
    async all(kind) {
      return (await table.query(ledgerPartitions[kind])).map(toKept);
    },
    put: async (kind, thing) => table.put(toItem(table, kind, thing)),
    putAll: (kind, things) => putAll(table, kind, things),
    putFirst: (kind, thing, oldest) => putFirst(table, kind, thing, oldest),
    // No function of a hub may delete here: what is forgotten has ended long ago instead.
    async forget(kind, key) {
      await table.update({
        key: keyOf(kind, key),
        set: 'SET #at = :never, #expires = :expires',
        onlyIf: isThere,
        values: { never: 0, ...expiringAt(clock.now()) },
      });
    },
  };
}

function keyOf(kind: KeptKind, key: string): Key {
  return { pk: ledgerPartitions[kind], sk: key };
}

function toKept({ sk, at, value }: Item): Kept {
  return { key: String(sk), at: Number(at), ...(value !== undefined && { value: String(value) }) };
}

function toItem({ name }: Table, kind: KeptKind, { key, at, value }: Kept): Item & Key {
  const item = { ...keyOf(kind, key), at, ...(value !== undefined && { value }), ...expiringAt(at + keptFor[kind]) };
  const bytes = itemBytes(item);
  if (bytes <= itemBytesMax) return item;
  throw new Error(
    `${kind}/${key} has ${Math.ceil(bytes / 1024)} kB, and an item of the ledger table ${name} takes 400 kB: nothing ` +
      'of it was written; name fewer resources in one message',
  );
}

/** Whoever writes a kind in this way always does: a transaction and a put of the same item would refuse each other. */
async function putAll(table: Table, kind: KeptKind, things: readonly Kept[]): Promise<void> {
  const writes = things.map((thing) => ({ put: toItem(table, kind, thing) }));
  const limit = pLimit(writersAtOnce);
  const written = await Promise.allSettled(
    piecesOf(writes, writesMax).map((piece) => limit(() => transactAnyway(table, piece))),
  );
  const [failed] = written.filter((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function putFirst(
  table: Table,
  kind: KeptKind,
  { key, at }: Omit<Kept, 'value'>,
  oldest: Instant,
): Promise<Kept | undefined> {
  // Where an answer was lost, the SDK's next try meets what the first one has written.
  const call = randomBytes(8).toString('hex');
  const { done, item } = await table.update({
    key: keyOf(kind, key),
    set: 'SET #at = :at, #call = :call, #expires = :expires REMOVE #value',
    onlyIf: 'attribute_not_exists(#at) OR #at < :oldest',
    values: { at, call, oldest, ...expiringAt(at + keptFor[kind]) },
  });
  return done || item['call'] === call ? undefined : toKept(item);
}

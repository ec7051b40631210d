import { randomBytes } from 'node:crypto';
import pLimit from 'p-limit';
import type { Instant } from '../core/time.ts';
import type { Clock } from '../use-cases/ports.ts';
import { type Item, itemBytes } from './ledger-dynamodb-items.ts';
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
    put: (kind, things) => putAll(table, kind, things),
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

function toItem(kind: KeptKind, { key, at, value }: Kept): Item & Key {
  return { ...keyOf(kind, key), at, ...(value !== undefined && { value }), ...expiringAt(at + keptFor[kind]) };
}

async function putAll(table: Table, kind: KeptKind, things: readonly Kept[]): Promise<void> {
  const items = things.map((thing) => toItem(kind, thing));
  for (const item of items) checkSize(table, item);
  const [first] = items;
  if (first !== undefined && items.length === 1) return table.put(first);
  const limit = pLimit(writersAtOnce);
  const packs = Array.from({ length: Math.ceil(items.length / writesMax) }, (_, index) =>
    items.slice(index * writesMax, (index + 1) * writesMax),
  );
  const writing = packs.map((pack) => {
    const writes = pack.map((put) => ({ put }));
    return limit(() => transactAnyway(table, writes));
  });
  const failed = (await Promise.allSettled(writing)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

function checkSize({ name }: Table, item: Item & Key): void {
  const bytes = itemBytes(item);
  if (bytes <= itemBytesMax) return;
  const kb = Math.ceil(bytes / 1024);
  throw new Error(
    `${item.pk}/${item.sk} has ${kb} kB, and an item of the ledger table ${name} takes 400 kB: nothing of it was ` +
      'written; name fewer resources in one message',
  );
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

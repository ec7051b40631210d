import { gunzipSync, gzipSync } from 'node:zlib';
import { type Item, itemBytes } from './ledger-dynamodb-items.ts';
import type { Key } from './ledger-dynamodb-table.ts';

/** Up to here people can read it in the table. */
const asTextMax = 100_000;

/** DynamoDB takes items of 400 kB. */
const itemBytesMax = 400 * 1024;

/**
 * An item with one JSON document; a large one is compressed, to a sixth or less. Throws where it is too large even so:
 * `about` says of what.
 */
export function documentItem(about: string, key: Key, document: object, others: Item = {}): Item & Key {
  const text = JSON.stringify(document);
  const isSmall = Buffer.byteLength(text) <= asTextMax;
  const item = { ...key, ...others, ...(isSmall ? { document: text } : { zipped: gzipSync(text).toString('base64') }) };
  const bytes = itemBytes(item);
  if (bytes <= itemBytesMax) return item;
  throw new Error(
    `${about} has ${Math.ceil(bytes / 1024)} kB, compressed, where the ledger takes 400 kB: nothing of it is written`,
  );
}

export function documentOf({ document, zipped }: Item): unknown {
  return JSON.parse(
    zipped === undefined ? String(document) : gunzipSync(Buffer.from(String(zipped), 'base64')).toString(),
  );
}

import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../use-cases/ports.ts';
import { hasTable, transaction } from './ledger-sqlite-schema.ts';
import { type Kept, type KeptKind, type KeptStore, keptFor } from './ledger-telling.ts';

const columns = 'SELECT key, at, value FROM kept WHERE kind = ?';

/** All kinds in one table. What has ended is deleted when the next of its kind is written. */
export function keptInFile(db: DatabaseSync, clock: Clock): KeptStore {
  // A file of an earlier version has no such table, and one that is only read stays so.
  const read = (sql: string, ...values: string[]) =>
    hasTable(db, 'kept') ? (db.prepare(sql).all(...values) as unknown as Row[]).map(toKept) : [];
  const put = (kind: KeptKind, things: readonly Kept[]) => {
    db.prepare('DELETE FROM kept WHERE kind = ? AND at < ?').run(kind, clock.now() - keptFor[kind]);
    const write = db.prepare('INSERT OR REPLACE INTO kept (kind, key, at, value) VALUES (?, ?, ?, ?)');
    for (const { key, at, value } of things) write.run(kind, key, at, value ?? null);
  };
  return {
    get: async (kind, keys) =>
      read(`${columns} AND key IN (SELECT value FROM json_each(?))`, kind, JSON.stringify(keys)),
    all: async (kind) => read(columns, kind),
    put: async (kind, thing) => transaction(db, () => put(kind, [thing])),
    async putAll(kind, things) {
      if (things.length > 0) transaction(db, () => put(kind, things));
    },
    putFirst: async (kind, thing, oldest) =>
      transaction(db, () => {
        const [standing] = read(`${columns} AND key = ?`, kind, thing.key);
        if (standing !== undefined && standing.at >= oldest) return standing;
        put(kind, [thing]);
        return;
      }),
    async forget(kind, key) {
      db.prepare('DELETE FROM kept WHERE kind = ? AND key = ?').run(kind, key);
    },
  };
}

interface Row {
  key: string;
  at: number;
  value: string | null;
}

function toKept({ key, at, value }: Row): Kept {
  return { key, at, ...(value !== null && { value }) };
}

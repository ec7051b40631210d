import type { DatabaseSync } from 'node:sqlite';
import { moreTimeKinds, turnKinds } from '../core/turns.ts';

/** What the index of these kinds is for. A query has its very words, so that SQLite knows the index for its own. */
export function ofKinds(kinds: readonly string[]): string {
  return `json_extract(event, '$.kind') IN (${kinds.map((kind) => `'${kind}'`).join(', ')})`;
}

const schema = `
  CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS events_by_arn ON events (arn, seq);
  CREATE TABLE IF NOT EXISTS resources (
    arn TEXT PRIMARY KEY, memory TEXT NOT NULL, open_since INTEGER, account TEXT, region TEXT) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS open_removals ON resources (open_since) WHERE open_since IS NOT NULL;
  CREATE TABLE IF NOT EXISTS switches (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, value TEXT, by TEXT NOT NULL, at INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS approvals (plan TEXT PRIMARY KEY, approval TEXT NOT NULL, used_by TEXT) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS lease (
    one INTEGER PRIMARY KEY CHECK (one = 1), run TEXT NOT NULL, fence INTEGER NOT NULL, until INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, started_at INTEGER NOT NULL, ended_at INTEGER, summary TEXT) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS kept (
    kind TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, value TEXT, PRIMARY KEY (kind, key));
  CREATE INDEX IF NOT EXISTS kept_since ON kept (kind, at);
  CREATE TABLE IF NOT EXISTS guard (account TEXT PRIMARY KEY, memory TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS guard_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS guard_events_by_account ON guard_events (account, seq);
  CREATE TABLE IF NOT EXISTS guard_seen (account TEXT PRIMARY KEY, seen TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS endings ON events (at, seq) WHERE ${ofKinds(turnKinds)};
  CREATE INDEX IF NOT EXISTS extensions ON events (at, seq) WHERE ${ofKinds(moreTimeKinds)};
`;

/** Where a resource is sighted: `account` and `region` are absent from files that an earlier version made. */
const shardColumns = ['account', 'region'] as const;
const shardIndex = `
  CREATE INDEX IF NOT EXISTS sighted_in ON resources (account, region) WHERE account IS NOT NULL;
`;

/**
 * Makes what is missing in a file: everything, or what an earlier version did not know. All at once, so that nobody who
 * reads at the same time sees a ledger in part.
 */
export function createTables(db: DatabaseSync): void {
  transaction(db, () => {
    db.exec(schema);
    for (const column of missingColumns(db)) db.exec(`ALTER TABLE resources ADD COLUMN ${column} TEXT`);
    db.exec(shardIndex);
  });
}

/** A file that another process has opened and not filled yet. */
export function hasNoTables(db: DatabaseSync): boolean {
  return !hasTable(db, 'resources');
}

export function hasTable(db: DatabaseSync, name: string): boolean {
  return db.prepare('SELECT name FROM sqlite_schema WHERE name = ?').get(name) !== undefined;
}

/** Such a file has no sightings by shard yet, and one that is only read stays so. */
export function isOfEarlierVersion(db: DatabaseSync): boolean {
  return missingColumns(db).length > 0;
}

function missingColumns(db: DatabaseSync): string[] {
  const present = db.prepare("SELECT name FROM pragma_table_info('resources')").all();
  return shardColumns.filter((column) => !present.some(({ name }) => name === column));
}

/** All that `work` writes, or nothing of it. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

import type { DatabaseSync } from 'node:sqlite';
import { type GuardEvent, type GuardMemory, nothingGuarded, rememberGuard } from '../core/guard-memory.ts';
import type { GuardLedger, GuardSeen } from '../use-cases/ports-guard.ts';
import { hasTable, transaction } from './ledger-sqlite-schema.ts';

/** What the file knows of the guard. */
export function guardInFile(db: DatabaseSync): GuardLedger {
  // A file of an earlier version has no such tables, and one that is only read stays so.
  const rows = <T>(table: string, sql: string, ...values: string[]) =>
    (hasTable(db, table) ? db.prepare(sql).all(...values) : []) as unknown as T[];
  const memoryOf = (account: string): GuardMemory => {
    const [row] = rows<{ memory: string }>('guard', 'SELECT memory FROM guard WHERE account = ?', account);
    return row === undefined ? nothingGuarded : (JSON.parse(row.memory) as GuardMemory);
  };
  return {
    guardMemory: async (account) => memoryOf(account),
    async recordGuard(account, events, at) {
      if (events.length === 0) return memoryOf(account);
      const texts = events.map((event) => JSON.stringify(event));
      return transaction(db, () => {
        const memory = texts.reduce(
          (known, text) => rememberGuard(known, at, JSON.parse(text) as GuardEvent),
          memoryOf(account),
        );
        const append = db.prepare('INSERT INTO guard_events (account, at, event) VALUES (?, ?, ?)');
        for (const text of texts) append.run(account, at, text);
        const write = db.prepare('INSERT OR REPLACE INTO guard (account, memory) VALUES (?, ?)');
        write.run(account, JSON.stringify(memory));
        return memory;
      });
    },
    async guardHistory(account) {
      const sql = 'SELECT at, event FROM guard_events WHERE account = ? ORDER BY seq';
      const found = rows<{ at: number; event: string }>('guard_events', sql, account);
      return found.map(({ at, event }) => ({ at, event: JSON.parse(event) as GuardEvent }));
    },
    async guardedAccounts() {
      const found = rows<{ account: string }>('guard', 'SELECT account FROM guard ORDER BY account');
      return found.map(({ account }) => account);
    },
    async guardSeen(account) {
      const [row] = rows<{ seen: string }>('guard_seen', 'SELECT seen FROM guard_seen WHERE account = ?', account);
      return row === undefined ? { scopes: {} } : (JSON.parse(row.seen) as GuardSeen);
    },
    async keepGuardSeen(account, seen) {
      const write = db.prepare('INSERT OR REPLACE INTO guard_seen (account, seen) VALUES (?, ?)');
      write.run(account, JSON.stringify(seen));
    },
  };
}

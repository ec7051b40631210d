import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Event, remember, sightedIn } from '../core/history.ts';
import type { Approval } from '../core/limits.ts';
import type { Mode } from '../core/policy.ts';
import { type Memory, nothingKnown } from '../core/resource.ts';
import type { Duration, Instant } from '../core/time.ts';
import { moreTimeKinds, moreTimeOf, turnKinds, turnOf } from '../core/turns.ts';
import type { Clock, Gate, LeaseResult, Ledger } from '../use-cases/ports.ts';
import { guardInFile } from './ledger-sqlite-guard.ts';
import { keptInFile } from './ledger-sqlite-kept.ts';
import { createTables, hasNoTables, isOfEarlierVersion, ofKinds, transaction } from './ledger-sqlite-schema.ts';
import { tellingIn } from './ledger-telling.ts';

/** SQLite takes 32,766 variables a statement; the ARNs go as one JSON text instead. */
const manyArns = 'SELECT arn, memory FROM resources WHERE arn IN (SELECT value FROM json_each(?))';

/**
 * The ledger of the command line: one file, safe for two processes at once. Switches and leases are compared with
 * `clock`, which must be the real one.
 */
export function sqliteLedger(file: string, clock: Clock): Ledger {
  mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: busyMs });
  db.exec('PRAGMA synchronous = FULL;');
  createTables(db);
  return ledgerOn(db, clock);
}

/** The same for reading: a write fails, and a file that is not there yet is an empty ledger that nothing creates. */
export function readOnlySqliteLedger(file: string, clock: Clock): Ledger {
  const found = existsSync(file) ? new DatabaseSync(file, { timeout: busyMs }) : undefined;
  const isEmpty = found === undefined || hasNoTables(found);
  if (isEmpty) found?.close();
  const db = isEmpty ? new DatabaseSync(':memory:') : found;
  if (isEmpty) createTables(db);
  // Not a read-only connection: that one could not roll back what a killed writer left half-written.
  db.exec('PRAGMA query_only = ON');
  return ledgerOn(db, clock);
}

/** How long one process waits for another's transaction. */
const busyMs = 5_000;

function ledgerOn(db: DatabaseSync, clock: Clock): Ledger {
  return {
    ...resourcesIn(db),
    ...switchesIn(db, clock),
    ...leaseIn(db, clock),
    ...runsIn(db),
    ...tellingIn(keptInFile(db, clock), clock),
    ...guardInFile(db),
    close: () => db.close(),
  };
}

const upsert = `
  INSERT INTO resources (arn, memory, open_since, account, region) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (arn) DO UPDATE SET memory = excluded.memory, open_since = excluded.open_since,
    account = excluded.account, region = excluded.region`;

type Resources = Pick<
  Ledger,
  'memories' | 'record' | 'history' | 'endings' | 'extensions' | 'sighted' | 'openRemovals'
>;

function resourcesIn(db: DatabaseSync): Resources {
  const select = db.prepare(manyArns);
  const append = db.prepare('INSERT INTO events (arn, at, event) VALUES (?, ?, ?)');
  const memories = (arns: readonly string[]) => {
    const rows = select.all(JSON.stringify(arns)) as unknown as { arn: string; memory: string }[];
    return new Map(rows.map(({ arn, memory }) => [arn, JSON.parse(memory) as Memory]));
  };
  return {
    memories: async (arns) => memories(arns),
    async record(events) {
      if (events.length === 0) return;
      transaction(db, () => {
        const known = memories([...new Set(events.map(({ arn }) => arn))]);
        for (const event of events) {
          append.run(event.arn, event.at, JSON.stringify(event));
          known.set(event.arn, remember(known.get(event.arn) ?? nothingKnown, event));
        }
        // Prepared here and not before: a file of an earlier version that is only read lacks the columns.
        const write = db.prepare(upsert);
        for (const [arn, memory] of known) {
          const { account = null, region = null } = sightedIn(memory) ?? {};
          write.run(arn, JSON.stringify(memory), memory.removalRequestedAt ?? null, account, region);
        }
      });
    },
    async history(arn) {
      const rows = db.prepare('SELECT event FROM events WHERE arn = ? ORDER BY seq').all(arn);
      return (rows as unknown as { event: string }[]).map(({ event }) => JSON.parse(event) as Event);
    },
    endings: async (from, to) => eventsIn(db, turnKinds, from, to).flatMap((event) => turnOf(event) ?? []),
    extensions: async (from, to) => eventsIn(db, moreTimeKinds, from, to).flatMap((event) => moreTimeOf(event) ?? []),
    async sighted({ account, region }) {
      if (isOfEarlierVersion(db)) return [];
      const rows = db.prepare('SELECT arn FROM resources WHERE account = ? AND region = ? ORDER BY arn');
      return (rows.all(account, region) as unknown as { arn: string }[]).map(({ arn }) => arn);
    },
    async openRemovals() {
      const rows = db.prepare('SELECT arn, open_since FROM resources WHERE open_since IS NOT NULL ORDER BY arn').all();
      return (rows as unknown as { arn: string; open_since: number }[]).map((row) => ({
        arn: row.arn,
        requestedAt: row.open_since,
      }));
    },
  };
}

function eventsIn(db: DatabaseSync, kinds: readonly string[], from: Instant, to: Instant): Event[] {
  const among = `SELECT event FROM events WHERE at >= ? AND at < ? AND ${ofKinds(kinds)} ORDER BY at, seq`;
  return (db.prepare(among).all(from, to) as unknown as { event: string }[]).map(
    ({ event }) => JSON.parse(event) as Event,
  );
}

type Switches = Pick<
  Ledger,
  'pausedUntil' | 'pause' | 'resume' | 'loweredModes' | 'lowerMode' | 'approvals' | 'approve' | 'useApprovals'
>;

function switchesIn(db: DatabaseSync, clock: Clock): Switches {
  const set = (name: string, value: string | null, by: string) =>
    void db.prepare('INSERT INTO switches (name, value, by, at) VALUES (?, ?, ?, ?)').run(name, value, by, clock.now());
  return {
    pausedUntil: async () => pausedUntil(db, clock),
    pause: async (until, by) => set('pause', String(until), by),
    resume: async (by) => set('pause', null, by),
    async loweredModes() {
      const rows = db.prepare("SELECT name, value FROM switches WHERE name LIKE 'mode:%' ORDER BY seq").all();
      return new Map(
        (rows as unknown as { name: string; value: Mode }[]).map(({ name, value }) => [
          name.slice('mode:'.length),
          value,
        ]),
      );
    },
    lowerMode: async (account, mode, by) => set(`mode:${account}`, mode, by),
    async approvals() {
      const rows = db.prepare('SELECT approval FROM approvals WHERE used_by IS NULL ORDER BY plan').all();
      const all = (rows as unknown as { approval: string }[]).map(({ approval }) => JSON.parse(approval) as Approval);
      return all.filter(({ at, lasts }) => clock.now() < at + lasts);
    },
    async approve(approval) {
      db.prepare('INSERT OR REPLACE INTO approvals (plan, approval) VALUES (?, ?)').run(
        approval.planId,
        JSON.stringify(approval),
      );
    },
    async useApprovals(planIds, run) {
      for (const plan of planIds) db.prepare('UPDATE approvals SET used_by = ? WHERE plan = ?').run(run, plan);
    },
  };
}

function pausedUntil(db: DatabaseSync, clock: Clock): number | undefined {
  const row = db.prepare("SELECT value FROM switches WHERE name = 'pause' ORDER BY seq DESC LIMIT 1").get();
  const value = row?.['value'];
  return isPaused(value, clock) ? Number(value) : undefined;
}

function isPaused(value: unknown, clock: Clock): boolean {
  return typeof value === 'string' && clock.now() < Number(value);
}

/** One statement, so that all three are of the same moment. */
const gateQuery = `
  SELECT EXISTS (SELECT 1 FROM lease WHERE run = ? AND fence = ? AND until > ?) AS mine,
    (SELECT value FROM switches WHERE name = 'pause' ORDER BY seq DESC LIMIT 1) AS pause,
    (SELECT value FROM switches WHERE name = ? ORDER BY seq DESC LIMIT 1) AS mode`;

type Lease = Pick<Ledger, 'acquireLease' | 'renewLease' | 'releaseLease' | 'gate'>;

function leaseIn(db: DatabaseSync, clock: Clock): Lease {
  const current = () => db.prepare('SELECT run, fence, until FROM lease').get() as unknown as LeaseRow | undefined;
  const mine = (run: string, fence: number) => {
    const row = current();
    return row?.run === run && row.fence === fence && clock.now() < row.until;
  };
  const setUntil = (until: number) => void db.prepare('UPDATE lease SET until = ?').run(until);
  return {
    acquireLease: async (run, lasts) => transaction(db, () => acquire(db, current(), run, clock.now(), lasts)),
    renewLease: async (run, fence, lasts) =>
      transaction(db, () => {
        if (!mine(run, fence)) return false;
        setUntil(clock.now() + lasts);
        return true;
      }),
    releaseLease: async (run, fence) => transaction(db, () => (mine(run, fence) ? setUntil(0) : undefined)),
    async gate(run, fence, account): Promise<Gate> {
      const row = db.prepare(gateQuery).get(run, fence, clock.now(), `mode:${account}`);
      if (row?.['mine'] !== 1) return 'lease-lost';
      if (isPaused(row['pause'], clock)) return 'paused';
      return row['mode'] === 'observe' ? 'account-observed' : 'open';
    },
  };
}

interface LeaseRow {
  run: string;
  fence: number;
  until: number;
}

function acquire(db: DatabaseSync, held: LeaseRow | undefined, run: string, now: number, lasts: Duration): LeaseResult {
  if (held !== undefined && now < held.until) {
    if (held.run !== run) return { ok: false, holder: held.run, until: held.until };
    db.prepare('UPDATE lease SET until = ?').run(now + lasts);
    return { ok: true, fence: held.fence };
  }
  const fence = (held?.fence ?? 0) + 1;
  db.prepare('INSERT OR REPLACE INTO lease (one, run, fence, until) VALUES (1, ?, ?, ?)').run(run, fence, now + lasts);
  return { ok: true, fence };
}

function runsIn(db: DatabaseSync): Pick<Ledger, 'startRun' | 'endRun'> {
  return {
    async startRun({ id, startedAt }) {
      db.prepare('INSERT OR REPLACE INTO runs (id, started_at) VALUES (?, ?)').run(id, startedAt);
    },
    async endRun(id, at, summary) {
      db.prepare('UPDATE runs SET ended_at = ?, summary = ? WHERE id = ?').run(at, JSON.stringify(summary), id);
    },
  };
}

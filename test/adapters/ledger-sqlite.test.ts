import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readOnlySqliteLedger, sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';
import { ofKinds } from '../../lib/adapters/ledger-sqlite-schema.ts';
import { nothingGuarded } from '../../lib/core/guard-memory.ts';
import type { Event } from '../../lib/core/history.ts';
import { day } from '../../lib/core/time.ts';
import { turnKinds } from '../../lib/core/turns.ts';
import type { Ledger } from '../../lib/use-cases/ports.ts';
import { heldClock } from '../fakes/clocks.ts';
import { ledgerConformance } from './ledger-conformance.ts';

const folder = mkdtempSync(join(tmpdir(), 'mayfly-ledger-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = promisify(execFile);

let files = 0;
const freshFile = () => join(folder, String(++files), 'ledger.sqlite');
const queue = 'arn:aws:sqs:eu-west-1:222222222222:queue-1';

ledgerConformance(() => {
  const file = freshFile();
  return (clock) => sqliteLedger(file, clock);
});

describe('a ledger for reading', () => {
  test('is empty where there is no file, and leaves no file or folder behind', async () => {
    const file = freshFile();
    const ledger = readOnlySqliteLedger(file, heldClock());
    expect(await ledger.history(queue)).toEqual([]);
    expect(await ledger.pausedUntil()).toBeUndefined();
    expect(await ledger.approvals()).toEqual([]);
    ledger.close();
    expect(existsSync(join(file, '..'))).toBe(false);
  });

  test('is empty where another process has made the file and not filled it yet', async () => {
    const file = freshFile();
    mkdirSync(join(file, '..'), { recursive: true });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE; CREATE TABLE events (seq INTEGER PRIMARY KEY)');
    const ledger = readOnlySqliteLedger(file, heldClock());
    expect(await ledger.pausedUntil()).toBeUndefined();
    expect((await ledger.memories([queue])).size).toBe(0);
    ledger.close();
    other.exec('COMMIT');
    other.close();
  });

  test('shows what was written, and refuses every write', async () => {
    const file = freshFile();
    const clock = heldClock();
    const writer = sqliteLedger(file, clock);
    await writer.record([{ arn: queue, at: 1, kind: 'gone' }]);
    await writer.lowerMode('222222222222', 'observe', 'ana');
    const reader = readOnlySqliteLedger(file, clock);
    const writes: ((ledger: Ledger) => Promise<unknown>)[] = [
      (ledger) => ledger.record([{ arn: queue, at: 2, kind: 'gone' }]),
      (ledger) => ledger.pause(clock.now() + 1000, 'ana'),
      (ledger) => ledger.acquireLease('run-1', 1000),
      (ledger) => ledger.approve({ planId: 'plan-1', held: [], by: 'ana', at: clock.now(), lasts: 1000 }),
      (ledger) => ledger.startRun({ id: 'run-1', startedAt: 1 }),
      (ledger) => ledger.saveNotice({ id: 'notice-1', kind: 'warning', at: 1, items: [] }),
      (ledger) => ledger.markTold(['a'], clock.now()),
      (ledger) => ledger.postpone('run-1', clock.now()),
      (ledger) => ledger.forgetPostponed('run-1'),
      (ledger) => ledger.beginTask('task-1'),
      (ledger) => ledger.endTask('task-1'),
      (ledger) => ledger.keepPeople(new Map([['ana@example.com', { at: clock.now() }]])),
      (ledger) => ledger.recordGuard('222222222222', [{ kind: 'guard-told' }], clock.now()),
      (ledger) => ledger.keepGuardSeen('222222222222', { scopes: {} }),
    ];
    for (const write of writes) await expect(write(reader)).rejects.toThrow(/readonly/);
    expect(await reader.history(queue)).toHaveLength(1);
    expect((await reader.loweredModes()).get('222222222222')).toBe('observe');
    expect(await writer.pausedUntil()).toBeUndefined();
    reader.close();
    writer.close();
  });
});

describe('a file of an earlier version', () => {
  const shard = { account: '222222222222', region: 'eu-west-1' };
  const seen = (arn: string): Event => ({
    arn,
    at: 1,
    kind: 'seen',
    sighting: { values: 'ttl=3d', firstSeenAt: 1, needsFullLead: false },
    ...shard,
  });

  /** As it was made before the ledger knew where a resource was seen. */
  const earlierFile = () => {
    const file = freshFile();
    mkdirSync(join(file, '..'));
    const db = new DatabaseSync(file);
    db.exec(`CREATE TABLE events (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL)`);
    db.exec('CREATE TABLE resources (arn TEXT PRIMARY KEY, memory TEXT NOT NULL, open_since INTEGER) WITHOUT ROWID');
    db.prepare('INSERT INTO resources VALUES (?, ?, ?)').run(queue, '{"receipts":[],"refusals":2}', 7);
    db.close();
    return file;
  };

  test('tells of a week what was recorded before it could, and finds it by an index then', async () => {
    const file = earlierFile();
    const db = new DatabaseSync(file);
    const event = { arn: queue, at: 5, kind: 'removed' };
    db.prepare('INSERT INTO events (arn, at, event) VALUES (?, ?, ?)').run(queue, 5, JSON.stringify(event));
    db.close();
    const reader = readOnlySqliteLedger(file, heldClock());
    expect(await reader.endings(0, 9)).toEqual([event]);
    reader.close();
    const ledger = sqliteLedger(file, heldClock());
    expect(await ledger.endings(0, 9)).toEqual([event]);
    ledger.close();
    const query = `SELECT event FROM events WHERE at >= 0 AND at < 9 AND ${ofKinds(turnKinds)} ORDER BY at, seq`;
    const after = new DatabaseSync(file);
    const steps = after.prepare(`EXPLAIN QUERY PLAN ${query}`).all();
    expect(steps.map(({ detail }) => detail)).toEqual(['SEARCH events USING INDEX endings (at>? AND at<?)']);
    after.close();
  });

  test('keeps what it knows, and learns where resources are seen', async () => {
    const file = earlierFile();
    const [ledger, other] = [sqliteLedger(file, heldClock()), sqliteLedger(file, heldClock())];
    expect(await ledger.openRemovals()).toEqual([{ arn: queue, requestedAt: 7 }]);
    expect((await ledger.memories([queue])).get(queue)?.refusals).toBe(2);
    expect(await ledger.sighted(shard)).toEqual([]);
    await other.markTold(['a'], heldClock().now());
    expect((await ledger.toldAt(['a', 'b'])).size).toBe(1);
    await other.record([seen(queue)]);
    await other.recordGuard(shard.account, [{ kind: 'guard-told' }], 1);
    expect(await ledger.guardedAccounts()).toEqual([shard.account]);
    expect(await ledger.sighted(shard)).toEqual([queue]);
    expect((await ledger.memories([queue])).get(queue)?.refusals).toBe(2);
    ledger.close();
    other.close();
  });

  test('is read as it is where it must not be written', async () => {
    const file = earlierFile();
    const before = readFileSync(file);
    const reader = readOnlySqliteLedger(file, heldClock());
    expect((await reader.memories([queue])).get(queue)?.refusals).toBe(2);
    expect(await reader.sighted(shard)).toEqual([]);
    expect([await reader.notice('notice-1'), await reader.undelivered()]).toEqual([undefined, []]);
    expect([(await reader.toldAt(['a'])).size, (await reader.knownPeople(['a'])).size]).toEqual([0, 0]);
    await expect(reader.record([seen(queue)])).rejects.toThrow(/readonly|column/);
    await expect(reader.markTold(['a'], 1)).rejects.toThrow(/readonly|no such table/);
    await expect(reader.beginTask('a')).rejects.toThrow(/readonly|no such table/);
    expect(await reader.guardMemory('222222222222')).toEqual(nothingGuarded);
    expect([await reader.guardHistory('222222222222'), await reader.guardedAccounts()]).toEqual([[], []]);
    expect(await reader.guardSeen('222222222222')).toEqual({ scopes: {} });
    await expect(reader.recordGuard('222222222222', [{ kind: 'guard-told' }], 1)).rejects.toThrow(/readonly|no such/);
    reader.close();
    expect(readFileSync(file)).toEqual(before);
  });
});

test('a task is taken up by one of four processes', async () => {
  const file = freshFile();
  sqliteLedger(file, heldClock()).close();
  const script = fileURLToPath(new URL('./begin-tasks.ts', import.meta.url));
  const begin = async () => {
    const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', script, file, '100']);
    return stdout.trim().split('\n');
  };
  const answers = await Promise.all([begin(), begin(), begin(), begin()]);
  for (let task = 0; task < 100; task++) {
    const given = answers.map((one) => one[task] ?? 'none');
    expect([task, ...given.toSorted()]).toEqual([task, 'begun', 'begun', 'begun', 'first']);
  }
});

test('what has ended leaves the file when something new of its kind comes', async () => {
  const file = freshFile();
  const clock = heldClock();
  const ledger = sqliteLedger(file, clock);
  const tell = async (name: string) => {
    await ledger.saveNotice({ id: name, kind: 'warning', at: clock.now(), items: [] });
    await ledger.markTold([name], clock.now());
    await ledger.beginTask(name);
  };
  await tell('first');
  clock.pass(31 * day);
  await tell('second');
  ledger.close();
  const db = new DatabaseSync(file);
  const rows = db.prepare("SELECT kind || ' ' || key AS thing FROM kept ORDER BY thing").all();
  db.close();
  expect(rows.map(({ thing }) => thing)).toEqual(['notices first', 'notices second', 'tasks second', 'told second']);
});

describe('after a writer was killed in the middle of its fourth record', () => {
  let file: string;
  beforeEach(() => {
    file = freshFile();
    sqliteLedger(file, heldClock()).close();
    const script = fileURLToPath(new URL('./record-until-killed.ts', import.meta.url));
    const { signal } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script, file, '4']);
    expect(signal).toBe('SIGKILL');
    expect(readdirSync(join(file, '..')), 'SQLite was in the middle of it').toContain('ledger.sqlite-journal');
  });

  const threeRounds = async (ledger: Ledger) => {
    const arns = Array.from({ length: 3000 }, (_, index) => `arn:aws:sqs:eu-west-1:222222222222:queue-${index}`);
    const memories = await ledger.memories(arns);
    expect(arns.filter((arn) => memories.get(arn)?.refusals !== 3)).toEqual([]);
    for (const arn of [arns[0], arns[2899], arns[2999]]) {
      expect((await ledger.history(arn ?? '')).map(({ at }) => at)).toEqual([1, 2, 3]);
    }
  };

  test('the file opens, and holds the three whole records and nothing of the fourth', async () => {
    const ledger = sqliteLedger(file, heldClock());
    await threeRounds(ledger);
    await ledger.record([{ arn: queue, at: 4, kind: 'gone' }]);
    expect(await ledger.history(queue)).toHaveLength(4);
    ledger.close();
  });

  test('a plan can be made, which opens the file for reading only', async () => {
    const ledger = readOnlySqliteLedger(file, heldClock());
    await threeRounds(ledger);
    ledger.close();
  });
});

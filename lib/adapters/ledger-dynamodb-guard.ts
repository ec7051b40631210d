import { type GuardEvent, type GuardMemory, nothingGuarded, rememberGuard } from '../core/guard-memory.ts';
import type { Instant } from '../core/time.ts';
import type { Clock } from '../use-cases/ports.ts';
import type { GuardLedger, GuardSeen } from '../use-cases/ports-guard.ts';
import { documentItem, documentOf } from './ledger-dynamodb-documents.ts';
import { expiring, isNew } from './ledger-dynamodb-state.ts';
import type { Key, Table } from './ledger-dynamodb-table.ts';
import { eventTexts } from './ledger-dynamodb-texts.ts';
import { transact, type Write } from './ledger-dynamodb-transaction.ts';
import { ledgerPartitions } from './ledger-table.ts';

/** The memory of an account, in a version that grows with each call. */
interface State {
  version: number;
  memory: GuardMemory;
}

/** Tries while others write of the same account; their pauses sum up to a third of a minute. */
const patience = 30;

/** Texts of one call, 200 kB each: with the memory they fit into the 4 MB of a transaction. */
const textsMax = 15;

/** What the table knows of the guard: one item for each account, and numbered ones for what happened there. */
export function guardIn(table: Table, clock: Clock): GuardLedger {
  return {
    guardMemory: async (account) => (await stateOf(table, account)).memory,
    recordGuard: (account, events, at) => record(table, clock, account, events, at),
    async guardHistory(account) {
      const items = await table.query(ledgerPartitions.guardEvents, `${account}#`);
      return items.flatMap(({ at, events }) => {
        const some = JSON.parse(String(events)) as GuardEvent[];
        return some.map((event) => ({ at: Number(at), event }));
      });
    },
    async guardedAccounts() {
      return (await table.query(ledgerPartitions.guard)).map(({ sk }) => String(sk));
    },
    async guardSeen(account) {
      const [item] = await table.get([seenKey(account)]);
      return item === undefined ? { scopes: {} } : (documentOf(item) as GuardSeen);
    },
    keepGuardSeen: (account, seen) =>
      table.put(documentItem(`what is usual in account ${account}`, seenKey(account), seen)),
  };
}

function seenKey(account: string): Key {
  return { pk: ledgerPartitions.guardSeen, sk: account };
}

function memoryKey(account: string): Key {
  return { pk: ledgerPartitions.guard, sk: account };
}

async function stateOf(table: Table, account: string): Promise<State> {
  const [item] = await table.get([memoryKey(account)]);
  if (item === undefined) return { version: 0, memory: nothingGuarded };
  return { version: Number(item['version']), memory: documentOf(item) as GuardMemory };
}

/** Reads the memory again before each try, so that it is what all events before these have made of it. */
async function record(
  table: Table,
  clock: Clock,
  account: string,
  events: readonly GuardEvent[],
  at: Instant,
): Promise<GuardMemory> {
  const texts = eventTexts(events);
  if (texts.length > textsMax) {
    const why = `${events.length} events of account ${account} are more than the ledger takes at once`;
    throw new Error(`${why}: nothing was written; record fewer of them in one call`);
  }
  for (let tries = 1; tries <= patience; tries++) {
    const state = await stateOf(table, account);
    if (texts.length === 0) return state.memory;
    const memory = folded(state.memory, texts, at);
    const done = await transact(table, writesOf(account, state.version, memory, texts, at, clock));
    if (done === 'written') return memory;
    if (done !== 'conflict') throw done.refused;
    await table.backOff(tries);
  }
  throw new Error(
    `others wrote to the ledger about what the guard does in account ${account} ${patience} times at the same ` +
      'moment: nothing was written; try again',
  );
}

/** Of what is written, which is without the rest of long texts: memory and history must not differ. */
function folded(memory: GuardMemory, texts: readonly string[], at: Instant): GuardMemory {
  const events = texts.flatMap((text) => JSON.parse(text) as GuardEvent[]);
  return events.reduce((known, event) => rememberGuard(known, at, event), memory);
}

function writesOf(
  account: string,
  version: number,
  memory: GuardMemory,
  texts: readonly string[],
  at: Instant,
  clock: Clock,
): Write[] {
  const about = `what the guard remembers of account ${account}`;
  const put = documentItem(about, memoryKey(account), memory, { version: version + texts.length });
  return [
    version === 0 ? { put, onlyIf: isNew } : { put, onlyIf: '#version = :version', values: { version } },
    ...texts.map((events, index) => ({
      put: {
        pk: ledgerPartitions.guardEvents,
        sk: eventKey(account, version + index + 1),
        at,
        events,
        ...expiring(clock),
      },
      onlyIf: isNew,
    })),
  ];
}

/** Numbers sort as texts where all have as many digits. */
function eventKey(account: string, number: number): string {
  return `${account}#${String(number).padStart(12, '0')}`;
}

import type { Clock, Ledger } from '../use-cases/ports.ts';
import { guardIn } from './ledger-dynamodb-guard.ts';
import { keptInTable } from './ledger-dynamodb-kept.ts';
import { leaseIn } from './ledger-dynamodb-lease.ts';
import { resourcesIn } from './ledger-dynamodb-resources.ts';
import { expiring, isThere } from './ledger-dynamodb-state.ts';
import { switchesIn } from './ledger-dynamodb-switches.ts';
import { openTable, type Table, type TableSettings } from './ledger-dynamodb-table.ts';
import { turnsIn } from './ledger-dynamodb-turns.ts';
import { ledgerPartitions } from './ledger-table.ts';
import { tellingIn } from './ledger-telling.ts';

export interface DynamodbLedgerSettings extends TableSettings {
  /** Must be the real one: switches and leases are compared with it. */
  clock: Clock;
}

/** The ledger of a hub: one table, used by many functions and by command lines at once. */
export function dynamodbLedger({ clock, ...settings }: DynamodbLedgerSettings): Ledger {
  const table = openTable(settings);
  return {
    ...resourcesIn(table, clock),
    ...turnsIn(table),
    ...switchesIn(table, clock),
    ...leaseIn(table, clock),
    ...runsIn(table, clock),
    ...tellingIn(keptInTable(table, clock), clock),
    ...guardIn(table, clock),
    close: () => undefined,
  };
}

function runsIn(table: Table, clock: Clock): Pick<Ledger, 'startRun' | 'endRun'> {
  const pk = ledgerPartitions.runs;
  return {
    startRun: ({ id, startedAt }) => table.put({ pk, sk: id, startedAt, ...expiring(clock) }),
    async endRun(id, at, summary) {
      await table.update({
        key: { pk, sk: id },
        set: 'SET #endedAt = :at, #summary = :summary',
        onlyIf: isThere,
        values: { at, summary: JSON.stringify(summary) },
      });
    },
  };
}

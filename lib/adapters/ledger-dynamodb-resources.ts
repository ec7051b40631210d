import type { Event } from '../core/history.ts';
import type { Clock, Ledger } from '../use-cases/ports.ts';
import { record } from './ledger-dynamodb-record.ts';
import { eventPrefix, shardText, statesOf } from './ledger-dynamodb-state.ts';
import type { Table } from './ledger-dynamodb-table.ts';
import { ledgerPartitions } from './ledger-table.ts';

type Resources = Pick<Ledger, 'memories' | 'record' | 'history' | 'sighted' | 'openRemovals'>;

/** What the table knows of resources. */
export function resourcesIn(table: Table, clock: Clock): Resources {
  return {
    async memories(arns) {
      const states = await statesOf(table, arns);
      return new Map([...states].map(([arn, { memory }]) => [arn, memory]));
    },
    record: (events) => record(table, clock, events),
    async history(arn) {
      const items = await table.query(arn, eventPrefix);
      return items.flatMap(({ events }) => JSON.parse(String(events)) as Event[]);
    },
    // The index follows within a moment. What it shows too long is at worst reported gone twice, which changes nothing.
    async sighted(shard) {
      return (await table.queryShard(shardText(shard))).map(({ pk }) => String(pk));
    },
    async openRemovals() {
      const items = await table.query(ledgerPartitions.openRemovals);
      return items.map(({ sk, since }) => ({ arn: String(sk), requestedAt: Number(since) }));
    },
  };
}

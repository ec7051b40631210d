import type { Memory, Shard } from '../core/resource.ts';
import { day, type Instant } from '../core/time.ts';
import type { Clock } from '../use-cases/ports.ts';
import type { Item } from './ledger-dynamodb-items.ts';
import type { Table } from './ledger-dynamodb-table.ts';
import { ledgerTable } from './ledger-table.ts';

/** Each resource has a partition of its own: its state, and what happened, in numbered items. */
export const stateKey = 'state';
export const eventPrefix = 'event#';

/** A shard as the index knows it. */
export function shardText({ account, region }: Shard): string {
  return `${account}#${region}`;
}

/** What is remembered of a resource, in a version that grows with each record. */
export interface State {
  version: number;
  memory: Memory;
}

/** The states of those resources that the table knows. */
export async function statesOf(table: Table, arns: readonly string[]): Promise<Map<string, State>> {
  const items = await table.get([...new Set(arns)].map((pk) => ({ pk, sk: stateKey })));
  return new Map(items.map((item) => [String(item['pk']), stateIn(item)]));
}

function stateIn({ version, memory }: Item): State {
  return { version: Number(version), memory: JSON.parse(String(memory)) as Memory };
}

const eventsLast = 400 * day;

/** What happened ends by itself one day; a state never does. */
export function expiring(clock: Clock): Item {
  return expiringAt(clock.now() + eventsLast);
}

export function expiringAt(end: Instant): Item {
  return { [ledgerTable.expires]: Math.ceil(end / 1000) };
}

/** The condition of what must not take the place of anything. */
export const isNew = `attribute_not_exists(#${ledgerTable.partitionKey})`;
export const isThere = `attribute_exists(#${ledgerTable.partitionKey})`;

import { DynamoDBClient, paginateScan, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { dynamodbLedger } from '../../lib/adapters/ledger-dynamodb.ts';
import type { Event } from '../../lib/core/history.ts';
import type { Memory } from '../../lib/core/resource.ts';
import type { Ledger } from '../../lib/use-cases/ports.ts';
import { type Ministack, startMinistack } from '../../scripts/local-aws/ministack.ts';
import { heldClock } from '../fakes/clocks.ts';
import { aTable, type Call, type Fault, hub, type Wire, wire } from './tables.ts';

/**
 * Ministack for one test file: its transactions are like AWS's. moto's take back what others wrote meanwhile when they
 * are canceled, and copy the whole table for each item.
 */
export function dynamodb(): { url: () => string } {
  let ministack: Ministack;
  beforeAll(async () => {
    ministack = await startMinistack({ account: hub.account, endpoint: 'http://127.0.0.1:1' });
  });
  afterAll(() => ministack?.stop());
  return { url: () => ministack.url };
}

export const clock = heldClock();

/** Resources by number, and events that count themselves. */
export const arnOf = (number: number) => `arn:aws:sqs:eu-west-1:222222222222:queue-${number}`;
export const refused = (number: number, why = 'no'): Event => ({
  arn: arnOf(number),
  at: clock.now(),
  kind: 'refused',
  why,
});
export const many = (count: number) => Array.from({ length: count }, (_, index) => refused(index));

export interface Stage {
  url: () => string;
  /** Of this test alone. */
  table: () => string;
  /** A ledger of that table that meets no fault. */
  plain: () => Ledger;
  over: (wire: Wire, table?: string) => Ledger;
  faulty: (fault: Fault) => { ledger: Ledger; calls: Call[] };
  /** The pauses between tries, which are over at once. */
  pauses: () => readonly number[];
  /** All items, as texts. */
  everything: () => Promise<Record<string, string>[]>;
  /** Each of so many resources has as many events as its state says that there were. */
  expectWhole: (count: number, refusals: (number: number) => number) => Promise<void>;
}

/** A fresh table for each test of a file. */
export function ledgerStage(): Stage {
  const { url } = dynamodb();
  let table = '';
  let pauses: number[] = [];
  beforeEach(async () => {
    table = await aTable(wire(url()));
    pauses = [];
  });
  const over = ({ source }: Wire, name = table) => {
    const sleep = async (duration: number) => void pauses.push(duration);
    return dynamodbLedger({ table: name, region: hub.region, clock, source, sleep });
  };
  const everything = () => itemsOf(url(), table);
  return {
    url,
    table: () => table,
    plain: () => over(wire(url())),
    over,
    faulty(fault) {
      const own = wire(url(), fault);
      return { ledger: over(own), calls: own.calls };
    },
    pauses: () => pauses,
    everything,
    expectWhole: async (count, refusals) => expectWhole(await everything(), count, refusals),
  };
}

async function itemsOf(url: string, TableName: string): Promise<Record<string, string>[]> {
  const client = wire(url).source(DynamoDBClient);
  const items: Record<string, string>[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
    for (const item of Items) {
      items.push(Object.fromEntries(Object.entries(item).map(([name, { S, N }]) => [name, S ?? N ?? ''])));
    }
  }
  return items;
}

function expectWhole(
  everything: readonly Record<string, string>[],
  count: number,
  refusals: (number: number) => number,
): void {
  const items = Map.groupBy(everything, ({ pk }) => pk);
  for (let number = 0; number < count; number++) {
    const own = items.get(arnOf(number)) ?? [];
    const events = own.flatMap(({ events = '[]' }) => JSON.parse(events) as Event[]);
    const state = own.find(({ sk }) => sk === 'state');
    const known = (JSON.parse(state?.['memory'] ?? '{"refusals":0}') as Memory).refusals;
    expect([number, known, events.length]).toEqual([number, refusals(number), refusals(number)]);
  }
}

/** Throws at the first so many calls of a command. */
export function failing(command: string, times: number, error: () => Error): Fault {
  let left = times;
  return async (call, next) => {
    if (call.command !== command || left-- <= 0) return next();
    throw error();
  };
}

/** What DynamoDB answers to a transaction that it did not write. */
export function canceled(...codes: string[]): () => Error {
  const CancellationReasons = codes.map((Code) => ({ Code, Message: 'said DynamoDB' }));
  return () => new TransactionCanceledException({ message: 'canceled', $metadata: {}, CancellationReasons });
}

/** The answer to a call of this command never arrives, so many times. */
export function losing(command: string, times: number): Fault {
  let left = times;
  return async (call, next) => {
    const answer = await next();
    if (call.command !== command || left-- <= 0) return answer;
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  };
}

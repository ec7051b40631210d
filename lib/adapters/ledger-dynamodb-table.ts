import pLimit from 'p-limit';
import type { Duration } from '../core/time.ts';
import type { ClientSource } from '../resource-types/define.ts';
import { clientSource, retryStrategyForShard } from './aws-clients.ts';
import { systemClock } from './clock.ts';
import {
  type Attributes,
  expressionNames,
  expressionValues,
  fromAttributes,
  type Item,
  piecesOf,
  toAttributes,
} from './ledger-dynamodb-items.ts';
import { tableProblem } from './ledger-dynamodb-problems.ts';
import { ledgerTable } from './ledger-table.ts';
import type * as Sdk from './sdk/dynamodb.ts';

export interface TableSettings {
  table: string;
  region: string;
  /** Absent: clients with the caller's own credentials. */
  source?: ClientSource;
  /** How pauses between tries are spent; absent: in real time. */
  sleep?: (duration: Duration) => Promise<void>;
}

export interface Key {
  [ledgerTable.partitionKey]: string;
  [ledgerTable.sortKey]: string;
}

export interface Update {
  key: Key;
  set: string;
  onlyIf: string;
  values: Item;
}

/** The ledger's table, in the few ways in which the ledger uses it. */
export interface Table {
  /** Strongly consistent. What is not there is left out; throws where any could not be read. */
  get(keys: readonly Key[]): Promise<Item[]>;
  /** A partition in the order of its sort keys, strongly consistent. */
  query(partition: string, sortKeyBegins?: string): Promise<Item[]>;
  /** The same, but only from one sort key on, and before another. */
  queryBetween(partition: string, from: string, before: string): Promise<Item[]>;
  /** Keys of the items in one partition of the index, which is a moment behind the table. */
  queryShard(shard: string): Promise<Item[]>;
  put(item: Item & Key): Promise<void>;
  /** The item as it is now, or as it stands where the condition does not hold. */
  update(update: Update): Promise<{ done: boolean; item: Item }>;
  /** Anything else. `doing` is the first word of the error that is told. */
  send<T>(doing: 'reading' | 'writing', ask: Ask<T>): Promise<T>;
  name: string;
  /** Before another try: a random time that grows with the tries. */
  backOff(tries: number): Promise<void>;
}

export type Ask<T> = (sdk: typeof Sdk, client: Sdk.DynamoDBClient) => Promise<T>;

/** Loads the SDK's client with the first call. */
export function openTable(settings: TableSettings): Table {
  const { table: name, region, source } = settings;
  const clients = source ?? clientSource({ region, retryStrategy: retryStrategyForShard() });
  const send: Table['send'] = async (doing, ask) => {
    const sdk = await import('./sdk/dynamodb.ts');
    try {
      return await ask(sdk, clients(sdk.DynamoDBClient));
    } catch (error) {
      throw tableProblem(error, `${doing} the ledger table ${name} in ${region}`);
    }
  };
  const sleep = settings.sleep ?? ((duration) => systemClock.sleep(duration));
  const backOff = (tries: number) => sleep(Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** tries));
  const { partitionKey, sortKey, byShard } = ledgerTable;
  return {
    name,
    send,
    backOff,
    get: (keys) => getAll({ name, send, backOff }, keys),
    query: (pk, begins) =>
      queryAll(send, {
        TableName: name,
        ConsistentRead: true,
        ...(begins === undefined
          ? where(`#${partitionKey} = :pk`, { pk })
          : where(`#${partitionKey} = :pk AND begins_with(#${sortKey}, :begins)`, { pk, begins })),
      }),
    queryBetween: async (pk, from, before) => {
      // No key is equal to `before`, which is no whole one: DynamoDB knows only BETWEEN, both ends included.
      const between = `#${partitionKey} = :pk AND #${sortKey} BETWEEN :from AND :before`;
      return queryAll(send, { TableName: name, ConsistentRead: true, ...where(between, { pk, from, before }) });
    },
    queryShard: (shard) =>
      queryAll(send, {
        TableName: name,
        IndexName: byShard.name,
        ...where(`#${byShard.partitionKey} = :shard`, { shard }),
      }),
    put: (item) =>
      send('writing', async (sdk, client) => {
        await client.send(new sdk.PutItemCommand({ TableName: name, Item: toAttributes(item) }));
      }),
    update: (update) => send('writing', (sdk, client) => updateOne(sdk, client, name, update)),
  };
}

const firstPauseMs = 25;
const longestPauseMs = 1_500;

/** The most keys that DynamoDB takes in one read. */
const keysPerRead = 100;
const readsAtOnce = 8;

/** Tries without progress; their pauses sum up to half a minute. */
const patience = 40;

async function getAll(table: Pick<Table, 'name' | 'send' | 'backOff'>, keys: readonly Key[]): Promise<Item[]> {
  const limit = pLimit(readsAtOnce);
  const items = await Promise.all(piecesOf(keys, keysPerRead).map((some) => limit(() => getSome(table, some))));
  return items.flat();
}

/** A busy table leaves keys unread, and so does an answer that is full; both are asked for again. */
async function getSome({ name, send, backOff }: Pick<Table, 'name' | 'send' | 'backOff'>, keys: readonly Key[]) {
  const found: Item[] = [];
  let left: Attributes[] = keys.map((key) => toAttributes({ ...key }));
  for (let tries = 0; left.length > 0; ) {
    if (tries > patience) throw new Error(`the ledger table ${name} left ${left.length} items unread ${tries} times`);
    if (tries > 0) await backOff(tries);
    const request = { [name]: { Keys: left, ConsistentRead: true } };
    const { Responses, UnprocessedKeys } = await send('reading', (sdk, client) =>
      client.send(new sdk.BatchGetItemCommand({ RequestItems: request })),
    );
    found.push(...(Responses?.[name] ?? []).map(fromAttributes));
    const unread = UnprocessedKeys?.[name]?.Keys ?? [];
    tries = unread.length < left.length ? 1 : tries + 1;
    left = unread;
  }
  return found;
}

function where(KeyConditionExpression: string, values: Item) {
  return { KeyConditionExpression, ...expressionNames(KeyConditionExpression), ...expressionValues(values) };
}

type QueryInput = Parameters<typeof Sdk.paginateQuery>[1];

async function queryAll(send: Table['send'], input: QueryInput): Promise<Item[]> {
  return send('reading', async (sdk, client) => {
    const items: Item[] = [];
    for await (const { Items = [] } of sdk.paginateQuery({ client }, input)) items.push(...Items.map(fromAttributes));
    return items;
  });
}

async function updateOne(sdk: typeof Sdk, client: Sdk.DynamoDBClient, name: string, update: Update) {
  const { key, set, onlyIf, values } = update;
  try {
    const { Attributes = {} } = await client.send(
      new sdk.UpdateItemCommand({
        TableName: name,
        Key: toAttributes({ ...key }),
        UpdateExpression: set,
        ConditionExpression: onlyIf,
        ...expressionNames(set, onlyIf),
        ...expressionValues(values),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { done: true, item: fromAttributes(Attributes) };
  } catch (error) {
    if (!(error instanceof sdk.ConditionalCheckFailedException)) throw error;
    return { done: false, item: fromAttributes(error.Item ?? {}) };
  }
}

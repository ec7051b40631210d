import { expressionNames, expressionValues, type Item, toAttributes } from './ledger-dynamodb-items.ts';
import type { Key, Table } from './ledger-dynamodb-table.ts';
import type * as Sdk from './sdk/dynamodb.ts';

/** One part of a transaction. Without `onlyIf` it has no condition. */
export type Write = ({ put: Item & Key } | { delete: Key }) & { onlyIf?: string; values?: Item };

/** What became of a transaction. After a conflict the same may succeed, with what stands in the table by then. */
export type Transacted = 'written' | 'conflict' | Refused;

/** DynamoDB takes nothing of it, however often it is asked: one of the items is too large, for example. */
interface Refused {
  refused: Error;
}

/** Of DynamoDB, for one transaction; the size leaves room for what surrounds the items. */
export const writesMax = 100;
export const bytesMax = 3_500_000;

/** Writes all or nothing. Throws where it is not known or not the transaction's own fault, as without credentials. */
export async function transact(table: Table, writes: readonly Write[]): Promise<Transacted> {
  for (let tries = 1; ; tries++) {
    const answer = await table.send('writing', (_, client) => writeOnce(client, table.name, writes));
    if (answer !== 'busy') return answer;
    if (tries >= busyPatience)
      throw new Error(`the ledger table ${table.name} was too busy ${tries} times; try again later`);
    await table.backOff(tries);
  }
}

/** Writes what has no conditions, or none that can fail for long. */
export async function transactAnyway(table: Table, writes: readonly Write[]): Promise<void> {
  for (let tries = 1; ; tries++) {
    const done = await transact(table, writes);
    if (done === 'written') return;
    if (done !== 'conflict') throw done.refused;
    if (tries >= patience)
      throw new Error(`others wrote to the ledger table ${table.name} at the same time; try again`);
    await table.backOff(tries);
  }
}

/** A partition takes a thousand writes a second, and a first scan of a shard tells of thousands at once. */
const busyPatience = 40;

const patience = 20;

async function writeOnce(
  client: Sdk.DynamoDBClient,
  name: string,
  writes: readonly Write[],
): Promise<Transacted | 'busy'> {
  const { TransactionCanceledException, TransactWriteItemsCommand } = await import('./sdk/dynamodb.ts');
  // With each command goes a token of its own, so that the SDK's retries after a lost answer write nothing twice.
  const TransactItems = writes.map((write) => toTransactItem(name, write));
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems }));
    return 'written';
  } catch (error) {
    if (error instanceof TransactionCanceledException) return whyCanceled(error);
    if ((error as Error).name === 'ValidationException') return { refused: error as Error };
    throw error;
  }
}

const conflicts = ['ConditionalCheckFailed', 'TransactionConflict'];
const throttled = ['ThrottlingError', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded'];

function whyCanceled(error: Sdk.TransactionCanceledException): Transacted | 'busy' {
  const reasons = (error.CancellationReasons ?? []).filter(({ Code = 'None' }) => Code !== 'None');
  const codes = reasons.map(({ Code = '' }) => Code);
  if (codes.length > 0 && codes.every((code) => throttled.includes(code))) return 'busy';
  if (codes.length > 0 && codes.every((code) => [...throttled, ...conflicts].includes(code))) return 'conflict';
  const said = reasons.map(({ Code, Message }) => `${Code}: ${Message}`).join('; ');
  return { refused: new Error(`DynamoDB refused it (${said || error.message})`, { cause: error }) };
}

function toTransactItem(TableName: string, write: Write) {
  const { onlyIf, values = {} } = write;
  const condition = onlyIf !== undefined && {
    ConditionExpression: onlyIf,
    ...expressionNames(onlyIf),
    ...expressionValues(values),
  };
  return 'put' in write
    ? { Put: { TableName, Item: toAttributes(write.put), ...condition } }
    : { Delete: { TableName, Key: toAttributes({ ...write.delete }), ...condition } };
}

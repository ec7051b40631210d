import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DynamoDBClient,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb';
import type { FinalizeHandlerOutput, FinalizeRequestMiddleware } from '@smithy/types';
import { ledgerTable } from '../../lib/adapters/ledger-table.ts';
import type { ClientSource } from '../../lib/resource-types/define.ts';

export const hub = { account: '111111111111', region: 'eu-west-1' };

/** A command on its way to DynamoDB, each try of it. */
export interface Call {
  /** Without `Command`. */
  command: string;
  input: Readonly<Record<string, unknown>>;
}

type Answered = Promise<FinalizeHandlerOutput<ServiceOutputTypes>>;

/** Goes on with `next`, or throws what DynamoDB would have answered. */
export type Fault = (call: Call, next: () => Answered) => Answered;

export interface Wire {
  source: ClientSource;
  calls: Call[];
  /** How many items were written so far, each part of a transaction for itself. */
  written(): number;
}

/** Without `info` the SDK does not first write each answer out for a log that nobody reads. */
const nothing = () => undefined;
const logger = { trace: nothing, debug: nothing, warn: nothing, error: nothing } as unknown as Console;

/** A client of the local DynamoDB that counts what it sends, with a fault between its retries and the network. */
export function wire(endpoint: string, fault: Fault = (_, next) => next()): Wire {
  const credentials = { accessKeyId: hub.account, secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: hub.region, credentials, logger });
  const calls: Call[] = [];
  const inputs = new WeakMap<object, Call>();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const call = { command: String(context['commandName']).replace(/Command$/, ''), input: { ...args.input } };
      inputs.set(context, call);
      return next(args);
    },
    { step: 'initialize' },
  );
  const faulty: FinalizeRequestMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next, context) => async (args) => {
    const call = inputs.get(context) as Call;
    calls.push(call);
    return fault(call, () => next(args));
  };
  client.middlewareStack.addRelativeTo(faulty, { relation: 'after', toMiddleware: 'retryMiddleware' });
  const source: ClientSource = <C>() => client as C;
  return { source, calls, written: () => calls.reduce((sum, call) => sum + itemsWritten(call), 0) };
}

function itemsWritten({ command, input }: Call): number {
  if (command === 'TransactWriteItems') return (input['TransactItems'] as unknown[]).length;
  return command === 'PutItem' || command === 'UpdateItem' || command === 'DeleteItem' ? 1 : 0;
}

/** An empty table as the hub's stack makes it, or with other keys. */
export async function aTable(
  { source }: Pick<Wire, 'source'>,
  { partitionKey, sortKey }: { partitionKey: string; sortKey: string } = ledgerTable,
): Promise<string> {
  const byShard = { ...ledgerTable.byShard, sortKey: partitionKey };
  const TableName = `ledger-${randomUUID()}`;
  await source(DynamoDBClient).send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [partitionKey, sortKey, byShard.partitionKey].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      GlobalSecondaryIndexes: [
        {
          IndexName: byShard.name,
          KeySchema: [
            { AttributeName: byShard.partitionKey, KeyType: 'HASH' },
            { AttributeName: byShard.sortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  return TableName;
}

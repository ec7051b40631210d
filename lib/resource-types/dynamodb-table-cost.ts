import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { type Amount, type Cost, estimate, type Facts } from '../core/cost.ts';
import { gigabytes, numberIn, wordIn } from './fact.ts';

export const dynamodbTableCost: Cost = {
  says:
    'the storage of the table and its indexes, and the capacity that is provisioned for them. Requests on demand, ' +
    'backups and streams are not in it. Tables of the class for infrequent access: unknown',

  monthlyUsd(facts, prices): Amount {
    const [tableClass, mode] = [wordIn(facts, 'tableClass'), wordIn(facts, 'billingMode')];
    if (tableClass !== 'STANDARD') return { kind: 'unknown', why: `there are no prices of the class ${tableClass}` };
    if (mode !== 'PROVISIONED' && mode !== 'PAY_PER_REQUEST') {
      return { kind: 'unknown', why: `there are no prices of the billing mode ${mode}` };
    }
    const provisioned = mode === 'PROVISIONED';
    return estimate(prices, [
      { item: 'dynamodb.standard.storage', unit: 'GB-month', quantity: gigabytes(numberIn(facts, 'billedBytes')) },
      { item: 'dynamodb.provisioned.rcu', unit: 'RCU-hour', quantity: provisioned ? numberIn(facts, 'readUnits') : 0 },
      { item: 'dynamodb.provisioned.wcu', unit: 'WCU-hour', quantity: provisioned ? numberIn(facts, 'writeUnits') : 0 },
    ]);
  },
};

/** Indexes are stored, and have capacity, besides the table's own. */
export function billedFacts(table: TableDescription): Facts {
  const { TableSizeBytes, ProvisionedThroughput, GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = table;
  const throughputs = [ProvisionedThroughput, ...GlobalSecondaryIndexes.map((index) => index.ProvisionedThroughput)];
  const sizes = [
    TableSizeBytes,
    ...[...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].map(({ IndexSizeBytes }) => IndexSizeBytes),
  ];
  return {
    ...known('billedBytes', sizes),
    ...known(
      'readUnits',
      throughputs.map((one) => one?.ReadCapacityUnits),
    ),
    ...known(
      'writeUnits',
      throughputs.map((one) => one?.WriteCapacityUnits),
    ),
  };
}

/** A sum is known where each of its numbers is. */
function known(name: string, numbers: readonly (number | undefined)[]): Facts {
  const shown = numbers.filter((one) => one !== undefined);
  return shown.length < numbers.length ? {} : { [name]: shown.reduce((sum, one) => sum + one, 0) };
}

import { dynamodbLedger } from '../../lib/adapters/ledger-dynamodb.ts';
import { ledgerConformance } from '../adapters/ledger-conformance.ts';
import { dynamodb } from './ledger-stage.ts';
import { aTable, hub, wire } from './tables.ts';

const { url } = dynamodb();

ledgerConformance(() => {
  const table = aTable(wire(url()));
  return async (clock) => dynamodbLedger({ table: await table, region: hub.region, clock, source: wire(url()).source });
});

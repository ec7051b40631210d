import { afterAll, beforeAll } from 'vitest';
import { dynamodbLedger } from '../../lib/adapters/ledger-dynamodb.ts';
import { type Ministack, startMinistack } from '../../scripts/local-aws/ministack.ts';
import { ledgerConformance } from '../adapters/ledger-conformance.ts';
import { aTable, hub, wire } from './tables.ts';

let ministack: Ministack;
beforeAll(async () => {
  ministack = await startMinistack({ account: hub.account, endpoint: 'http://127.0.0.1:1' });
});
afterAll(() => ministack.stop());

ledgerConformance(() => {
  const own = wire(ministack.url);
  const table = aTable(own);
  return async (clock) =>
    dynamodbLedger({ table: await table, region: hub.region, clock, source: wire(ministack.url).source });
});

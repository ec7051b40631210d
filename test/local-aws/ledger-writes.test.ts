import { expect, test } from 'vitest';
import { systemClock } from '../../lib/adapters/clock.ts';
import { dynamodbLedger } from '../../lib/adapters/ledger-dynamodb.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { scanShard } from '../../lib/use-cases/scan-shard.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy, someRules } from '../fakes/builders.ts';
import { heldClock } from '../fakes/clocks.ts';
import { account, aWorld, region } from '../fakes/world.ts';
import { dynamodb } from './ledger-stage.ts';
import { aTable, hub, wire } from './tables.ts';

const { url } = dynamodb();
const resources = 10_000;
const policy = aPolicy({ mode: 'enforce', expiry: { requireWarning: false } });

test('a sweep writes what has changed: of 10,000 resources that are as they were, nothing', async () => {
  const own = wire(url());
  const world = aWorld(heldClock());
  const { source } = own;
  const ledger = dynamodbLedger({ table: await aTable(own), region: hub.region, clock: systemClock, source });
  world.ports.ledger = ledger;
  const writtenBy = async (work: () => Promise<void>) => {
    const before = own.written();
    await work();
    return own.written() - before;
  };
  const scanning = async () =>
    ledger.record((await scanShard(world.ports, { account, region }, someRules({ policy }))).sightings);

  for (let number = 0; number < resources; number++) world.queue(`queue-${number}`, { ttl: '2026-12-24' });
  expect(await writtenBy(scanning), 'a state and an event for each').toBe(2 * resources);

  const ofSweep = await writtenBy(async () => {
    const { plan, outcomes, problems } = await sweep(world.ports, { policy, filters: noFilters, enforce: true });
    expect([plan.decisions.length, outcomes, problems]).toEqual([resources, [], []]);
  });
  console.info(`a sweep of ${resources} unchanged resources wrote ${ofSweep} items`);
  expect(ofSweep).toBeLessThan(50);

  world.queue('queue-7', { ttl: '2026-12-25' });
  world.queue('queue-8', {});
  expect(await writtenBy(scanning), 'two that have changed').toBe(4);
});

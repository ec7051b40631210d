import { beforeEach, describe, expect, test } from 'vitest';
import { day } from '../../lib/core/time.ts';
import { explain } from '../../lib/use-cases/explain.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { idleTable } from '../../lib/use-cases/idle-table.ts';
import { policyWith, type ServerSweeps, sweepsOf } from '../fakes/server-sweeps.ts';
import { aServerWorld, type ServerWorld } from '../fakes/world-servers.ts';
import { awsError } from '../samples/sample.ts';

// In this world a t3.micro costs 73 a month, and each of its two volumes 0.80.
const running = { monthlyUsd: 74.6, stoppedMonthlyUsd: 1.6 };
const stopped = { monthlyUsd: 1.6 };

const policy = policyWith();

let world: ServerWorld;
let sweeps: ServerSweeps;
beforeEach(() => {
  world = aServerWorld();
  sweeps = sweepsOf(world, policy);
});

const costs = ({ monthlyUsd, stoppedMonthlyUsd }: Partial<typeof running>) => ({ monthlyUsd, stoppedMonthlyUsd });
const listed = async () => (await idleTable(world.ports, { policy, filters: noFilters })).servers.map(costs);
const explained = async () => (await explain(world.ports, policy, sweeps.server.arn)).costs;

async function stop(): Promise<void> {
  await sweeps.until('idle-copied');
  await sweeps.once();
  world.clock.pass(day);
}

describe('what a server costs', () => {
  test('while it runs, with what would go on, in the list of idle servers and explained', async () => {
    expect(await listed()).toEqual([running]);
    expect(await explained()).toEqual(running);
  });

  test('while it is stopped: its storage', async () => {
    await stop();
    expect(await listed()).toEqual([stopped]);
    expect(await explained()).toEqual(stopped);
  });

  test('is not known where it can not be read, and all else is shown', async () => {
    world.refuse.set('DescribeVolumes', () => awsError('AccessDenied'));
    expect(await listed()).toEqual([{}]);
    world.ports.prices = () => Promise.reject(new Error('no such file'));
    expect(await explained()).toEqual({});
    expect((await idleTable(world.ports, { policy, filters: noFilters })).unread).toEqual([]);
  });
});

test('all volumes of all servers are read in one call', async () => {
  for (const id of ['i-2b', 'i-3c', 'i-4d']) world.server(id, sweeps.server.tags);
  world.sent.length = 0;
  expect(await listed()).toHaveLength(4);
  const asked = world.sent.filter(({ command }) => command === 'DescribeVolumes');
  expect(asked.filter(({ input }) => JSON.stringify(input).includes('volume-id'))).toHaveLength(1);
});

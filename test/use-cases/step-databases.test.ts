import { beforeEach, describe, expect, test } from 'vitest';
import { day, hour } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { policyWith, staging } from '../fakes/server-sweeps.ts';
import { type Databases, withDatabases } from '../fakes/world-server-databases.ts';
import { aServerWorld, type ServerWorld } from '../fakes/world-servers.ts';
import { awsError } from '../samples/sample.ts';

// RDS starts a stopped database again by itself after a week: that is no person.

let world: ServerWorld;
let rds: Databases;
let arn: string;
beforeEach(() => {
  world = aServerWorld();
  rds = withDatabases(world);
  arn = world.database('orders', staging, { createdAt: world.clock.now() - 40 * day });
});

async function once(pass = 0): Promise<string> {
  world.clock.pass(pass);
  const policy = policyWith({ removeAfter: '20d' });
  const { plan, outcomes } = await sweep(world.ports, { policy, filters: noFilters, enforce: true });
  const decision = plan.decisions.find((one) => one.arn === arn);
  const outcome = outcomes.find((one) => one.arn === arn);
  return [decision?.reason, outcome?.outcome, outcome?.detail].filter((part) => part !== undefined).join(': ');
}

async function stopped(): Promise<void> {
  for (let sweeps = 0; sweeps < 20 && rds.stops.length === 0; sweeps += 1) await once(6 * hour);
  await once(hour);
}

const database = () => rds.databases.get('orders');
const memory = async () => (await world.ports.ledger.memories([arn])).get(arn)?.idle;

test('it is copied, stopped and dated, and when it wakes is learned from RDS once it is stopped', async () => {
  await stopped();
  expect(rds.stops).toEqual(['orders']);
  expect(database()?.tags).toHaveProperty('expires-at');
  expect(await memory()).toMatchObject({ stopped: { wakesAt: database()?.wakesAt } });
});

describe('after a week', () => {
  beforeEach(stopped);

  test('it woke by itself: it is stopped again and keeps the date that it was given first', async () => {
    const date = database()?.tags['expires-at'];
    expect(await once(7 * day + hour)).toBe('woke-up: stopped: stopped again');
    await once(hour);
    expect(database()?.tags['expires-at']).toBe(date);
    expect(await memory()).toMatchObject({ stopped: { wakesAt: database()?.wakesAt } });
    expect(await once(7 * day), 'and again a week later').toBe('woke-up: stopped: stopped again');
    expect(rds.snapshots.size).toBe(1);
  });

  test('somebody uses it: it runs on and does not go, until that is over', async () => {
    rds.connections = 3;
    for (let days = 0; days < 20; days += 1) expect(await once(day)).not.toMatch(/woke-up|removed/);
    expect(await once(day)).toBe('at-work');
    expect(database()).toMatchObject({ state: 'available' });
    rds.connections = 0;
    expect(await once(hour)).toBe('woke-up: stopped: stopped again');
  });

  test('its copy was deleted meanwhile: it gets another before it is stopped again', async () => {
    rds.snapshots.clear();
    expect(await once(7 * day + hour)).toMatch(
      /^woke-up: failed: its copy \S+ is not there any more, so it is not stopped$/,
    );
    expect(await once(hour)).toMatch(/^woke-up: waiting: copy \S+ is being made/);
    expect(await once(hour)).toMatch(/^woke-up: copied: copy \S+ is complete, 20 GB$/);
    expect(rds.stops).toEqual(['orders']);
    expect(await once(hour)).toBe('woke-up: stopped: stopped again');
  });

  test('it is excluded, or none of staging any more: it runs on', async () => {
    Object.assign(database() ?? {}, { tags: { ...database()?.tags, 'mayfly:not-idle': 'true' } });
    expect(await once(7 * day + hour)).toBe('not-due');
    expect(database()).toMatchObject({ state: 'available' });
    Object.assign(database() ?? {}, {
      tags: { environment: 'production', 'expires-at': database()?.tags['expires-at'] },
    });
    expect(await once(hour)).toMatch(/^started-again: changed/);
    expect(database()).toMatchObject({ state: 'available', tags: { environment: 'production' } });
    expect(rds.stops).toEqual(['orders']);
  });
});

test('a person starts it before: it is alive', async () => {
  await stopped();
  Object.assign(database() ?? {}, { state: 'available' });
  delete database()?.wakesAt;
  expect(await once(3 * day)).toMatch(/^started-again: changed/);
  expect(database()?.tags).toEqual(staging);
});

test('its removal leaves a last copy of what it holds', async () => {
  await stopped();
  let said = '';
  for (let sweeps = 0; sweeps < 60 && database() !== undefined; sweeps += 1) said = await once(12 * hour);
  expect(said).toMatch(/^idle-done: removed/);
  expect(rds.snapshots.size).toBe(2);
});

test('its removal is tried again and again: its last copy is one, and pushes no other out of memory', async () => {
  await stopped();
  world.refuse.set('DeleteDBInstance', () => awsError('ThrottlingException', 'slow down'));
  for (let sweeps = 0; sweeps < 52; sweeps += 1) await once(12 * hour);
  const { copies = [] } = (await memory()) ?? {};
  expect(copies.map(({ verifiedAt }) => verifiedAt !== undefined)).toEqual([true, false]);
});

test('RDS refuses the stop: it is told, and runs on', async () => {
  world.refuse.set('StopDBInstance', () => awsError('InvalidDBInstanceState', 'it is being backed up'));
  for (let sweeps = 0; sweeps < 20; sweeps += 1) {
    const said = await once(6 * hour);
    if (said.startsWith('idle-copied')) {
      expect(said).toMatch(/^idle-copied: failed: it is copied and runs on: InvalidDBInstanceState/);
      return;
    }
  }
  expect.fail('it never came to a stop');
});

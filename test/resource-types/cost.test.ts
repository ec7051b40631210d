import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPrices } from '../../lib/adapters/prices/load-prices.ts';
import type { Amount, Facts, Price, PriceTable } from '../../lib/core/cost.ts';
import { resourceType, resourceTypes } from '../../lib/resource-types/index.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { samples } from '../samples/index.ts';

// Each type of the registry estimates, or says why it costs nothing or why nobody can tell. These are the promises that
// hold for all of them; test/resource-types/monthly-bills.test.ts has the numbers.

const prices = await loadPrices();

/** Where the samples are. */
const region = 'eu-west-1';

/** Has a price of everything, so that what remains unknown is so for reasons of its own. */
const everything: PriceTable = {
  in: (region) => ({ region, find: (): Price => ({ usd: 0.01, source: 'a test', date: '2026-11-23' }) }),
};

function costOf(type: string, facts: Facts, table = prices, where = 'us-east-1'): Amount {
  const found = resourceType(type);
  if (found === undefined) throw new Error(`there is no type ${type}`);
  return found.cost.monthlyUsd(facts, table.in(where));
}

/** The promises about each single amount. */
function expectTrue(amount: Amount): void {
  if (amount.kind === 'unknown') {
    expect(amount.why).not.toBe('');
    return;
  }
  expect(Number.isFinite(amount.usd)).toBe(true);
  expect(amount.usd).toBeGreaterThanOrEqual(0);
  expect(amount.kind).toBe('estimate');
  // A nothing has its reason, anything else the day of its prices.
  if (amount.kind === 'estimate') expect(amount.asOf ?? amount.note).toMatch(/./);
}

/** What the description of a type's sample shows. */
async function factsOf(type: (typeof resourceTypes)[number]): Promise<Facts> {
  const sample = samples.find((one) => one.type === type.id);
  const { source } = answeredClients(sample?.answers ?? {});
  const bound = await type.bind(source, { account: '222222222222', region, partition: 'aws' });
  const [found] = await bound.describe([sample?.id ?? '']);
  if (found?.kind !== 'present') throw new Error(`the sample of ${type.id} is not present`);
  return found.facts;
}

describe.each(resourceTypes.map((type) => [type.id, type] as const))('%s', (id, type) => {
  it('says in words what it costs', () => {
    expect(type.cost.says).toMatch(/^[a-z][^\n]{8,}[^.\s]$/);
  });

  it('has an amount for what its description shows, where every price is known', async () => {
    const amount = costOf(id, await factsOf(type), everything, region);
    expectTrue(amount);
    // Nothing of what a bucket costs is in any description.
    expect(amount.kind).toBe(id === 's3:bucket' ? 'unknown' : 'estimate');
  });

  it('is never worth a known amount in a region without prices, unless that amount is a reasoned nothing', async () => {
    const facts = await factsOf(type);
    for (const where of ['xx-nowhere-1', '', 'us-gov-west-1', 'cn-north-1']) {
      const amount = costOf(id, facts, prices, where);
      expectTrue(amount);
      if (amount.kind !== 'unknown') expect(amount).toMatchObject({ usd: 0, note: expect.any(String) });
    }
  });

  it('keeps the promises whatever a description shows', () => {
    const fact = fc.oneof(fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constantFrom(...words));
    const facts = fc.dictionary(fc.constantFrom(...names), fact);
    fc.assert(
      fc.property(facts, (some) => {
        expectTrue(costOf(id, some));
        expectTrue(costOf(id, some, everything));
      }),
    );
  });
});

const names = [
  ...['state', 'instanceType', 'platform', 'publicIps', 'lifecycle', 'tenancy', 'zone', 'volumeType', 'sizeGb', 'iops'],
  ...['throughputMbps', 'fullBytes', 'storageTier', 'pool', 'engine', 'engineMode', 'instanceClass', 'multiAz'],
  ...['storageType', 'storageGb', 'publiclyAccessible', 'cluster', 'memberClasses', 'instances', 'loadBalancerType'],
  ...['tableClass', 'billingMode', 'billedBytes', 'readUnits', 'writeUnits', 'logClass', 'storedBytes', 'tier'],
];

const words = [
  ...['running', 'stopped', 'available', 't3.medium', 'Linux/UNIX', 'gp2', 'gp3', 'io1', 'io2', 'standard', 'mysql'],
  ...['db.t3.large', 'application', 'STANDARD', 'PROVISIONED', 'PAY_PER_REQUEST', 'Advanced', 'aurora-mysql'],
];

type Kind = Record<string, unknown> & { sizes: readonly string[] };

/** What a server or disk may look like, with the sizes that grow. */
const kinds: Record<string, Kind> = {
  'ec2:volume': {
    volumeType: fc.constantFrom('gp2', 'gp3', 'io1', 'io2', 'st1', 'sc1', 'standard'),
    sizes: ['sizeGb', 'iops', 'throughputMbps'],
  },
  'rds:db': {
    state: fc.constantFrom('available', 'stopped'),
    engine: fc.constantFrom('mysql', 'postgres', 'mariadb'),
    instanceClass: fc.constantFrom('db.t3.large', 'db.m5.large'),
    multiAz: fc.boolean(),
    storageType: fc.constantFrom('gp2', 'io1', 'standard'),
    sizes: ['storageGb', 'iops'],
  },
  'ec2:snapshot': { storageTier: fc.constant('standard'), sizes: ['fullBytes'] },
  'logs:log-group': { logClass: fc.constant('STANDARD'), sizes: ['storedBytes'] },
  'ec2:instance': {
    state: fc.constant('running'),
    platform: fc.constant('Linux/UNIX'),
    instanceType: fc.constantFrom('t3.micro', 'm5.large'),
    sizes: ['publicIps'],
  },
};

it.each(Object.entries<Kind>(kinds))('of %s more never costs less', (type, { sizes, ...fixed }) => {
  const size = fc.nat({ max: 30_000 });
  const small = fc.record({
    ...(fixed as Record<string, fc.Arbitrary<unknown>>),
    ...Object.fromEntries(sizes.map((name) => [name, size])),
  });
  const more = fc.record(Object.fromEntries(sizes.map((name) => [name, size])));
  fc.assert(
    fc.property(small as fc.Arbitrary<Facts>, more as fc.Arbitrary<Record<string, number>>, (facts, added) => {
      const grown = { ...facts };
      for (const name of sizes) grown[name] = Number(facts[name]) + Number(added[name]);
      const [before, after] = [costOf(type, facts), costOf(type, grown)];
      // Beyond some sizes the table has no price.
      if (after.kind === 'unknown') return;
      expect(before.kind).toBe('estimate');
      expect(after.usd).toBeGreaterThanOrEqual(before.kind === 'estimate' ? before.usd : Number.NaN);
    }),
  );
});

const servers: readonly [string, Facts, string][] = [
  ['ec2:instance', { platform: 'Linux/UNIX', instanceType: 'm5.large', publicIps: 1 }, 'running'],
  ['rds:db', { engine: 'mysql', instanceClass: 'db.t3.large', storageType: 'gp3', storageGb: 20 }, 'available'],
  [
    'rds:cluster',
    { engine: 'aurora-mysql', engineMode: 'provisioned', memberClasses: 'db.t3.large', instances: 1, publicIps: 0 },
    'available',
  ],
];

it.each(servers)('a stopped %s never costs more than a running one', (type, facts, running) => {
  for (const multiAz of [true, false]) {
    const [on, off] = [running, 'stopped'].map((state) => costOf(type, { ...facts, multiAz, state }));
    expect(on).toMatchObject({ kind: 'estimate' });
    if (off?.kind === 'estimate') expect(off.usd).toBeLessThan(on?.kind === 'estimate' ? on.usd : 0);
  }
});

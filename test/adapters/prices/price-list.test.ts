import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readProduct } from '../../../lib/adapters/prices/price-list-product.ts';
import { priceTable } from '../../../lib/core/price-table.ts';
import type { RegionPriceList } from '../../../lib/use-cases/ports-money.ts';
import {
  type Asked,
  boxText,
  dimensionOf,
  onDemand,
  type ProductParts,
  pricesOf,
  productText,
  type Replies,
} from '../../fakes/price-list-products.ts';

/** The same products to whoever asks for their family, to each question of RDS also by engine and deployment. */
function shop(...products: string[]): Replies {
  return ({ ServiceCode, where }) => ({
    FormatVersion: 'aws_v1',
    PriceList: products.filter((text) => {
      const { product } = JSON.parse(text) as {
        product: { productFamily: string; attributes: Record<string, string> };
      };
      const known: Record<string, string | undefined> = { ...product.attributes, productFamily: product.productFamily };
      return Object.entries(where).every(([field, value]) => known[field] === undefined || known[field] === value);
    }),
    ServiceCode,
  });
}

function found({ groups }: RegionPriceList, item: string, unit: Parameters<ReturnType<typeof inIreland>['find']>[1]) {
  return inIreland(groups).find(item, unit)?.usd;
}

function inIreland(groups: RegionPriceList['groups']) {
  const document = {
    sources: [{ title: 'AWS Price List', date: '2026-11-23' }],
    groups: groups.map((group) => ({ ...group, region: 'eu-west-1', source: 0 })),
  };
  return priceTable(document).in('eu-west-1');
}

describe('what is asked of the price list', () => {
  it('is each thing that Mayfly can price, in one region, by exact matches', async () => {
    const { sent, read } = await pricesOf(() => ({ PriceList: [] }));
    const questions = sent.map(({ input }) => {
      const { ServiceCode, Filters, MaxResults } = input as unknown as Asked;
      expect(MaxResults).toBe(100);
      expect(Filters.every(({ Type }) => Type === 'TERM_MATCH')).toBe(true);
      expect(Filters[0]).toEqual({ Type: 'TERM_MATCH', Field: 'regionCode', Value: 'eu-west-1' });
      return [ServiceCode, ...Filters.slice(1).map(({ Field, Value }) => `${Field}=${Value}`)].join(' ');
    });
    expect(questions[0]).toBe(
      'AmazonEC2 productFamily=Compute Instance operatingSystem=Linux tenancy=Shared preInstalledSw=NA ' +
        'capacitystatus=Used licenseModel=No License required marketoption=OnDemand',
    );
    expect(questions).toContain(
      'AmazonRDS productFamily=Database Instance databaseEngine=PostgreSQL deploymentOption=Multi-AZ',
    );
    expect(questions).toContain('AWSELB productFamily=Load Balancer-Application');
    expect(new Set(questions).size).toBe(questions.length);
    expect(read).toMatchObject({ groups: [], requests: questions.length, problems: [] });
  });

  it('goes out no faster than AWS allows: ten at once, then five a second', async () => {
    const { read, took } = await pricesOf(({ NextToken = '0' }) =>
      Number(NextToken) < 2 ? { PriceList: [], NextToken: String(Number(NextToken) + 1) } : { PriceList: [] },
    );
    expect(read.requests % 3).toBe(0);
    expect(took).toBe((read.requests - 10) * 200);
  });
});

describe('a product', () => {
  const at = (productFamily: string, usagetype: string, rest: Readonly<Record<string, string>> = {}) => ({
    attributes: { productFamily, usagetype, ...rest },
  });
  const database = (usagetype: string, deploymentOption: string, databaseEngine = 'PostgreSQL') =>
    at('Database Instance', usagetype, { instanceType: 'db.t3.large', databaseEngine, deploymentOption });

  it.each<[string, Parameters<typeof found>[2], number, ProductParts]>([
    ['ec2.linux.m5.large', 'hour', 0.1, at('Compute Instance', 'EU-BoxUsage:m5.large', { instanceType: 'm5.large' })],
    ['ec2.linux.m5.large', 'hour', 0.1, at('Compute Instance', 'BoxUsage:m5.large', { instanceType: 'm5.large' })],
    ['ec2.linux.m1.small', 'hour', 0.1, at('Compute Instance', 'EUW1-BoxUsage', { instanceType: 'm1.small' })],
    [
      'ebs.gp3.storage',
      'GB-month',
      0.088,
      { ...at('Storage', 'EU-EBS:VolumeUsage.gp3'), unit: 'GB-Mo', usd: '0.0880000000' },
    ],
    [
      'ebs.io1.iops',
      'IOPS-month',
      0.072,
      { ...at('System Operation', 'EU-EBS:VolumeP-IOPS.piops'), unit: 'IOPS-Mo', usd: '0.072' },
    ],
    [
      'ebs.gp3.throughput',
      'MBps-month',
      0.04,
      { ...at('Provisioned Throughput', 'EBS:VolumeP-Throughput.gp3'), unit: 'GiBps-mo', usd: '40.96' },
    ],
    [
      'ebs.snapshot.archive.storage',
      'GB-month',
      0.1,
      { ...at('Storage Snapshot', 'EU-EBS:SnapshotArchiveStorage'), unit: 'GB-Mo' },
    ],
    ['nat-gateway.hour', 'hour', 0.1, at('NAT Gateway', 'EU-NatGateway-Hours')],
    ['lb.application.hour', 'hour', 0.1, at('Load Balancer-Application', 'EU-LoadBalancerUsage')],
    ['lb.classic.hour', 'hour', 0.1, at('Load Balancer', 'EU-LoadBalancerUsage')],
    ['rds.postgres.single-az.db.t3.large', 'hour', 0.1, database('EU-InstanceUsage:db.t3.large', 'Single-AZ')],
    ['rds.postgres.multi-az.db.t3.large', 'hour', 0.1, database('EU-Multi-AZUsage:db.t3.large', 'Multi-AZ')],
    [
      'rds.aurora-mysql.single-az.db.t3.large',
      'hour',
      0.1,
      database('EU-InstanceUsage:db.t3.large', 'Single-AZ', 'Aurora MySQL'),
    ],
    [
      'rds.multi-az.gp3.storage',
      'GB-month',
      0.1,
      { ...at('Database Storage', 'EU-RDS:Multi-AZ-GP3-Storage'), unit: 'GB-Mo' },
    ],
    ['rds.single-az.io1.iops', 'IOPS-month', 0.1, { ...at('Provisioned IOPS', 'EU-RDS:PIOPS'), unit: 'IOPS-Mo' }],
  ])('gives %s per %s', async (item, unit, usd, parts) => {
    const { read } = await pricesOf(shop(productText(parts)));
    expect(found(read, item, unit)).toBe(usd);
    expect(read.groups.flatMap((group) => Object.keys(group.usd))).toHaveLength(1);
    expect(read.odd).toBe(0);
  });

  it.each<[string, ProductParts]>([
    ['a trust store beside a load balancer', at('Load Balancer-Application', 'TS-LoadBalancerUsage')],
    ['a load balancer on an outpost', at('Load Balancer-Application', 'EU-Outposts-LoadBalancerUsage')],
    ['a NAT gateway of another kind', at('NAT Gateway', 'EU-RegionalNatGateway-Hours')],
    ['bare metal', at('Compute Instance', 'EU-BoxUsage:m5.metal', { instanceType: 'm5.metal' })],
    ['dedicated hardware', at('Compute Instance', 'EU-DedicatedUsage:m5.large', { instanceType: 'm5.large' })],
    ['Aurora I/O-Optimized', database('EU-InstanceUsageIOOptimized:db.t3.large', 'Single-AZ', 'Aurora MySQL')],
    [
      'storage for a licensed engine',
      { ...at('Database Storage', 'RDS:GP3-Storage', { databaseEngine: 'Oracle' }), unit: 'GB-Mo' },
    ],
    ['a name that is none', at('Compute Instance', 'EU-BoxUsage:__proto__', { instanceType: '__proto__' })],
    ['what is listed without a price', { ...at('NAT Gateway', 'EU-NatGateway-Hours'), usd: '0.0000000000' }],
  ])('is left alone: %s', async (_, parts) => {
    const { read } = await pricesOf(shop(productText(parts)));
    expect(read.groups).toEqual([]);
    expect(read.odd).toBe(0);
    expect(read.products).toBeGreaterThan(0);
  });

  const box = (change: (item: { terms: { OnDemand: object } }) => object): string =>
    JSON.stringify(change(JSON.parse(boxText('m5.large', '0.1'))));
  const terms = (...dimensions: object[]) =>
    box((item) => ({ ...item, terms: { OnDemand: { a: onDemand('a', dimensions) } } }));
  const anHour = dimensionOf('0.1', 'Hrs');
  const isFirst: Replies = ({ where }) => ({ isFirst: where['productFamily'] === 'Compute Instance' });

  it.each([
    ['no JSON', 'm5.large,0.1'],
    ['no product', '{"terms":{}}'],
    ['null', 'null'],
    ['attributes that are no texts', box((item) => ({ ...item, product: { attributes: { instanceType: 5 } } }))],
    ['no terms', box((item) => ({ ...item, terms: undefined }))],
    ['reserved terms only', box((item) => ({ ...item, terms: { Reserved: {} } }))],
    [
      'two terms',
      box((item) => ({ ...item, terms: { OnDemand: { a: onDemand('a', [anHour]), b: onDemand('b', [anHour]) } } })),
    ],
    ['tiers', terms(dimensionOf('0.1', 'Hrs', ['0', '10']), dimensionOf('0.05', 'Hrs', ['10', 'Inf']))],
    ['a later tier', terms(dimensionOf('0.1', 'Hrs', ['10', 'Inf']))],
    ['another currency', terms({ ...dimensionOf('0', 'Hrs'), pricePerUnit: { CNY: '0.7' } })],
    ['a price below 0', terms(dimensionOf('-0.1', 'Hrs'))],
    ['a price in words', terms(dimensionOf('cheap', 'Hrs'))],
    ['a price without an end', terms(dimensionOf('Infinity', 'Hrs'))],
    ['a price beyond reason', terms(dimensionOf('99999999', 'Hrs'))],
    ['a unit that nobody knows', terms(dimensionOf('0.1', 'Fortnights'))],
    [
      'another region',
      productText({
        attributes: { productFamily: 'Compute Instance', instanceType: 'm5.large', usagetype: 'BoxUsage:m5.large' },
        region: 'us-east-1',
      }),
    ],
  ])('is skipped and counted: %s', async (_, text) => {
    const { read } = await pricesOf((asked) => {
      const { isFirst: first } = isFirst(asked) as { isFirst: boolean };
      return { PriceList: first ? [text, boxText('t3.micro', '0.0114')] : [] };
    });
    expect(read).toMatchObject({ odd: 1, products: 2, problems: [] });
    expect(read.groups).toEqual([{ unit: 'hour', prefix: 'ec2.linux.', usd: { 't3.micro': 0.0114 } }]);
  });

  it('with two prices has none, and is counted; twice the same price is one', async () => {
    const { read } = await pricesOf(
      shop(
        boxText('m5.large', '0.1'),
        boxText('m5.large', '0.2'),
        boxText('m5.large', '0.1'),
        boxText('t3.micro', '1'),
        boxText('t3.micro', '1.00'),
      ),
    );
    expect(read.groups).toEqual([{ unit: 'hour', prefix: 'ec2.linux.', usd: { 't3.micro': 1 } }]);
    expect(read.odd).toBeGreaterThan(0);
  });

  it('can be any text: nothing breaks, and no price is below 0 or beyond reason', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const usd = readProduct(text)?.price?.usd ?? 0;
        expect(usd >= 0 && usd <= 10_000).toBe(true);
      }),
    );
  });
});

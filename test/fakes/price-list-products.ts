import { priceList } from '../../lib/adapters/prices/price-list.ts';
import type { RegionPriceList } from '../../lib/use-cases/ports-money.ts';
import { answeredClients, type Sent } from './answered-clients.ts';
import { hurriedClock } from './clocks.ts';

/** What a product is made of; the rest is as AWS gives it. */
export interface ProductParts {
  attributes: Readonly<Record<string, string>>;
  usd?: string;
  unit?: string;
  region?: string;
}

/** One item of a price list, in the shape that AWS sends it: JSON in a text. */
export function productText({ attributes, usd = '0.1', unit = 'Hrs', region = 'eu-west-1' }: ProductParts): string {
  const sku = '3MKHN58N7RDDVGKJ';
  const { productFamily, ...others } = attributes;
  return JSON.stringify({
    product: {
      productFamily,
      attributes: { locationType: 'AWS Region', location: 'EU (Ireland)', regionCode: region, ...others },
      sku,
    },
    serviceCode: 'AmazonEC2',
    terms: { OnDemand: { [`${sku}.JRTCKXETXF`]: onDemand(sku, [dimensionOf(usd, unit)]) } },
    version: '20261120005701',
    publicationDate: '2026-11-20T00:57:01Z',
  });
}

export function dimensionOf(usd: string, unit: string, [beginRange, endRange] = ['0', 'Inf']): object {
  return { unit, beginRange, endRange, description: 'a price', appliesTo: [], pricePerUnit: { USD: usd } };
}

export function onDemand(sku: string, dimensions: readonly object[]): object {
  return {
    priceDimensions: Object.fromEntries(dimensions.map((one, index) => [`${sku}.JRTCKXETXF.${index}`, one])),
    sku,
    effectiveDate: '2026-11-01T00:00:00Z',
    offerTermCode: 'JRTCKXETXF',
    termAttributes: {},
  };
}

/** An instance type of EC2. */
export function boxText(instanceType: string, usd: string, usagetype = `EU-BoxUsage:${instanceType}`): string {
  return productText({ attributes: { productFamily: 'Compute Instance', instanceType, usagetype }, usd });
}

/** A question to the price list. */
export interface Asked {
  ServiceCode: string;
  Filters: { Type: string; Field: string; Value: string }[];
  NextToken?: string;
  MaxResults: number;
}

/** What AWS answers; `where` are the filters by their fields. */
export type Replies = (asked: Asked & { where: Readonly<Record<string, string>> }) => object | Error;

/** A region's prices where AWS answers so, and what it was asked. */
export async function pricesOf(replies: Replies): Promise<{ read: RegionPriceList; sent: Sent[]; took: number }> {
  const { source, sent } = answeredClients({
    GetProducts: (asked: Asked) =>
      replies({ ...asked, where: Object.fromEntries(asked.Filters.map(({ Field, Value }) => [Field, Value])) }),
  });
  const clock = hurriedClock();
  const start = clock.now();
  const read = await priceList({ source, clock }).pricesIn('eu-west-1');
  return { read, sent, took: clock.now() - start };
}

import type { Unit } from '../../core/cost.ts';
import type { ClientSource } from '../../resource-types/define.ts';
import type { Clock } from '../../use-cases/ports.ts';
import type { PriceList, RegionPriceList } from '../../use-cases/ports-money.ts';
import { accountProblem } from '../aws-problems.ts';
import { pacedBy } from './pace.ts';
import { readProduct } from './price-list-product.ts';
import { type PriceQuery, priceQueries, usageOf } from './price-list-queries.ts';

/** The price list of all regions is answered here. */
export const priceListRegion = 'us-east-1';

/** What AWS allows an account, and more only waits. */
const pace = { burst: 10, perSecond: 5 };

/** The most that AWS gives. */
const productsPerPage = 100;

/** The longest list has 14 pages; after so many something goes round in circles. */
const pagesMax = 100;

export interface PriceListSettings {
  /** In `priceListRegion`. */
  source: ClientSource;
  clock: Clock;
}

/** Today's list prices, from the Price List API: free, at the pace that AWS allows. Ask for one region at a time. */
export function priceList({ source, clock }: PriceListSettings): PriceList {
  const turn = pacedBy(clock, pace);
  return {
    async pricesIn(region) {
      const found = nothingYet();
      for (const query of priceQueries) {
        try {
          await ask(query, region, { source, turn, found });
        } catch (error) {
          const family = query.where['productFamily'] ?? '';
          const { message } = accountProblem(error, `asking for prices of ${query.service} (${family})`, remedies);
          // What is denied once is denied for all of them.
          if (/AccessDenied|Credentials|UnrecognizedClient|ExpiredToken/.test((error as Error).name)) {
            throw new Error(message, { cause: error });
          }
          found.problems.push(message);
        }
      }
      return pricesIn(found);
    },
  };
}

const remedies = {
  AccessDeniedException: 'the caller needs pricing:GetProducts',
};

interface Asking {
  source: ClientSource;
  turn: () => Promise<void>;
  found: Found;
}

async function ask(query: PriceQuery, region: string, { source, turn, found }: Asking): Promise<void> {
  const { GetProductsCommand, PricingClient } = await import('../sdk/pricing.ts');
  const where = { regionCode: region, ...query.where };
  const Filters = Object.entries(where).map(([Field, Value]) => ({ Type: 'TERM_MATCH' as const, Field, Value }));
  // A list that breaks off gives nothing: of two prices of one thing the second may be missing.
  const products: string[] = [];
  let token: string | undefined;
  for (let page = 0; page === 0 || token !== undefined; page += 1) {
    if (page === pagesMax) throw new Error(`there are more than ${pagesMax} pages of it`);
    await turn();
    found.requests += 1;
    const { PriceList: list = [], NextToken } = await source(PricingClient).send(
      new GetProductsCommand({
        ServiceCode: query.service,
        Filters,
        MaxResults: productsPerPage,
        ...(token !== undefined && { NextToken: token }),
      }),
    );
    products.push(...list.map(String));
    token = NextToken === '' ? undefined : NextToken;
  }
  for (const text of products) add(found, query, region, text);
}

/** Units as AWS writes them, in lower case, with what one of ours is of them. */
const units: ReadonlyMap<string, { unit: Unit; times: number }> = new Map([
  ['hrs', { unit: 'hour', times: 1 }],
  ['hours', { unit: 'hour', times: 1 }],
  ['gb-mo', { unit: 'GB-month', times: 1 }],
  ['gb-month', { unit: 'GB-month', times: 1 }],
  ['iops-mo', { unit: 'IOPS-month', times: 1 }],
  ['mibps-mo', { unit: 'MBps-month', times: 1 }],
  ['mbps-mo', { unit: 'MBps-month', times: 1 }],
  ['gibps-mo', { unit: 'MBps-month', times: 1 / 1024 }],
]);

/** What was found in one region so far. A thing with two prices has none: nobody knows which. */
interface Found {
  requests: number;
  products: number;
  odd: number;
  problems: string[];
  groups: Map<string, { unit: Unit; prefix: string; usd: Map<string, number | 'two prices'> }>;
}

function nothingYet(): Found {
  return { requests: 0, products: 0, odd: 0, problems: [], groups: new Map() };
}

function add(found: Found, { prefix, name }: PriceQuery, region: string, text: string): void {
  found.products += 1;
  const product = readProduct(text);
  if (product === undefined) {
    found.odd += 1;
    return;
  }
  const { attributes, price } = product;
  const item = name(attributes, usageOf(attributes));
  // A 0 is what AWS lists where it gives no price.
  if (item === undefined || price?.usd === 0) return;
  const known = price && units.get(price.unit.toLowerCase());
  const isHere = attributes['regionCode'] === region && attributes['locationType'] === 'AWS Region';
  if (price === undefined || known === undefined || !isHere) {
    found.odd += 1;
    return;
  }
  const key = `${prefix} ${known.unit}`;
  const group = found.groups.get(key) ?? { unit: known.unit, prefix, usd: new Map() };
  found.groups.set(key, group);
  const usd = Number((price.usd * known.times).toPrecision(12));
  const before = group.usd.get(item);
  if (before !== undefined && before !== usd) found.odd += 1;
  group.usd.set(item, before === undefined || before === usd ? usd : 'two prices');
}

function pricesIn({ groups, ...counted }: Found): RegionPriceList {
  const kept = [...groups.values()].map(({ unit, prefix, usd }) => {
    const prices = [...usd].filter((one): one is [string, number] => one[1] !== 'two prices');
    return { unit, prefix, usd: Object.fromEntries(prices.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
  });
  return { ...counted, groups: kept.filter(({ usd }) => Object.keys(usd).length > 0) };
}

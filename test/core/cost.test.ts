import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Amount,
  estimate,
  hoursPerMonth,
  nothing,
  type Part,
  type PriceTable,
  sum,
  toCents,
} from '../../lib/core/cost.ts';
import { type PriceDocument, priceTable } from '../../lib/core/price-table.ts';

const document: PriceDocument = {
  sources: [
    { title: 'an old list', date: '2021-08-03' },
    { title: 'a new list', date: '2026-07-20' },
  ],
  groups: [
    { region: 'us-east-1', unit: 'hour', source: 0, prefix: 'ec2.linux.', usd: { 'm5.large': 0.1, 'm4.large': 0.12 } },
    { region: 'us-east-1', unit: 'hour', source: 1, prefix: 'ec2.linux.', usd: { 'm5.large': 0.096, 'm0.large': 0 } },
    { region: 'us-east-1', unit: 'GB-month', source: 0, prefix: '', usd: { disk: 0.08 } },
    { region: 'all', unit: 'hour', source: 0, prefix: '', usd: { address: 0.005 } },
  ],
};

const table: PriceTable = priceTable(document);
const here = table.in('us-east-1');

const server: Part = { item: 'ec2.linux.m5.large', unit: 'hour', quantity: 1 };
const disk = (quantity: number | undefined): Part => ({ item: 'disk', unit: 'GB-month', quantity });

describe('a price table', () => {
  it('takes the newest of several prices, wherever it stands', () => {
    const newer = { usd: 0.096, source: 'a new list', date: '2026-07-20' };
    expect(here.find('ec2.linux.m5.large', 'hour')).toEqual(newer);
    const overlay: PriceDocument = { ...document, groups: document.groups.toReversed() };
    expect(priceTable(overlay).in('us-east-1').find('ec2.linux.m5.large', 'hour')).toEqual(newer);
  });

  it('is laid over by another: what is newer there counts, the rest stays', () => {
    const nightly: PriceDocument = {
      sources: [{ title: 'Price List API', date: '2026-11-23' }],
      groups: [{ region: 'us-east-1', unit: 'hour', source: 0, prefix: '', usd: { 'ec2.linux.m5.large': 0.09 } }],
    };
    const both = priceTable(document, nightly).in('us-east-1');
    expect(both.find('ec2.linux.m5.large', 'hour')).toMatchObject({ usd: 0.09, source: 'Price List API' });
    expect(both.find('ec2.linux.m4.large', 'hour')).toMatchObject({ usd: 0.12, date: '2021-08-03' });
  });

  it.each([
    ['another region', 'us-east-2', 'ec2.linux.m5.large', 'hour'],
    ['another item', 'us-east-1', 'ec2.linux.m5', 'hour'],
    ['another unit', 'us-east-1', 'ec2.linux.m5.large', 'month'],
    ['a price of 0', 'us-east-1', 'ec2.linux.m0.large', 'hour'],
    ['a name that every object has', 'us-east-1', 'constructor', 'hour'],
  ] as const)('has no price for %s', (_, region, item, unit) => {
    expect(table.in(region).find(item, unit)).toBeUndefined();
  });

  it.each(['us-east-1', 'eu-central-2', 'ap-southeast-7', 'mx-central-1'])('knows %s for commercial', (region) => {
    expect(table.in(region).find('address', 'hour')).toMatchObject({ usd: 0.005 });
  });

  it.each(['us-gov-west-1', 'cn-north-1', 'us-iso-east-1', 'eusc-de-east-1', 'global', '', 'all'])(
    'does not take %s for commercial',
    (region) => {
      expect(table.in(region).find('address', 'hour')).toBeUndefined();
    },
  );
});

describe('an estimate', () => {
  it('multiplies hours by those of a month, and tells the day of its oldest price', () => {
    expect(estimate(here, [server, disk(100)])).toEqual({ kind: 'estimate', usd: 78.08, asOf: '2021-08-03' });
    expect(estimate(here, [server])).toEqual({ kind: 'estimate', usd: 0.096 * hoursPerMonth, asOf: '2026-07-20' });
  });

  it('is unknown as a whole where one part has no price', () => {
    expect(estimate(here, [server, { item: 'tape', unit: 'GB-month', quantity: 1 }])).toEqual({
      kind: 'unknown',
      why: 'there is no price of tape per GB-month in us-east-1',
    });
  });

  it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY, -1])('is unknown with %s GB', (quantity) => {
    expect(estimate(here, [server, disk(quantity)])).toEqual({
      kind: 'unknown',
      why: 'AWS does not show how much disk it has',
    });
  });

  it('needs no price for nothing, and then says that it is nothing', () => {
    const none = estimate(here, [{ item: 'tape', unit: 'GB-month', quantity: 0 }]);
    expect(none).toEqual({ kind: 'estimate', usd: 0, note: 'it has nothing that costs' });
  });
});

describe('a sum', () => {
  const unknown: Amount = { kind: 'unknown', why: 'no price' };
  const actual: Amount = { kind: 'actual', usd: 2 };
  const old: Amount = { kind: 'estimate', usd: 1, asOf: '2021-08-03' };
  const fresh: Amount = { kind: 'estimate', usd: 0.1, asOf: '2026-07-20', atMost: true };

  it.each([
    ['of nothing', [], { kind: 'estimate', usd: 0 }, 0, 0],
    ['of unknowns', [unknown, unknown], { kind: 'unknown', why: 'none of the amounts is known' }, 0, 2],
    ['of an unknown and a bill', [unknown, actual], { kind: 'actual', usd: 2 }, 1, 1],
    ['of a bill and an estimate', [actual, old], { kind: 'estimate', usd: 3, asOf: '2021-08-03' }, 2, 0],
    ['of estimates', [fresh, old], { kind: 'estimate', usd: 1.1, asOf: '2021-08-03', atMost: true }, 2, 0],
    ['of known nothings', [nothing('free'), unknown], { kind: 'estimate', usd: 0 }, 1, 1],
  ] as const)('%s', (_, amounts, amount, known, unknownOnes) => {
    expect(sum(amounts)).toEqual({ amount, known, unknown: unknownOnes });
  });

  it('loses no amount and no cent', () => {
    const amount = fc.oneof(
      fc.constant(unknown),
      fc.integer({ min: 0, max: 10_000_000 }).map((cents): Amount => ({ kind: 'estimate', usd: cents / 100 })),
    );
    fc.assert(
      fc.property(fc.array(amount), (amounts) => {
        const total = sum(amounts);
        expect(total.known + total.unknown).toBe(amounts.length);
        const cents = amounts.reduce((all, one) => all + (one.kind === 'unknown' ? 0 : Math.round(one.usd * 100)), 0);
        if (total.amount.kind !== 'unknown') expect(Math.round(total.amount.usd * 100)).toBe(cents);
        else expect(total.known).toBe(0);
      }),
    );
  });
});

it.each([
  [16.425, 16.43],
  [1.005, 1.01],
  [0.0511, 0.05],
  [0.004, 0],
  [19_418, 19_418],
])('%d is shown as %d', (usd, shown) => {
  expect(toCents(usd)).toBe(shown);
});

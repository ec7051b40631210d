import { describe, expect, it } from 'vitest';
import { loadPrices } from '../../lib/adapters/prices/load-prices.ts';
import { type Amount, toCents } from '../../lib/core/cost.ts';
import { costTypes } from '../../lib/resource-types/cost-types.ts';
import { resourceTypes } from '../../lib/resource-types/index.ts';
import type { Bill } from './monthly-bill.ts';
import { databaseBills } from './monthly-bills-databases.ts';
import { diskBills } from './monthly-bills-disks.ts';
import { networkBills } from './monthly-bills-networks.ts';
import { otherBills } from './monthly-bills-others.ts';
import { serverBills } from './monthly-bills-servers.ts';
import { storeBills } from './monthly-bills-stores.ts';

// Bills by hand, from the printed prices of the sources, against what Mayfly makes of facts and table.

const bills = [...serverBills, ...databaseBills, ...diskBills, ...otherBills, ...networkBills, ...storeBills];
const prices = await loadPrices();

function amountOf({ type, facts, region }: Bill): Amount | undefined {
  const found = [...resourceTypes, ...costTypes].find(({ id }) => id === type);
  return found?.cost.monthlyUsd(facts, prices.in(region));
}

describe.each(bills.map((bill) => [`${bill.type}, ${bill.what}, ${bill.region}`, bill] as const))('%s', (_, bill) => {
  const amount = amountOf(bill);
  const { usd, sum = '' } = bill;

  if (typeof usd === 'number') {
    it(`costs ${sum}`, () => {
      expect(toCents(resultOf(sum))).toBe(usd);
      expect(amount).toMatchObject({ kind: 'estimate' });
      expect(amount?.kind === 'estimate' && toCents(amount.usd)).toBe(usd);
    });
  } else {
    it('is unknown, and says why', () => {
      expect(amount).toEqual({ kind: 'unknown', why: expect.stringMatching(usd) });
    });
  }
});

it('at least 30 bills have an amount, and each names its source and day', () => {
  const priced = bills.filter(({ usd }) => typeof usd === 'number' && usd > 0);
  expect(priced.length).toBeGreaterThanOrEqual(30);
  for (const { source } of priced) expect(source).toMatch(/\d{4}-\d{2}-\d{2}$/);
});

/** What a sum of products comes to. */
function resultOf(sum: string): number {
  return sum
    .split(' + ')
    .map((product) => product.split(' × ').reduce((result, factor) => result * Number(factor), 1))
    .reduce((total, product) => total + product, 0);
}

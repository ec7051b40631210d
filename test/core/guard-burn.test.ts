import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Amount, hoursPerMonth } from '../../lib/core/cost.ts';
import { burnOf, nothingBurns, repricing, type Standing } from '../../lib/core/guard-burn.ts';
import { burnInWords, causeInWords } from '../../lib/core/guard-words.ts';
import { at } from '../fakes/builders.ts';

const hourly = (usd: number): Amount => ({ kind: 'estimate', usd: usd * hoursPerMonth, asOf: '2026-07-20' });
const unknown: Amount = { kind: 'unknown', why: 'there is no price' };

function standing(arn: string, amount: Amount, rest: Partial<Standing> = {}): Standing {
  return { arn, type: 'ec2:instance', account: '222222222222', region: 'eu-west-1', amount, ...rest };
}

test('an account and its environments, with the causes put together', () => {
  const load = { environment: 'load', owner: 'ann' };
  const created = (day: number) => ({ createdAt: at(`2026-11-0${day}T00:00Z`) });
  const [account, environment, ...rest] = burnOf([
    standing('i-1', hourly(3), { ...load, ...created(2) }),
    standing('i-2', hourly(4), { ...load, ...created(1) }),
    standing('i-3', unknown, load),
    standing('db-1', hourly(5), { type: 'rds:db' }),
    standing('free', hourly(0)),
  ]);
  expect(rest).toEqual([]);
  expect(account).toMatchObject({ usdPerHour: 12, known: 4, unknown: 1 });
  expect(environment).toMatchObject({ environment: 'load', usdPerHour: 7, known: 2, unknown: 1 });
  expect(account?.causes.map((cause) => causeInWords(cause))).toEqual([
    '2 of ec2:instance, i-2 the most expensive, in eu-west-1 (environment load, owner ann): $7.00 an hour',
    'rds:db db-1 in eu-west-1: $5.00 an hour',
  ]);
  expect(account?.causes[0]?.newestAt).toBe(at('2026-11-02T00:00Z'));
});

test.each([
  [{ usdPerHour: 0, known: 0, unknown: 3 }, 'not known: none of 3 has a known price'],
  [{ usdPerHour: 1.5, known: 2, unknown: 3 }, '$1.50 an hour, and what 3 more cost is not known'],
  [nothingBurns('222222222222'), '$0.00 an hour'],
])('%o in words', (burn, words) => {
  expect(burnInWords(burn)).toBe(words);
});

const amounts = fc.oneof(
  fc.integer({ min: 0, max: 9999 }).map((cents) => hourly(cents / 100)),
  fc.constant(unknown),
);
const environments = fc.option(fc.constantFrom('a', '', '__proto__', 'constructor'), { nil: undefined });
const standings = fc
  .array(fc.tuple(amounts, environments, fc.constantFrom('1', '2'), fc.constantFrom('x', 'y', 'z')), { maxLength: 40 })
  .map((all) =>
    all.map(([amount, environment, account, region], index) =>
      standing(`arn-${index}`, amount, { account, region, ...(environment !== undefined && { environment }) }),
    ),
  );

test('nothing is lost or counted twice: accounts hold all of it, and at most ten causes no more than that', () => {
  fc.assert(
    fc.property(standings, (costs) => {
      const burns = burnOf(costs);
      const accounts = burns.filter(({ environment }) => environment === undefined);
      expect(accounts.reduce((all, { known, unknown }) => all + known + unknown, 0)).toBe(costs.length);
      for (const { account, usdPerHour, causes } of accounts) {
        const own = costs.filter((one) => one.account === account);
        const usd = own.reduce((all, { amount }) => all + (amount.kind === 'unknown' ? 0 : amount.usd), 0);
        expect(usdPerHour).toBeCloseTo(usd / hoursPerMonth, 6);
        expect(causes.length).toBeLessThanOrEqual(10);
        expect(causes.reduce((all, cause) => all + cause.usdPerHour, 0)).toBeLessThanOrEqual(usdPerHour + 1e-6);
        const parts = burns.filter((one) => one.account === account && one.environment !== undefined);
        expect(parts.reduce((all, part) => all + part.usdPerHour, 0)).toBeLessThanOrEqual(usdPerHour + 1e-6);
      }
    }),
  );
});

test.each<[string, Standing[], Standing[], number | undefined]>([
  ['twice as much for the same', [standing('a', hourly(1))], [standing('a', hourly(2))], 2],
  [
    'what came meanwhile is no price',
    [standing('a', hourly(1))],
    [standing('a', hourly(1)), standing('b', hourly(99))],
    1,
  ],
  [
    'a price where there was none',
    [standing('a', hourly(1)), standing('b', unknown)],
    [standing('a', hourly(1)), standing('b', hourly(2))],
    3,
  ],
  ['nothing in both', [standing('a', hourly(1))], [standing('b', hourly(1))], undefined],
  ['no price of anything', [standing('a', unknown)], [standing('a', hourly(1))], undefined],
])('new prices: %s', (_, before, now, factor) => {
  expect(repricing(before, now)).toEqual(factor);
});

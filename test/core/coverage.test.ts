import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountsBilled, Billed, ResourceBill } from '../../lib/core/billed.ts';
import { sum } from '../../lib/core/cost.ts';
import { coverageNote, coverageOf, type SeenBeside, withBill } from '../../lib/core/coverage.ts';
import { aFinanceReport, anIdleRow, estimated, unknownAmount } from '../fakes/finance-report.ts';

const arnOf = (id: string) => `arn:aws:ec2:eu-west-1:222222222222:instance/${id}`;

function known(usd: Readonly<Record<string, number>>, leftOut: string[] = []): AccountsBilled {
  return { kind: 'known', days: 14, usd: new Map(Object.entries(usd)), leftOut };
}

function bills(resources: Readonly<Record<string, ResourceBill>>): Billed {
  return {
    accounts: known({ 222222222222: 100 }),
    resources: { kind: 'known', days: 13, bills: new Map(Object.entries(resources)), leftOut: [] },
    requests: 3,
  };
}

const noBill: Billed = {
  accounts: { kind: 'unknown', why: 'access is denied' },
  resources: { kind: 'unknown', why: 'it was not asked for' },
  requests: 1,
};

function seen(overrides: Partial<SeenBeside> = {}): SeenBeside {
  return { accounts: ['222222222222'], costs: [], ...overrides };
}

describe('the coverage', () => {
  it('compares accounts that are on both sides, and says what it leaves out', () => {
    const billed: Billed = {
      accounts: known({ 222222222222: 60, 333333333333: 40, 999999999999: 5 }, ['The bill of 444444444444 is odd']),
      resources: { kind: 'unknown', why: 'they are not opted in' },
      requests: 3,
    };
    const beside = seen({
      accounts: ['222222222222', '333333333333', '444444444444'],
      costs: [
        { arn: 'a', account: '222222222222', amount: estimated(30) },
        { arn: 'b', account: '333333333333', amount: { kind: 'actual', usd: 12 } },
        { arn: 'c', account: '333333333333', amount: unknownAmount() },
        { arn: 'd', account: '444444444444', amount: estimated(1000) },
      ],
    });
    expect(coverageOf(billed, beside)).toEqual({ seenMonthlyUsd: 42, billedUsd: 100, days: 14, accounts: 2 });
    expect(coverageNote(billed, beside)).toBe(
      'No bill is known of 444444444444. The bill of 444444444444 is odd. Another $5.00 was billed to accounts that ' +
        'Mayfly does not sweep (1). What single resources cost is an estimate: they are not opted in. Cost Explorer ' +
        'was asked 3 times, for $0.03.',
    );
  });

  it('is absent with the reason where nothing was billed that could be compared', () => {
    expect(coverageOf(noBill, seen())).toBeUndefined();
    expect(coverageNote(noBill, seen())).toBe(
      'What AWS billed is not known: access is denied. Cost Explorer was asked once, for $0.01.',
    );
    const others = { ...noBill, accounts: known({ 999999999999: 7 }) };
    expect(coverageOf(others, seen())).toBeUndefined();
    expect(coverageNote(others, seen())).toContain('No bill is known of 222222222222.');
  });

  it('names few accounts of many', () => {
    const accounts = ['1', '2', '3', '4', '5'];
    expect(coverageNote({ ...noBill, accounts: known({}) }, seen({ accounts }))).toContain(
      'No bill is known of 1, 2, 3 and 2 more accounts.',
    );
  });
});

describe('an idle resource', () => {
  const each = (usd: number): ResourceBill => ({ usd, days: 13 });
  const server = anIdleRow({ id: 'i-0a', arn: arnOf('i-0a'), amount: estimated(120) });
  const withVolumes = seen({
    costs: [{ arn: server.arn, account: '222222222222', amount: estimated(100), volumes: ['vol-0a', 'vol-0b'] }],
  });
  const database = anIdleRow({
    arn: 'arn:aws:rds:eu-west-1:222222222222:db:orders',
    type: 'rds:db',
    id: 'orders',
    amount: unknownAmount(),
  });

  it.each([
    [
      'server, with its volumes',
      server,
      withVolumes,
      { 'i-0a': each(13), 'vol-0a': each(1.3), 'vol-0b': each(2.6) },
      16.9,
    ],
    ['server without volumes', server, seen({ costs: [{ ...server, volumes: [] }] }), { 'i-0a': each(13) }, 13],
    ['database, by its ARN, though it had no price', database, seen(), { [database.arn]: each(26) }, 26],
  ])('has an actual amount: a %s', (_, row, beside, resources, billed) => {
    const { idle, idleTotal } = withBill(aFinanceReport({ idle: [row] }), bills(resources), beside);
    const usd = Math.round((billed * 365 * 100) / 12 / 13) / 100;
    expect(idle.map(({ amount }) => amount)).toEqual([{ kind: 'actual', usd }]);
    expect(idleTotal).toEqual({ amount: { kind: 'actual', usd }, known: 1, unknown: 0 });
  });

  it.each([
    [
      'was billed on some days only',
      server,
      withVolumes,
      { 'i-0a': { usd: 13, days: 12 }, 'vol-0a': each(1), 'vol-0b': each(1) },
    ],
    ['has a volume without a bill', server, withVolumes, { 'i-0a': each(13), 'vol-0a': each(1) }],
    ['has volumes that nobody knows', server, seen(), { 'i-0a': each(13) }],
    ['was billed nothing', { ...server, type: 'ec2:volume' }, withVolumes, { 'i-0a': each(0) }],
    ['has the name of something else', database, seen(), { orders: each(26) }],
    ['has no bill', server, withVolumes, {}],
    [
      'was stopped after the days of the bill',
      { ...database, amount: estimated(11) },
      seen({ costs: [{ ...database, state: 'stopped' }] }),
      { [database.arn]: each(26) },
    ],
    [
      'is counted with its cluster',
      { ...database, amount: { kind: 'estimate', usd: 0, note: 'it is counted with it' } as const },
      seen(),
      { [database.arn]: each(26) },
    ],
    [
      'is a cluster, whose members are billed by their own names',
      { ...database, type: 'rds:cluster', amount: estimated(200) },
      seen(),
      { [database.arn]: each(1) },
    ],
  ])('keeps what it has where it %s', (_, row, beside, resources) => {
    const report = aFinanceReport({ idle: [row] });
    expect(withBill(report, bills(resources), beside).idle).toEqual(report.idle);
  });

  it('goes to its place: the most expensive first, unknown ones last', () => {
    const cheap = anIdleRow({ id: 'i-0c', arn: arnOf('i-0c'), amount: estimated(1) });
    const idle = [server, cheap, { ...database, arn: 'other' }];
    const beside = seen({ costs: idle.map(({ arn, account, amount }) => ({ arn, account, amount, volumes: [] })) });
    const report = withBill(aFinanceReport({ idle }), bills({ 'i-0c': each(1300) }), beside);
    expect(report.idle.map(({ id }) => id)).toEqual(['i-0c', 'i-0a', 'orders']);
  });
});

describe('a report with a bill', () => {
  it('loses nothing and says the same of everything else, whatever AWS tells', () => {
    const rows = aFinanceReport().idle;
    const bill = fc.record({
      usd: fc.double({ min: -5, max: 500, noNaN: true }),
      days: fc.integer({ min: 0, max: 13 }),
    });
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...rows.map(({ arn }) => arn), '__proto__', 'i-0'), bill),
        (resources) => {
          const before = aFinanceReport();
          const after = withBill(before, bills(resources), seen());
          expect(after.idle.map(({ arn }) => arn).toSorted()).toEqual(rows.map(({ arn }) => arn).toSorted());
          expect(after.idleTotal).toEqual(sum(after.idle.map(({ amount }) => amount)));
          expect(after.idle.every(({ amount }) => amount.kind === 'unknown' || amount.usd > 0)).toBe(true);
          const { idle: _1, idleTotal: _2, coverage: _3, coverageNote: _4, ...rest } = after;
          expect(before).toMatchObject(rest);
        },
      ),
    );
  });
});

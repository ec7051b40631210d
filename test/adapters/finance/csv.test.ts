import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { financeCsv } from '../../../lib/adapters/finance/csv.ts';
import type { Amount } from '../../../lib/core/cost.ts';
import type { IdleRow } from '../../../lib/core/finance-report.ts';
import { at } from '../../fakes/builders.ts';
import { anIdleRow, unknownAmount } from '../../fakes/finance-report.ts';
import { readCsv } from '../../fakes/read-csv.ts';

const header =
  'account,region,type,id,name,owner,team,cost_centre,environment,idle_since,last_change,evidence,monthly_usd,' +
  'cost_kind,next_step,next_step_on,ResourceId,SubAccountId,RegionId,ListCost,BillingCurrency';

/** The rows as records by column, the way a program reads them. */
function recordsOf(idle: readonly IdleRow[]): Record<string, string>[] {
  const [names = [], ...rows] = readCsv(financeCsv({ idle }));
  return rows.map((row) => {
    expect(row).toHaveLength(names.length);
    return Object.fromEntries(names.map((name, index) => [name, row[index] ?? '']));
  });
}

test('the columns that other programs rely on, in their order, also where nothing idles', () => {
  expect(financeCsv({ idle: [] })).toBe(`${header}\r\n`);
});

test('a row says what its resource is, whose, why, for how much, and what comes next', () => {
  const row = anIdleRow({
    name: 'build, old',
    owner: 'ana',
    team: 'shop',
    costCentre: '4711',
    environment: 'staging',
    idleSince: at('2026-09-14T10:20Z'),
    evidence: ['unchanged for 70 days', 'CPU peak 1.4 %'],
    nextStepOn: at('2026-11-26T10:20Z'),
  });
  const [record] = recordsOf([row]);
  expect(record).toEqual({
    account: row.account,
    region: row.region,
    type: 'ec2:instance',
    id: row.id,
    name: 'build, old',
    owner: 'ana',
    team: 'shop',
    cost_centre: '4711',
    environment: 'staging',
    idle_since: '2026-09-14T10:20:00Z',
    last_change: row.lastChange,
    evidence: 'unchanged for 70 days; CPU peak 1.4 %',
    monthly_usd: '120.40',
    cost_kind: 'estimate',
    next_step: row.nextStep,
    next_step_on: '2026-11-26T10:20:00Z',
    ResourceId: row.arn,
    SubAccountId: row.account,
    RegionId: row.region,
    ListCost: '120.40',
    BillingCurrency: 'USD',
  });
});

describe('an amount is what is known of it', () => {
  test.each<[string, Amount, string, string, string]>([
    ['an estimate', { kind: 'estimate', usd: 31.499999 }, '31.50', 'estimate', '31.50'],
    ['nothing', { kind: 'estimate', usd: 0 }, '0.00', 'estimate', '0.00'],
    ['thousands, without separators', { kind: 'estimate', usd: 12_345.678 }, '12345.68', 'estimate', '12345.68'],
    ['a bill, which has no list price', { kind: 'actual', usd: 9.9 }, '9.90', 'actual', ''],
    ['unknown, never 0', unknownAmount(), '', 'unknown', ''],
  ])('%s', (_, amount, monthly, kind, list) => {
    expect(recordsOf([anIdleRow({ amount })])).toMatchObject([
      { monthly_usd: monthly, cost_kind: kind, ListCost: list },
    ]);
  });
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('=HYPERLINK("http://x","y")', '<script>alert(1)</script>', '@SUM(A1)', 'a,b', '"', '\r\n', '-1', ''),
);

test('whatever people write into tags: a cell is text, no column moves, the same report gives the same file', () => {
  const texts = fc.record({
    name: anyText,
    owner: anyText,
    team: anyText,
    costCentre: anyText,
    environment: anyText,
    lastChange: anyText,
    nextStep: anyText,
    id: anyText,
    evidence: fc.array(anyText),
  });
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1 }), (all) => {
      const idle = all.map((one) => anIdleRow(one));
      const records = recordsOf(idle);
      expect(records).toHaveLength(idle.length);
      for (const [index, record] of records.entries()) {
        const { owner = '', amount } = idle[index] ?? anIdleRow();
        expect(record['owner']?.replace(/^'/, '')).toBe(owner.replace(/^'/, ''));
        expect(record['cost_kind']).toBe(amount.kind);
        for (const cell of Object.values(record)) expect(cell).not.toMatch(/^\s*[=+\-@]/);
      }
      expect(financeCsv({ idle })).toBe(financeCsv({ idle }));
    }),
  );
});

import { type Amount, sum } from '../../lib/core/cost.ts';
import type { BurnRow, FinanceReport, IdleRow, TrendWeek } from '../../lib/core/finance-report.ts';
import { day, hour, type Instant, week } from '../../lib/core/time.ts';
import { at } from './builders.ts';

/** A Monday at 08:00 in Berlin: when reports go out. */
const monday = at('2026-11-23T07:00Z');

/** An idle server of nobody's, with an estimate of $120.40 a month. */
export function anIdleRow(overrides: Partial<IdleRow> = {}): IdleRow {
  const { account = '222222222222', region = 'eu-west-1', id = 'i-0a1b2c3d4e5f60718' } = overrides;
  return {
    arn: `arn:aws:ec2:${region}:${account}:instance/${id}`,
    type: 'ec2:instance',
    account,
    region,
    id,
    idleSince: at('2026-09-14T10:20Z'),
    lastChange: '2026-09-14 12:20: its type was changed to m5.large',
    evidence: ['configuration unchanged since 2026-09-14 12:20 (its launch)', 'CPU peak 1.4 % in 14 days'],
    amount: estimated(120.4),
    nextStep: 'copied and stopped',
    nextStepOn: at('2026-11-26T10:20Z'),
    ...overrides,
  };
}

/** Estimates by the prices of one day. */
export function estimated(usd: number): Amount {
  return { kind: 'estimate', usd, asOf: '2026-07-20' };
}

export function unknownAmount(why = 'there is no price of db.r8g.large per hour in me-central-1'): Amount {
  return { kind: 'unknown', why };
}

/** A week of a small company: some of everything that a report can tell. */
export function aFinanceReport(overrides: Partial<FinanceReport> = {}): FinanceReport {
  const idle = overrides.idle ?? someRows();
  const idleTotal = sum(idle.map(({ amount }) => amount));
  return {
    at: monday,
    timeZone: 'Europe/Berlin',
    week: { from: monday - week, to: monday },
    run: '2026-11-23T06:00:00Z',
    idle,
    idleTotal,
    expiring: someExpiring(),
    extended: someExtended(),
    unowned: sum(idle.filter(({ owner }) => owner === undefined).map(({ amount }) => amount)),
    untagged: sum(idle.filter(isUntagged).map(({ amount }) => amount)),
    seen: { amount: estimated(18_734.12), known: 412, unknown: 9 },
    savedThisWeek: { usd: 412.36, removed: 18, stopped: 3, unknown: 1, cameBack: 1 },
    savedSinceStart: {
      usd: 9_874.05,
      removed: 301,
      stopped: 22,
      unknown: 6,
      cameBack: 5,
      since: at('2026-08-31T06:00Z'),
    },
    burning: someBurning(),
    trend: aTrend(idleTotal.amount.kind === 'unknown' ? 0 : idleTotal.amount.usd),
    unread: [
      { account: '444444444444', why: 'the role mayfly-read can not be assumed: AccessDenied' },
      { account: '333333333333', region: 'ap-south-1', why: 'ec2:DescribeInstances timed out three times' },
    ],
    coverage: { seenMonthlyUsd: 18_734.12, billedUsd: 11_420.77, days: 14, accounts: 3 },
    coverageNote: 'Cost Explorer is switched off in 444444444444.',
    pricesAsOf: '2026-07-20',
    ...overrides,
  };
}

function isUntagged({ owner, team, costCentre, environment }: IdleRow): boolean {
  return [owner, team, costCentre, environment].every((value) => value === undefined);
}

/** The most expensive first, as a report has them; the last has no known price. */
function someRows(): IdleRow[] {
  return [...manyRows(36).slice(0, -1), anIdleRow({ type: 'rds:db', id: 'ledger-old', amount: unknownAmount() })];
}

const owners = ['ana', 'ben.okafor@example.com', 'chloe', 'dmitri', 'emre', undefined, 'fatima', 'grace'] as const;
const teams = ['checkout', 'payments', 'search', undefined, 'platform'] as const;
const environments = ['staging', 'stage', 'pr-102', 'load-test', undefined] as const;
const accounts = ['222222222222', '333333333333', '555555555555'] as const;
const regions = ['eu-west-1', 'us-east-1', 'eu-central-1'] as const;
const kinds = ['ec2:instance', 'rds:db', 'ec2:volume', 'elasticloadbalancing:loadbalancer/app'] as const;
const works = ['web', 'worker', 'orders', 'search-index', 'reports', 'cache'] as const;
const steps = ['copied and stopped', 'removed', 'its owner is warned', 'kept: its deletion protection is on'] as const;

/** As many idle resources as wanted, always the same ones: the most expensive first, each fiftieth without a price. */
export function manyRows(count: number): IdleRow[] {
  const unknown = Math.floor(count / 50);
  return Array.from({ length: count }, (_, index) => {
    const amount =
      index >= count - unknown ? unknownAmount() : estimated(cents((640 * (count - index)) / count + 1.07));
    return aRow(index, amount);
  });
}

function aRow(index: number, amount: Amount): IdleRow {
  const type = pick(kinds, index);
  const id = `${type === 'ec2:instance' ? 'i' : 'x'}-${(index * 2_654_435_761).toString(16).padStart(12, '0')}`;
  const untagged = index % 17 === 3;
  const tags = {
    owner: pick(owners, index * 7 + Math.floor(index / 11)),
    team: pick(teams, index * 3 + Math.floor(index / 5)),
    environment: pick(environments, index * 2),
    costCentre: index % 4 === 0 ? `CC-${4100 + (index % 9)}` : undefined,
  };
  const idleDays = 31 + ((index * 37) % 210);
  const nextStep = pick(steps, index);
  return anIdleRow({
    account: pick(accounts, index * 5 + Math.floor(index / 7)),
    region: pick(regions, index),
    type,
    id,
    ...(index % 6 !== 5 && { name: `${pick(works, index)}-${1 + (index % 97)}` }),
    ...(untagged ? {} : withoutAbsent(tags)),
    idleSince: monday - idleDays * day,
    lastChange: `${isoDay(monday - idleDays * day)}: its ${pick(['type', 'tags', 'volumes'], index)} changed`,
    evidence: [
      `configuration unchanged since ${isoDay(monday - idleDays * day)} (its creation)`,
      ...(index % 3 === 0 ? [] : ['CloudTrail was asked 2026-11-22 and knows of no later change']),
      ...(index % 5 === 0 ? [] : [`CPU peak ${(index % 48) / 10} % in 14 days`]),
    ],
    amount,
    nextStep,
    ...(nextStep.startsWith('kept') ? {} : { nextStepOn: monday + (1 + (index % 20)) * day }),
  });
}

function pick<Value>(values: readonly Value[], index: number): Value {
  return values[index % values.length] as Value;
}

function withoutAbsent(tags: Readonly<Record<string, string | undefined>>): Partial<IdleRow> {
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== undefined));
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}

function isoDay(instant: Instant): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** What a guard saw of one account, an hour before the report. */
export function aBurnRow(overrides: Partial<BurnRow> = {}): BurnRow {
  const account = '222222222222';
  return { account, at: monday - hour, usdPerHour: 12.3, monthUsd: 8_979, stage: 'none', changed: 0, ...overrides };
}

function someBurning(): BurnRow[] {
  return [
    aBurnRow({ name: 'dev', budget: 9_500 }),
    aBurnRow({
      account: '333333333333',
      usdPerHour: 6.75,
      monthUsd: 3_100,
      budget: 2_000,
      stage: 'freeze',
      changed: 4,
    }),
    aBurnRow({ environment: 'load-test', usdPerHour: 4.1, monthUsd: 310.5, stage: 'tell', changed: 0 }),
    aBurnRow({ account: '555555555555', usdPerHour: 0, monthUsd: 0 }),
  ];
}

function someExpiring(): FinanceReport['expiring'] {
  return ['pr-118-web', 'pr-118-db', 'demo-friday'].map((name, index) => ({
    arn: `arn:aws:ec2:eu-west-1:222222222222:instance/i-${index}`,
    type: 'ec2:instance',
    account: '222222222222',
    region: 'eu-west-1',
    id: `i-${index}`,
    name,
    ...(index < 2 && { owner: 'ben.okafor@example.com', team: 'payments', environment: 'pr-118' }),
    expiresAt: monday + (index + 1) * 1.5 * day,
    amount: index === 1 ? unknownAmount() : estimated(61.32 / (index + 1)),
  }));
}

function someExtended(): FinanceReport['extended'] {
  return [
    {
      arn: 'arn:aws:rds:eu-west-1:222222222222:db:orders-copy',
      name: 'orders-copy',
      owner: 'dmitri',
      times: 9,
      by: [
        { who: 'dmitri', times: 7 },
        { who: 'ana', times: 2 },
      ],
      expiresAt: monday + 6 * day,
    },
    {
      arn: 'arn:aws:ec2:us-east-1:333333333333:instance/i-0f00',
      times: 4,
      by: [{ who: 'grace', times: 4 }],
    },
  ];
}

/** Twelve weeks, of which the third told nothing; the last is this one. */
function aTrend(idleNow: number): TrendWeek[] {
  const firstMonday = at('2026-08-30T22:00Z');
  const times = [1.52, 1.57, 0, 1.46, 1.4, 1.32, 1.34, 1.2, 1.15, 1.11, 1.04, 1];
  const saved = [120, 260, 0, 540, 610, 902.5, 1_120, 1_280, 1_010, 1_340, 1_240, 412.36];
  return times.map((factor, index) => ({
    // The clocks go back before the ninth week.
    from: firstMonday + index * week + (index >= 8 ? hour : 0),
    ...(index !== 2 && { idleMonthlyUsd: cents(idleNow * factor), savedUsd: saved[index] ?? 0 }),
  }));
}

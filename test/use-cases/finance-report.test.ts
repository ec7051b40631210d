import { describe, expect, test } from 'vitest';
import { financeCsv } from '../../lib/adapters/finance/csv.ts';
import { filesOf } from '../../lib/adapters/finance/files.ts';
import { loadPrices } from '../../lib/adapters/prices/load-prices.ts';
import { day, week } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { financeReport } from '../../lib/use-cases/finance-report.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy, at } from '../fakes/builders.ts';
import { heldClock } from '../fakes/clocks.ts';
import { type FinanceStage, financeStage } from '../fakes/finance-stage.ts';
import { account, region } from '../fakes/world.ts';
import { awsError } from '../samples/sample.ts';

const now = at('2026-11-23T12:00Z');
const policy = aPolicy({ mode: 'enforce', expiry: { requireWarning: false } });
const expired = { 'expires-at': '2026-11-20T00:00:00Z' };

const reportOf = ({ world: { ports } }: FinanceStage, under = policy) => financeReport(ports, under);

test('what has expired and still stands there, the most expensive first, unknown amounts last', async () => {
  const stage = financeStage();
  const disk = stage.volume('vol-1', { ...expired, owner: 'ana', Team: 'shop', 'cost-centre': '4711' }, 100);
  const server = stage.instance('i-1', expired);
  const odd = stage.instance('i-2', expired, { InstanceType: 'x9.huge' });
  stage.volume('vol-2', {}, 1000);
  const report = await reportOf(stage);
  const shard = { account, region };
  const asOf = '2026-11-01';
  const next = {
    idleSince: at('2026-11-20T00:00Z'),
    evidence: ['It has expired.'],
    nextStep: 'removed',
    nextStepOn: now,
  };
  expect(report.idle).toEqual([
    { ...shard, ...next, arn: server, type: 'ec2:instance', id: 'i-1', amount: { kind: 'estimate', usd: 730, asOf } },
    {
      ...shard,
      ...next,
      arn: disk,
      type: 'ec2:volume',
      id: 'vol-1',
      owner: 'ana',
      team: 'shop',
      costCentre: '4711',
      amount: { kind: 'estimate', usd: 10, asOf },
    },
    {
      ...shard,
      ...next,
      arn: odd,
      type: 'ec2:instance',
      id: 'i-2',
      amount: { kind: 'unknown', why: expect.stringMatching(/no price/) },
    },
  ]);
  expect(report).toMatchObject({
    at: now,
    week: { from: now - week, to: now },
    idleTotal: { amount: { usd: 740 }, known: 2, unknown: 1 },
    seen: { amount: { usd: 840 }, known: 3, unknown: 1 },
    unowned: { amount: { usd: 830 }, known: 2, unknown: 1 },
    untagged: { amount: { usd: 830 }, known: 2, unknown: 1 },
    unread: [],
    pricesAsOf: asOf,
    coverageNote: expect.stringMatching(/Cost Explorer is not asked/),
  });
});

test('what Mayfly never removes is a row once it has expired, and else only in the sums', async () => {
  const stage = financeStage();
  const gateway = stage.gateway('nat-1', { ...expired, owner: 'ana' });
  stage.gateway('nat-2', { 'expires-at': '2026-11-24T00:00:00Z' });
  stage.gateway('nat-3', { ...expired, 'mayfly:protect': 'true' });
  stage.world.ports.prices = loadPrices;
  const { idle, expiring, seen } = await reportOf(stage);
  expect(idle).toEqual([
    {
      ...{ account, region, arn: gateway, type: 'ec2:natgateway', id: 'nat-1', owner: 'ana' },
      idleSince: at('2026-11-20T00:00Z'),
      evidence: ['It has expired.'],
      amount: { kind: 'estimate', usd: 35.04, asOf: '2026-05-01' },
      nextStep: 'kept: Mayfly counts this type and never removes it',
    },
  ]);
  expect(expiring).toEqual([]);
  expect(seen).toMatchObject({ amount: { usd: 105.12 }, known: 3, unknown: 0 });
  expect(financeCsv({ idle })).toContain(',ec2:natgateway,nat-1,');
});

test('it rests on the newest sweep, without what has gone since; an old sweep is none', async () => {
  const clock = heldClock(now);
  const stage = financeStage(clock);
  const disk = stage.volume('vol-1', { 'expires-at': '2026-11-24T00:00:00Z' });
  const other = stage.volume('vol-2', { 'expires-at': '2026-11-24T00:00:00Z' });
  await sweep(stage.world.ports, { policy, filters: noFilters, enforce: true });
  const first = await reportOf(stage);
  expect(first.run).toMatch(/^run-/);
  expect(first.expiring.map(({ arn }) => arn)).toEqual([disk, other]);
  stage.take(other);
  expect((await reportOf(stage)).expiring.map(({ arn }) => arn)).toEqual([disk]);
  clock.pass(2 * day);
  const later = await reportOf(stage);
  expect(later.run).toBeUndefined();
  expect(later.idle.map(({ arn }) => arn)).toEqual([disk]);
});

describe('what comes next is what the policy does', () => {
  test.each<[string, Record<string, string>, object, object]>([
    ['nobody was warned', expired, { expiry: { requireWarning: true } }, { nextStep: 'its owner is warned' }],
    [
      'over a limit',
      expired,
      { limits: { removalsPerAccount: 0 } },
      { nextStep: expect.stringMatching(/^kept: a limit of/) },
    ],
    ['only observed', expired, { mode: 'observe' }, { nextStep: 'kept: its account is only observed' }],
    [
      'held',
      { ...expired, 'aws:cloudformation:stack-name': 'shop' },
      {},
      { nextStep: 'kept: it belongs to a CloudFormation stack that is not due' },
    ],
  ])('%s', async (_, tags, more, expected) => {
    const stage = financeStage();
    stage.volume('vol-1', tags);
    const { mode, expiry, ...rest } = { mode: 'enforce', expiry: { requireWarning: false }, ...more } as Record<
      string,
      unknown
    >;
    const { idle } = await reportOf(stage, aPolicy({ mode, expiry, ...rest }));
    expect(idle).toMatchObject([expected]);
    if ('nextStep' in expected && String(expected.nextStep).startsWith('kept')) {
      expect(idle[0]).not.toHaveProperty('nextStepOn');
    }
  });
});

describe('what it does not know', () => {
  test('without prices every amount is unknown, and counted', async () => {
    const stage = financeStage();
    stage.volume('vol-1', expired);
    stage.world.ports.prices = async () => Promise.reject(new Error('prices.json is damaged'));
    const report = await reportOf(stage);
    expect(report.idle).toMatchObject([{ amount: { kind: 'unknown' } }]);
    expect(report.seen).toMatchObject({ amount: { kind: 'unknown' }, known: 0, unknown: 1 });
    expect(report.unread).toMatchObject(
      [{ account: 'Mayfly', why: /prices/ }].map((one) => ({ ...one, why: expect.stringMatching(one.why) })),
    );
    expect((await filesOf(report)).problems).toEqual([]);
  });

  test('an account that lets nobody in is one line, and the others are told', async () => {
    const stage = financeStage();
    stage.volume('vol-1', expired);
    stage.world.closed.add('333333333333');
    const report = await reportOf(stage, aPolicy({ accounts: [{ id: account }, { id: '333333333333' }] }));
    expect(report.unread).toEqual([
      { account: '333333333333', region, why: expect.stringMatching(/no way into 333333333333$/) },
    ]);
    expect(report.idle).toHaveLength(1);
  });

  test('a service that refuses is named with its region, and nothing is taken for gone', async () => {
    const stage = financeStage();
    const disk = stage.volume('vol-1', expired);
    stage.world.refuse.set('DescribeVolumes', () => awsError('UnauthorizedOperation', 'no'));
    const report = await reportOf(stage);
    expect(report.idle).toMatchObject([{ arn: disk, amount: { kind: 'unknown' } }]);
    expect(report.unread).toEqual([
      { account, region, why: expect.stringMatching(/ec2:volume: UnauthorizedOperation: no/) },
    ]);
  });

  test('a ledger that can not be read: savings are not known, and nothing is kept of this week', async () => {
    const stage = financeStage();
    const { ledger } = stage.world.ports;
    stage.world.ports.ledger = { ...ledger, endings: async () => Promise.reject(new Error('table is gone')) };
    const report = await reportOf(stage);
    expect(report.unread).toMatchObject([
      { account: 'Mayfly', why: expect.stringMatching(/savings are not known.*table is gone/) },
    ]);
    expect(await stage.world.ports.runStore.load('finance', 'weeks')).toBeUndefined();
  });

  test('figures that can not be kept are told', async () => {
    const stage = financeStage();
    stage.world.ports.runStore.save = async () => Promise.reject(new Error('disk is full'));
    const { unread, trend } = await reportOf(stage);
    expect(unread).toMatchObject([{ why: expect.stringMatching(/can't be kept.*disk is full/) }]);
    expect(trend).toHaveLength(12);
  });
});

test('an owner who writes formulas and markup is text in every file', async () => {
  const stage = financeStage();
  stage.volume('vol-1', { ...expired, owner: '=HYPERLINK("http://x","y")', Name: '<script>alert(1)</script>' });
  const report = await reportOf(stage);
  const { files, problems } = await filesOf(report);
  expect(problems).toEqual([]);
  const text = (name: string) => Buffer.from(files.find((file) => file.name === name)?.content ?? []).toString();
  expect(text('idle-report.csv')).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
  expect(text('idle-report.html')).not.toContain('<script>alert(1)');
});

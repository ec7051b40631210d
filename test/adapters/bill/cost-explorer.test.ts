import { describe, expect, it } from 'vitest';
import { costExplorer } from '../../../lib/adapters/bill/cost-explorer.ts';
import { notOptedIn } from '../../../lib/adapters/bill/cost-pages.ts';
import type { Billed } from '../../../lib/core/billed.ts';
import { answeredClients, type Sent } from '../../fakes/answered-clients.ts';
import { at } from '../../fakes/builders.ts';
import { heldClock } from '../../fakes/clocks.ts';
import type { Answer } from '../../samples/sample.ts';

const monday = at('2026-11-23T07:00Z');

/** One period as Cost Explorer shows it. */
function period(start: string, groups: Readonly<Record<string, string>>, unit = 'USD') {
  return {
    TimePeriod: { Start: start, End: '2026-11-22' },
    Total: {},
    Groups: Object.entries(groups).map(([key, amount]) => ({
      Keys: [key],
      Metrics: { UnblendedCost: { Amount: amount, Unit: unit } },
    })),
    Estimated: true,
  };
}

const twoAccounts = { ResultsByTime: [period('2026-11-08', { 222222222222: '70.5', 333333333333: '29.5' })] };
const noResources = { ResultsByTime: [] };

/** As the SDK throws what AWS refuses. */
function refusal(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

async function asked(
  answers: Readonly<Record<string, Answer>>,
  { types = [], requestsMax }: { types?: string[]; requestsMax?: number } = {},
): Promise<{ billed: Billed; sent: Sent[] }> {
  const { source, sent } = answeredClients({
    GetCostAndUsage: twoAccounts,
    GetCostAndUsageWithResources: noResources,
    ...answers,
  });
  const limit = requestsMax === undefined ? {} : { requestsMax };
  const bill = costExplorer({ source, clock: heldClock(monday), ...limit });
  return { billed: await bill.read(types), sent };
}

describe('the bill of each account', () => {
  it('is asked for in whole days that AWS has completed, in as few lines as there can be', async () => {
    const { sent } = await asked({});
    expect(sent).toEqual([
      {
        service: 'Cost Explorer',
        command: 'GetCostAndUsage',
        input: {
          TimePeriod: { Start: '2026-11-08', End: '2026-11-22' },
          Granularity: 'MONTHLY',
          Metrics: ['UnblendedCost'],
          GroupBy: [{ Type: 'DIMENSION', Key: 'LINKED_ACCOUNT' }],
        },
      },
    ]);
  });

  it('is the sum of its parts over months and pages, refunds taken off', async () => {
    const pages: Record<string, object> = {
      first: { ...twoAccounts, NextPageToken: 'second' },
      second: { ResultsByTime: [period('2026-12-01', { 222222222222: '-0.5', 444444444444: '1' })] },
    };
    const { billed, sent } = await asked({
      GetCostAndUsage: ({ NextPageToken = 'first' }: { NextPageToken?: string }) => pages[NextPageToken] as object,
    });
    expect(billed).toMatchObject({ requests: 2, accounts: { kind: 'known', days: 14, leftOut: [] } });
    expect(billed.accounts.kind === 'known' && Object.fromEntries(billed.accounts.usd)).toEqual({
      222222222222: 70,
      333333333333: 29.5,
      444444444444: 1,
    });
    expect(sent[1]?.input).toEqual({ ...sent[0]?.input, NextPageToken: 'second' });
  });

  it.each([
    ['in another currency', 'CNY', '12.5', 'it is in CNY, and nothing is converted into USD'],
    ['in none', '', '12.5', 'it is in no currency, and nothing is converted into USD'],
    ['that is no number', 'USD', 'N/A', 'Cost Explorer shows an amount that is no number'],
    ['that is empty', 'USD', '', 'Cost Explorer shows an amount that is no number'],
  ])('%s is left out and named; the others stay', async (_, unit, amount, why) => {
    const odd = period('2026-11-08', { 444444444444: amount }, unit);
    const { billed } = await asked({ GetCostAndUsage: { ResultsByTime: [...twoAccounts.ResultsByTime, odd] } });
    expect(billed.accounts).toMatchObject({
      kind: 'known',
      leftOut: [`The bill of 444444444444 is left out: ${why}`],
    });
    expect(billed.accounts.kind === 'known' && [...billed.accounts.usd.keys()]).toEqual([
      '222222222222',
      '333333333333',
    ]);
  });

  it.each([
    ['AccessDeniedException', 'User not enabled for cost explorer access', 'switched off in this account'],
    ['AccessDeniedException', 'Linked account does not have access to cost explorer', 'the payer account'],
    [
      'AccessDeniedException',
      'User: arn:aws:sts::111111111111:assumed-role/x is not authorized to perform: ce:GetCostAndUsage',
      'ce:GetCostAndUsage',
    ],
    ['DataUnavailableException', 'Data is not available.', 'no data of these days yet'],
    ['LimitExceededException', 'Too many calls', 'could not be asked (LimitExceededException: Too many calls)'],
    ['TimeoutError', 'socket hang up', 'could not be asked (TimeoutError: socket hang up)'],
  ])('is unknown with the reason where AWS says %s: %s', async (name, message, why) => {
    const { billed, sent } = await asked({ GetCostAndUsage: refusal(name, message) }, { types: ['ec2:volume'] });
    expect(billed.accounts).toEqual({ kind: 'unknown', why: expect.stringContaining(why) });
    expect(billed.resources.kind).toBe('unknown');
    // What follows from the same refusal is not paid for.
    expect(sent).toHaveLength(1);
    expect(billed.requests).toBe(1);
  });

  it('is unknown where a page is missing: a part of a bill is none', async () => {
    const { billed } = await asked({
      GetCostAndUsage: ({ NextPageToken }: { NextPageToken?: string }) =>
        NextPageToken === undefined ? { ...twoAccounts, NextPageToken: 'second' } : refusal('Error', 'broken'),
    });
    expect(billed.accounts).toEqual({ kind: 'unknown', why: 'Cost Explorer could not be asked (Error: broken)' });
  });

  it.each([
    ['pages without an end', 7, (turn: number) => `page-${turn}`, 'the requests that Mayfly pays for'],
    ['one page again and again', 2, () => 'same', 'the same page again and again'],
  ])('%s cost no more than the limit', async (_, requests, tokenOf, why) => {
    let turn = 0;
    const { billed } = await asked(
      {
        GetCostAndUsage: () => {
          turn += 1;
          return { ...twoAccounts, NextPageToken: tokenOf(turn) };
        },
      },
      { requestsMax: 7 },
    );
    expect(billed.requests).toBe(requests);
    expect(billed.accounts).toEqual({ kind: 'unknown', why: expect.stringContaining(why) });
  });
});

describe('the bill of single resources', () => {
  const servers = { types: ['ec2:instance', 'ec2:volume', 'rds:db', 's3:bucket', 'sqs:queue'] };

  it('is asked for a service at a time, in days, by resource, not before what AWS keeps', async () => {
    const { sent } = await asked({}, servers);
    const [, ...resources] = sent;
    expect(resources.map(({ command }) => command)).toEqual(Array(3).fill('GetCostAndUsageWithResources'));
    expect(resources.map(({ input }) => input)).toEqual(
      ['Amazon Elastic Compute Cloud - Compute', 'Amazon Relational Database Service', 'EC2 - Other'].map(
        (service) => ({
          TimePeriod: { Start: '2026-11-09', End: '2026-11-22' },
          Granularity: 'DAILY',
          Metrics: ['UnblendedCost'],
          Filter: { Dimensions: { Key: 'SERVICE', Values: [service] } },
          GroupBy: [{ Type: 'DIMENSION', Key: 'RESOURCE_ID' }],
        }),
      ),
    );
  });

  it('adds up its services and days, and counts the days on which it cost something', async () => {
    const answers: Record<string, object> = {
      'Amazon Elastic Compute Cloud - Compute': {
        ResultsByTime: [
          period('2026-11-09', { 'i-0a': '2', 'i-0b': '0', NoResourceId: '99' }),
          period('2026-11-10', { 'i-0a': '2', 'i-0b': '1' }),
        ],
      },
      'EC2 - Other': { ResultsByTime: [period('2026-11-09', { 'i-0a': '0.5', 'i-0d': '0.2', 'vol-0a': '0.1' })] },
    };
    const { billed } = await asked(
      {
        GetCostAndUsageWithResources: ({ Filter }: { Filter: { Dimensions: { Values: string[] } } }) =>
          answers[Filter.Dimensions.Values[0] ?? ''] as object,
      },
      { types: ['ec2:instance'] },
    );
    expect(billed.resources).toMatchObject({ kind: 'known', days: 13, leftOut: [] });
    expect(billed.resources.kind === 'known' && Object.fromEntries(billed.resources.bills)).toEqual({
      'i-0a': { usd: 4.5, days: 2 },
      'i-0b': { usd: 1, days: 1 },
      // Its traffic alone, because a reservation pays for its hours, is no bill of the instance.
      'i-0d': { usd: 0.2, days: 0 },
      'vol-0a': { usd: 0.1, days: 1 },
    });
  });

  it('is not there for who has not opted in, which is found out once', async () => {
    const { billed, sent } = await asked(
      { GetCostAndUsageWithResources: refusal('DataUnavailableException', 'Data is not available') },
      servers,
    );
    expect(billed.resources).toEqual({ kind: 'unknown', why: notOptedIn });
    expect(billed.accounts.kind).toBe('known');
    expect(sent).toHaveLength(2);
  });

  it('is left out for a service that can not be read whole, and for what is in another currency', async () => {
    const { billed } = await asked(
      {
        GetCostAndUsageWithResources: ({ Filter, NextPageToken }: never) => {
          const [service] = (Filter as { Dimensions: { Values: string[] } }).Dimensions.Values;
          if (service === 'EC2 - Other' && NextPageToken !== undefined) return refusal('Error', 'broken');
          if (service === 'EC2 - Other') {
            return { ResultsByTime: [period('2026-11-09', { 'vol-0a': '1' })], NextPageToken: 'more' };
          }
          return {
            ResultsByTime: [period('2026-11-09', { 'i-0a': '1' }, 'EUR'), period('2026-11-09', { 'i-0b': '3' })],
          };
        },
      },
      { types: ['ec2:instance'] },
    );
    expect(billed.resources).toEqual({
      kind: 'known',
      days: 13,
      bills: new Map([['i-0b', { usd: 3, days: 1 }]]),
      leftOut: ['Resources of EC2 - Other have estimates: Cost Explorer could not be asked (Error: broken)'],
    });
  });
});

import { describe, expect, test } from 'vitest';
import { type MeasuredServer, readMetrics, type Series } from '../../lib/resource-types/server-metrics.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const hour = 3_600_000;
const until = Date.parse('2026-11-24T10:30:00Z');
const since = until - 14 * 24 * hour;
/** The full hours of the window. */
const [first, end] = [Date.parse('2026-11-10T11:00:00Z'), Date.parse('2026-11-24T10:00:00Z')];

type Points = (at: number) => number | undefined;

/** CloudWatch with a function of time for each metric; several pages where it is told so. */
function cloudWatch(points: Readonly<Record<string, Points>>, { pageSize = 10_000, status = 'Complete' } = {}) {
  const answer = ((input: {
    NextToken?: string;
    MetricDataQueries: { Id: string; MetricStat: { Metric: { MetricName: string } } }[];
  }) => {
    const page = Number(input.NextToken ?? 0);
    let more = false;
    const MetricDataResults = input.MetricDataQueries.map(({ Id, MetricStat }) => {
      const all: [Date, number][] = [];
      for (let at = first - hour; at < end; at += hour) {
        const value = points[MetricStat.Metric.MetricName]?.(at);
        if (value !== undefined) all.push([new Date(at), value]);
      }
      const some = all.slice(page * pageSize, (page + 1) * pageSize);
      const isLast = (page + 1) * pageSize >= all.length;
      if (!isLast) more = true;
      const StatusCode = isLast ? status : 'PartialData';
      return { Id, StatusCode, Timestamps: some.map(([at]) => at), Values: some.map(([, value]) => value) };
    });
    return { MetricDataResults, ...(more ? { NextToken: String(page + 1) } : {}) };
  }) as Answer;
  return answeredClients({ GetMetricData: answer });
}

const series = (name: string, value = 'i-1'): Series => ({
  namespace: 'AWS/EC2',
  name,
  stat: name.startsWith('Network') ? 'Sum' : 'Maximum',
  dimension: 'InstanceId',
  value,
});

const server: MeasuredServer = {
  id: 'i-1',
  wanted: [
    { metric: 'cpuPeak', of: 'peaks', series: [series('CPUUtilization')] },
    { metric: 'networkMbPerDay', of: 'days', series: [series('NetworkIn'), series('NetworkOut')] },
  ],
};

async function read(points: Readonly<Record<string, Points>>, one: MeasuredServer = server, about = {}) {
  const [reading] = await readMetrics(cloudWatch(points, about), [one], { since, until });
  return reading;
}

const quiet: Readonly<Record<string, Points>> = {
  CPUUtilization: () => 1.5,
  NetworkIn: () => 10_000,
  NetworkOut: () => 5_000,
};

test('the peak of the processor, and the day with most network, in and out together', async () => {
  const oneBusyDay = (at: number) => (at >= end - 3 * 24 * hour && at < end - 2 * 24 * hour ? 1_000_000 : 0);
  const reading = await read({
    CPUUtilization: (at) => (at === first + 5 * hour ? 87.5 : 1),
    NetworkIn: oneBusyDay,
    NetworkOut: () => 500_000,
  });
  expect(reading).toEqual({ id: 'i-1', metrics: { cpuPeak: 87.5, networkMbPerDay: 36 }, missing: [] });
});

test('nothing but zeros is a measured zero', async () => {
  const reading = await read({ CPUUtilization: () => 0, NetworkIn: () => 0, NetworkOut: () => 0 });
  expect(reading).toEqual({ id: 'i-1', metrics: { cpuPeak: 0, networkMbPerDay: 0 }, missing: [] });
});

describe('a missing metric is missing, and never zero', () => {
  test.each<[string, Readonly<Record<string, Points>>, string, RegExp]>([
    [
      'no data at all',
      { ...quiet, CPUUtilization: () => undefined },
      'cpuPeak',
      /CPUUtilization of i-1: no data for 334/,
    ],
    [
      'a gap of one hour',
      { ...quiet, CPUUtilization: (at) => (at === first + 100 * hour ? undefined : 1) },
      'cpuPeak',
      /no data for 1 of 334 hours/,
    ],
    [
      'a look-back that is covered in part',
      { ...quiet, CPUUtilization: (at) => (at < first + 48 * hour ? undefined : 1) },
      'cpuPeak',
      /no data for 48 of 334 hours/,
    ],
    ['half of the network', { ...quiet, NetworkOut: () => undefined }, 'networkMbPerDay', /NetworkOut of i-1/],
  ])('%s', async (_, points, metric, why) => {
    const reading = await read(points);
    expect(reading?.missing).toEqual([{ metric, why: expect.stringMatching(why) }]);
    expect(reading?.metrics).not.toHaveProperty(metric);
    expect(Object.keys(reading?.metrics ?? {})).toHaveLength(1);
  });

  test('what CloudWatch says about a query that it could not answer', async () => {
    const reading = await read(quiet, server, { status: 'InternalError' });
    expect(reading?.metrics).toEqual({});
    expect(reading?.missing.map(({ why }) => why)).toEqual([
      'CPUUtilization of i-1: CloudWatch says InternalError',
      'NetworkIn of i-1: CloudWatch says InternalError',
    ]);
  });

  test('a server with nothing to measure, and one that has hardly run', async () => {
    const none = await read(quiet, { id: 'shop', wanted: [{ metric: 'connections', of: 'peaks', series: [] }] });
    expect(none?.missing).toEqual([{ metric: 'connections', why: 'it has nothing that could be measured' }]);
    const fresh = await read(quiet, { ...server, runsSince: until - hour });
    expect(fresh?.missing.map(({ why }) => why)).toEqual(Array(2).fill('it has run for too short a time'));
  });
});

test('the last hour may be on its way: it is not missed, and counts where it is there', async () => {
  const late = (at: number) => (at === end - hour ? undefined : 1);
  expect((await read({ ...quiet, CPUUtilization: late }))?.missing).toEqual([]);
  const busyJustNow = (at: number) => (at === end - hour ? 95 : 1);
  expect((await read({ ...quiet, CPUUtilization: busyJustNow }))?.metrics.cpuPeak).toBe(95);
});

test('nothing is missed from before the server ran', async () => {
  const started = Date.parse('2026-11-20T08:17:00Z');
  const since0 = (at: number) => (at < started ? undefined : 2);
  const points = { CPUUtilization: since0, NetworkIn: since0, NetworkOut: since0 };
  expect((await read(points, { ...server, runsSince: started }))?.missing).toEqual([]);
  expect((await read(points))?.missing).toHaveLength(2);
});

test('an answer in many pages counts as a whole', async () => {
  const points = { ...quiet, CPUUtilization: (at: number) => (at === end - 2 * hour ? 60 : 1) };
  const whole = await read(points);
  expect(whole?.metrics.cpuPeak).toBe(60);
  expect(await read(points, server, { pageSize: 50 })).toEqual(whole);
});

test('500 queries a call, and a call that fails takes only its own servers along', async () => {
  const many = Array.from({ length: 334 }, (_, index) => ({
    id: `i-${index}`,
    wanted: server.wanted.map((one) => ({
      ...one,
      series: one.series.map(({ name }) => series(name, `i-${index}`)),
    })),
  }));
  const { source, sent } = cloudWatch(quiet);
  const readings = await readMetrics({ source }, many, { since, until });
  const queries = sent.map(({ input }) => (input['MetricDataQueries'] as object[]).length);
  expect(queries).toEqual([500, 500, 2]);
  expect(readings.flatMap(({ missing }) => missing)).toEqual([]);

  let calls = 0;
  const failing = answeredClients({
    GetMetricData: ((input: object) => {
      calls += 1;
      if (calls === 2) return awsError('ThrottlingException', 'slow down');
      const { MetricDataQueries = [] } = input as { MetricDataQueries?: { Id: string }[] };
      const Timestamps = Array.from({ length: 335 }, (_, index) => new Date(first + index * hour));
      return {
        MetricDataResults: MetricDataQueries.map(({ Id }) => ({
          Id,
          StatusCode: 'Complete',
          Timestamps,
          Values: Timestamps.map(() => 1),
        })),
      };
    }) as Answer,
  });
  const some = await readMetrics(failing, many, { since, until });
  expect(some[0]?.missing).toEqual([]);
  expect(some[200]?.missing[0]?.why).toBe('CPUUtilization of i-200: ThrottlingException: slow down');
  expect(some[333]?.missing.map(({ metric }) => metric)).not.toContain('networkMbPerDay');
});

import type { MetricName, Metrics } from '../core/server.ts';
import { day, hour, type Instant } from '../core/time.ts';
import { batchesOf } from './batches.ts';
import type { Aws } from './define.ts';
import { messageOf } from './removal-errors.ts';
import type { MetricsReading } from './server-operations.ts';

/** AWS takes this many in one call. */
const queriesPerCall = 500;

/** What CloudWatch counts of one thing. */
export interface Series {
  namespace: 'AWS/EC2' | 'AWS/RDS';
  name: string;
  stat: 'Maximum' | 'Sum';
  dimension: 'InstanceId' | 'DBInstanceIdentifier';
  value: string;
}

/** A metric of ours: the peak of its series, or the largest sum of all of them over a day. */
export interface WantedMetric {
  metric: MetricName;
  of: 'peaks' | 'days';
  series: readonly Series[];
}

export interface MeasuredServer {
  id: string;
  /** No data is missed from before that. */
  runsSince?: Instant | undefined;
  wanted: readonly WantedMetric[];
}

/** The hours of a series with their values, or why there are none. */
type Hours = ReadonlyMap<Instant, number> | string;

/**
 * Reads metrics hour by hour. One that has no value for each full hour of the window is missing: a gap is no zero. The
 * last hour may still be on its way to CloudWatch, so it counts where it is there and is not missed where it isn't.
 */
export async function readMetrics(
  aws: Pick<Aws<unknown, unknown>, 'source'>,
  servers: readonly MeasuredServer[],
  window: { since: Instant; until: Instant },
): Promise<MetricsReading[]> {
  const start = Math.ceil(window.since / hour) * hour;
  const end = Math.floor(window.until / hour) * hour;
  const series = servers.flatMap(({ wanted }) => wanted.flatMap((one) => one.series));
  const hours = await readSeries(aws, series, start, end);
  return servers.map(({ id, runsSince = start, wanted }) => {
    const from = Math.max(start, Math.ceil(runsSince / hour) * hour);
    const values = wanted.map((one) => [one.metric, measured(one, hours, from, end)] as const);
    const metrics = Object.fromEntries(values.filter(([, value]) => typeof value === 'number')) as Metrics;
    const missing = values.flatMap(([metric, why]) => (typeof why === 'string' ? [{ metric, why }] : []));
    return { id, metrics, missing };
  });
}

async function readSeries(
  { source }: Pick<Aws<unknown, unknown>, 'source'>,
  series: readonly Series[],
  start: Instant,
  end: Instant,
): Promise<ReadonlyMap<Series, Hours>> {
  const sdk = await import('./sdk/cloudwatch.ts');
  const client = source(sdk.CloudWatchClient);
  const found = new Map<Series, Hours>();
  for (const batch of batchesOf(series, queriesPerCall)) {
    const values = batch.map(() => new Map<Instant, number>());
    const problems = new Map<number, string>();
    const input = { StartTime: new Date(start), EndTime: new Date(end), MetricDataQueries: batch.map(queryOf) };
    try {
      for await (const { MetricDataResults = [] } of sdk.paginateGetMetricData({ client }, input)) {
        for (const { Id = '', Timestamps = [], Values = [], StatusCode, Messages = [] } of MetricDataResults) {
          const index = Number(Id.slice(1));
          Timestamps.forEach((at, point) => {
            const value = Values[point];
            if (Number.isFinite(value)) values[index]?.set(at.getTime(), value as number);
          });
          // The last page of a query says how it ended.
          if (StatusCode === 'Complete') problems.delete(index);
          else
            problems.set(index, `CloudWatch says ${StatusCode}${Messages[0]?.Value ? `: ${Messages[0].Value}` : ''}`);
        }
      }
      batch.forEach((one, index) => void found.set(one, problems.get(index) ?? values[index] ?? 'no answer'));
    } catch (error) {
      for (const one of batch) found.set(one, messageOf(error));
    }
  }
  return found;
}

function queryOf({ namespace, name, stat, dimension, value }: Series, index: number) {
  const Metric = { Namespace: namespace, MetricName: name, Dimensions: [{ Name: dimension, Value: value }] };
  return { Id: `q${index}`, MetricStat: { Metric, Period: hour / 1000, Stat: stat }, ReturnData: true };
}

/** The value of a metric, or why it is not known. */
function measured(
  { of, series }: WantedMetric,
  hours: ReadonlyMap<Series, Hours>,
  from: Instant,
  end: Instant,
): number | string {
  if (series.length === 0) return 'it has nothing that could be measured';
  if (from > end - 2 * hour) return 'it has run for too short a time';
  for (const one of series) {
    const known = hours.get(one) ?? 'it was not asked for';
    const problem = typeof known === 'string' ? known : gapIn(known, from, end);
    if (problem !== undefined) return `${one.name} of ${one.value}: ${problem}`;
  }
  const read = series.flatMap((one) => {
    const known = hours.get(one);
    return known === undefined || typeof known === 'string' ? [] : [...known];
  });
  return of === 'peaks' ? Math.max(...read.map(([, value]) => value)) : largestDay(read, end) / 1e6;
}

function gapIn(known: ReadonlyMap<Instant, number>, from: Instant, end: Instant): string | undefined {
  let missing = 0;
  for (let at = from; at < end - hour; at += hour) if (!known.has(at)) missing += 1;
  if (missing === 0) return undefined;
  return `no data for ${missing} of ${(end - hour - from) / hour} hours`;
}

/** Days are counted back from the end, so that the last one is whole. */
function largestDay(points: readonly (readonly [Instant, number])[], end: Instant): number {
  const byDay = Map.groupBy(points, ([at]) => Math.floor((end - 1 - at) / day));
  return Math.max(...[...byDay.values()].map((some) => some.reduce((sum, [, value]) => sum + value, 0)));
}

import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** What the function conclude counts of each sweep. */
export type SweepCount =
  | 'SweepsEnded'
  | 'SweepsFailed'
  | 'Scanned'
  | 'Due'
  | 'Removed'
  | 'Blocked'
  | 'Failed'
  | 'LimitsPassed'
  | 'ShardsNotRead'
  /** USD: what the removed and stopped would have gone on to cost in a month, as far as it is known. */
  | 'MonthlyUsdSaved';

/** One of its metrics, summed by the hour. */
export function sweepMetric(metricName: SweepCount): Metric {
  return countOf('conclude', metricName);
}

/** Regions whose list prices are too old, as the nightly refresh counts them. */
export function pricesBehindMetric(): Metric {
  return countOf('refresh-prices', 'PriceRegionsBehind');
}

function countOf(service: string, metricName: string): Metric {
  const dimensionsMap = { service };
  return new Metric({ namespace: 'Mayfly', metricName, dimensionsMap, statistic: 'Sum', period: Duration.hours(1) });
}

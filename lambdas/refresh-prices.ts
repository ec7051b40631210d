import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { clientSource, retryStrategyForShard } from '../lib/adapters/aws-clients.ts';
import { systemClock } from '../lib/adapters/clock.ts';
import { priceList, priceListRegion } from '../lib/adapters/prices/price-list.ts';
import { s3PriceStore } from '../lib/adapters/prices/price-store-s3.ts';
import { minute } from '../lib/core/time.ts';
import { type Refreshed, refreshPrices } from '../lib/use-cases/refresh-prices.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger, metrics } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';
import { refreshPricesEnv, refreshPricesEvent } from './refresh-prices.contract.ts';
import { ownClients } from './slack.ts';

/** Kept back for the region that was begun last, and for keeping what was read. */
const reserve = 3 * minute;

/** Asks for today's list prices, keeps them where scans and reports find them, and counts regions that lag behind. */
export async function refresh(_: z.infer<typeof refreshPricesEvent>, context: Checked<HubEnv>): Promise<Refreshed> {
  const { env } = context;
  const { policy, ports } = connectHub(env, { run: 'prices', ahead: 0 });
  const source = clientSource({ region: priceListRegion, retryStrategy: retryStrategyForShard() });
  const refreshed = await refreshPrices(
    {
      clock: systemClock,
      list: priceList({ source, clock: systemClock }),
      store: s3PriceStore({ bucket: env.RUN_BUCKET, source: ownClients() }),
      runStore: ports.runStore,
    },
    policy,
    systemClock.now() + Math.max(0, context.getRemainingTimeInMillis() - reserve),
  );
  for (const problem of refreshed.problems) logger.warn(problem);
  metrics.addMetric('PriceRegionsBehind', MetricUnit.Count, refreshed.behind);
  logger.info('refreshed', { ...refreshed });
  return refreshed;
}

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .use(parse(refreshPricesEvent, refreshPricesEnv))
  .handler(refresh);

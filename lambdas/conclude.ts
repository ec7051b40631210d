import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { concludeStep, failRun, type RunSummary } from '../lib/use-cases/reap-steps.ts';
import { concludeEnv, concludeEvent } from './conclude.contract.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger, metrics } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';

/** The last step: outcomes into the ledger, metrics, and the lease given back, also after a step that failed. */
export async function endSweep(
  { message, plan, failure }: z.infer<typeof concludeEvent>,
  { env }: Checked<HubEnv>,
): Promise<RunSummary | { run: string; failed: string }> {
  const { ports } = connectHub(env, message);
  if (failure === undefined && plan !== undefined) {
    const summary = await concludeStep(ports, message, plan.plan);
    logger.info('the sweep has ended', { ...summary });
    count(summary);
    return summary;
  }
  const why = `${failure?.Error ?? 'a step'} failed: ${(failure?.Cause ?? 'no cause was given').slice(0, 2000)}`;
  logger.error('the sweep failed', { run: message.run, why });
  await failRun(ports, message, why);
  metrics.addMetric('SweepsFailed', MetricUnit.Count, 1);
  return { run: message.run, failed: why };
}

function count({ outcomes, scanned, due, held, unread }: RunSummary): void {
  metrics.addMetric('SweepsEnded', MetricUnit.Count, 1);
  metrics.addMetric('Scanned', MetricUnit.Count, scanned);
  metrics.addMetric('Due', MetricUnit.Count, due);
  metrics.addMetric('Removed', MetricUnit.Count, outcomes.removed ?? 0);
  metrics.addMetric('Blocked', MetricUnit.Count, outcomes.blocked ?? 0);
  metrics.addMetric('Failed', MetricUnit.Count, outcomes.failed ?? 0);
  metrics.addMetric('LimitsPassed', MetricUnit.Count, held);
  metrics.addMetric('ShardsNotRead', MetricUnit.Count, unread);
}

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .use(parse(concludeEvent, concludeEnv))
  .handler(endSweep);

import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { endLostRun } from '../lib/use-cases/end-run.ts';
import { endRunEnv, endRunEvent } from './end-run.contract.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger, metrics, runIdOf, scheduledAt } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';

/**
 * An execution that was stopped, took too long or broke a limit has no last step: its lease is given back here, so that
 * removals under way stop at their next batch, and what it did is kept.
 */
export async function endRun({ detail }: z.infer<typeof endRunEvent>, { env }: Checked<HubEnv>) {
  const { executionArn, status, startDate, input, cause } = detail;
  const run = runIdOf(executionArn, scheduledAt(input) ?? startDate);
  const { policy, ports } = connectHub(env, { run, ahead: 0 });
  const why = `the execution ended as ${status}${cause ? `: ${cause}` : ''}`;
  const { ended, problems } = await endLostRun(ports, policy, run, why);
  for (const problem of problems) logger.warn(problem);
  logger.warn(ended ? `ended the run ${run} for its execution` : `the run ${run} never began, or has ended`, {
    status,
  });
  if (ended) metrics.addMetric('SweepsFailed', MetricUnit.Count, 1);
  return { run, ended };
}

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .use(parse(endRunEvent, endRunEnv))
  .handler(endRun);

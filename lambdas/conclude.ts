import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { causeOf } from '../lib/core/step-failure.ts';
import { concludeStep, failRun, type RunSummary } from '../lib/use-cases/conclude-steps.ts';
import { concludeEnv, concludeEvent } from './conclude.contract.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger, metrics } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';

/**
 * The last step: outcomes into the ledger, metrics, the lease given back, and people told, also after a step that
 * failed. With `failed` the run did; where only its telling was cut short it had ended.
 */
export async function endSweep(
  event: z.infer<typeof concludeEvent>,
  { env }: Checked<HubEnv>,
): Promise<RunSummary | { run: string; failed?: string }> {
  const { message, plan, failure } = event;
  const { policy, ports } = connectHub(env, message);
  const lost = lostSteps(event);
  if (failure === undefined && plan !== undefined) {
    const { summary, problems } = await concludeStep(ports, policy, message, plan.plan, lost);
    logger.info('the sweep has ended', { ...summary });
    warnOf(problems);
    count(summary);
    return summary;
  }
  const why = `a step failed: ${causeOf(failure ?? {}, 2000)}`;
  logger.error('the sweep failed', { run: message.run, why });
  const { failed, problems } = await failRun(ports, policy, message, why, lost);
  warnOf(problems);
  metrics.addMetric(failed ? 'SweepsFailed' : 'SweepsEnded', MetricUnit.Count, 1);
  return { run: message.run, ...(failed && { failed: why }) };
}

/** Steps that failed without stopping the run, in words. */
export function lostSteps({ guarded, unguarded, unsettled, unwarned }: z.infer<typeof concludeEvent>): string[] {
  return [
    ...(guarded?.problems ?? []),
    unguarded && `the cost guard did not look after all accounts (${causeOf(unguarded, 300)})`,
    unsettled && `what became of earlier removals was not looked up (${causeOf(unsettled, 300)})`,
    unwarned && `not all owners were warned, the next sweep warns them (${causeOf(unwarned, 300)})`,
  ].filter((one) => one !== undefined);
}

/** What went wrong around the telling changes nothing of the run. */
function warnOf(problems: readonly string[]): void {
  for (const problem of problems) logger.warn(problem);
}

function count({ outcomes, scanned, due, held, unread, savedMonthlyUsd }: RunSummary): void {
  metrics.addMetric('SweepsEnded', MetricUnit.Count, 1);
  metrics.addMetric('Scanned', MetricUnit.Count, scanned);
  metrics.addMetric('Due', MetricUnit.Count, due);
  metrics.addMetric('Removed', MetricUnit.Count, outcomes.removed ?? 0);
  metrics.addMetric('Blocked', MetricUnit.Count, outcomes.blocked ?? 0);
  metrics.addMetric('Failed', MetricUnit.Count, outcomes.failed ?? 0);
  metrics.addMetric('LimitsPassed', MetricUnit.Count, held);
  metrics.addMetric('ShardsNotRead', MetricUnit.Count, unread);
  // What nobody knows is no 0.
  if (savedMonthlyUsd !== undefined) metrics.addMetric('MonthlyUsdSaved', MetricUnit.NoUnit, savedMonthlyUsd);
}

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .use(parse(concludeEvent, concludeEnv))
  .handler(endSweep);

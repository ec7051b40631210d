import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { planStep } from '../lib/use-cases/sweep-steps.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger } from './hub.ts';
import { makePlanEnv, makePlanEvent } from './make-plan.contract.ts';
import { type Checked, parse } from './middleware/parse.ts';

/** Makes the plan of the run from all its scans, within the limits. */
export async function planRun({ message }: z.infer<typeof makePlanEvent>, { env }: Checked<HubEnv>) {
  const { policy, ports } = connectHub(env, message);
  const planned = await planStep(ports, policy, message);
  logger.info('planned', planned);
  return planned;
}

export const handler = middy().use(injectLambdaContext(logger)).use(parse(makePlanEvent, makePlanEnv)).handler(planRun);

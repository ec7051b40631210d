import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { warnStep } from '../lib/use-cases/sweep-steps.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';
import { warnEnv, warnEvent } from './warn.contract.ts';

/** Warns owners, also when the plan is held, and tells them what is held. */
export async function warnOwners({ message, plan }: z.infer<typeof warnEvent>, { env }: Checked<HubEnv>) {
  const { policy, ports } = connectHub(env, message);
  const { warned, problems } = await warnStep(ports, policy, message, plan.plan);
  logger.info('warned', { warned });
  for (const problem of problems) logger.warn(problem);
  return { warned };
}

export const handler = middy().use(injectLambdaContext(logger)).use(parse(warnEvent, warnEnv)).handler(warnOwners);

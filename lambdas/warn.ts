import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { warnStep } from '../lib/use-cases/sweep-steps.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';
import { warnEnv, warnEvent } from './warn.contract.ts';

/** Warns owners, also when the plan is held. */
export async function warnOwners({ message, plan }: z.infer<typeof warnEvent>, { env }: Checked<HubEnv>) {
  const { ports } = connectHub(env, message);
  const warned = await warnStep(ports, message, plan.plan);
  logger.info('warned', warned);
  return warned;
}

export const handler = middy().use(injectLambdaContext(logger)).use(parse(warnEvent, warnEnv)).handler(warnOwners);

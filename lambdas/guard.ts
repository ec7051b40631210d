import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { guardStep } from '../lib/use-cases/guard-step.ts';
import { guardEnv, guardEvent } from './guard.contract.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';

/** Looks after what the accounts burn, by what the scans of the run saw. */
export async function guard({ message }: z.infer<typeof guardEvent>, { env }: Checked<HubEnv>) {
  const { policy, ports } = connectHub(env, message);
  const { told, problems } = await guardStep(ports, policy, message);
  for (const problem of problems) logger.warn(problem);
  logger.info('guarded', { told, problems: problems.length });
  return { told, problems: problems.length };
}

export const handler = middy().use(injectLambdaContext(logger)).use(parse(guardEvent, guardEnv)).handler(guard);

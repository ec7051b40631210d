import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { settleStep } from '../lib/use-cases/sweep-steps.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';
import { settleOpenEnv, settleOpenEvent } from './settle-open.contract.ts';

/** Looks what became of removals that earlier runs asked for. */
export async function settle({ message }: z.infer<typeof settleOpenEvent>, { env }: Checked<HubEnv>) {
  const { policy, ports } = connectHub(env, message);
  const settled = await settleStep(ports, policy, message);
  logger.info('settled', settled);
  return settled;
}

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(parse(settleOpenEvent, settleOpenEnv))
  .handler(settle);

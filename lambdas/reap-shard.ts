import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { type Duration, minute } from '../lib/core/time.ts';
import { reapStep } from '../lib/use-cases/reap-steps.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';
import { reapShardEnv, reapShardEvent } from './reap-shard.contract.ts';

/** Kept back for the batches in flight and for writing down what became of them: no batch starts inside it. */
const reserve: Duration = 2 * minute;

/** Removes what is due in one shard, as far as it gets; the state machine calls again while something is pending. */
export async function reap({ message, shard }: z.infer<typeof reapShardEvent>, context: Checked<HubEnv>) {
  const { policy, ports } = connectHub(context.env, message);
  const stopAt = ports.clock.now() + Math.max(0, context.getRemainingTimeInMillis() - reserve);
  const reaped = await reapStep(ports, policy, message, shard, stopAt);
  logger.info('reaped', { ...shard, ...reaped });
  return reaped;
}

export const handler = middy().use(injectLambdaContext(logger)).use(parse(reapShardEvent, reapShardEnv)).handler(reap);

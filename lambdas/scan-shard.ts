import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { type Duration, minute } from '../lib/core/time.ts';
import { scanStep } from '../lib/use-cases/sweep-steps.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';
import { scanShardEnv, scanShardEvent } from './scan-shard.contract.ts';

/** Express executions end after five minutes; a scan gives up before that and says so. */
const scanLasts: Duration = 4 * minute;

/** Scans one account in one region and keeps what it decides in the run store. */
export async function scan({ message, shard }: z.infer<typeof scanShardEvent>, { env }: Checked<HubEnv>) {
  const { policy, ports } = connectHub(env, message);
  const scanned = await scanStep(ports, policy, message, shard, scanLasts);
  if (scanned.error === undefined) logger.info('scanned', { ...shard, ...scanned });
  else logger.warn('not read, or not whole', { ...shard, ...scanned });
  return scanned;
}

export const handler = middy().use(injectLambdaContext(logger)).use(parse(scanShardEvent, scanShardEnv)).handler(scan);

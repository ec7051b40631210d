import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { readInstant } from '../lib/core/time.ts';
import { type Begun, beginRun } from '../lib/use-cases/sweep-steps.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger, type RunEvent, runIdOf, scheduledAt } from './hub.ts';
import { listShardsEnv, listShardsEvent } from './list-shards.contract.ts';
import { type Checked, parse } from './middleware/parse.ts';

/** The first step: takes the lease, lists accounts and regions, and tells whether there is a run at all. */
export async function startSweep(
  { execution, startedAt, input }: z.infer<typeof listShardsEvent>,
  { env }: Checked<HubEnv>,
): Promise<Begun | (Begun & { message: RunEvent })> {
  const ahead = aheadBy(input.now, env);
  const run = runIdOf(execution, scheduledAt(JSON.stringify(input)) ?? Date.parse(startedAt));
  const { policy, ports } = connectHub(env, { run, ahead });
  await ports.cloud.checkCredentials();
  const begun = await beginRun(ports, policy, run);
  logger.info(begun.started ? `run ${run} begins` : `no run: ${begun.why}`, { begun });
  if (!begun.started) return begun;
  const message = { ...begun.message, ahead };
  // For whoever has to end the run where its execution can't.
  await ports.runStore.save(run, 'begun', message);
  return { ...begun, message };
}

function aheadBy(now: string | undefined, { ALLOW_TIME_TRAVEL }: HubEnv): number {
  if (now === undefined) return 0;
  if (ALLOW_TIME_TRAVEL !== 'true') {
    throw new Error('"now" is refused: this app was not deployed with -c allowTimeTravel=true');
  }
  const at = readInstant(now, 'UTC');
  if (at === undefined) throw new Error(`"now": ${now} is not an instant such as 2026-12-01T10:00:00Z`);
  return at - Date.now();
}

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(parse(listShardsEvent, listShardsEnv))
  .handler(startSweep);

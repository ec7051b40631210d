import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { handOver } from '../lib/adapters/slack/hand-over.ts';
import type { Reached } from '../lib/adapters/slack/reply.ts';
import type { SlackRequest } from '../lib/adapters/slack/request.ts';
import { answer } from '../lib/use-cases/answer.ts';
import { BadRequest } from '../lib/use-cases/find-targets.ts';
import { CouldNotStart } from '../lib/use-cases/lease.ts';
import type { GuardOrder } from '../lib/use-cases/ports-guard.ts';
import type { guardOrderEvent } from './guard-order.contract.ts';
import { connectHub, logger } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';
import type { serverRestoreEvent } from './server-restore.contract.ts';
import { ownClients, requestRun } from './slack.ts';
import { type SlackWorkerEnv, slackWorkerEnv, slackWorkerEvent } from './slack-worker.contract.ts';

/** Does what a person asked for in Slack, and tells them what came of it. */
export async function work(request: SlackRequest, { env }: Checked<SlackWorkerEnv>): Promise<{ reached: Reached }> {
  const { ask } = request;
  const { policy, ports, slack } = connectHub(env, { run: requestRun(ask.person), ahead: 0, readsAsTagger: true });
  const handRestoreOn = (name: string) => restoreElsewhere(env, { request, name, since: Date.now() });
  const handGuardOn = (order: GuardOrder) => orderElsewhere(env, { request, order });
  // What writes messages is loaded while the work is done.
  const [given, { reply }] = await Promise.all([
    answer({ ...ports, directory: slack.directory, handRestoreOn, handGuardOn }, policy, ask),
    import('../lib/adapters/slack/reply.ts'),
  ]);
  const reached = await reply(given, {
    request,
    around: { policy, now: ports.clock.now() },
    client: slack.client,
    slackApiUrl: env.SLACK_API_URL,
  });
  logger.info('answered', { person: ask.person, asked: ask.from.kind, answer: given.kind, reached });
  return { reached };
}

/** The worker may assume no role that starts or makes servers. */
async function restoreElsewhere(
  { RESTORE_FUNCTION }: SlackWorkerEnv,
  event: z.infer<typeof serverRestoreEvent>,
): Promise<void> {
  if (RESTORE_FUNCTION === undefined) {
    throw new BadRequest('the policy of this Mayfly has no idle block, so it keeps no copies and restores nothing');
  }
  await handOver(ownClients(), RESTORE_FUNCTION, event).catch((error: Error) => {
    throw new CouldNotStart(`nothing was done: the function that restores could not be called (${error.message})`);
  });
}

/** Nor one that freezes or stops what runs. */
async function orderElsewhere(
  { GUARD_FUNCTION }: SlackWorkerEnv,
  event: z.infer<typeof guardOrderEvent>,
): Promise<void> {
  if (GUARD_FUNCTION === undefined) {
    throw new BadRequest('the policy of this Mayfly has no guard block, so nothing is guarded');
  }
  await handOver(ownClients(), GUARD_FUNCTION, event).catch((error: Error) => {
    throw new CouldNotStart(`nothing was done: the function of the guard could not be called (${error.message})`);
  });
}

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(parse(slackWorkerEvent, slackWorkerEnv))
  .handler(work);

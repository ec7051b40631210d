import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { type Reached, reply } from '../lib/adapters/slack/reply.ts';
import type { Answer } from '../lib/core/answer.ts';
import { asMember } from '../lib/use-cases/as-member.ts';
import { guardFor } from '../lib/use-cases/order-guard.ts';
import { guardOrderEnv, guardOrderEvent } from './guard-order.contract.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';
import { requestRun } from './slack.ts';

/**
 * Freezes, stops or releases for an admin in Slack: tells them when it begins and what came of it, and the channel.
 * Tried again after it was cut off it goes on: what was changed is in the ledger.
 */
export async function orderOfGuard(
  { request, order }: z.infer<typeof guardOrderEvent>,
  { env }: Checked<HubEnv>,
): Promise<{ reached: Reached }> {
  const { ask } = request;
  const { policy, ports, slack } = connectHub(env, { run: requestRun(ask.person), ahead: 0 });
  const task = `guard ${ask.key}`;
  const state = await ports.ledger.beginTask(task);
  if (state === 'ended') return { reached: 'nothing to say' };
  const tell = (answer: Answer) =>
    reply(answer, {
      request,
      around: { policy, now: ports.clock.now() },
      client: slack.client,
      slackApiUrl: env.SLACK_API_URL,
    });
  const given = await asMember({ ...ports, directory: slack.directory }, policy, ask.person, (asking) =>
    guardFor(asking, { order, goesOn: state === 'begun', tell }),
  );
  const reached = await tell(given);
  // Where it can't be ended another delivery finds it done, and says how it stands.
  await ports.ledger.endTask(task).catch(() => undefined);
  logger.info('ordered', { person: ask.person, kind: order.kind, account: order.account, answer: given.kind, reached });
  return { reached };
}

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(parse(guardOrderEvent, guardOrderEnv))
  .handler(orderOfGuard);

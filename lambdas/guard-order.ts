import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { type Reached, reply } from '../lib/adapters/slack/reply.ts';
import type { Answer } from '../lib/core/answer.ts';
import type { Policy } from '../lib/core/policy.ts';
import { asMember } from '../lib/use-cases/as-member.ts';
import type { AskPorts } from '../lib/use-cases/asker.ts';
import { guardFor } from '../lib/use-cases/order-guard.ts';
import { guardOrderEnv, guardOrderEvent } from './guard-order.contract.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';
import { requestRun } from './slack.ts';

/** Freezes, stops or releases for an admin in Slack: tells them when it begins and what came of it, and the channel. */
export async function orderOfGuard(
  event: z.infer<typeof guardOrderEvent>,
  { env }: Checked<HubEnv>,
): Promise<{ reached: Reached }> {
  const { request } = event;
  const { policy, ports, slack } = connectHub(env, { run: requestRun(request.ask.person), ahead: 0 });
  const tell = (answer: Answer) =>
    reply(answer, {
      request,
      around: { policy, now: ports.clock.now() },
      client: slack.client,
      slackApiUrl: env.SLACK_API_URL,
    });
  return orderOnce(event, { policy, ports: { ...ports, directory: slack.directory }, tell });
}

/**
 * The same where it is connected; once, however often it is delivered. Tried again after it was cut off it goes on:
 * what was changed is in the ledger. Throws where the person could not be told, so that Lambda tries again.
 */
export async function orderOnce(
  { request, order }: z.infer<typeof guardOrderEvent>,
  { policy, ports, tell }: { policy: Policy; ports: AskPorts; tell: (answer: Answer) => Promise<Reached> },
): Promise<{ reached: Reached }> {
  const { ask } = request;
  const task = `guard ${ask.key}`;
  const state = await ports.ledger.beginTask(task);
  if (state === 'ended') return { reached: 'nothing to say' };
  const given = await asMember(ports, policy, ask.person, (asking) =>
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

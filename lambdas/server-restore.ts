import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { handOver } from '../lib/adapters/slack/hand-over.ts';
import { type Reached, reply } from '../lib/adapters/slack/reply.ts';
import type { Answer } from '../lib/core/answer.ts';
import { type Duration, hour, minute } from '../lib/core/time.ts';
import { restoreFor } from '../lib/use-cases/answer-restore.ts';
import { asMember } from '../lib/use-cases/as-member.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';
import { serverRestoreEnv, serverRestoreEvent } from './server-restore.contract.ts';
import { ownClients, requestRun } from './slack.ts';

/** Kept back for writing down what was done, and for the answer. */
const reserve: Duration = minute;

/** A large database takes its time; after this a person is told how far it came. */
const patience: Duration = 3 * hour;

/**
 * Restores a server for a person in Slack: tells them when it begins and when it has ended. Where one invocation is too
 * short it hands on to itself. Tried again after it was cut off it goes on, and makes nothing twice.
 */
export async function restoreServer(
  event: z.infer<typeof serverRestoreEvent>,
  context: Checked<HubEnv>,
): Promise<{ reached: Reached | 'goes on' }> {
  const { request, name, since } = event;
  const { ask } = request;
  const { policy, ports, slack } = connectHub(context.env, { run: requestRun(ask.person), ahead: 0 });
  const task = `restore ${ask.key}`;
  const state = await ports.ledger.beginTask(task);
  if (state === 'ended') return { reached: 'nothing to say' };
  const tell = (answer: Answer) =>
    reply(answer, {
      request,
      around: { policy, now: ports.clock.now() },
      client: slack.client,
      slackApiUrl: context.env.SLACK_API_URL,
    });
  const until = ports.clock.now() + Math.max(0, context.getRemainingTimeInMillis() - reserve);
  let isUnfinished = false;
  const given = await asMember({ ...ports, directory: slack.directory }, policy, ask.person, async (asking) => {
    const { answer, unfinished } = await restoreFor(asking, { name, until, goesOn: state === 'begun', tell });
    isUnfinished = unfinished;
    return answer;
  });
  if (isUnfinished && ports.clock.now() < since + patience) {
    await handOver(ownClients(), context.functionName, event);
    return { reached: 'goes on' };
  }
  const reached = await tell(given);
  // Where it can't be ended another delivery finds a server that runs, and says so.
  await ports.ledger.endTask(task).catch(() => undefined);
  logger.info('restored', { person: ask.person, name, answer: given.kind, reached });
  return { reached };
}

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(parse(serverRestoreEvent, serverRestoreEnv))
  .handler(restoreServer);

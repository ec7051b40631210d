import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Reached } from '../lib/adapters/slack/reply.ts';
import type { SlackRequest } from '../lib/adapters/slack/request.ts';
import { answer } from '../lib/use-cases/answer.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';
import { slackWorkerEnv, slackWorkerEvent } from './slack-worker.contract.ts';

/** Does what a person asked for in Slack, and tells them what came of it. */
export async function work(request: SlackRequest, { env }: Checked<HubEnv>): Promise<{ reached: Reached }> {
  const { ask } = request;
  const run = `slack-${ask.person}-${new Date().toISOString().replaceAll(/[-:]|\..*/g, '')}`;
  const { policy, ports, slack } = connectHub(env, { run, ahead: 0, readsAsTagger: true });
  // What writes messages is loaded while the work is done.
  const [given, { reply }] = await Promise.all([
    answer({ ...ports, directory: slack.directory }, policy, ask),
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

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(parse(slackWorkerEvent, slackWorkerEnv))
  .handler(work);

import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { promptClients } from '../lib/adapters/prompt-clients.ts';
import { handOver } from '../lib/adapters/slack/hand-over.ts';
import { isSslCheck, readRequest, type SlackRequest } from '../lib/adapters/slack/request.ts';
import { respond } from '../lib/adapters/slack/response-url.ts';
import { SecretMissing, type SlackSecrets, slackSecrets } from '../lib/adapters/slack/secrets.ts';
import { bytesOf, doubtIn } from '../lib/adapters/slack/signature.ts';
import { asksForHelp } from '../lib/core/slash-words.ts';
import type { HttpAnswer } from './http-answer.ts';
import { type Checked, parse } from './middleware/parse.ts';
import { type SlackCommandEnv, slackCommandEnv, slackCommandEvent } from './slack-command.contract.ts';

// Lambda gives a function more of a processor while it starts than afterwards, and each request needs both clients.
await Promise.all([import('../lib/adapters/sdk/ssm.ts'), import('../lib/adapters/sdk/lambda.ts')]);

const logger = new Logger();

/** What an answer needs from outside. */
export interface Outside {
  secrets: Pick<SlackSecrets, 'signingSecret'>;
  handOver: (request: SlackRequest) => Promise<void>;
  now: () => number;
}

/**
 * A click brings the whole message along that it was made in: 12,000 characters and their blocks, each as up to nine
 * bytes of a form.
 */
const bodyMax = 256 * 1024;

/** The address that Slack posts to: makes sure that it is Slack, and answers before the work is done. */
export async function takeRequest(
  event: z.infer<typeof slackCommandEvent>,
  env: SlackCommandEnv,
  outside: Outside,
): Promise<HttpAnswer> {
  const body = bytesOf(event);
  if (body.length > bodyMax) return plain(413, 'This is larger than anything that Slack sends.');
  if (env.SLACK_COMMAND === '') return plain(503, 'The policy of this Mayfly has no slack block: add it and deploy.');
  if (isSslCheck(body) || isSslCheck(Buffer.from(event.rawQueryString))) return nothing;
  const secret = await outside.secrets.signingSecret().catch((error: Error) => error);
  if (secret instanceof Error) return withoutSecret(secret);
  const { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature } = event.headers;
  const doubt = doubtIn({ body, timestamp, signature }, secret, outside.now());
  if (doubt !== undefined) {
    logger.warn('refused what Slack did not sign, or not just now', { doubt });
    return plain(401, 'Slack did not sign this, or not just now.');
  }
  const incoming = readRequest(body);
  if (incoming.kind === 'request') return acknowledge(incoming.request, env, outside);
  logger.warn(`Slack sent what is ${incoming.kind}`, incoming);
  return incoming.kind === 'ignored' ? nothing : plain(400, 'Mayfly does not understand this request.');
}

/** Both are for whoever sets Mayfly up; the second may pass by itself. */
function withoutSecret(error: Error): HttpAnswer {
  logger.error('requests of Slack can not be checked', { why: error.message });
  if (error instanceof SecretMissing) return plain(503, `Mayfly is not ready: ${error.message}.`);
  return plain(503, 'Mayfly can not check just now who asks. Try again in a minute.');
}

async function acknowledge(request: SlackRequest, env: SlackCommandEnv, outside: Outside): Promise<HttpAnswer> {
  const { from, person } = request.ask;
  if (from.kind === 'form') {
    const { problemsIn } = await import('../lib/adapters/slack/form-problems.ts');
    const problems = problemsIn(from, outside.now(), env.TIME_ZONE);
    if (Object.keys(problems).length > 0) return json({ response_action: 'errors', errors: problems });
  }
  if (from.kind === 'command' && asksForHelp(from.text)) return help(env);
  try {
    await outside.handOver(request);
    logger.info('handed over', { kind: from.kind, person });
    return from.kind === 'command' ? json({ response_type: 'ephemeral', text: 'Mayfly is on it…' }) : nothing;
  } catch (error) {
    logger.error('the worker could not be called', { why: (error as Error).message });
    return notTaken(request, env);
  }
}

/** It depends on nothing but the name of the command, so nobody waits for the worker. */
async function help({ SLACK_COMMAND }: SlackCommandEnv): Promise<HttpAnswer> {
  const { helpMessage } = await import('../lib/adapters/slack/help-message.ts');
  return json({ response_type: 'ephemeral', ...helpMessage(SLACK_COMMAND) });
}

const tryAgain = 'Mayfly could not take this up. Try again in a minute.';

async function notTaken({ ask, reply }: SlackRequest, { SLACK_API_URL }: SlackCommandEnv): Promise<HttpAnswer> {
  const said = { response_type: 'ephemeral', text: tryAgain } as const;
  const settings = { slackApiUrl: SLACK_API_URL, timeoutMs: 1_000 };
  switch (ask.from.kind) {
    case 'command':
      return json(said);
    case 'form':
      return json({ response_action: 'errors', errors: { reason: tryAgain } });
    case 'click':
      // Slack shows nothing of an answer to a click.
      if (reply.responseUrl !== undefined) {
        await respond(reply.responseUrl, { ...said, replace_original: false }, settings).catch((error: Error) =>
          logger.error('the person could not be told', { why: error.message }),
        );
      }
      return nothing;
    default:
      return ask.from satisfies never;
  }
}

const nothing = plain(200, '');

function plain(statusCode: number, sentence: string): HttpAnswer {
  const body = sentence === '' ? '' : `${sentence}\n`;
  return { statusCode, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

function json(value: object): HttpAnswer {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { statusCode: 200, headers, body: JSON.stringify(value) };
}

let connected: Outside | undefined;

function connect({ WORKER, AWS_REGION }: SlackCommandEnv): Outside {
  if (connected !== undefined) return connected;
  const source = promptClients(AWS_REGION);
  connected = {
    secrets: slackSecrets(source),
    handOver: (request) => handOver(source, WORKER, request),
    now: () => Date.now(),
  };
  return connected;
}

export const handler = middy<unknown, HttpAnswer, Error, Checked<SlackCommandEnv>>()
  .use(injectLambdaContext(logger))
  .use(parse(slackCommandEvent, slackCommandEnv))
  .handler((event, { env }) => takeRequest(event, env, connect(env)));

import * as z from 'zod';

export { secretNames } from '../lib/adapters/slack/secret-names.ts';

/** What the policy says is in the environment, because reading the whole of it takes longer than the answer may. */
export const slackCommandEnv = z.object({
  /** The command of the policy, such as `/ttl`; empty where the policy has no slack block. */
  SLACK_COMMAND: z.string(),
  TIME_ZONE: z.string().min(1),
  /** The function that does what is asked. */
  WORKER: z.string().min(1),
  AWS_REGION: z.string().min(1),
  SLACK_API_URL: z.url().optional(),
});
export type SlackCommandEnv = z.infer<typeof slackCommandEnv>;

/** The part that is read of what an HTTP API hands over, in its format 2.0: names of headers are in lower case. */
export const slackCommandEvent = z.object({
  headers: z.record(z.string(), z.string().optional()),
  rawQueryString: z.string().default(''),
  body: z.string().optional(),
  isBase64Encoded: z.boolean(),
});

import * as z from 'zod';

/** What every function of a sweep finds in its environment. */
export const hubEnv = z.object({
  LEDGER_TABLE: z.string().min(1),
  RUN_BUCKET: z.string().min(1),
  /** The key of the secret parts of recipes, for the function that copies servers. */
  RECIPES_KEY: z.string().min(1).optional(),
  /** `true` only in deployments to a local AWS: a sweep may then be tried on another day. */
  ALLOW_TIME_TRAVEL: z.enum(['true', 'false']),
  /** Of another Slack, for functions that tell people. */
  SLACK_API_URL: z.url().optional(),
});
export type HubEnv = z.infer<typeof hubEnv>;

/** What the steps of one run hand on; `ahead` is how far the run's clock is before the real one, in milliseconds. */
export const runMessage = z.object({
  run: z.string(),
  fence: z.number(),
  startedAt: z.number(),
  paused: z.boolean(),
  ahead: z.number(),
});

export const shardItem = z.object({
  account: z.string(),
  region: z.string(),
  mode: z.enum(['observe', 'enforce']),
});

/** An event of a step that works on one shard. */
export const shardEvent = z.object({ message: runMessage, shard: shardItem });

/** An event of a step that works on the plan of the run. */
export const planEvent = z.object({ message: runMessage, plan: z.object({ plan: z.string() }) });

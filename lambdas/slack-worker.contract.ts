import * as z from 'zod';
import type { SlackRequest } from '../lib/adapters/slack/request.ts';
import { buttonActions } from '../lib/core/ask.ts';
import { hubEnv } from './hub.contract.ts';

export const slackWorkerEnv = hubEnv.extend({
  /** The function that restores servers; absent where the policy has no idle block. */
  RESTORE_FUNCTION: z.string().min(1).optional(),
  /** The function that carries out what is ordered of the guard; absent where the policy has no guard block. */
  GUARD_FUNCTION: z.string().min(1).optional(),
});
export type SlackWorkerEnv = z.infer<typeof slackWorkerEnv>;

const message = z.object({ channel: z.string(), ts: z.string() });

/** What `slack-command` hands over, which has checked who sent it. */
export const slackWorkerEvent = z.object({
  ask: z.object({
    key: z.string().min(1),
    person: z.string().min(1),
    team: z.string().min(1),
    from: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('command'), text: z.string() }),
      z.object({
        kind: z.literal('click'),
        action: z.enum(buttonActions),
        value: z.string(),
        message: message.exactOptional(),
      }),
      z.object({ kind: z.literal('form'), notice: z.string(), until: z.string(), reason: z.string() }),
    ]),
  }),
  reply: z.object({
    responseUrl: z.string().exactOptional(),
    channel: z.string().exactOptional(),
    triggerId: z.string().exactOptional(),
  }),
}) satisfies z.ZodType<SlackRequest>;

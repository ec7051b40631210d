import * as z from 'zod';
import { slackWorkerEvent } from './slack-worker.contract.ts';

export { hubEnv as serverRestoreEnv } from './hub.contract.ts';

/**
 * What the worker hands over, and what the function hands to itself where one invocation is too short. Who asks is
 * looked at again, by the owner that the recipe names. Its hub role assumes the members' `read` role to find a server
 * and `idle` to restore it.
 */
export const serverRestoreEvent = z.object({
  request: slackWorkerEvent,
  /** What is to be restored, as the person called it: an ARN, an id or a name. */
  name: z.string().min(1),
  /** When the first of its invocations began, in milliseconds of UNIX time. */
  since: z.number(),
});

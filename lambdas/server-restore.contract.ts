import * as z from 'zod';
import { slackWorkerEvent } from './slack-worker.contract.ts';

export { hubEnv as serverRestoreEnv } from './hub.contract.ts';

/**
 * Its hub role assumes the members' `read` role to find a server and `idle` to restore it, reads the whole of
 * `recipes/*` and `plans/*` and `runs/latest/*`, writes the ledger's `resources`, `tasks` and `people`, reads the bot
 * token, and may invoke itself. What the worker hands over, and what this function hands to itself where one invocation is too short: who asked for
 * it is looked at again, with the owner that the recipe names.
 */
export const serverRestoreEvent = z.object({
  request: slackWorkerEvent,
  /** What is to be restored, as the person called it: an ARN, an id or a name. */
  name: z.string().min(1),
  /** When the first of its invocations began, in milliseconds of UNIX time. */
  since: z.number(),
});

import * as z from 'zod';
import { runMessage } from './hub.contract.ts';

export { hubEnv as concludeEnv } from './hub.contract.ts';

/** With `failure` a step failed the run; the plan may be missing then. */
export const concludeEvent = z.object({
  message: runMessage,
  plan: z.object({ plan: z.string() }).optional(),
  failure: z.object({ Error: z.string().optional(), Cause: z.string().optional() }).optional(),
});

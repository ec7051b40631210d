import * as z from 'zod';
import { runMessage } from './hub.contract.ts';

export { hubEnv as concludeEnv } from './hub.contract.ts';

const stepFailure = z.object({ Error: z.string().optional(), Cause: z.string().optional() });

/**
 * With `failure` a step failed the run; the plan may be missing then. The others are steps that failed and did not stop
 * it.
 */
export const concludeEvent = z.object({
  message: runMessage,
  plan: z.object({ plan: z.string() }).optional(),
  failure: stepFailure.optional(),
  unguarded: stepFailure.optional(),
  guarded: z.object({ problems: z.array(z.string()) }).optional(),
  unsettled: stepFailure.optional(),
  unwarned: stepFailure.optional(),
});

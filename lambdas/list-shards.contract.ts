import * as z from 'zod';

export { hubEnv as listShardsEnv } from './hub.contract.ts';

/** The input of the state machine with what Step Functions knows of the execution. */
export const listShardsEvent = z.object({
  execution: z.string(),
  startedAt: z.iso.datetime({ offset: true }),
  input: z.strictObject({
    scheduledTime: z.string().optional(),
    /** Tries the policy on another day; refused where the app was not deployed for that. */
    now: z.string().optional(),
  }),
});

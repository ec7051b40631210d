import * as z from 'zod';

export { hubEnv as endRunEnv } from './hub.contract.ts';

/** What EventBridge tells of an execution that did not end well. */
export const endRunEvent = z.object({
  detail: z.object({
    executionArn: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    /** Milliseconds since 1970. */
    startDate: z.number(),
    input: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

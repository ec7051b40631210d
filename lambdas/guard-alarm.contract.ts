import * as z from 'zod';

export { hubEnv as guardAlarmEnv } from './hub.contract.ts';

/**
 * What SNS delivers of the topic `mayfly-cost-alarms`. Its hub role assumes no role of a member: it remembers and
 * tells.
 */
export const guardAlarmEvent = z.object({
  Records: z
    .array(
      z.object({
        EventSource: z.literal('aws:sns'),
        Sns: z.object({
          /** The same for each delivery of a message. */
          MessageId: z.string().min(1),
          Subject: z.string().nullish(),
          Message: z.string(),
        }),
      }),
    )
    .min(1),
});

import * as z from 'zod';
import type { GuardOrder } from '../lib/use-cases/ports-guard.ts';
import { slackWorkerEvent } from './slack-worker.contract.ts';

export { hubEnv as guardOrderEnv } from './hub.contract.ts';

const order = z.object({
  kind: z.enum(['freeze', 'stop', 'release']),
  account: z.string().regex(/^\d{12}$/),
  environment: z.string().exactOptional(),
  by: z.string().min(1),
}) satisfies z.ZodType<GuardOrder>;

/** What the worker hands over. Who asks is looked at again: the order is theirs, whoever it says that it is by. */
export const guardOrderEvent = z.object({ request: slackWorkerEvent, order });

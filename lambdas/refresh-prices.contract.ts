import * as z from 'zod';

export { hubEnv as refreshPricesEnv } from './hub.contract.ts';

/** The schedule says when it wanted it; that changes nothing. */
export const refreshPricesEvent = z.object({ scheduledTime: z.string().optional() });

import * as z from 'zod';
import { runMessage } from './hub.contract.ts';

export { hubEnv as settleOpenEnv } from './hub.contract.ts';

export const settleOpenEvent = z.object({ message: runMessage });

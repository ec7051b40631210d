import * as z from 'zod';
import { runMessage } from './hub.contract.ts';

export { hubEnv as makePlanEnv } from './hub.contract.ts';

export const makePlanEvent = z.object({ message: runMessage });

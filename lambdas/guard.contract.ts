import * as z from 'zod';
import { runMessage } from './hub.contract.ts';

export { hubEnv as guardEnv } from './hub.contract.ts';

export const guardEvent = z.object({ message: runMessage });

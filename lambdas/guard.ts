import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import type { Policy } from '../lib/core/policy.ts';
import { guardStep } from '../lib/use-cases/guard-step.ts';
import type { Ports } from '../lib/use-cases/ports.ts';
import { guardEnv, guardEvent } from './guard.contract.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger, type RunEvent } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';

/** Looks after what the accounts burn, by what the scans of the run saw. */
export async function guard({ message }: z.infer<typeof guardEvent>, { env }: Checked<HubEnv>) {
  const { policy, ports } = connectHub(env, message);
  return lookAfter(ports, policy, message);
}

/** What goes from state to state stays small. */
const problemsTold = 10;
const longestProblem = 300;

/** The same where it is connected. What went wrong with one account is logged, and told by Conclude. */
export async function lookAfter(
  ports: Ports,
  policy: Policy,
  message: RunEvent,
): Promise<{ told: number; problems: string[] }> {
  const { told, problems } = await guardStep(ports, policy, message);
  for (const problem of problems) logger.warn(problem);
  logger.info('guarded', { told, problems: problems.length });
  const more = problems.length - problemsTold;
  const rest = more > 0 ? [`and ${more} more: see the log of mayfly-guard`] : [];
  return { told, problems: [...problems.slice(0, problemsTold).map((one) => one.slice(0, longestProblem)), ...rest] };
}

export const handler = middy().use(injectLambdaContext(logger)).use(parse(guardEvent, guardEnv)).handler(guard);

import type { Plan } from '../core/plan.ts';
import { removalsOf } from '../core/plan.ts';
import type { SweepResult } from '../use-cases/sweep.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** Waiting and changed are no problems; what a limit held, could not be read, failed or is blocked, is one. */
export function exitCodeOf({ plan, outcomes, interrupted }: SweepResult): ExitCode {
  if (interrupted) return exitCodes.interrupted;
  if (plan.held.length > 0 && removalsOf(plan).length === 0) return exitCodes.everythingHeld;
  const problems = outcomes.some(({ outcome }) => outcome === 'failed' || outcome === 'blocked');
  return problems || plan.held.length > 0 || unread(plan) ? exitCodes.doneWithProblems : exitCodes.done;
}

function unread({ shards }: Plan): boolean {
  return shards.some(({ error }) => error !== undefined);
}

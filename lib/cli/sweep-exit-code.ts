import type { Plan } from '../core/plan.ts';
import { removalsOf } from '../core/plan.ts';
import type { Outcome } from '../use-cases/outcome.ts';
import type { SweepResult } from '../use-cases/sweep.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/**
 * Waiting and changed are no problems; what a limit held, could not be read, failed or is blocked, is one, and so is
 * what the ledger does not know.
 */
export function exitCodeOf({ plan, outcomes, problems, interrupted }: SweepResult): ExitCode {
  if (interrupted) return exitCodes.interrupted;
  if (plan.held.length > 0 && removalsOf(plan).length === 0) return exitCodes.everythingHeld;
  const bad = problems.length > 0 || plan.held.length > 0 || unread(plan) || outcomes.some(isProblem);
  return bad ? exitCodes.doneWithProblems : exitCodes.done;
}

function isProblem({ outcome, unrecorded }: Outcome): boolean {
  return outcome === 'failed' || outcome === 'blocked' || unrecorded === true;
}

function unread({ shards }: Plan): boolean {
  return shards.some(({ error }) => error !== undefined);
}

import { type ExitCode, exitCodes } from './exit-codes.ts';
import { plain, say, styled } from './terminal.ts';

/** Errors that say all there is to say; anything else is shown as what it is, with its kind. */
const statusByName: Readonly<Record<string, ExitCode>> = {
  BadRequest: exitCodes.badUsage,
  PolicyError: exitCodes.badUsage,
  CouldNotStart: exitCodes.couldNotStart,
};

/** Tells a person what went wrong, one line a problem, and gives the exit status. */
export function reportProblem(error: unknown): ExitCode {
  const { message, stack } = error as Error;
  for (const line of message.split('\n')) say(`${styled('red', 'mayfly:')} ${plain(line)}`);
  if (process.env['MAYFLY_DEBUG'] !== undefined) say(stack);
  return exitCodeFor(error);
}

/** Of an error that kept a command from its work. */
export function exitCodeFor(error: unknown): ExitCode {
  return statusByName[(error as Error).name] ?? exitCodes.couldNotStart;
}

import type { Ports } from './ports.ts';
import { failRun } from './reap-steps.ts';
import type { RunMessage } from './sweep-steps.ts';

/**
 * Ends a run whose execution is over without a last step. Gives the lease back, which closes the gate of every step
 * that is still at work. Says whether there was anything to end.
 */
export async function endLostRun(ports: Ports, run: string, why: string): Promise<boolean> {
  const message = (await ports.runStore.load(run, 'begun')) as RunMessage | undefined;
  if (message === undefined) return false;
  const isTold = (await ports.runStore.load(run, 'failed')) !== undefined;
  if (isTold) return false;
  await failRun(ports, message, why);
  return true;
}

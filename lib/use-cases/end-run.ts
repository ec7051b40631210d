import type { Policy } from '../core/policy.ts';
import { failRun, tellFailure } from './conclude-steps.ts';
import type { Ports } from './ports.ts';
import type { RunMessage } from './sweep-steps.ts';

/**
 * Ends a run whose execution is over without a last step. Gives the lease back, which closes the gate of every step
 * that is still at work. Says whether there was anything to end; that an execution failed is told in any case, once.
 */
export async function endLostRun(
  ports: Ports,
  policy: Policy,
  run: string,
  why: string,
): Promise<{ ended: boolean; problems: string[] }> {
  const message = (await ports.runStore.load(run, 'begun')) as RunMessage | undefined;
  if (message === undefined) {
    return { ended: false, problems: await tellFailure(ports, policy, run, `it could not begin: ${why}`) };
  }
  const told = (await ports.runStore.load(run, 'failed')) as { why?: string } | undefined;
  // Whoever ended it may not have lived to tell.
  if (told !== undefined) return { ended: false, problems: await tellFailure(ports, policy, run, told.why ?? why) };
  const { failed, problems } = await failRun(ports, policy, message, why);
  return { ended: failed, problems };
}

import type { Event } from '../core/history.ts';
import type { Outcome } from './outcome.ts';
import type { Ports } from './ports.ts';

/**
 * Writes what has happened already. What the service said stands also where that fails: gives the words to add then.
 * The removals stay open in the ledger, and the next run settles them.
 */
export async function tryToRecord(
  { ledger }: Pick<Ports, 'ledger'>,
  events: readonly Event[],
): Promise<string | undefined> {
  try {
    await ledger.record(events);
    return undefined;
  } catch (error) {
    return `the ledger could not be written: ${(error as Error).message}`;
  }
}

/** An outcome that is true, and that the ledger does not know. */
export function unrecorded(outcome: Outcome, why: string): Outcome {
  const detail = [outcome.detail, why].filter((part) => part !== undefined).join('; ');
  return { ...outcome, detail, unrecorded: true };
}

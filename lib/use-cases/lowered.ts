import type { PlannedDecision } from '../core/plan.ts';
import type { Ports } from './ports.ts';

/**
 * Parts what may still be acted on from what is in accounts that were lowered to observe since the run listed them.
 * Throws where the ledger can't be read.
 */
export async function withoutLowered<T extends { decision: PlannedDecision }>(
  { ledger }: Pick<Ports, 'ledger'>,
  group: readonly T[],
): Promise<{ enforced: T[]; lowered: T[] }> {
  const modes = await ledger.loweredModes();
  const isLowered = ({ decision }: T) => modes.get(decision.account) === 'observe';
  return { enforced: group.filter((one) => !isLowered(one)), lowered: group.filter(isLowered) };
}

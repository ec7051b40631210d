import type { PlannedDecision } from '../core/plan.ts';
import type { Policy } from '../core/policy.ts';
import type { Reason } from '../core/reasons.ts';
import { steadyKey } from '../core/steady-text.ts';
import { week } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import { withoutLowered } from './lowered.ts';
import type { Ports } from './ports.ts';
import type { Delivery } from './ports-people.ts';
import { describeAll, type Found, messagesAtOnce, messagesFor, noticeOf } from './warn.ts';

/** What an owner can mend. */
const mendable: readonly Reason[] = [
  'expiry-unreadable',
  'protect-unreadable',
  'exclude-unreadable',
  'keys-collide',
  'beyond-max-lifetime',
];

/**
 * Tells owners what is kept though something is wrong with it, when that is new and then weekly; what nobody owns is
 * in the channel's report alone. It gives no receipt. Throws nothing: what went wrong is returned, in words, and tried
 * again by the next sweep.
 */
export async function tellHolds(
  ports: Ports,
  policy: Policy,
  decisions: readonly PlannedDecision[],
  stopAt = Number.POSITIVE_INFINITY,
): Promise<string[]> {
  if (policy.slack === undefined) return [];
  try {
    const held = decisions.filter(({ reason, owner }) => owner !== undefined && mendable.includes(reason));
    const told = await ports.ledger.toldAt(held.map(holdKey));
    const now = ports.clock.now();
    const wanted = held.filter((decision) => now - (told.get(holdKey(decision)) ?? Number.NEGATIVE_INFINITY) >= week);
    const messages = messagesFor(await describeAll(ports, wanted));
    const problems = await inParallel(messages, messagesAtOnce, async (group) => {
      if (ports.clock.now() >= stopAt) return [`${whose(group)} is not told yet what is held: the step had to end`];
      const { enforced } = await withoutLowered(ports, group);
      return enforced.length === 0 ? [] : tell(ports, enforced);
    });
    return problems.flat();
  } catch (error) {
    return [`owners are not told what is held: ${(error as Error).message}; the next sweep tries again`];
  }
}

/** Another value, or another thing that is wrong, is told at once. */
function holdKey({ arn, reason, detail = '' }: PlannedDecision): string {
  return `hold/${arn}/${reason}/${steadyKey(detail)}`;
}

function whose([first]: readonly Found[]): string {
  return `${first?.decision.owner} in account ${first?.decision.account}`;
}

async function tell(ports: Ports, group: readonly Found[]): Promise<string[]> {
  const { ledger, messenger, clock } = ports;
  const notice = noticeOf(ports, 'hold', group);
  try {
    // Before the message: somebody may click on it at once.
    await ledger.saveNotice(notice);
    const delivery = await messenger
      .warn(notice)
      .catch(({ message }: Error): Delivery => ({ kind: 'failed', why: message }));
    if (delivery.kind !== 'delivered') {
      return delivery.kind === 'nowhere' ? [] : [`${whose(group)} is not told what is held: ${delivery.why}`];
    }
    const keys = group.map(({ decision }) => holdKey(decision));
    await ledger.markTold(keys, clock.now());
    if (delivery.message !== undefined) await ledger.saveNotice({ ...notice, message: delivery.message });
    return [];
  } catch (error) {
    const why = `the ledger can't be written: ${(error as Error).message}`;
    return [`that ${whose(group)} is told what is held can't be kept, so the next sweep tells it again: ${why}`];
  }
}

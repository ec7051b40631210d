import { type Duration, type Instant, minute } from '../core/time.ts';
import type { Present, RemovalFailure, ResourceType } from '../resource-types/define.ts';

/** AWS's clock and ours may differ by this much. */
const clockSkew: Duration = 5 * minute;

/** Whom an order was for. */
interface Ordered {
  identity?: string | undefined;
}

/** What an order that is still open was given for, as far as the ledger remembers it. */
export function orderedTarget(arn: string, id: string, { identity = '' }: Ordered): Present {
  return { kind: 'present', id, arn, identity, tags: {}, facts: {} };
}

/** Whether another resource has the name now: what was ordered away is gone then. */
export function isAnother(type: ResourceType, present: Present, { identity }: Ordered): boolean {
  if (type.movingIdentity !== undefined || identity === undefined) return false;
  return present.identity !== identity;
}

/** The failure that answers an order. One from before it was known when the order was given. */
export function failureSince({ removalFailure }: Present, orderedAt: Instant): RemovalFailure | undefined {
  return removalFailure !== undefined && removalFailure.at >= orderedAt - clockSkew ? removalFailure : undefined;
}

import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import type { RemovalSettings } from '../resource-types/define.ts';
import type { Ports } from './ports.ts';

/** Objects of one bucket that one pass deletes, so that a huge bucket never holds the others. */
const objectsPerPass = 100_000;

/**
 * What the policy says about removing in one shard. Copies are kept from `since` on, which is the same for all passes
 * of a run, so that no pass writes another date on them than the one before.
 */
export function settingsOf(
  { cloud }: Pick<Ports, 'cloud'>,
  policy: Policy,
  { account }: Shard,
  since: Instant,
): RemovalSettings {
  const stackRoleArn = cloud.stackRoleArn(account);
  return {
    finalSnapshot: policy.removal.finalSnapshot,
    keepUntil: since + policy.removal.keepFinalSnapshots,
    stripKeys: [...policy.expiry.tags, policy.protect.tag].map((key) => key.toLowerCase()),
    objectsPerPass,
    ...(stackRoleArn !== undefined && { stackRoleArn }),
  };
}

import type { Policy } from './policy.ts';
import type { Duration, Instant } from './time.ts';

export interface Extension {
  to: Instant;
  /** Why less than asked for was granted. */
  cutBy?: 'maxExtension' | 'maxLifetime';
}

/**
 * Extending by D: the later of now and the present expiry, plus D, cut to now + `maxExtension` and creation +
 * `maxLifetime`; never earlier than the present expiry, or than now where there is none: a resource that has outlived
 * `maxLifetime` must not become due by being extended. A present expiry of never stays.
 */
export function extend(
  present: Instant | undefined,
  by: Duration,
  { maxExtension, maxLifetime }: Pick<Policy['expiry'], 'maxExtension' | 'maxLifetime'>,
  createdAt: Instant | undefined,
  now: Instant,
): Extension {
  const wanted = Math.max(now, present ?? now) + by;
  const caps: [Instant, Extension['cutBy']][] = [[now + maxExtension, 'maxExtension']];
  if (maxLifetime !== undefined && createdAt !== undefined) caps.push([createdAt + maxLifetime, 'maxLifetime']);
  const [cap, cutBy] = caps.reduce((lowest, one) => (one[0] < lowest[0] ? one : lowest));
  const granted = Math.max(Math.min(wanted, cap), present ?? now);
  return granted < wanted && cutBy !== undefined ? { to: granted, cutBy } : { to: granted };
}

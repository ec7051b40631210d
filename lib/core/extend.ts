import type { Policy } from './policy.ts';
import type { Duration, Instant } from './time.ts';

export interface Extension {
  to: Instant;
  /** Why less than asked for was granted. */
  cutBy?: 'maxExtension' | 'maxLifetime';
}

type Caps = Pick<Policy['expiry'], 'maxExtension' | 'maxLifetime'>;

/** What is asked of a date: so much more, or an instant. */
export type Wanted = { by: Duration } | { until: Instant };

/** What is granted of it: see `extend` and `extendUntil`. */
export function grant(
  present: Instant | undefined,
  wanted: Wanted,
  caps: Caps,
  createdAt: Instant | undefined,
  now: Instant,
): Extension {
  return 'by' in wanted
    ? extend(present, wanted.by, caps, createdAt, now)
    : extendUntil(present, wanted.until, caps, createdAt, now);
}

/**
 * Extending by D: the later of now and the present expiry, plus D, cut to now + `maxExtension` and creation +
 * `maxLifetime`; never earlier than the present expiry, or than now where there is none: a resource that has outlived
 * `maxLifetime` must not become due by being extended. A present expiry of never stays.
 */
export function extend(
  present: Instant | undefined,
  by: Duration,
  caps: Caps,
  createdAt: Instant | undefined,
  now: Instant,
): Extension {
  return extendUntil(present, Math.max(now, present ?? now) + by, caps, createdAt, now);
}

/** The same to an instant, which a resource that lasts longer already never loses by. */
function extendUntil(
  present: Instant | undefined,
  until: Instant,
  { maxExtension, maxLifetime }: Caps,
  createdAt: Instant | undefined,
  now: Instant,
): Extension {
  const caps: [Instant, Extension['cutBy']][] = [[now + maxExtension, 'maxExtension']];
  if (maxLifetime !== undefined && createdAt !== undefined) caps.push([createdAt + maxLifetime, 'maxLifetime']);
  const [cap, cutBy] = caps.reduce((lowest, one) => (one[0] < lowest[0] ? one : lowest));
  const granted = Math.max(Math.min(until, cap), present ?? now);
  return granted < until && cutBy !== undefined ? { to: granted, cutBy } : { to: granted };
}

import { day, hour, type Instant, toIso } from '../../../lib/core/time.ts';

export const regions = ['us-east-1', 'eu-west-1'] as const;
export type Region = (typeof regions)[number];

export type Kind =
  | 'auto-scaling-group'
  | 'bucket'
  | 'database'
  | 'document'
  | 'elastic-ip'
  | 'function'
  | 'image'
  | 'instance'
  | 'launch-template'
  | 'load-balancer'
  | 'log-group'
  | 'parameter'
  | 'queue'
  | 'secret'
  | 'security-group'
  | 'snapshot'
  | 'stack'
  | 'table'
  | 'target-group'
  | 'topic'
  | 'volume';

/**
 * What one enforced sweep makes of a resource. Removed: gone afterwards. Kept: there is nothing to say about it. Held:
 * the decision itself says hold. Blocked: it is due, but the recheck or the service finds an obstacle.
 */
export type Fate = 'removed' | 'kept' | 'held' | 'blocked';

/** A tag value, or how it follows from the time at which the world begins. */
export type TagValue = string | ((now: Instant) => string);
export type Tags = Readonly<Record<string, TagValue>>;

/** What comes along with a resource: the disks of a server, the servers of a group, the volumes of a stack. */
export interface Part {
  name: string;
  tags: Tags;
  fate: Fate;
}

/** One resource of the story, to be made in the order of its table. */
export interface Row {
  kind: Kind;
  name: string;
  owner?: string;
  environment?: string;
  tags: Tags;
  fate: Fate;
  /** An earlier row of the same table that it is attached to or made of. */
  uses?: `${Kind}/${string}`;
  parts?: readonly Part[];
  /** Deletion or termination protection is on. */
  guarded?: boolean;
  /** For a bucket: how many versions and delete markers it holds. */
  entries?: number;
}

/** Rows that one person made for one environment. */
export function of(owner: string, environment: string | undefined, rows: readonly Row[]): Row[] {
  return rows.map((row) => ({ owner, ...(environment !== undefined && { environment }), ...row }));
}

export type AccountStory = Readonly<Record<Region, readonly Row[]>>;

export const ago =
  (hours: number): TagValue =>
  (now) =>
    toIso(now - hours * hour);

export const inHours =
  (hours: number): TagValue =>
  (now) =>
    toIso(now + hours * hour);

export const inDays = (days: number): TagValue => inHours(24 * days);

/** A bare date, which means the end of that day. */
export const dateIn =
  (days: number): TagValue =>
  (now) =>
    toIso(now + days * day).slice(0, 10);

export const unixAgo =
  (hours: number): TagValue =>
  (now) =>
    String(Math.floor((now - hours * hour) / 1000));

export function resolve(tags: Tags, now: Instant): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [key, typeof value === 'string' ? value : value(now)]),
  );
}

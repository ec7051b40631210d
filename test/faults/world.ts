import { ago, inDays, type Row, type Tags } from '../../scripts/local-aws/story/row.ts';

const due: Tags = { 'expires-at': ago(2) };
const live: Tags = { 'expires-at': inDays(3) };

/** Expired, with nothing in the way. */
export function gone(kind: Row['kind'], name: string, more: Partial<Row> = {}): Row {
  return { kind, name, owner: 'ana', environment: 'pr-7', tags: due, fate: 'removed', ...more };
}

/** Something that no sweep may touch, however it goes. */
export function safe(kind: Row['kind'], name: string, tags: Tags = live): Row {
  return { kind, name, owner: 'ben', environment: 'staging', tags, fate: 'kept' };
}

/** What must survive everything: live, protected, unreadable, ambiguous, and never expiring. */
export const survivors: readonly Row[] = [
  safe('volume', 'live-disk'),
  safe('queue', 'live-jobs'),
  safe('topic', 'live-events'),
  safe('table', 'live-sessions'),
  safe('volume', 'protected-disk', { ...due, 'mayfly:protect': 'true' }),
  safe('queue', 'protected-jobs', { ...due, 'Mayfly:Protect': 'yes please' }),
  safe('parameter', '/unreadable/flag', { ttl: 'soon' }),
  safe('volume', 'unreadable-disk', { ...due, ttl: '12/11/2026' }),
  safe('volume', 'colliding-disk', { 'expires-at': ago(2), 'Expires-At': ago(3) }),
  safe('log-group', '/never/ends', { ttl: 'never' }),
  safe('queue', 'untagged-jobs', {}),
];

/** A few expired resources of several types, in two waves of removals, among those that must survive. */
export const smallWorld: readonly Row[] = [
  ...survivors,
  gone('volume', 'old-disk'),
  gone('volume', 'older-disk', { tags: { TTL: ago(30) } }),
  gone('queue', 'old-jobs'),
  gone('queue', 'older-jobs', { tags: { TTL: ago(30) } }),
  gone('topic', 'old-events'),
  gone('parameter', '/old/flag'),
  gone('security-group', 'old-web'),
  gone('instance', 'old-web', { uses: 'security-group/old-web' }),
];

/** As few as it takes where waits are long: due and not due, found by each of the two listings. */
export const tinyWorld: readonly Row[] = [
  ...survivors.filter(({ name }) => ['live-disk', 'protected-jobs', '/unreadable/flag'].includes(name)),
  gone('volume', 'old-disk'),
  gone('queue', 'old-jobs'),
  gone('parameter', '/old/flag'),
];

/** Each type that the local AWS can make, at least once. */
export const wholeWorld: readonly Row[] = [
  ...smallWorld,
  gone('snapshot', 'old-copy', { uses: 'volume/live-disk' }),
  gone('image', 'old-image', { uses: 'instance/old-web', parts: [{ name: 'old-root', tags: due, fate: 'removed' }] }),
  gone('launch-template', 'old-template'),
  gone('auto-scaling-group', 'old-workers', {
    uses: 'launch-template/old-template',
    parts: [{ name: 'old-worker', tags: {}, fate: 'removed' }],
  }),
  gone('elastic-ip', 'old-ip'),
  gone('bucket', 'mayfly-faults-old-cache', { entries: 5 }),
  gone('database', 'old-database'),
  gone('function', 'old-thumbnails'),
  gone('log-group', '/old/web'),
  gone('secret', 'old/database'),
  gone('stack', 'old-stack', { parts: [{ name: 'Disk', tags: {}, fate: 'removed' }] }),
  gone('table', 'old-sessions'),
  gone('target-group', 'old-web'),
  gone('load-balancer', 'old-web', { uses: 'target-group/old-web' }),
];

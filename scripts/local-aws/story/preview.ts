import { type AccountStory, ago, inDays, inHours, of, unixAgo } from './row.ts';

/** One stack for each pull request; 101 is over, 102 is being reviewed, and both names exist in dev as well. */
export const preview: AccountStory = {
  'us-east-1': [
    // The stack of pull request 101 goes with what it made.
    ...of('ana', 'pr-101', [
      {
        kind: 'stack',
        name: 'preview-pr-101',
        tags: { 'expires-at': ago(3) },
        fate: 'removed',
        parts: [{ name: 'Uploads', tags: {}, fate: 'removed' }],
      },
    ]),
    // Somebody protected a disk of this one, so all of it stays.
    ...of('ana', 'pr-101', [
      {
        kind: 'stack',
        name: 'preview-pr-101-data',
        tags: { 'expires-at': ago(3) },
        fate: 'blocked',
        parts: [{ name: 'Orders', tags: { 'mayfly:protect': 'true' }, fate: 'kept' }],
      },
    ]),
    // A member of a stack is not taken out of it, whatever its own tag says.
    ...of('ben', 'staging', [
      {
        kind: 'stack',
        name: 'preview-shared',
        tags: {},
        fate: 'kept',
        parts: [{ name: 'Cache', tags: { 'expires-at': ago(3) }, fate: 'held' }],
      },
    ]),

    ...of('ana', 'pr-101', [
      { kind: 'queue', name: 'preview-pr-101-mail', tags: { 'expires-at': unixAgo(3) }, fate: 'removed' },
      { kind: 'topic', name: 'preview-pr-101-mail', tags: { ttl: ago(3) }, fate: 'removed' },
      { kind: 'parameter', name: '/preview/pr-101', tags: { ttl: ago(3) }, fate: 'removed' },
      { kind: 'table', name: 'preview-pr-101', tags: { ttl: ago(3) }, fate: 'removed' },
      { kind: 'database', name: 'preview-pr-101', tags: { ttl: ago(3) }, fate: 'removed' },
    ]),

    // Pull request 102: its owner is warned today, and may extend it.
    ...of('chloe', 'pr-102', [
      { kind: 'instance', name: 'preview-pr-102-web', tags: { 'expires-at': inHours(20) }, fate: 'kept' },
      { kind: 'queue', name: 'preview-pr-102-jobs', tags: { 'expires-at': inHours(20) }, fate: 'kept' },
      { kind: 'topic', name: 'preview-pr-102-events', tags: { 'expires-at': inHours(20) }, fate: 'kept' },
      { kind: 'table', name: 'preview-pr-102', tags: { 'expires-at': inHours(0.5) }, fate: 'kept' },
      { kind: 'database', name: 'preview-pr-102', tags: { 'expires-at': inDays(2) }, fate: 'kept' },
      { kind: 'secret', name: 'preview/pr-102', tags: { 'expires-at': inDays(2) }, fate: 'kept' },
    ]),
  ],
  'eu-west-1': [
    ...of('chloe', 'pr-102', [
      {
        kind: 'stack',
        name: 'preview-pr-102',
        tags: { 'expires-at': inDays(2) },
        fate: 'kept',
        parts: [{ name: 'Uploads', tags: {}, fate: 'kept' }],
      },
      { kind: 'bucket', name: 'mayfly-demo-preview-pr-102', tags: { ttl: inDays(2) }, fate: 'kept', entries: 3 },
    ]),
    ...of('ana', 'pr-101', [
      { kind: 'function', name: 'preview-pr-101-render', tags: { ttl: ago(3) }, fate: 'removed' },
      { kind: 'log-group', name: '/preview/pr-101-render', tags: { ttl: ago(3) }, fate: 'removed' },
      { kind: 'volume', name: 'preview-pr-101-data', tags: { ttl: ago(3) }, fate: 'removed' },
    ]),
    ...of('chloe', 'pr-102', [
      { kind: 'volume', name: 'preview-pr-102-data', tags: { ttl: '3d' }, fate: 'kept' },
      {
        kind: 'snapshot',
        name: 'preview-pr-102-data',
        tags: { ttl: '4h' },
        fate: 'kept',
        uses: 'volume/preview-pr-102-data',
      },
      { kind: 'security-group', name: 'preview-pr-102', tags: { ttl: '3d' }, fate: 'kept' },
      { kind: 'elastic-ip', name: 'preview-pr-102', tags: { ttl: 'P2W' }, fate: 'kept' },
      { kind: 'parameter', name: '/preview/pr-102', tags: { 'expires-at': 'N/A' }, fate: 'held' },
    ]),
    ...of('ben', 'load-test', [
      { kind: 'queue', name: 'preview-load-test', tags: { 'expires-at': 'next week' }, fate: 'held' },
      { kind: 'topic', name: 'preview-load-test', tags: { ttl: 'never' }, fate: 'kept' },
      { kind: 'log-group', name: '/preview/load-test', tags: { ttl: '12h' }, fate: 'kept' },
    ]),
  ],
};

import { type AccountStory, ago, dateIn, inDays, inHours, of, unixAgo } from './row.ts';

const yes = { 'mayfly:protect': 'true' };

/** Ana's pull request 101 is merged and its leftovers are due; staging lives on, with the scars of busy people. */
export const dev: AccountStory = {
  'us-east-1': [
    // Ana merged pull request 101 two hours ago: what it left behind goes.
    ...of('ana', 'pr-101', [
      { kind: 'security-group', name: 'pr-101-web', tags: { ttl: ago(2) }, fate: 'removed' },
      {
        kind: 'instance',
        name: 'pr-101-web',
        tags: { 'expires-at': ago(2) },
        fate: 'removed',
        uses: 'security-group/pr-101-web',
      },
      { kind: 'instance', name: 'pr-101-worker', tags: { TTL: ago(2) }, fate: 'removed' },
      { kind: 'volume', name: 'pr-101-scratch', tags: { 'Expires-At': unixAgo(2) }, fate: 'removed' },
      { kind: 'elastic-ip', name: 'pr-101-ip', tags: { 'expires-at': ago(2) }, fate: 'removed' },
      { kind: 'function', name: 'pr-101-thumbnails', tags: { 'expires-at': ago(2) }, fate: 'removed' },
      { kind: 'log-group', name: '/pr-101/web', tags: { 'expires-at': ago(2) }, fate: 'removed' },
      { kind: 'queue', name: 'pr-101-jobs', tags: { 'expires-at': ago(2) }, fate: 'removed' },
      { kind: 'topic', name: 'pr-101-events', tags: { 'expires-at': ago(2) }, fate: 'removed' },
      { kind: 'secret', name: 'pr-101/database', tags: { 'expires-at': ago(2) }, fate: 'removed' },
      {
        kind: 'bucket',
        name: 'mayfly-demo-pr-101-build-cache',
        tags: { 'expires-at': ago(2) },
        fate: 'removed',
        entries: 1240,
      },
      { kind: 'database', name: 'pr-101-orders', tags: { 'expires-at': ago(2) }, fate: 'removed' },
    ]),

    // Two things of it she still needs.
    ...of('ana', 'pr-101', [
      { kind: 'parameter', name: '/pr-101/settings', tags: { ttl: '4h' }, fate: 'kept' },
      { kind: 'table', name: 'pr-101-sessions', tags: { ttl: '3d' }, fate: 'kept' },
    ]),

    // Staging: it never had an expiry, and what it uses can't go from under it.
    ...of('chloe', 'staging', [
      { kind: 'security-group', name: 'staging-web', tags: { 'expires-at': ago(30) }, fate: 'blocked' },
      { kind: 'instance', name: 'staging-web', tags: {}, fate: 'kept', uses: 'security-group/staging-web' },
      { kind: 'database', name: 'staging-orders', tags: { 'expires-at': ago(30) }, fate: 'blocked', guarded: true },
      { kind: 'instance', name: 'staging-bastion', tags: { 'expires-at': ago(5) }, fate: 'blocked', guarded: true },
      {
        kind: 'image',
        name: 'staging-web-golden',
        tags: { 'expires-at': inDays(20) },
        fate: 'kept',
        uses: 'instance/staging-web',
        parts: [{ name: 'disk of staging-web-golden', tags: { 'expires-at': ago(1) }, fate: 'blocked' }],
      },
      { kind: 'queue', name: 'staging-orders', tags: { 'expires-at': 'never' }, fate: 'kept' },
      { kind: 'parameter', name: '/staging/settings', tags: { ttl: inDays(12) }, fate: 'kept' },
      { kind: 'function', name: 'staging-mailer', tags: { 'expires-at': inDays(12) }, fate: 'kept' },
      { kind: 'log-group', name: '/staging/web', tags: { ttl: '2w' }, fate: 'kept' },
      { kind: 'secret', name: 'staging/mail', tags: { ttl: '1w' }, fate: 'kept' },
      { kind: 'topic', name: 'staging-alerts', tags: { ttl: 'forever' }, fate: 'kept' },
      {
        kind: 'bucket',
        name: 'mayfly-demo-staging-assets',
        tags: { 'expires-at': ago(3), ...yes },
        fate: 'kept',
        entries: 12,
      },
      {
        kind: 'table',
        name: 'staging-orders',
        tags: { 'expires-at': ago(3), 'mayfly:protect': dateIn(7) },
        fate: 'kept',
      },
      {
        kind: 'table',
        name: 'staging-carts',
        tags: { 'expires-at': ago(3), 'mayfly:protect': dateIn(-7) },
        fate: 'removed',
      },
      {
        kind: 'secret',
        name: 'staging/payment',
        tags: { 'expires-at': ago(3), 'mayfly:protect': 'please' },
        fate: 'held',
      },
    ]),
  ],
  'eu-west-1': [
    // What people write when nobody looks: kept, and their owners are told the accepted forms.
    ...of('ben', 'staging', [
      { kind: 'volume', name: 'staging-data', tags: { 'expires-at': 'soon' }, fate: 'held' },
      {
        kind: 'snapshot',
        name: 'staging-before-migration',
        tags: { 'expires-at': '12/11/2026' },
        fate: 'held',
        uses: 'volume/staging-data',
      },
    ]),
    ...of('ben', 'load-test', [
      { kind: 'instance', name: 'load-test-driver', tags: { ttl: '30m' }, fate: 'held' },
      { kind: 'queue', name: 'load-test-results', tags: { ttl: '' }, fate: 'held' },
      { kind: 'topic', name: 'load-test-done', tags: { 'expires-at': '2026-02-30' }, fate: 'held' },
    ]),

    // Ben's load test is over: the group goes with its servers. Staging's group stays, and so do its servers.
    ...of('ben', 'load-test', [
      { kind: 'launch-template', name: 'load-test', tags: { 'expires-at': ago(6) }, fate: 'removed' },
      {
        kind: 'auto-scaling-group',
        name: 'load-test-fleet',
        tags: { 'expires-at': ago(6) },
        fate: 'removed',
        uses: 'launch-template/load-test',
        parts: [
          { name: 'load-test-fleet-1', tags: { 'expires-at': ago(6) }, fate: 'removed' },
          { name: 'load-test-fleet-2', tags: { 'expires-at': ago(6) }, fate: 'removed' },
        ],
      },
    ]),
    ...of('chloe', 'staging', [
      { kind: 'launch-template', name: 'staging', tags: { ttl: '2w' }, fate: 'kept' },
      {
        kind: 'auto-scaling-group',
        name: 'staging-fleet',
        tags: { 'expires-at': inDays(5) },
        fate: 'kept',
        uses: 'launch-template/staging',
        parts: [{ name: 'staging-fleet-1', tags: { ttl: ago(4) }, fate: 'held' }],
      },
    ]),

    // Chloe's load balancer for pull request 102 goes, then the target group that it fed.
    ...of('chloe', 'pr-102', [
      { kind: 'target-group', name: 'pr-102-web', tags: { 'expires-at': ago(1) }, fate: 'removed' },
      {
        kind: 'load-balancer',
        name: 'pr-102-web',
        tags: { 'expires-at': ago(1) },
        fate: 'removed',
        uses: 'target-group/pr-102-web',
      },
      { kind: 'log-group', name: '/pr-102/web', tags: { 'expires-at': inHours(30) }, fate: 'kept' },
      { kind: 'function', name: 'pr-102-mailer', tags: { ttl: 'P3D' }, fate: 'kept' },
      { kind: 'parameter', name: '/pr-102/settings', tags: { 'expires-at': dateIn(3) }, fate: 'kept' },
      { kind: 'queue', name: 'pr-102-jobs', tags: { ttl: '3d' }, fate: 'kept' },
      { kind: 'table', name: 'pr-102-carts', tags: { ttl: '3d' }, fate: 'kept' },
      { kind: 'volume', name: 'pr-102-uploads', tags: { 'expires-at': inHours(30) }, fate: 'kept' },
      { kind: 'security-group', name: 'pr-102-web', tags: { ttl: '72h' }, fate: 'kept' },
    ]),
  ],
};

/**
 * The hub's roles have fixed names: members trust them by name before they exist, and after they were made again.
 */
export const hubRoles = {
  list: 'mayfly-hub-list',
  scan: 'mayfly-hub-scan',
  settle: 'mayfly-hub-settle',
  plan: 'mayfly-hub-plan',
  warn: 'mayfly-hub-warn',
  reap: 'mayfly-hub-reap',
  conclude: 'mayfly-hub-conclude',
  end: 'mayfly-hub-end',
  slack: 'mayfly-hub-slack',
  worker: 'mayfly-hub-worker',
  restore: 'mayfly-hub-restore',
  report: 'mayfly-hub-report',
  link: 'mayfly-hub-link',
  guard: 'mayfly-hub-guard',
  guardOrder: 'mayfly-hub-guard-order',
  guardAlarm: 'mayfly-hub-guard-alarm',
} as const;

/**
 * Which roles of the hub may assume which role of a member. Settling is part of acting: it finishes what an earlier run
 * began. The worker reads with the tag role, so that it needs no other; what it is asked to restore it hands on, as
 * it does with what it is told to freeze, stop and release. Who removes stops nothing for the guard, and the guard
 * removes nothing.
 */
export const trustedHubRoles = {
  read: [
    hubRoles.list,
    hubRoles.scan,
    hubRoles.settle,
    hubRoles.warn,
    hubRoles.reap,
    hubRoles.restore,
    hubRoles.report,
    hubRoles.guard,
    hubRoles.guardOrder,
  ],
  act: [hubRoles.settle, hubRoles.reap],
  tag: [hubRoles.worker],
  idle: [hubRoles.reap, hubRoles.restore],
  guard: [hubRoles.guard, hubRoles.guardOrder],
} as const;

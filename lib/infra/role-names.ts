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
  slack: 'mayfly-hub-slack',
  worker: 'mayfly-hub-worker',
} as const;

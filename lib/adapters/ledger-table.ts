/** How the ledger's table is keyed; the stack that makes it and the ledger that uses it agree on this. */
export const ledgerTable = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** What is kept for a time ends by itself: seconds since 1970. */
  expires: 'expires',
  byShard: { name: 'by-shard', partitionKey: 'shard', sortKey: 'pk' },
} as const;

/** Partitions with a name of their own. Each other one belongs to a resource, and is called by its ARN. */
export const ledgerPartitions = {
  /** Removals whose end is not known, one item each. */
  openRemovals: 'open-removals',
  /** By their time: what ended, and orders for more time. Written together with the events of their resources. */
  turns: 'turns',
  lease: 'lease',
  switches: 'switches',
  approvals: 'approvals',
  orders: 'orders',
  runs: 'runs',
  /** About telling people, each for a time of its own; see `keptFor`. */
  notices: 'notices',
  told: 'told',
  postponed: 'postponed',
  tasks: 'tasks',
  people: 'people',
  /** What the guard remembers, an account each; what happened there, by account and number; what is usual there. */
  guard: 'guard',
  guardEvents: 'guard-events',
  guardSeen: 'guard-seen',
} as const;

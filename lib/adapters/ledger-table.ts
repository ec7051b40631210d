/** How the ledger's table is keyed; the stack that makes it and the ledger that uses it agree on this. */
export const ledgerTable = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Events end by themselves: seconds since 1970. */
  expires: 'expires',
  byShard: { name: 'by-shard', partitionKey: 'shard', sortKey: 'pk' },
} as const;

/** List prices in us-east-1, USD, without discounts and free tiers; where each is from stands in docs/performance.md. */
const prices = {
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  expressRequest: 1 / 1e6,
  expressGbSecond: 0.060012 / 3600,
  transition: 0.025 / 1e3,
  s3Put: 0.005 / 1e3,
  s3Get: 0.0004 / 1e3,
  ledgerRead: 0.125 / 1e6,
  ledgerWrite: 0.625 / 1e6,
  logGb: 0.5,
} as const;

/** What a sweep is made of. Seconds are of a function, measured; the rest follows from the definition. */
export interface SweepShape {
  accounts: number;
  regions: number;
  /** Resources with an expiry tag in each shard. */
  tracked: number;
  /** Shards in which something is removed. */
  busyShards: number;
  scanSeconds: number;
  reapSeconds: number;
}

export interface SweepCost {
  shards: number;
  /** USD of one sweep, by what is paid. */
  parts: Readonly<Record<string, number>>;
  sweep: number;
  /** Of 730 sweeps. */
  month: number;
}

const scanGb = 0.5;
const reapGb = 0.75;
/** A child of the express map is a single state; Step Functions counts memory in steps of 64 MB. */
const childGb = 0.0625;
/** States that the parent enters, both maps among them. */
const parentTransitions = 12;
/** Each child of the standard map: start, ReapShard, StillPending, its end, and one wait with what follows. */
const reapTransitions = 7;
/** A resource's state is read as half a unit of 4 kB, strongly consistent: one. */
const readUnits = 1;
const logKbPerCall = 1.5;

/** What one sweep costs at list prices. Pure: the shape tells everything. */
export function costOfSweep(shape: SweepShape): SweepCost {
  const { accounts, regions, tracked, busyShards, scanSeconds, reapSeconds } = shape;
  const shards = accounts * regions;
  const reaps = 2 * busyShards;
  const calls = shards + reaps + 5;
  const parts = {
    'scan functions': shards * (scanSeconds * scanGb * prices.lambdaGbSecond + prices.lambdaRequest),
    'reap functions': reaps * (reapSeconds * reapGb * prices.lambdaGbSecond + prices.lambdaRequest),
    'express children': shards * (prices.expressRequest + scanSeconds * childGb * prices.expressGbSecond),
    transitions: (parentTransitions + reapTransitions * busyShards) * prices.transition,
    objects: (shards + 3 * busyShards) * prices.s3Put + (shards + 3 * busyShards) * prices.s3Get,
    'ledger, unchanged world': shards * tracked * readUnits * prices.ledgerRead + 50 * prices.ledgerWrite,
    logs: ((calls * logKbPerCall) / 1e6) * prices.logGb,
  };
  const sweep = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { shards, parts, sweep, month: 730 * sweep };
}

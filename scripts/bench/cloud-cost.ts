/**
 * List prices in us-east-1, in USD, without discounts and free tiers: first tiers, Lambda on arm64, the standard class
 * of S3, DynamoDB on demand. Where each is from stands in docs/performance.md.
 */
const prices = {
  transition: 0.025 / 1e3,
  expressRequest: 1 / 1e6,
  expressGbSecond: 0.060012 / 3600,
  lambdaRequest: 0.2 / 1e6,
  lambdaGbSecond: 0.0000133334,
  s3Put: 0.005 / 1e3,
  s3Get: 0.0004 / 1e3,
  s3GbMonth: 0.023,
  readUnit: 0.125 / 1e6,
  writeUnit: 0.625 / 1e6,
  logGb: 0.5,
  dashboardMonth: 3,
  alarmMonth: 0.1,
} as const;

/** What a sweep is made of. */
export interface SweepShape {
  accounts: number;
  regions: number;
  /** Resources with an expiry tag in each shard, on average. */
  tracked: number;
  /** Records of the ledger: one for each resource that is new or tagged otherwise, two for one that is removed. */
  records: number;
  /** Shards in which something is removed, and how often each is called: twice where AWS takes its time. */
  busyShards: number;
  reapCalls: number;
  scanSeconds: number;
  reapSeconds: number;
  /** The policy has a cost guard. */
  guards?: boolean;
}

/** What one sweep uses, counted as AWS counts it. */
export interface SweepUsage {
  shards: number;
  transitions: number;
  expressRequests: number;
  expressGbSeconds: number;
  lambdaRequests: number;
  lambdaGbSeconds: number;
  s3Puts: number;
  s3Gets: number;
  readUnits: number;
  writeUnits: number;
  logGb: number;
}

/** What follows from the definition and from lib/infra; test/bench/cloud-cost.test.ts compares it with them. */
export const deployed = {
  /** States of the parent where nothing is removed. */
  parentStates: 9,
  scansAtOnce: 100,
  memoryMb: {
    'mayfly-list-shards': 512,
    'mayfly-scan-shard': 512,
    'mayfly-settle-open': 512,
    'mayfly-make-plan': 2048,
    'mayfly-warn': 512,
    'mayfly-reap-shard': 768,
    'mayfly-conclude': 1024,
  },
  /** Of the example. */
  alarms: 16,
  /** What a policy with a cost guard adds. */
  guard: { parentStates: 1, alarms: 4, memoryMb: { 'mayfly-guard': 1024 } },
} as const;

/** What is not measured, and meant to be rather too much. */
const assumed = {
  /** The five steps that run once: start and work of each. */
  stepSeconds: 2,
  /** Of make-plan for each shard's document, 32 at a time. */
  documentSeconds: 0.03 / 32,
  /** Of the guard's step for each account, a few at a time. */
  guardSeconds: 0.1,
  /**
   * What the first scan of a process takes longer: half a second of a processor (`npm run bench -- cloud`), of which
   * half a gigabyte has less than a third. An hour later all processes are new.
   */
  startSeconds: 1.5,
  /** Of a function's own lines and Lambda's. */
  logKbPerCall: 1.5,
  /** Eight events of each child, without their data. */
  logKbPerChild: 3,
  /** Of a shard's decisions in the bucket. */
  documentKb: 0.2,
  decisionKb: 0.4,
  /** Of a resource in the index of shards. */
  indexBytes: 150,
} as const;

const { parentStates, scansAtOnce, memoryMb, guard } = deployed;

/** Step Functions counts the memory of an express child in steps of 64 MB, and its time in tenths of a second. */
const childGb = 64 / 1024;
const inTenths = (seconds: number) => Math.ceil(10 * seconds - 1e-9) / 10;
const gbOf = (name: keyof typeof memoryMb) => memoryMb[name] / 1024;

/** Pure: the shape tells everything. */
export function usageOf(shape: SweepShape): SweepUsage {
  const usage = sweepUsage(shape);
  return shape.guards ? withGuard(usage, shape) : usage;
}

/** One state and one call more, a document of each shard, and what is remembered of each account. */
function withGuard(usage: SweepUsage, { accounts }: SweepShape): SweepUsage {
  const { shards } = usage;
  const seconds = assumed.stepSeconds + accounts * assumed.guardSeconds;
  return {
    ...usage,
    transitions: usage.transitions + guard.parentStates,
    lambdaRequests: usage.lambdaRequests + 1,
    lambdaGbSeconds: usage.lambdaGbSeconds + (seconds * guard.memoryMb['mayfly-guard']) / 1024,
    s3Puts: usage.s3Puts + shards,
    s3Gets: usage.s3Gets + shards + 2,
    readUnits: usage.readUnits + 3 * accounts,
    writeUnits: usage.writeUnits + 3 * accounts,
    logGb: usage.logGb + assumed.logKbPerCall / 1e6,
  };
}

function sweepUsage(shape: SweepShape): SweepUsage {
  const { accounts, regions, tracked, records, busyShards, reapCalls, scanSeconds, reapSeconds } = shape;
  const shards = accounts * regions;
  const reaps = busyShards * reapCalls;
  const anyWork = busyShards > 0 ? 1 : 0;
  const once = ['mayfly-list-shards', 'mayfly-settle-open', 'mayfly-warn', 'mayfly-conclude'] as const;
  const onceGbSeconds = once.reduce((sum, name) => sum + assumed.stepSeconds * gbOf(name), 0);
  const planSeconds = assumed.stepSeconds + shards * assumed.documentSeconds;
  const starts = Math.min(shards, scansAtOnce) * assumed.startSeconds;
  const calls = shards + reaps + once.length + 1;
  const indexUnits = 0.5 * Math.max(1, Math.ceil((tracked * assumed.indexBytes) / 4096));
  return {
    shards,
    // The start of every child of either map counts as one, too. A reap is three states, and so is each further round.
    transitions: parentStates + anyWork + shards + busyShards * (1 + 3 * reapCalls),
    expressRequests: shards,
    expressGbSeconds: shards * inTenths(scanSeconds) * childGb,
    lambdaRequests: calls,
    lambdaGbSeconds:
      (shards * scanSeconds + starts) * gbOf('mayfly-scan-shard') +
      reaps * reapSeconds * gbOf('mayfly-reap-shard') +
      planSeconds * gbOf('mayfly-make-plan') +
      onceGbSeconds,
    s3Puts: shards + busyShards + reaps + 8,
    s3Gets: shards + busyShards + reaps + 11 + anyWork,
    readUnits: shards * (tracked + indexUnits) + records + 4,
    // In a transaction state and event count double; the index follows the state.
    writeUnits: 5 * records + 4,
    logGb: (calls * assumed.logKbPerCall + (shards + busyShards) * assumed.logKbPerChild) / 1e6,
  };
}

export interface SweepCost {
  usage: SweepUsage;
  /** USD of one sweep, by what is paid for. */
  parts: Readonly<Record<string, number>>;
  sweep: number;
  /** USD of a month that does not depend on sweeps: the dashboard, the alarms, and what lies in the bucket. */
  standing: number;
  /** Of 730 sweeps, with what stands. */
  month: number;
  /** Seconds until all shards are scanned. */
  scanning: number;
}

const sweepsPerMonth = 730;
const documentDays = 30;

/** What one sweep and a month of them cost at list prices. */
export function costOfSweep(shape: SweepShape): SweepCost {
  const usage = usageOf(shape);
  const parts = {
    'state transitions': usage.transitions * prices.transition,
    'express children': usage.expressRequests * prices.expressRequest + usage.expressGbSeconds * prices.expressGbSecond,
    functions: usage.lambdaRequests * prices.lambdaRequest + usage.lambdaGbSeconds * prices.lambdaGbSecond,
    'run store': usage.s3Puts * prices.s3Put + usage.s3Gets * prices.s3Get,
    ledger: usage.readUnits * prices.readUnit + usage.writeUnits * prices.writeUnit,
    logs: usage.logGb * prices.logGb,
  };
  const sweep = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const keptKb = usage.shards * (assumed.documentKb + shape.tracked * assumed.decisionKb) * documentDays * 24;
  const alarms = deployed.alarms + (shape.guards ? guard.alarms : 0);
  const standing = prices.dashboardMonth + alarms * prices.alarmMonth + (keptKb / 1e6) * prices.s3GbMonth;
  const scanning = Math.ceil(usage.shards / scansAtOnce) * shape.scanSeconds;
  return { usage, parts, sweep, standing, month: sweepsPerMonth * sweep + standing, scanning };
}

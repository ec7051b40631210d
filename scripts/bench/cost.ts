import { costOfSweep, type SweepCost, type SweepShape } from './cloud-cost.ts';
import { markdownTable } from './markdown.ts';

/**
 * A scan takes 0.4 seconds alone on this machine with AWS 30 ms away (`npm run bench -- cloud`). Half a gigabyte of
 * Lambda is less than a third of a processor, and most regions are further away: five times as long is assumed.
 */
const scanSeconds = 2;

/** An hour in which little happens: one shard in a hundred has something to remove, ten of a thousand change. */
function shapeOf(accounts: number): SweepShape {
  const regions = 17;
  const tracked = 10;
  const shards = accounts * regions;
  return {
    accounts,
    regions,
    tracked,
    records: Math.round((shards * tracked) / 100),
    busyShards: Math.round(shards / 100),
    reapCalls: 2,
    scanSeconds,
    reapSeconds: 15,
  };
}

const sizes = [10, 500, 3000];

/** What sweeps cost at list prices, as Markdown. Computed, not measured. */
export function reportOfCost(): string {
  const costs = sizes.map((accounts) => costOfSweep(shapeOf(accounts)));
  return [usageTable(costs), '', costTable(costs), '', secondsTable()].join('\n');
}

const heads = (first: string) => [first, ...sizes.map((accounts) => `${accounts.toLocaleString('en')} accounts`)];

function usageTable(costs: readonly SweepCost[]): string {
  const count = (value: number) => Math.round(value).toLocaleString('en');
  const rows: [string, (cost: SweepCost) => string][] = [
    ['shards', ({ usage }) => count(usage.shards)],
    ['state transitions', ({ usage }) => count(usage.transitions)],
    ['express requests', ({ usage }) => count(usage.expressRequests)],
    ['express GB-seconds', ({ usage }) => count(usage.expressGbSeconds)],
    ['Lambda requests', ({ usage }) => count(usage.lambdaRequests)],
    ['Lambda GB-seconds', ({ usage }) => count(usage.lambdaGbSeconds)],
    ['S3 PUT', ({ usage }) => count(usage.s3Puts)],
    ['S3 GET', ({ usage }) => count(usage.s3Gets)],
    ['ledger read units', ({ usage }) => count(usage.readUnits)],
    ['ledger write units', ({ usage }) => count(usage.writeUnits)],
    ['logs, MB', ({ usage }) => count(1000 * usage.logGb)],
    ['scanning, minutes', ({ scanning }) => (scanning / 60).toFixed(1)],
  ];
  return markdownTable(
    heads('one sweep uses'),
    rows.map(([name, cell]) => [name, ...costs.map(cell)]),
  );
}

function costTable(costs: readonly SweepCost[]): string {
  const usd = (value: number) => value.toFixed(value < 1 ? 4 : 2);
  const parts = Object.keys(costs[0]?.parts ?? {}).map((name) => [
    name,
    ...costs.map(
      ({ parts: all, sweep }) => `${usd(all[name] ?? 0)} (${((100 * (all[name] ?? 0)) / sweep).toFixed(0)} %)`,
    ),
  ]);
  return markdownTable(heads('USD'), [
    ...parts,
    ['one sweep', ...costs.map(({ sweep }) => usd(sweep))],
    ['730 sweeps', ...costs.map(({ month, standing }) => (month - standing).toFixed(2))],
    ['stands besides, a month', ...costs.map(({ standing }) => standing.toFixed(2))],
    ['a month', ...costs.map(({ month }) => month.toFixed(2))],
  ]);
}

function secondsTable(): string {
  const scans = [1, 2, 5];
  return markdownTable(
    heads('a month in USD, if a scan takes'),
    scans.map((seconds) => [
      `${seconds} s`,
      ...sizes.map((accounts) => costOfSweep({ ...shapeOf(accounts), scanSeconds: seconds }).month.toFixed(0)),
    ]),
  );
}

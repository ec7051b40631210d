import { trendPng } from '../../lib/adapters/finance/chart.ts';
import { financeCsv } from '../../lib/adapters/finance/csv.ts';
import { financeHtml } from '../../lib/adapters/finance/html.ts';
import { financeReport } from '../../lib/use-cases/finance-report.ts';
import { financeWorld } from './finance-world.ts';

/** What one weekly report took, by its own process. */
export interface FinanceAlone {
  rows: number;
  callsToAws: number;
  gatherSeconds: number;
  htmlSeconds: number;
  csvSeconds: number;
  pngSeconds: number;
  htmlBytes: number;
  csvBytes: number;
  cpuSeconds: number;
  peakMb: number;
}

/** Gathers a report of so many resources and makes its files. */
export async function makeAlone(resources: number): Promise<FinanceAlone> {
  const now = Date.parse('2026-11-30T07:00:00Z');
  const { ports, policy, sent } = await financeWorld(resources, now);
  const [report, gatherSeconds] = await timed(() => financeReport(ports, policy));
  const [html, htmlSeconds] = await timed(() => financeHtml(report));
  const [csv, csvSeconds] = await timed(() => financeCsv(report));
  const [, pngSeconds] = await timed(() => trendPng(report));
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    rows: report.idle.length,
    callsToAws: sent(),
    ...{ gatherSeconds, htmlSeconds, csvSeconds, pngSeconds },
    htmlBytes: Buffer.byteLength(html),
    csvBytes: Buffer.byteLength(csv),
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMb: maxRSS / 1024,
  };
}

async function timed<T>(work: () => T | Promise<T>): Promise<[T, number]> {
  const started = performance.now();
  const result = await work();
  return [result, (performance.now() - started) / 1000];
}

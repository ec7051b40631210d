import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FinanceAlone } from './finance-alone.ts';
import { markdownTable, seconds } from './markdown.ts';

const sizes = [1_000, 10_000, 100_000];

/** Time, memory and sizes of the weekly report, as Markdown; each size in a process of its own. */
export async function reportOfFinance(): Promise<string> {
  const made: FinanceAlone[] = [];
  for (const size of sizes) {
    console.error(`a report of ${size.toLocaleString('en')} …`);
    made.push(await inOwnProcess(size));
  }
  return markdownTable(
    ['resources, each a row', 'calls', 'gathered', 'HTML', 'CSV', 'chart', 'CPU', 'peak', 'size of HTML', 'of CSV'],
    made.map((one) => [
      one.rows.toLocaleString('en'),
      String(one.callsToAws),
      ...[one.gatherSeconds, one.htmlSeconds, one.csvSeconds, one.pngSeconds, one.cpuSeconds].map(seconds),
      `${one.peakMb.toFixed(0)} MB`,
      megabytes(one.htmlBytes),
      megabytes(one.csvBytes),
    ]),
  );
}

async function inOwnProcess(size: number): Promise<FinanceAlone> {
  const script = join(import.meta.dirname, 'finance-alone.mjs');
  const args = ['--disable-warning=ExperimentalWarning', script, String(size)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as FinanceAlone;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1)} MB`;
}

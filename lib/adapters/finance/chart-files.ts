import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * What a chart is drawn with, by the name that it has beside the code of a function: there are no packages there, and
 * no fonts.
 */
export const chartFiles = {
  'resvg.wasm': '@resvg/resvg-wasm/index_bg.wasm',
  'DejaVuSans.ttf': 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
} as const;

export type ChartFile = keyof typeof chartFiles;

/** The file beside the code where Lambda says that is, else out of its package. Throws where it is missing. */
export async function chartFile(name: ChartFile): Promise<Uint8Array<ArrayBuffer>> {
  const beside = join(process.env['LAMBDA_TASK_ROOT'] ?? '', name);
  const isBeside = process.env['LAMBDA_TASK_ROOT'] !== undefined && existsSync(beside);
  return new Uint8Array(await readFile(isBeside ? beside : packagedChartFile(name)));
}

/** Where its package has it. */
export function packagedChartFile(name: ChartFile): string {
  return createRequire(import.meta.url).resolve(chartFiles[name]);
}

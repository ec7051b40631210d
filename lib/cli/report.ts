import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOf } from '../adapters/bill/bill-of.ts';
import { filesOf } from '../adapters/finance/files.ts';
import { financeReport } from '../use-cases/finance-report.ts';
import { BadRequest } from '../use-cases/find-targets.ts';
import { connect } from './connect.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { showFinance } from './show-finance.ts';
import { withProgress } from './sweep-progress.ts';
import { plain, say, styled } from './terminal.ts';

export interface ReportOptions {
  config: string;
  now?: string;
  out: string;
}

/** `mayfly report`: what idles and what it costs, as HTML, CSV and a chart. Changes nothing in any account. */
export async function report(options: ReportOptions): Promise<ExitCode> {
  const { out } = options;
  makeFolder(out);
  const { policy, ports, close } = await connect({ ...options, writes: false });
  const work = { title: 'Listing accounts and regions', json: false, counts: 'resources' };
  const made = await withProgress(work, (progress) =>
    financeReport({ ...ports, progress }, policy, billOf(policy, ports.clock)),
  ).finally(close);
  const { files, problems } = await filesOf(made);
  for (const { name, content } of files) writeFileSync(join(out, name), content);
  showFinance(made);
  for (const problem of problems) say(`${styled('red', 'not written')} ${plain(problem)}`);
  for (const { name } of files) say(join(out, name));
  return made.unread.length === 0 && problems.length === 0 ? exitCodes.done : exitCodes.doneWithProblems;
}

/** Throws `BadRequest` while nothing has been read yet. */
function makeFolder(out: string): void {
  try {
    mkdirSync(out, { recursive: true });
    accessSync(out, constants.W_OK);
  } catch (error) {
    throw new BadRequest(`--out ${out} is no folder that can be written to: ${(error as Error).message}`);
  }
}

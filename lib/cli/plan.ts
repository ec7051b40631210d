import { planDocument } from '../core/plan-document.ts';
import { sweep } from '../use-cases/sweep.ts';
import { connect } from './connect.ts';
import type { ExitCode } from './exit-codes.ts';
import { type FilterOptions, toFilters } from './filter-options.ts';
import { checkOutput, writeDocument } from './output.ts';
import { showPlan } from './show-plan.ts';
import { exitCodeOf } from './sweep-exit-code.ts';
import { withProgress } from './sweep-progress.ts';
import { say } from './terminal.ts';

export interface PlanOptions extends FilterOptions {
  config: string;
  now?: string;
  out?: string;
  json?: boolean;
  all?: boolean;
}

/** `mayfly plan`: scans and decides, shows the plan, changes nothing. */
export async function plan(options: PlanOptions): Promise<ExitCode> {
  const { json = false, all = false } = options;
  const filters = toFilters(options);
  checkOutput(options);
  const { policy, ports, close } = await connect({ ...options, writes: false });
  const swept = await withProgress({ title: 'Listing accounts and regions', json }, (progress) =>
    sweep({ ...ports, progress }, { policy, filters, enforce: false }),
  ).finally(close);
  writeDocument(planDocument(swept.plan, { all }), options);
  if (!json) {
    showPlan(swept.plan, policy, { all });
    say(`Nothing was changed. To make it real: npx mayfly reap --config ${options.config} --enforce`);
  }
  return exitCodeOf(swept);
}

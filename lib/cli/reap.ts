import { readFileSync } from 'node:fs';
import { hashOf, type Plan } from '../core/plan.ts';
import { planDocument, readPlanDocument } from '../core/plan-document.ts';
import type { Policy } from '../core/policy.ts';
import { readDuration } from '../core/time.ts';
import { BadRequest } from '../use-cases/find-targets.ts';
import { type SweepResult, sweep } from '../use-cases/sweep.ts';
import { connect } from './connect.ts';
import type { ExitCode } from './exit-codes.ts';
import { type FilterOptions, toFilters } from './filter-options.ts';
import { onInterrupt } from './interrupt.ts';
import { checkOutput, writeDocument } from './output.ts';
import { showOutcomes } from './show-outcomes.ts';
import { showPlan } from './show-plan.ts';
import { exitCodeOf } from './sweep-exit-code.ts';
import { withProgress } from './sweep-progress.ts';
import { plain, say, styled } from './terminal.ts';

export interface ReapOptions extends FilterOptions {
  config: string;
  now?: string;
  plan?: string;
  out?: string;
  json?: boolean;
  wait: string;
  enforce?: boolean;
}

/** `mayfly reap`: a sweep. Without `--enforce` it only shows what it would do. */
export async function reap(options: ReapOptions): Promise<ExitCode> {
  const { json = false, enforce = false } = options;
  const filters = toFilters(options);
  checkOutput(options);
  const lasts = readDuration(options.wait);
  if (lasts === undefined) throw new BadRequest(`--wait ${options.wait} is not a duration such as 15min or 1h`);
  const stored = options.plan === undefined ? undefined : readStoredPlan(options.plan);
  const { policy, ports, close } = await connect({ ...options, writes: enforce });
  const { signal, stop } = onInterrupt();
  const swept = await withProgress({ title: 'Listing accounts and regions', json }, (progress) =>
    sweep({ ...ports, progress }, { policy, filters, enforce, lasts, signal, ...(stored && { plan: stored }) }),
  ).finally(() => {
    stop();
    close();
  });
  const { plan, outcomes, problems, notes } = swept;
  const unwritten = tryToWrite({ ...planDocument(plan, { all: false }), outcomes, problems, notes }, options);
  if (!json) show(swept, options, policy);
  const all = [...problems, ...unwritten];
  for (const note of notes) say(`${styled('yellow', 'note')} ${plain(note)}`);
  for (const problem of all) say(`${styled('red', 'problem')} ${plain(problem)}`);
  return exitCodeOf({ ...swept, problems: all });
}

/** By now things are gone: a file that can't be written must not hide what was done. */
function tryToWrite(document: unknown, options: ReapOptions): string[] {
  try {
    writeDocument(document, options);
    return [];
  } catch (error) {
    return [`the document could not be written: ${(error as Error).message}`];
  }
}

function show({ plan, outcomes, interrupted }: SweepResult, { enforce, config }: ReapOptions, policy: Policy) {
  showPlan(plan, policy, { all: false });
  if (!enforce) {
    say(`Nothing was changed. To make it real: npx mayfly reap --config ${config} --enforce`);
    return;
  }
  showOutcomes(outcomes);
  if (interrupted) say('Interrupted: the batch in flight was ended, nothing else was started. Run it again to go on.');
}

/** Throws `BadRequest` for what is no plan, or not as Mayfly wrote it. */
function readStoredPlan(file: string): Plan {
  let plan: Plan;
  try {
    plan = readPlanDocument(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new BadRequest(
      `--plan ${file} is not a plan of mayfly plan --out: ${(error as Error).message.split('\n')[0]}`,
    );
  }
  if (hashOf(plan) !== plan.hash) {
    throw new BadRequest(
      `--plan ${file} was altered after it was made (its hash differs): make a new one with mayfly plan --out`,
    );
  }
  return plan;
}

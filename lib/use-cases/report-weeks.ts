import * as z from 'zod';
import type { Savings, TrendWeek } from '../core/finance-report.ts';
import type { Instant } from '../core/time.ts';
import type { Ports } from './ports.ts';

const weeksKept = 60;

const savings = z.object({
  usd: z.number(),
  removed: z.number(),
  stopped: z.number(),
  unknown: z.number(),
  cameBack: z.number(),
});

const document = z.object({
  /** The oldest first. */
  weeks: z.array(
    z.object({ from: z.number(), idleMonthlyUsd: z.number().optional(), savedUsd: z.number().optional() }),
  ),
  /** What was saved before `until`, so that no report reads the whole ledger again. */
  total: z.object({ savings, until: z.number(), since: z.number().optional() }).optional(),
});

/** What reports leave for those of the weeks to come. */
export interface KeptWeeks {
  weeks: readonly TrendWeek[];
  total?: { savings: Savings; until: Instant; since?: Instant };
}

/** Nothing before the first report. Throws where it can't be read. */
export async function loadWeeks({ runStore }: Pick<Ports, 'runStore'>): Promise<KeptWeeks> {
  const kept = await runStore.load('finance', 'weeks');
  if (kept === undefined) return { weeks: [] };
  const read = document.safeParse(kept);
  if (!read.success) throw new Error('the document weeks of the run finance is damaged: delete it to begin anew');
  return read.data as KeptWeeks;
}

/** In place of what an earlier report of the same week left. Throws where it can't be kept. */
export async function saveWeeks({ runStore }: Pick<Ports, 'runStore'>, kept: KeptWeeks): Promise<void> {
  await runStore.save('finance', 'weeks', { ...kept, weeks: kept.weeks.slice(-weeksKept) });
}

/** The weeks with one more, or one of them told anew. */
export function withWeek(weeks: readonly TrendWeek[], one: TrendWeek): TrendWeek[] {
  return [...weeks.filter(({ from }) => from !== one.from), one].toSorted((a, b) => a.from - b.from);
}

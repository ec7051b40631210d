import * as z from 'zod';
import type { FinanceReport } from '../core/finance-report.ts';
import type { Instant } from '../core/time.ts';
import type { Ports } from './ports.ts';

/** A weekly report whose files are kept and that has not been told on every way. */
export interface WaitingReport {
  date: string;
  since: Instant;
  report: FinanceReport;
}

type Store = Pick<Ports, 'runStore'>;

const stored = z.object({
  date: z.string(),
  since: z.number(),
  report: z.looseObject({ at: z.number(), timeZone: z.string(), idle: z.array(z.unknown()) }),
});

/** `undefined` where none waits. Throws where it can't be read. */
export async function loadWaiting({ runStore }: Store): Promise<WaitingReport | undefined> {
  const document = await runStore.load('finance', 'waiting');
  if (document === undefined || Object.keys(document as object).length === 0) return undefined;
  const read = stored.safeParse(document);
  if (!read.success) throw new Error('the document waiting of the run finance is damaged: delete it');
  return read.data as unknown as WaitingReport;
}

/** In place of an earlier one: finance reads the newest. Throws where it can't be kept. */
export async function keepWaiting({ runStore }: Store, waiting: WaitingReport): Promise<void> {
  await runStore.save('finance', 'waiting', waiting);
}

/** Throws where that can't be written. */
export async function forgetWaiting({ runStore }: Store): Promise<void> {
  await runStore.save('finance', 'waiting', {});
}

import * as z from 'zod';
import { units } from './cost.ts';
import type { PriceDocument } from './price-table.ts';
import { day, type Instant } from './time.ts';

/** Far above anything that AWS sells by the unit. */
const usdMax = 10_000;

const document = z.object({
  sources: z.array(z.object({ title: z.string().min(1), date: z.iso.date() })).min(1),
  groups: z.array(
    z.object({
      region: z.string().regex(/^([a-z]{2,4}(-[a-z]+)+-\d|all)$/),
      unit: z.enum(units),
      source: z.int().nonnegative(),
      prefix: z.string().max(100),
      usd: z.record(z.string().min(1).max(200), z.number().positive().max(usdMax)),
    }),
  ),
});

/** Prices as they were kept. Throws, with the first place that is not as it should be. */
export function readPriceDocument(value: unknown): PriceDocument {
  const read = document.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new Error(`${issue?.path.join('.') || 'it'}: ${issue?.message}`);
  }
  const { sources, groups } = read.data;
  const lost = groups.findIndex(({ source }) => source >= sources.length);
  if (lost >= 0) throw new Error(`groups.${lost}.source: there is no such source`);
  return read.data;
}

/** The day of the newest of its prices. */
export function newestDay({ sources }: PriceDocument): string {
  return (
    sources
      .map(({ date }) => date)
      .toSorted()
      .at(-1) ?? ''
  );
}

/** Nights that may fail before somebody should look. */
export const freshDays = 3;

/** How many days ago the day `2026-11-23` began, in UTC; never less than 0. */
export function daysSince(date: string, now: Instant): number {
  return Math.max(0, Math.floor((now - Date.parse(`${date}T00:00:00Z`)) / day));
}

import * as z from 'zod';
import { hubEnv } from './hub.contract.ts';

export { chartFiles, packagedChartFile } from '../lib/adapters/finance/chart-files.ts';
export { linkKeyName } from '../lib/adapters/finance/link-key-name.ts';

export const weeklyReportEnv = hubEnv.extend({
  /** Where links to reports begin; absent where nobody would be sent them. */
  REPORT_URL: z.url().optional(),
});
export type WeeklyReportEnv = z.infer<typeof weeklyReportEnv>;

/**
 * What the schedule says: the report is called by the day of that instant, and made once for it. Without one, where a
 * person starts it, it is that of today. `waiting`: none is made, and the one that was not told everywhere is told. Its
 * hub role assumes the members' `read` role.
 */
export const weeklyReportEvent = z.object({
  waiting: z.literal(true).optional(),
  scheduledTime: z
    // A local AWS leaves the schedule's own word where the instant should be.
    .union([z.iso.datetime({ offset: true }), z.literal('<aws.scheduler.scheduled-time>').transform(() => undefined)])
    .optional(),
});

/** As a schedule writes it. */
export type WeeklyReportInput = z.input<typeof weeklyReportEvent>;

import * as z from 'zod';

export { linkKeyName } from '../lib/adapters/finance/link-key-name.ts';

export const reportLinkEnv = z.object({
  /** Where the files of reports are kept. */
  REPORT_BUCKET: z.string().min(1),
  AWS_REGION: z.string().min(1),
});
export type ReportLinkEnv = z.infer<typeof reportLinkEnv>;

/** The part that is read of what an HTTP API hands over, in its format 2.0. */
export const reportLinkEvent = z.object({
  pathParameters: z.object({ date: z.string(), file: z.string() }),
  queryStringParameters: z.object({ token: z.string().optional() }).default({}),
});

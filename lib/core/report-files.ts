import { createHmac, timingSafeEqual } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import type { Instant } from './time.ts';

/** The files of a weekly report, by their names, with what they are. */
export const reportFiles = {
  'idle-report.html': 'text/html; charset=utf-8',
  'idle-report.csv': 'text/csv; charset=utf-8',
  'trend.png': 'image/png',
} as const;

export type ReportFileName = keyof typeof reportFiles;

export interface ReportFile {
  name: ReportFileName;
  content: Uint8Array;
}

/** Links to the files of one report; none where nobody would be sent them. */
export type ReportLinks = Partial<Record<ReportFileName, string>>;

/** In the order in which people are shown them. */
export const reportFileNames = Object.keys(reportFiles) as ReportFileName[];

/** The day that a report is called by, in the policy's zone: `2026-11-30`. */
export function reportDate(instant: Instant, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(timeZone);
  return local.toPlainDate().toString();
}

/** Whether these can be the day and the name of a report's file. */
export function isReportFile(date: string, name: string): name is ReportFileName {
  return /^\d{4}-\d\d-\d\d$/.test(date) && Object.hasOwn(reportFiles, name);
}

/** What opens one file of one report, and nothing else; nobody can make it who has not got the key. */
export function reportToken(key: string, date: string, name: ReportFileName): string {
  return createHmac('sha256', key).update(`report ${date} ${name}`).digest('base64url');
}

/** Compares in the same time whatever is given. */
export function opensReport(token: string, key: string, date: string, name: ReportFileName): boolean {
  const [given, right] = [Buffer.from(token), Buffer.from(reportToken(key, date, name))];
  return given.length === right.length && timingSafeEqual(given, right);
}

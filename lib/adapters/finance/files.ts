import type { FinanceReport } from '../../core/finance-report.ts';
import { type ReportFile, type ReportFileName, reportFileNames } from '../../core/report-files.ts';

const make: Readonly<Record<ReportFileName, (report: FinanceReport) => Promise<Uint8Array>>> = {
  'idle-report.html': async (report) => encoded((await import('./html.ts')).financeHtml(report)),
  'idle-report.csv': async (report) => encoded((await import('./csv.ts')).financeCsv(report)),
  'trend.png': async (report) => (await import('./chart.ts')).trendPng(report),
};

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The report in its three forms. Never throws: one form that can't be made is named, and hides no other. */
export async function filesOf(report: FinanceReport): Promise<{ files: ReportFile[]; problems: string[] }> {
  const files: ReportFile[] = [];
  const problems: string[] = [];
  for (const name of reportFileNames) {
    try {
      files.push({ name, content: await make[name](report) });
    } catch (error) {
      problems.push(`${name} could not be made: ${(error as Error).message}`);
    }
  }
  return { files, problems };
}

import type { ReportFile, ReportLinks } from '../../lib/core/report-files.ts';
import type { FinanceOutlets } from '../../lib/use-cases/deliver-finance.ts';
import type { Delivery } from '../../lib/use-cases/ports-people.ts';
import { aFinanceReport } from './finance-report.ts';

export const monday = '2026-11-23';
export const file: ReportFile = { name: 'idle-report.csv', content: new Uint8Array(3) };
export const links: ReportLinks = { 'idle-report.csv': 'https://x.example/1' };
export const delivered: Delivery = { kind: 'delivered', to: '#finance', message: { channel: 'C1', ts: '1.1' } };

/** Outlets that write into `happened` what happens, in its order. */
export function outletsInto(happened: string[], about: Partial<FinanceOutlets> = {}): FinanceOutlets {
  return {
    gather: async () => {
      happened.push('gather');
      return aFinanceReport();
    },
    render: async () => ({ files: [file], problems: [] }),
    keep: async (date, { name }) => void happened.push(`keep ${date} ${name}`),
    links: async () => links,
    slack: {
      post: async (_, given) => {
        happened.push(`post ${Object.keys(given).length}`);
        return delivered;
      },
      attach: async ({ channel, ts }, _, files) => void happened.push(`attach ${files.length} to ${channel} ${ts}`),
    },
    mail: async (_, given) => void happened.push(`mail ${Object.keys(given).length}`),
    ...about,
  };
}

export const slackThat = (post: () => Promise<Delivery>) => ({ slack: { post, attach: async () => undefined } });

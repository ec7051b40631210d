import type { FinanceReport } from '../core/finance-report.ts';
import type { MessageRef } from '../core/notice.ts';
import type { ReportFile, ReportLinks } from '../core/report-files.ts';
import { type Duration, minute } from '../core/time.ts';
import type { Ports } from './ports.ts';
import type { Delivery } from './ports-people.ts';

/** Where a weekly report goes. */
export interface FinanceOutlets {
  gather: () => Promise<FinanceReport>;
  /** `problems`: forms that could not be made, in words. */
  render: (report: FinanceReport) => Promise<{ files: readonly ReportFile[]; problems: readonly string[] }>;
  keep: (date: string, file: ReportFile) => Promise<void>;
  /** Absent where nobody would be sent them. */
  links?: (date: string) => Promise<ReportLinks>;
  slack?: {
    post: (report: FinanceReport, links: ReportLinks) => Promise<Delivery>;
    attach: (message: MessageRef, report: FinanceReport, files: readonly ReportFile[]) => Promise<void>;
  };
  mail?: (report: FinanceReport, links: ReportLinks, date: string) => Promise<void>;
}

export interface FinanceDelivered {
  date: string;
  /** The ways that it went now; those that had it already are not named. */
  told: string[];
  /** Bytes of its files; absent where nothing had to be made any more. */
  bytes?: Readonly<Record<string, number>>;
  problems: string[];
}

/** A post takes seconds; whoever began one and has not ended it after this was cut off. */
const patience: Duration = minute / 2;

/**
 * Makes the report of a day, keeps its files and tells people, once on each way: tried again, it goes on where it was.
 * Throws where it could not be made or kept, and where a way failed, after all ways were tried.
 */
export async function deliverFinance(
  ports: Pick<Ports, 'ledger' | 'clock'>,
  outlets: FinanceOutlets,
  date: string,
): Promise<FinanceDelivered> {
  const { slack, mail } = outlets;
  const keys = { slack: `weekly-report/${date}/slack`, mail: `weekly-report/${date}/mail` };
  const wanted = [slack && keys.slack, mail && keys.mail].filter((one) => one !== undefined);
  const told = wanted.length === 0 ? new Map() : await ports.ledger.toldAt(wanted);
  if (wanted.length > 0 && wanted.every((key) => told.has(key))) return { date, told: [], problems: [] };
  const report = await outlets.gather();
  const { files, problems: unmade } = await outlets.render(report);
  for (const file of files) await outlets.keep(date, file);
  const problems = [...unmade];
  const links = linksTo(files, await linksOf(outlets, date, problems));
  const ways: Way[] = [];
  if (slack)
    ways.push({ name: 'slack', key: keys.slack, tell: () => tellSlack(slack, { report, links, files, problems }) });
  if (mail) ways.push({ name: 'mail', key: keys.mail, tell: () => mail(report, links, date) });
  const went: string[] = [];
  const failures: string[] = [];
  for (const way of ways) {
    try {
      if (await tellOnce(ports, way, problems)) went.push(way.name);
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  if (failures.length > 0) {
    throw new Error(`the weekly report of ${date} is kept, but was not told everywhere: ${failures.join('; ')}`);
  }
  const bytes = Object.fromEntries(files.map(({ name, content }) => [name, content.byteLength]));
  return { date, told: went, bytes, problems };
}

/** A report without links is better than none: its files are in Slack, too, and in the bucket. */
async function linksOf({ links }: FinanceOutlets, date: string, problems: string[]): Promise<ReportLinks> {
  if (links === undefined) return {};
  return links(date).catch(({ message }: Error) => {
    problems.push(`the weekly report of ${date} goes out without links: ${message}`);
    return {};
  });
}

/** What could not be made is linked nowhere: it would lead to nothing, or to the file of an earlier try. */
function linksTo(files: readonly ReportFile[], links: ReportLinks): ReportLinks {
  return Object.fromEntries(files.flatMap(({ name }) => (links[name] === undefined ? [] : [[name, links[name]]])));
}

interface Way {
  name: string;
  key: string;
  /** Gives what may follow once it is written down that people were told. Throws where they were not. */
  tell: () => Promise<(() => Promise<void>) | undefined | void>;
}

/** False where another try has told it. */
async function tellOnce(
  { ledger, clock }: Pick<Ports, 'ledger' | 'clock'>,
  { name, key, tell }: Way,
  problems: string[],
): Promise<boolean> {
  const isTold = async () => (await ledger.toldAt([key])).has(key);
  if (await isTold()) return false;
  if ((await ledger.beginTask(key)) !== 'first') {
    // Two may have been started for one Monday: the other one is at it now, or was cut off.
    await clock.sleep(patience);
    if (await isTold()) return false;
  }
  const then = await tell();
  await ledger.markTold([key], clock.now()).catch(({ message }: Error) => {
    problems.push(`that ${name} was told can't be kept: ${message}; it may be told twice`);
  });
  await then?.();
  return true;
}

interface Told {
  report: FinanceReport;
  links: ReportLinks;
  files: readonly ReportFile[];
  problems: string[];
}

async function tellSlack(
  slack: NonNullable<FinanceOutlets['slack']>,
  { report, links, files, problems }: Told,
): Promise<() => Promise<void>> {
  const delivery = await slack.post(report, links);
  if (delivery.kind !== 'delivered') throw new Error(`Slack: ${delivery.why}`);
  const { to, instead, message } = delivery;
  if (instead !== undefined) problems.push(`the weekly report went to ${to}, because ${instead}`);
  return async () => {
    if (message !== undefined) await slack.attach(message, report, files);
  };
}

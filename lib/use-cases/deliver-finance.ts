import type { FinanceReport } from '../core/finance-report.ts';
import type { MessageRef } from '../core/notice.ts';
import type { ReportFile, ReportLinks } from '../core/report-files.ts';
import { type Duration, week } from '../core/time.ts';
import type { Ports } from './ports.ts';
import type { Delivery } from './ports-people.ts';
import { tellOnce, type Way } from './tell-once.ts';
import { forgetWaiting, keepWaiting, loadWaiting, type WaitingReport } from './waiting-report.ts';

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

type Outside = Pick<Ports, 'ledger' | 'clock' | 'runStore'>;

/**
 * Makes the report of a day, keeps its files and tells people, once on each way: tried again, it goes on where it was,
 * with the report that was made. Throws where it could not be made or kept, and where a way failed, after all ways were
 * tried.
 */
export async function deliverFinance(ports: Outside, outlets: FinanceOutlets, date: string): Promise<FinanceDelivered> {
  const wanted = waysOf(outlets, date).map(({ key }) => key);
  const told = wanted.length === 0 ? new Map() : await ports.ledger.toldAt(wanted);
  if (wanted.length > 0 && wanted.every((key) => told.has(key))) return { date, told: [], problems: [] };
  const problems: string[] = [];
  const waiting = await loadWaiting(ports).catch(({ message }: Error) => void problems.push(message));
  const made = waiting?.date === date ? await renderAgain(outlets, waiting, problems) : undefined;
  if (made === undefined && waiting !== undefined) {
    problems.push(`the weekly report of ${waiting.date} was not told everywhere, and this one takes its place`);
  }
  const {
    told: went,
    failures,
    bytes,
  } = await tellAll(ports, outlets, made ?? (await makeNew(ports, outlets, date, problems)), problems);
  if (failures.length > 0) {
    throw new Error(`the weekly report of ${date} is kept, but was not told everywhere: ${failures.join('; ')}`);
  }
  return { date, told: went, bytes, problems };
}

/** So long a report waits. */
const waitsFor: Duration = week;

/**
 * Tells the report that waits on the ways that failed; `undefined` where none waits. An hourly schedule calls it, and
 * not the sweep, which does so for its own reports: the files of a large report take more memory than a sweep's last
 * step has, and only the report's role may send the mail. What goes on failing is a problem and no error: the alarm of
 * the day that it is from rings already. Throws where it can't be read what waits.
 */
export async function deliverWaiting(ports: Outside, outlets: FinanceOutlets): Promise<FinanceDelivered | undefined> {
  const waiting = await loadWaiting(ports);
  if (waiting === undefined) return undefined;
  const { date, since } = waiting;
  if (ports.clock.now() - since > waitsFor) {
    await forgetWaiting(ports);
    return { date, told: [], problems: [`the weekly report of ${date} is given up: it has waited for a week`] };
  }
  const problems: string[] = [];
  const made = await renderAgain(outlets, waiting, problems);
  const { told, failures, bytes } = await tellAll(ports, outlets, made, problems);
  problems.push(...failures.map((why) => `the weekly report of ${date} still waits: ${why}`));
  return { date, told, bytes, problems };
}

/** A report whose files are kept. */
interface Made {
  date: string;
  report: FinanceReport;
  files: readonly ReportFile[];
}

async function renderAgain(
  outlets: FinanceOutlets,
  { date, report }: WaitingReport,
  problems: string[],
): Promise<Made> {
  const { files, problems: unmade } = await outlets.render(report);
  problems.push(...unmade);
  return { date, report, files };
}

async function makeNew(ports: Outside, outlets: FinanceOutlets, date: string, problems: string[]): Promise<Made> {
  const report = await outlets.gather();
  const { files, problems: unmade } = await outlets.render(report);
  problems.push(...unmade);
  for (const file of files) await outlets.keep(date, file);
  if (waysOf(outlets, date).length > 0) {
    await keepWaiting(ports, { date, since: ports.clock.now(), report }).catch(({ message }: Error) => {
      problems.push(`the weekly report of ${date} can't wait where it is not told: ${message}`);
    });
  }
  return { date, report, files };
}

async function tellAll(
  ports: Outside,
  outlets: FinanceOutlets,
  made: Made,
  problems: string[],
): Promise<Required<Pick<FinanceDelivered, 'told' | 'bytes'>> & { failures: string[] }> {
  const { date, files } = made;
  const ways = waysOf(outlets, date);
  const links = ways.length === 0 ? {} : linksTo(files, await linksOf(outlets, date, problems));
  const told: string[] = [];
  const failures: string[] = [];
  for (const { name, key, tell } of ways) {
    const way = { name, key, tell: () => tell({ ...made, links, problems }) };
    try {
      if (await tellOnce(ports, way, problems)) told.push(name);
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  if (failures.length === 0 && ways.length > 0) {
    await forgetWaiting(ports).catch(({ message }: Error) => {
      problems.push(`that the weekly report of ${date} waits no more can't be kept: ${message}`);
    });
  }
  return { told, failures, bytes: Object.fromEntries(files.map(({ name, content }) => [name, content.byteLength])) };
}

/** What is told of a report, with its links. */
interface Told extends Made {
  links: ReportLinks;
  problems: string[];
}

type WayOf = Omit<Way, 'tell'> & { tell: (told: Told) => ReturnType<Way['tell']> };

function waysOf({ slack, mail }: FinanceOutlets, date: string): WayOf[] {
  const key = (name: string) => `weekly-report/${date}/${name}`;
  return [
    ...(slack ? [{ name: 'slack', key: key('slack'), tell: (told: Told) => tellSlack(slack, told) }] : []),
    ...(mail ? [{ name: 'mail', key: key('mail'), tell: (told: Told) => mail(told.report, told.links, date) }] : []),
  ];
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

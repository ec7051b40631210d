import type { FinanceReport } from '../../core/finance-report.ts';
import { type ReportLinks, reportFileNames } from '../../core/report-files.ts';
import { coverageInWords, listPricesInWords } from './coverage-words.ts';
import { amountInWords, idleInWords, savedInWords, unknownInWords } from './finance-words.ts';

export interface Mail {
  subject: string;
  text: string;
}

const shownRows = 10;
const longestText = 240;

/** The weekly report as an e-mail of SNS: plain text, and a subject of at most 100 ASCII characters. */
export function financeMail(report: FinanceReport, links: ReportLinks, folder: string): Mail {
  const { idle, idleTotal, savedThisWeek, savedSinceStart, unread, week, timeZone, pricesNote } = report;
  const { share, more } = coverageInWords(report);
  const until = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'long' }).format(week.to);
  const unknown = unknownInWords(idleTotal);
  const shownLinks = reportFileNames.flatMap((name) => (links[name] === undefined ? [] : [`${name}: ${links[name]}`]));
  const rows = idle.slice(0, shownRows).map(({ amount, type, id, name, account, region, owner, nextStep }) => {
    const called = [type, id, name].filter((one) => one !== undefined).join(' ');
    const cost = amount.kind === 'unknown' ? 'cost unknown' : `${amountInWords(amount)} a month`;
    return `- ${oneLine(`${called} (${account} ${region}), ${owner ?? 'no owner'}: ${cost}, ${nextStep}`)}`;
  });
  const text = [
    `The week to ${until}: ${idle.length.toLocaleString('en')} idle, ${idleInWords(idleTotal)}.`,
    ...(unknown === undefined ? [] : [`${unknown}.`]),
    `Saved this week: ${savedInWords(savedThisWeek)}; since the start: ${savedInWords(savedSinceStart)}.`,
    share,
    ...more.map(oneLine),
    ...(unread.length === 0 ? [] : [`Could not be read, or not whole: ${unread.length.toLocaleString('en')} places.`]),
    '',
    ...(rows.length === 0 ? [] : [rows.length === idle.length ? 'What idles:' : 'The most expensive:', ...rows, '']),
    ...(shownLinks.length === 0 ? [] : ['Whoever has one of these links can open it:', ...shownLinks, '']),
    `The files: ${folder}`,
    `Amounts with ~ are estimates by ${oneLine(listPricesInWords(report))}.`,
    ...(pricesNote === undefined ? [] : [oneLine(pricesNote)]),
  ].join('\n');
  return { subject: `Mayfly: ${idleInWords(idleTotal)} idle, week to ${until}`.slice(0, 100), text };
}

/** What others wrote can not look like a line of this mail. */
function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .slice(0, longestText);
}

import type { Amount } from '../../core/cost.ts';
import type { FinanceReport } from '../../core/finance-report.ts';
import { amountInWords, usdInWords } from './finance-words.ts';
import { besideSum, counted } from './html-words.ts';

/** How amounts are written: a page marks an estimate in its own way. */
interface Written {
  seen: (amount: Amount) => string;
  billed: (usd: number) => string;
}

const inText: Written = { seen: amountInWords, billed: usdInWords };

/** What the report says of the bill: the share that Mayfly sees, and what is beside it. */
export interface CoverageInWords {
  share: string;
  /** The bill and what is not in it; the note among them is another's text, to be escaped. */
  more: string[];
  percent?: number;
}

/** What AWS bills in a month that has as many days as an average one. */
const daysOfMonth = 365 / 12;

/** `Mayfly sees ~$730.00 of $1,000 billed a month (73 %).`, or that the bill is not known; for all the same. */
export function coverageInWords(
  { coverage, coverageNote, seen }: Pick<FinanceReport, 'coverage' | 'coverageNote' | 'seen'>,
  written: Written = inText,
): CoverageInWords {
  const note = coverageNote === undefined || coverageNote === '' ? [] : [coverageNote];
  if (coverage === undefined || coverage.days <= 0) {
    const beside = besideSum(seen);
    const sees = `Mayfly sees ${written.seen(seen.amount)} a month${beside === '' ? '' : ` (${beside})`}`;
    return {
      share: `${sees}; what AWS bills is not known.`,
      more: note.length === 0 ? ['The bill was not read.'] : note,
    };
  }
  const { seenMonthlyUsd, billedUsd, days, accounts } = coverage;
  const monthlyUsd = (billedUsd / days) * daysOfMonth;
  const percent = monthlyUsd > 0 ? Math.round((seenMonthlyUsd / monthlyUsd) * 100) : undefined;
  const sees = written.seen({ kind: 'estimate', usd: seenMonthlyUsd });
  const part = percent === undefined ? '' : ` (${percent} %)`;
  const bill = `The bill: ${written.billed(billedUsd)} in ${counted(days, 'day')}, ${counted(accounts, 'account')}.`;
  return {
    share: `Mayfly sees ${sees} of ${written.billed(monthlyUsd)} billed a month${part}.`,
    more: [bill, ...note],
    ...(percent !== undefined && { percent }),
  };
}

/** `list prices of 2026-07-20 or later`, as far as their day is known. */
export function listPricesInWords({ pricesAsOf }: Pick<FinanceReport, 'pricesAsOf'>): string {
  return pricesAsOf === undefined ? 'list prices' : `list prices of ${pricesAsOf} or later`;
}

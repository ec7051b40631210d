import type { FinanceReport } from '../../../lib/core/finance-report.ts';
import { at } from '../../fakes/builders.ts';
import { aBurnRow, aFinanceReport, anIdleRow, unknownAmount } from '../../fakes/finance-report.ts';

/** What somebody might write into a tag so that a page does more than show it. */
export const hostileWords = [
  '</script><script>document.title="taken"</script>',
  '<script>document.title="taken"</script>',
  '<!--',
  '--><img src=x onerror=alert(1)>',
  '<!--<script>',
  ']]></style><style>*{display:none}</style>',
  '" onmouseover="alert(1)" x="',
  "' autofocus onfocus='alert(1)",
  '&lt;b&gt;&#60;b&#62;',
  'two\nlines\u2028and\u2029more',
  '\u202egnp.txt',
  '\u0000\u0007\u001b[31m',
  '\ud800 half',
  '=HYPERLINK("https://evil.example")',
  'javascript:alert(1)',
  '\\u003cb>\\',
  '$& $1 $`',
  '__proto__',
  'x'.repeat(3_000),
] as const;

/** A report in which the same words stand everywhere that others may write. */
export function reportThatSays(words: string): FinanceReport {
  const whose = { account: words, region: words, owner: words, team: words, costCentre: words, environment: words };
  const named = { arn: `arn:aws:x:::${words}`, type: words, id: 'i-1', name: words };
  const row = { ...named, ...whose, lastChange: words, evidence: [words, words], nextStep: words };
  const unread = [{ account: words, region: words, why: words }];
  const idle = [anIdleRow(row), anIdleRow({ ...row, amount: unknownAmount(words) })];
  return aFinanceReport({
    run: words,
    idle,
    expiring: [{ ...named, ...whose, expiresAt: at('2026-11-24T10:00Z'), amount: unknownAmount(words) }],
    extended: [{ arn: named.arn, name: words, owner: words, times: 2, by: [{ who: words, times: 2 }] }],
    burning: [aBurnRow({ account: words, name: words, environment: words })],
    unread,
    coverageNote: words,
    pricesAsOf: words,
    pricesNote: words,
  });
}

/** The markup of a page without its data, and the data. */
export function partsOf(page: string): { markup: string; data: string } {
  const found = /<script type="application\/json"[^>]*>([^<]*)<\/script>/.exec(page);
  if (found === null) throw new Error('the page has no rows as data');
  return { markup: page.replace(found[1] ?? '', ''), data: found[1] ?? '' };
}

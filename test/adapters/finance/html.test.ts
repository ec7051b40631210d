import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { financeHtml } from '../../../lib/adapters/finance/html.ts';
import { type Amount, sum, toCents } from '../../../lib/core/cost.ts';
import { type FinanceReport, ofMayfly } from '../../../lib/core/finance-report.ts';
import { aBurnRow, aFinanceReport, anIdleRow, estimated, manyRows, unknownAmount } from '../../fakes/finance-report.ts';
import { hostileWords, partsOf, reportThatSays } from './html-texts.ts';

const tagsOf = (page: string) => partsOf(page).markup.match(/<[^>]*>/g);

const words = fc
  .oneof(fc.constantFrom(...hostileWords), fc.string({ unit: 'binary' }))
  .filter((text) => text.trim() !== '' && text !== 'i-1');

test('whatever people write, the page has the same elements and attributes', () => {
  const harmless = tagsOf(financeHtml(reportThatSays('x')));
  fc.assert(
    fc.property(words, (text) => {
      expect(tagsOf(financeHtml(reportThatSays(text)))).toEqual(harmless);
    }),
  );
});

test('whatever people write stands in the data as they wrote it, and ends neither data nor page', () => {
  fc.assert(
    fc.property(words, (text) => {
      const { data } = partsOf(financeHtml(reportThatSays(text)));
      expect(data).not.toMatch(/[<>&\u2028\u2029]/);
      const { columns, more } = JSON.parse(data);
      for (const field of ['title', 'owner', 'team', 'environment', 'account', 'lastChange', 'nextStep']) {
        expect(columns[field]).toEqual({
          values: [text.toWellFormed() === text ? text : expect.anything()],
          rows: [0, 0],
        });
      }
      expect(more.parts).toHaveLength(1);
    }),
  );
});

test('nothing in it comes from elsewhere, and its policy knows its style and its script', () => {
  const page = financeHtml(aFinanceReport());
  const hash = (tag: string) => {
    const content = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page)?.[1] ?? '';
    return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  };
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'");
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`style-src ${hash('style')}`);
  expect(policy).toContain(`script-src ${hash('script')}`);
  expect(page.match(/ (href|src|action|style|on\w+)="[^"]*"/g)).toEqual([' href="#idle"', ' href="#unread"']);
  expect(page).not.toMatch(/https?:|url\(|@import/);
});

const figures = (report: FinanceReport) =>
  [...financeHtml(report).matchAll(/<dd><strong class="(?:some|none)">([^<]*)</g)].map(([, figure]) => figure);

const amounts = fc.oneof(
  fc.double({ min: 0, max: 1e7, noNaN: true }).map((usd): Amount => estimated(usd)),
  fc.double({ min: 0, max: 1e7, noNaN: true }).map((usd): Amount => ({ kind: 'actual', usd })),
  fc.constant(unknownAmount()),
);

test('the headline has the figures of the model, and the table adds up to them', () => {
  fc.assert(
    fc.property(fc.array(amounts, { minLength: 1, maxLength: 20 }), (all) => {
      const idle = all.map((amount, index) => anIdleRow({ id: `i-${index}`, amount }));
      const report = aFinanceReport({ idle, idleTotal: sum(all) });
      const { amount, unknown } = report.idleTotal;
      const [first] = figures(report);
      const cents: (number | null)[] = JSON.parse(partsOf(financeHtml(report)).data).cents;
      expect(cents.filter((one) => one === null)).toHaveLength(unknown);
      expect(first === 'unknown').toBe(amount.kind === 'unknown');
      if (amount.kind === 'unknown') return;
      expect(Number(first?.replaceAll(/[$,]/g, ''))).toBe(toCents(amount.usd));
      const added = cents.reduce<number>((total, one) => total + (one ?? 0), 0);
      expect(Math.abs(added / 100 - amount.usd)).toBeLessThanOrEqual(all.length * 0.005 + 0.001);
    }),
  );
});

test('the headline of a week', () => {
  expect(figures(aFinanceReport({ untagged: sum([]) }))).toEqual([
    '$11,859.67',
    '$412.36',
    '$9,874.05',
    '$1,426.50',
    '$0.00',
  ]);
});

describe('what is unknown', () => {
  const nothingKnown = sum([unknownAmount()]);
  const unpriced = { usd: 0, removed: 2, stopped: 0, unknown: 2, cameBack: 0 };
  const report = aFinanceReport({
    idle: [anIdleRow({ amount: unknownAmount() })],
    unowned: nothingKnown,
    untagged: nothingKnown,
    seen: nothingKnown,
    expiring: [],
    savedThisWeek: unpriced,
    savedSinceStart: unpriced,
    trend: [],
  });

  test('is nowhere a number', () => {
    const { coverage: _, burning: __, ...unread } = report;
    const page = partsOf(financeHtml(unread)).markup;
    expect(figures(unread)).toEqual(['unknown', 'unknown', 'unknown', 'unknown', 'unknown']);
    expect(page).not.toMatch(/\$\d/);
    expect(page).toContain('Mayfly sees unknown a month');
  });

  test('is counted beside what is known, with its reason', () => {
    const page = financeHtml(aFinanceReport());
    expect(page).toContain('1 of unknown cost not in it');
    expect(page).toContain('there is no price of db.r8g.large per hour in me-central-1');
  });

  test('is no saving of nothing where the ledger was not read', () => {
    const notKnown = { usd: 0, removed: 0, stopped: 0, unknown: 0, cameBack: 0, notKnown: true } as const;
    const unread = [{ account: ofMayfly, why: "the ledger can't be read" }];
    const page = financeHtml(
      aFinanceReport({
        ...{ savedThisWeek: notKnown, savedSinceStart: notKnown, extended: [], extendedUnread: true, unread },
      }),
    );
    expect(page.match(/<strong class="none">unknown<\/strong><small>the ledger could not be read/g)).toHaveLength(2);
    expect(page).toContain('Not known, because the ledger could not be read.');
    expect(page).toContain('what Mayfly keeps itself that could not be read whole');
    expect(page).not.toContain('the whole account');
  });

  test('of a week is no nothing', () => {
    const [known, other] = aFinanceReport().trend;
    const weeks = [known, { from: other?.from ?? 0 }].flatMap((one) => one ?? []);
    const page = financeHtml(aFinanceReport({ trend: weeks }));
    expect(page.match(/<td class="money"><span class="none">not known<\/span>/g)).toHaveLength(2);
    expect(page.match(/class="gap"/g)).toHaveLength(2);
  });
});

test.each([
  [
    { seenMonthlyUsd: 730, billedUsd: 480, days: 14.6, accounts: 1 },
    'Mayfly sees $730.00 of $1,000.00 billed a month (73 %)',
  ],
  [{ seenMonthlyUsd: 5, billedUsd: 0, days: 30, accounts: 2 }, 'Mayfly sees $5.00 of $0.00 billed a month.'],
  [{ seenMonthlyUsd: 5, billedUsd: 5, days: 0, accounts: 2 }, 'what AWS bills is not known'],
])('coverage %j', (coverage, says) => {
  expect(financeHtml(aFinanceReport({ coverage }))).toContain(says);
});

test('a report of nothing says so in each of its parts', () => {
  const nothing = { usd: 0, removed: 0, stopped: 0, unknown: 0, cameBack: 0 };
  const page = financeHtml({
    ...aFinanceReport({ idle: [], expiring: [], extended: [], burning: [], unread: [], trend: [], seen: sum([]) }),
    ...{ savedThisWeek: nothing, savedSinceStart: nothing },
  });
  for (const says of [
    'Nothing idles, as far as Mayfly could read.',
    'Nothing expires within the week to come.',
    'Nothing was extended.',
    'The cost guard has not looked yet.',
    'All accounts and regions were read whole.',
    'No earlier report is known',
    'Nothing is missing',
  ]) {
    expect(page).toContain(says);
  }
});

/** The cells of what burns, row by row. */
const burningCells = (report: FinanceReport) => {
  const [, table = ''] = /<section id="burning"[\s\S]*?<tbody>([\s\S]*?)<\/tbody>/.exec(financeHtml(report)) ?? [];
  return table
    .split('</tr>')
    .map((row) => [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) => cell));
};

test('what burns is told of each account and environment, with what the guard has done', () => {
  const [dev, frozen, environment, unpriced] = burningCells(aFinanceReport());
  expect(dev).toEqual([
    '<strong>222222222222</strong><small>dev</small>',
    ...['~$12.30', '~$8,979', '$9,500', 'watches<small></small>', '2026-11-23 07:00'],
  ]);
  expect(frozen?.slice(1, 5)).toEqual(['~$6.75', '~$3,100', '$2,000', 'has frozen it<small>4 changed by it</small>']);
  expect(environment?.[0]).toBe('<strong>222222222222</strong><small>environment load-test</small>');
  expect(environment?.slice(3, 5)).toEqual(['–', 'has told<small></small>']);
  expect(unpriced?.slice(1, 3)).toEqual(['nothing priced', 'nothing priced']);
});

test('nothing is said of what burns where there is no guard, and no more lines than a person reads', () => {
  const { burning: _, ...report } = aFinanceReport();
  expect(financeHtml(report)).not.toContain('What burns an hour');
  const page = financeHtml({ ...report, burning: Array.from({ length: 203 }, () => aBurnRow()) });
  expect(page).toContain('… and 3 more lines.');
});

test('what is too much for a page is named, and the sums are of all', () => {
  const [row = anIdleRow()] = manyRows(1);
  const idle = Array.from({ length: 100_002 }, () => row);
  const page = financeHtml(aFinanceReport({ idle, idleTotal: sum(idle.map(({ amount }) => amount)) }));
  expect(page).toMatch(/These are the 100,000 most expensive; 2 more stand in\s+idle-report.csv/);
  expect(JSON.parse(partsOf(page).data).rows).toBe(100_000);
  expect(page).toContain('100,002 resources');
});

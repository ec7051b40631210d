import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { financeMessage } from '../../../lib/adapters/slack/finance-message.ts';
import { violationsOf } from '../../../lib/adapters/slack/limits.ts';
import type { FinanceReport, IdleRow } from '../../../lib/core/finance-report.ts';
import { aBurnRow, aFinanceReport, anIdleRow, estimated, manyRows, unknownAmount } from '../../fakes/finance-report.ts';
import { hostileText, specialsIn } from './hostile.ts';
import { markupIn, times } from './notices.ts';

const links = { 'idle-report.html': 'https://x.example/reports/2026-11-23/idle-report.html?token=a' };

const read = (about: Partial<FinanceReport>) => {
  const message = financeMessage(aFinanceReport(about), links);
  expect(violationsOf(message)).toEqual([]);
  return [message.text, ...markupIn(message.blocks)].join('\n');
};

describe('the weekly report says', () => {
  test.each<[string, Partial<FinanceReport>, RegExp]>([
    [
      'what idles and costs, and how much of it is not in the sum',
      { idleTotal: { amount: estimated(4210.4), known: 36, unknown: 1 } },
      /idle, ~\$4,210 a month; .*\n\*36 resources\* idle: 1 of 37 has no known cost and is not in the sum\./,
    ],
    [
      'that a sum is unknown, and not nothing',
      { idle: [anIdleRow({ amount: unknownAmount() })] },
      /idle, what it costs is unknown; .*\n\*1 resource\* idle: 1 of 1 has no known cost/,
    ],
    [
      'what an owner has, at what cost, since when, and what comes next',
      { idle: [anIdleRow({ owner: 'ana', name: 'web', environment: 'staging' })] },
      /~\$120\.40\* a month: .* web \(.*, staging\), owner ana, idle since 14 Sept.* Next: copied.* <!date/,
    ],
    ['that nobody is named', { idle: [anIdleRow()] }, /nobody is named as owner/],
    [
      'what AWS billed without a mark',
      { idle: [anIdleRow({ amount: { kind: 'actual', usd: 9.5 } })] },
      /• \*\$9\.50\*/,
    ],
    [
      'what costs that much at most',
      { idle: [anIdleRow({ amount: { kind: 'estimate', usd: 9, atMost: true } })] },
      /\*at most ~\$9\.00\*/,
    ],
    ['how many are left for the files', { idle: manyRows(37) }, /10 most expensive\*\n(•.*\n){10}… and 27 more/],
    [
      'what was saved',
      {},
      /\*~\$412\.36 \(18 removed, 3 stopped; 1 without .*; 1 came back .*\)\*\. Since 31 Aug 2026: ~\$9,874 /,
    ],
    [
      'that what was saved is not known',
      { savedThisWeek: { usd: 0, removed: 2, stopped: 0, unknown: 2, cameBack: 0 } },
      /Saved this week: \*unknown \(2 removed/,
    ],
    [
      'a week that lost',
      { savedThisWeek: { usd: -4, removed: 0, stopped: 0, unknown: 0, cameBack: 1 } },
      /\*~-\$4\.00 /,
    ],
    [
      'what burns in whole accounts, and where the guard has done something',
      {},
      /\nBurning ~\$19\.05 an hour by known prices in 3 accounts\. 333.{9}: the guard has frozen it\. load-test in 222/,
    ],
    [
      'that nobody knows what burns where nothing has a price',
      { burning: [aBurnRow({ usdPerHour: 0 })] },
      /\nBurning nothing that has a known price in 1 account\.\n/,
    ],
    [
      'where it could not look, and why',
      {},
      /Not read.*: 2\*\n• 444444444444: the role mayfly-read.*\n• 333333333333 ap-south-1: ec2:DescribeInst/,
    ],
    [
      'why costs are unknown',
      { idle: [anIdleRow(), ...times(3, () => anIdleRow({ amount: unknownAmount() }))] },
      /Cost unknown: 3\*\n• 3: there is no price of db\.r8g\.large/,
    ],
    [
      'what the bill says beside it',
      {},
      /Mayfly sees ~\$18,734 of \$24,813 billed a month \(76 %\)\. The bill: \$11,421 in 14 days, 3 accounts\. Cost/,
    ],
    ['that nothing idles, as far as it could read', { idle: [] }, /Nothing idles of what Mayfly could read\./],
    [
      'where the files are',
      {},
      /<https:\/\/x\.example\/\S+\|The whole report> \(whoever .*\)\nChart, page and table are in this thread\./,
    ],
    ['what the prices are of', {}, /~ is an estimate by list prices of 2026-07-20 or later/],
    [
      'what is to be said of prices',
      { pricesNote: 'prices are of last night' },
      /or later\. Run .*\nprices are of last night$/,
    ],
  ])('%s', (_, about, words) => {
    expect(read(about)).toMatch(words);
  });

  test('the same in its plain text, in numbers', () => {
    const { text } = financeMessage(aFinanceReport({ idle: [anIdleRow()] }), links);
    expect(text).toBe('Mayfly, the week: 1 resource idle, ~$120.40 a month; 2 places could not be read');
  });

  test('nothing of what burns without a guard, or before it has looked', () => {
    const { burning: _, ...report } = aFinanceReport();
    for (const one of [report, { ...report, burning: [] }]) {
      expect(markupIn(financeMessage(one, links).blocks).join()).not.toContain('Burning');
    }
  });

  test('nothing of links where there are none', () => {
    const { blocks } = financeMessage(aFinanceReport(), {});
    expect(markupIn(blocks).join()).not.toMatch(/https|link/);
  });
});

test('however much there is, also in characters that are escaped, it fits a message and everything is counted', () => {
  const long = '&'.repeat(500);
  const row = (index: number) =>
    anIdleRow({ id: `i-${long}${index}`, name: long, owner: long, nextStep: long, environment: long });
  const burning = times(300, () => aBurnRow({ environment: long, stage: 'freeze' }));
  const unread = times(3000, (index) => ({ account: `${index}`, region: long, why: `${index}${long}` }));
  const unknown = times(500, (index) => anIdleRow({ amount: unknownAmount(`${index}${long}`) }));
  const message = financeMessage(
    aFinanceReport({
      idle: [...times(100, row), ...unknown],
      burning: [aBurnRow(), ...burning],
      unread,
      coverageNote: long,
      pricesNote: long,
      run: long,
    }),
    links,
  );
  expect(violationsOf(message)).toEqual([]);
  const said = markupIn(message.blocks).join('\n');
  expect(said).toMatch(/… and 59\d more/);
  expect(said).toMatch(/Not read, or not whole: 3000\*/);
  expect(said).toMatch(/… and (49\d|500) more/);
});

test('nobody is mentioned and nothing linked by what others wrote', () => {
  const text = fc.record({
    ...{ id: hostileText, name: hostileText, owner: hostileText, environment: hostileText, account: hostileText },
    ...{ type: hostileText, region: hostileText, nextStep: hostileText, why: hostileText },
  });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 12 }), hostileText, (some, note) => {
      const idle: IdleRow[] = some.map(({ why, ...row }, index) =>
        anIdleRow({ ...row, arn: `arn:aws:x:::${row.id}`, ...(index % 2 === 0 && { amount: unknownAmount(why) }) }),
      );
      const unread = some.map(({ account, region, why }) => ({ account, region, why }));
      const burning = some.map(({ account, environment }) => aBurnRow({ account, environment, stage: 'tell' }));
      const report = aFinanceReport({
        idle,
        burning: [aBurnRow(), ...burning],
        unread,
        coverageNote: note,
        pricesAsOf: note,
        pricesNote: note,
        run: note,
      });
      const message = financeMessage(report, links);
      expect(violationsOf(message)).toEqual([]);
      const specials = specialsIn(markupIn(message.blocks).join('\n'));
      expect(specials.filter((one) => !/^<(!date\^\d+\^|https:\/\/x\.example\/)/.test(one))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

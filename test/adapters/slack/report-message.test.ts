import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reportCsv } from '../../../lib/adapters/slack/details-csv.ts';
import { violationsOf } from '../../../lib/adapters/slack/limits.ts';
import { hasDetails, reportMessage } from '../../../lib/adapters/slack/report-message.ts';
import type { ReportItem, SweepReport } from '../../../lib/core/sweep-report.ts';
import { at } from '../../fakes/builders.ts';
import { hostileText, hostileTexts, specialsIn } from './hostile.ts';
import { anItem, aReport, buttonsIn, dev, markupIn, staging, times } from './notices.ts';

const servers = ['copied', 'stopped', 'stoppedAgain', 'startedAgain', 'copiesDeleted', 'observedIdle'] as const;
const lists = [
  ...['removed', 'waiting', 'blocked', 'unreadable', 'outlived', 'observed', 'largest'],
  ...servers,
] as (keyof SweepReport)[];
const { expiresAt: _, ...lasting } = anItem('i-1', { detail: 'the policy never removes it' });
const held = [{ limit: 'removalsPerAccount', allowed: 200, wanted: 350, account: dev } as const];
const heartbeat = { since: at('2026-11-22T12:00Z'), sweeps: 24, dueSoon: 5 };

const read = (about: Partial<SweepReport>) =>
  markupIn(reportMessage(aReport(about), 'Europe/Berlin').blocks).join('\n');

test('what costs nothing saves nothing, and no amount is told of it', () => {
  const free = anItem('a', { monthlyUsd: 0 });
  expect(read({ removed: [free], savedMonthlyUsd: 0, held, largest: [free] })).not.toContain('$');
});

describe('a report says', () => {
  test.each<[string, Partial<SweepReport>, RegExp]>([
    [
      'what is gone, by type, with names, and what that saves',
      { removed: [anItem('a'), anItem('b', { type: 'sns:topic' })], savedMonthlyUsd: 31.5 },
      /gone: 2\* \(1 sqs:queue, 1 sns:topic\)\n• sqs:queue `a` .*\n.*`b`.*\n.*about \$31\.50 a month/,
    ],
    [
      'what else may have been saved by it, where not all prices are known',
      { removed: [anItem('a', { monthlyUsd: 31.5 }), anItem('b')], savedMonthlyUsd: 31.5 },
      /about \$31\.50 a month, and what 1 of them cost is not known\./,
    ],
    [
      'how much money a limit holds, and what is not in that',
      { held: [{ limit: 'monthlyUsd', allowed: 10_000, wanted: 12_345, unknown: 3 }], plan: 'plan-1' },
      /limits\.monthlyUsd allows \$10000 a month, \$12345 a month are wanted; what 3 more would cost is not known/,
    ],
    ['what is on its way', { waiting: [anItem('a')] }, /Waiting: 1\*/],
    [
      'what was refused, and why',
      { blocked: [anItem('a', { detail: 'in use by i-1' })] },
      /failed: 1\*.*\n.*: in use by i-1/,
    ],
    [
      'which tags can be read',
      { unreadable: [anItem('a')] },
      /cannot be read: 1\*.*\n.*\n.*2026-11-23, .*1w2d6h, never/,
    ],
    ['what is too old', { outlived: [anItem('a')] }, /older than the longest lifetime: 1\*/],
    ['what would go', { observed: [anItem('a')] }, /Would be removed, in accounts that are only observed: 1\*/],
    [
      'what was not read, by the error',
      {
        unread: [
          { account: dev, region: 'eu-west-1', error: 'denied' },
          { account: staging, region: 'eu-west-1', error: 'denied' },
          { account: staging, region: '', error: 'no role' },
        ],
      },
      /3 shards\*\n• 222222222222 eu-west-1, 333333333333 eu-west-1: denied\n• 333333333333: no role/,
    ],
    [
      'which limit holds what, and the largest of it',
      { held, plan: 'plan-1', largest: [anItem('a', { monthlyUsd: 99 })] },
      /account 222222222222: limits\.removalsPerAccount allows 200, 350 are wanted\n +sqs:queue `a`.*about \$99\.00/,
    ],
    [
      'why a run failed, and what to do',
      { failure: 'States.Timeout' },
      /States\.Timeout\n.*begins anew\.\n.*docs\/runbook\.md/,
    ],
    [
      'which server was copied, and how large that is',
      { copied: [anItem('a', { detail: 'copy ami-1 is complete, 8 GB' })] },
      /Copied: idle servers: 1\*.*\n.*`a`.*: copy ami-1 is complete, 8 GB/,
    ],
    [
      'which was stopped, until when it lasts, and how it comes back',
      { stopped: [anItem('i-1')] },
      /Stopped: idle servers: 1\*.*\n.*: expires <!date.*>; bring it back with `\/ttl restore i-1`/,
    ],
    [
      'that a stopped server lasts',
      { stopped: [lasting] },
      /: the policy never removes it; bring it back with `\/ttl restore i-1`/,
    ],
    ['which was stopped again', { stoppedAgain: [anItem('db')] }, /Stopped again: their service had started them: 1\*/],
    ['which runs again', { startedAgain: [anItem('a')] }, /Started again by a person: their time begins anew: 1\*/],
    [
      'which copies are deleted',
      { copiesDeleted: [anItem('ami-1', { detail: 'a copy of i-1' })] },
      /Copies deleted, their time was over: 1\*.*\n.*: a copy of i-1/,
    ],
    ['which would be stopped', { observedIdle: [anItem('a')] }, /Would be copied and stopped, in accounts .*: 1\*/],
    ['what was lost', { removed: [anItem('a')], lost: 2 }, /2 earlier reports could not be delivered/],
  ])('%s', (_, about, words) => {
    expect(read(about)).toMatch(words);
    expect(violationsOf(reportMessage(aReport(about), 'UTC'))).toEqual([]);
  });

  test('that Mayfly is alive, in one line where there is nothing else', () => {
    const { blocks, text } = reportMessage(aReport({ heartbeat }), 'Europe/Berlin');
    expect(blocks).toHaveLength(1);
    expect(read({ heartbeat })).toMatch(
      /^Mayfly is alive: 24 sweeps since <!date.*3 resources tracked, 5 due within a day/,
    );
    expect(text).toBe('Mayfly: all is well, 3 resources tracked');
    expect(hasDetails(aReport({ heartbeat }))).toBe(false);
  });

  test('all of it in its plain text, in numbers', () => {
    const about = { removed: [anItem('a')], held, blocked: [anItem('b')], failure: 'x' };
    expect(reportMessage(aReport(about), 'UTC').text).toBe(
      'Mayfly: the sweep failed, 1 removed, a limit holds removals, 1 refused or failed',
    );
    const server = { copied: [anItem('a')], stopped: [anItem('b')], startedAgain: [anItem('c')] };
    expect(reportMessage(aReport(server), 'UTC').text).toBe(
      'Mayfly: 1 copied, 1 stopped as idle, 1 started again by somebody',
    );
  });
});

test('what a limit holds can be approved, after a question; nothing else can', () => {
  const { blocks } = reportMessage(aReport({ plan: 'plan-1', held }), 'UTC');
  expect(buttonsIn(blocks)).toEqual(['approve']);
  expect(JSON.stringify(blocks)).toMatch(/"value":"plan-1".*"confirm":/);
  expect(buttonsIn(reportMessage(aReport({ plan: 'plan-1' }), 'UTC'))).toEqual([]);
  expect(buttonsIn(reportMessage(aReport({ held }), 'UTC'))).toEqual([]);
});

describe('however much it is', () => {
  test('3,000 of everything fit one message, all lists are shown, and the file has every line', () => {
    const items = times(3000, (index) => anItem(`queue-${index}`, { detail: 'x'.repeat(300) }));
    const unread = items.map(({ account, region }, index) => ({ account, region, error: `denied ${index}` }));
    const limits = times(300, (index) => ({
      limit: 'removalsPerAccount' as const,
      allowed: 200,
      wanted: 350,
      account: `${index}`,
    }));
    const all = Object.fromEntries(lists.map((name) => [name, items]));
    const report = aReport({ ...all, unread, held: limits, plan: 'plan-1', failure: 'y'.repeat(3000), heartbeat });
    const message = reportMessage(report, 'UTC');
    expect(violationsOf(message)).toEqual([]);
    expect(buttonsIn(message)).toEqual(['approve']);
    expect(
      markupIn(message)
        .join()
        .match(/3000\*|3,000 shards/g),
    ).toHaveLength(7 + servers.length);
    expect(reportCsv(report).trimEnd().split('\r\n')).toHaveLength(1 + (lists.length + 1) * 3000);
  });

  test.each(hostileTexts.map((text) => [text.slice(0, 30), text]))('40 times %j', (_, text) => {
    const about = { name: text, environment: text, account: text, region: text, detail: text, type: text };
    const items = times(40, (index) => anItem(`${index}`, { ...about, arn: `${text}${index}` }));
    const unread = times(40, (index) => ({ account: text, region: text, error: `${index}${text}` }));
    const all = Object.fromEntries(lists.map((name) => [name, items]));
    const limits = times(30, () => ({
      limit: 'removalsPerAccount' as const,
      allowed: 200,
      wanted: 350,
      account: text,
    }));
    const report = aReport({ ...all, unread, held: limits, plan: 'p', failure: text, run: text });
    expect(violationsOf(reportMessage(report, 'UTC'))).toEqual([]);
  });
});

test('whatever tags and errors say: nothing mentions, links or formats', () => {
  const item = fc
    .record({ arn: hostileText, type: hostileText, name: hostileText, environment: hostileText, detail: hostileText })
    .map((about): ReportItem => anItem('x', about));
  const items = fc.array(item, { maxLength: 12 });
  const report = fc.record({
    ...{ copied: items, stopped: items, startedAgain: items, copiesDeleted: items },
    ...{ removed: items, blocked: items, unreadable: items, observed: items, largest: items, failure: hostileText },
    unread: fc.array(fc.record({ account: hostileText, region: hostileText, error: hostileText }), { maxLength: 12 }),
  });
  fc.assert(
    fc.property(report, (about) => {
      const message = reportMessage(aReport({ ...about, held, plan: 'plan-1' }), 'UTC');
      expect(violationsOf(message)).toEqual([]);
      const specials = markupIn(message.blocks).flatMap(specialsIn);
      for (const special of specials) expect(special).toMatch(/^<!date\^\d+\^[^<>]*>$/);
    }),
    { numRuns: 200 },
  );
});

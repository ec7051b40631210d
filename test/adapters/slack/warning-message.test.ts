import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noticeCsv } from '../../../lib/adapters/slack/details-csv.ts';
import { violationsOf } from '../../../lib/adapters/slack/limits.ts';
import { needsFile, warningMessage } from '../../../lib/adapters/slack/warning-message.ts';
import type { Notice, NoticeItem, NoticeState } from '../../../lib/core/notice.ts';
import { at } from '../../fakes/builders.ts';
import { hostileText, hostileTexts, specialsIn } from './hostile.ts';
import { aNotice, anItem, buttonsIn, dev, markupIn, nobodys, policy, staging, times } from './notices.ts';

const read = (notice: Notice, ...more: [Parameters<typeof warningMessage>[2]?]) =>
  markupIn(warningMessage(notice, policy, ...more).blocks).join('\n');

const noon = '<!date^1795521600^{date_short_pretty} at {time}|2026-11-24 13:00 Europe/Berlin>';

const extended: NoticeState = { kind: 'extended', to: at('2026-11-25T12:00Z'), by: 'Ben (U0BEN00001) in Slack' };

describe('a warning says', () => {
  test.each<[string, Partial<NoticeItem>, string]>([
    ['when, on the clock of its reader', {}, `expires ${noon}.`],
    ['what it costs', { monthlyUsd: 12.5 }, 'About $12.50 a month.'],
    ['that Terraform may make it again', { managedBy: 'Terraform' }, 'Managed by Terraform, which may make it again.'],
    ['which stack it belongs to', { managedBy: 'stack web' }, 'It belongs to stack web.'],
    [
      'that it goes once the warning is old enough, and not when',
      { reason: 'expired-unwarned' },
      `it goes once this warning is old enough. It expired ${noon}.`,
    ],
    ['who extended it', { state: extended }, 'by <@U0BEN00001>.'],
    ['who let it go', { state: { kind: 'let-go', by: 'ana (laptop)' } }, '*let go* by ana (laptop): it goes with'],
    ['what is gone', { state: { kind: 'removed' } }, '~sqs:queue `orders` (222222222222, eu-west-1)~: *removed*'],
  ])('%s', (_, about, words) => {
    const notice = aNotice({ items: [anItem('orders', about)] });
    expect(read(notice)).toContain(words);
    expect(read(notice)).toContain('sqs:queue `orders` (222222222222, eu-west-1)');
    expect(violationsOf(warningMessage(notice, policy))).toEqual([]);
  });

  test('what all of it costs together, as far as it is known', () => {
    const items = [anItem('a', { monthlyUsd: 10 }), anItem('b', { monthlyUsd: 2.5 }), anItem('c')];
    expect(read(aNotice({ items }))).toContain('Together about $12.50 a month, and what 1 of them cost is not known');
  });

  test('no amount of what costs nothing', () => {
    const items = [anItem('a', { monthlyUsd: 0 }), anItem('b', { monthlyUsd: 0 }), anItem('c')];
    expect(read(aNotice({ items }))).not.toContain('$');
  });

  test('first what can still be helped, and of that what goes first', () => {
    const items = [
      anItem('gone', { state: { kind: 'gone' } }),
      anItem('late', { expiresAt: at('2026-11-25T12:00Z') }),
      anItem('early'),
    ];
    expect(read(aNotice({ items })).match(/`(gone|late|early)`/g)).toEqual(['`early`', '`late`', '`gone`']);
  });

  test('in a channel whose it is, and why it stands there', () => {
    const why = 'Slack knows nobody as ana@example.com';
    expect(read(aNotice({ owner: 'ana' }), { kind: 'channel', why })).toContain(`Owner: \`ana\` (${why})`);
    expect(read(aNotice({ owner: 'ana' }))).not.toContain('Owner:');
  });
});

describe('its buttons', () => {
  const all = ['extend-1d', 'extend-3d', 'extend-1w', 'keep', 'let-go'];

  test('carry its id, and are gone when all is settled', () => {
    const { blocks } = warningMessage(aNotice(), policy);
    expect(buttonsIn(blocks)).toEqual(all);
    expect(JSON.stringify(blocks).match(/"value":"notice-1"/g)).toHaveLength(all.length);
    const settled = aNotice({ items: [anItem('orders', { state: { kind: 'removed' } })] });
    expect(buttonsIn(warningMessage(settled, policy))).toEqual([]);
    expect(read(settled)).toMatch(/all is settled/);
    expect(read(settled)).not.toMatch(/extend/);
  });

  test('stay while one thing is left, or was extended', () => {
    const items = [anItem('a', { state: { kind: 'removed' } }), anItem('b', { state: extended })];
    expect(buttonsIn(warningMessage(aNotice({ items }), policy))).toEqual(all);
    expect(read(aNotice({ items }))).toMatch(/^\*Extended: 1 resource/);
  });

  test('of what is held let nothing go', () => {
    const notice = aNotice({ kind: 'hold', items: [anItem('orders', { reason: 'expiry-unreadable' })] });
    expect(buttonsIn(warningMessage(notice, policy))).toEqual(all.slice(0, -1));
  });
});

test('what is held is told with the forms that its tag can have', () => {
  const hold = (reason: NoticeItem['reason'], detail: string) =>
    read(aNotice({ kind: 'hold', items: [anItem('orders', { reason, detail })] }));
  expect(hold('expiry-unreadable', 'ttl=soon')).toMatch(
    /Its expiry tag cannot be read\. ttl=soon(.|\n)*2026-11-23, .*1w2d6h, never/,
  );
  expect(hold('protect-unreadable', 'x=maybe')).toMatch(/A protect tag says true, false, or until which date/);
  expect(hold('beyond-max-lifetime', '')).not.toMatch(/Tags that can be read/);
});

describe('what nobody owns', () => {
  const items = [
    anItem('a', { environment: 'pr-102' }),
    anItem('b', { environment: 'pr-102' }),
    anItem('c', { environment: 'my env' }),
    anItem('d', { environment: 'pr-102', account: staging }),
    anItem('e'),
  ];

  test('stands by account and environment, each with the command that extends it', () => {
    const text = read(nobodys({ items }));
    expect(text).toContain('*pr-102*, account 222222222222: 2 resources');
    expect(text).toContain(`\`/ttl extend ${dev}/pr-102 1d\``);
    expect(text).toContain(`\`/ttl extend ${staging}/pr-102 1d\``);
    expect(text).toContain('`/ttl extend "my env" 1d`');
    expect(text).toContain('*No environment*, account 222222222222: 1 resource');
    expect(text).toContain('`/ttl extend e 1d`');
    expect(buttonsIn(warningMessage(nobodys({ items }), policy))).toEqual([]);
  });

  test('of one environment has buttons', () => {
    expect(buttonsIn(warningMessage(nobodys({ items: items.slice(0, 2) }), policy))).toContain('extend-1d');
  });
});

describe('however much it is', () => {
  test.each([1, 25, 26, 500, 3000])('%i items fit, and the file has them all', (amount) => {
    const items = times(amount, (index) => anItem(`queue-${index}`, { environment: `pr-${index % 7}` }));
    for (const notice of [aNotice({ items }), nobodys({ items })]) {
      const message = warningMessage(notice, policy);
      expect(violationsOf(message)).toEqual([]);
      expect(needsFile(notice, policy)).toBe(amount > 25);
      const named =
        markupIn(message.blocks)
          .join()
          .match(/• sqs:queue/g)?.length ?? 0;
      expect(named).toBe(Math.min(amount, 25));
      if (amount > 25) expect(read(notice)).toContain(`… and ${amount - 25} more`);
      expect(noticeCsv(notice).trimEnd().split('\r\n')).toHaveLength(amount + 1);
    }
  });

  test.each(hostileTexts.map((text) => [text.slice(0, 30), text]))('40 times %j: within the limits', (_, text) => {
    const about = { name: text, environment: text, account: text, detail: text, managedBy: text, type: text };
    const items = times(40, (index) => anItem(`${text}${index}`, { ...about, region: text }));
    for (const notice of [aNotice({ items, environment: text, owner: text }), nobodys({ items })]) {
      const message = warningMessage(notice, policy, { kind: 'channel', why: text });
      expect(violationsOf(message)).toEqual([]);
      expect(needsFile(notice, policy)).toBe(true);
      expect(message.text.length).toBeLessThan(6_000);
    }
  });
});

const state = fc.constantFrom<NoticeState | undefined>(
  undefined,
  extended,
  { kind: 'let-go', by: '<!channel> (U1) in Slack' },
  { kind: 'removed' },
  { kind: 'stopped' },
  { kind: 'restored', by: '<!channel> *x*' },
  { kind: 'postponed', to: at('2026-11-25T12:00Z'), by: '<!here> (U1) in Slack' },
);
const items = fc.array(
  fc
    .record({
      arn: hostileText,
      type: hostileText,
      name: hostileText,
      environment: hostileText,
      detail: hostileText,
      managedBy: hostileText,
      copyOf: hostileText,
      reason: fc.constantFrom<NoticeItem['reason']>('expiring', 'expiry-unreadable', 'idle-soon', 'copy-expiring'),
      state,
    })
    .map(({ state: given, ...about }) => anItem('x', { ...about, ...(given && { state: given }) })),
  { minLength: 1, maxLength: 40 },
);

test('whatever tags say: nothing mentions, links or formats, in markup or in plain text', () => {
  fc.assert(
    fc.property(items, hostileText, fc.constantFrom('warning', 'hold'), (some, owner, kind) => {
      const message = warningMessage(aNotice({ kind, owner, items: some }), policy, { kind: 'channel', why: owner });
      expect(violationsOf(message)).toEqual([]);
      const specials = markupIn(message.blocks).flatMap(specialsIn);
      for (const special of specials) expect(special).toMatch(/^<(!date\^\d+\^[^<>]*|@U0BEN00001|@U1)>$/);
      expect(message.text).not.toMatch(/[<>*`~]/);
    }),
    { numRuns: 200 },
  );
});

test('the plain text is true by itself', () => {
  const items = [anItem('orders', { environment: 'pr-102', name: 'Orders' }), anItem('jobs', { state: extended })];
  expect(warningMessage(aNotice({ items, environment: 'pr-102' }), policy).text).toBe(
    [
      'Mayfly: About to go: 2 resources in pr-102, account 222222222222',
      '- sqs:queue orders Orders (222222222222, eu-west-1, pr-102): expires 2026-11-24 13:00 Europe/Berlin.',
      '- sqs:queue jobs (222222222222, eu-west-1): extended to 2026-11-25 13:00 Europe/Berlin ' +
        'by Ben (U0BEN00001) in Slack.',
    ].join('\n'),
  );
});

import { describe, expect, test } from 'vitest';
import { violationsOf } from '../../../lib/adapters/slack/limits.ts';
import { warningMessage } from '../../../lib/adapters/slack/warning-message.ts';
import type { Notice, NoticeItem, NoticeState } from '../../../lib/core/notice.ts';
import { aPolicy, at } from '../../fakes/builders.ts';
import { aNotice, anItem, buttonsIn, markupIn, policy } from './notices.ts';

const read = (notice: Notice) => markupIn(warningMessage(notice, policy).blocks).join('\n');

const noon = '<!date^1795521600^{date_short_pretty} at {time}|2026-11-24 13:00 Europe/Berlin>';

const extended: NoticeState = { kind: 'extended', to: at('2026-11-25T12:00Z'), by: 'Ben (U0BEN00001) in Slack' };

describe('a warning says', () => {
  test.each<[string, Partial<NoticeItem>, string]>([
    [
      'from when on an idle server is stopped',
      { reason: 'idle-soon', idleAt: at('2026-11-24T12:00Z') },
      `it is idle: it will be copied and stopped from ${noon} on.`,
    ],
    [
      'since when an idle server has not been changed',
      {
        reason: 'idle-soon',
        idleAt: at('2026-11-24T12:00Z'),
        unchangedSince: at('2026-10-25T12:00Z'),
        detail: 'CPU peak 1%',
      },
      `has not been changed since <!date^1792929600^{date_short_pretty} at {time}|2026-10-25 13:00 Europe/Berlin>: ` +
        `it will be copied and stopped from ${noon} on. CPU peak 1%`,
    ],
    [
      'that an idle server is postponed',
      { reason: 'idle-soon', state: { kind: 'postponed', to: at('2026-11-24T12:00Z'), by: 'ana (laptop)' } },
      `*postponed* by ana (laptop): it is not stopped before ${noon}.`,
    ],
    [
      'that a server with an expiry of its own is postponed, too',
      { reason: 'idle-soon', state: { ...extended, notIdleBefore: at('2026-11-24T12:00Z') } },
      `*postponed* by <@U0BEN00001>: it is not stopped before ${noon}.`,
    ],
    [
      'that a server was stopped, and how it comes back',
      { reason: 'idle-soon', state: { kind: 'stopped', expiresAt: at('2026-11-24T12:00Z') } },
      `*stopped* after a copy was complete; it expires ${noon}. \`/ttl restore orders\` brings it back.`,
    ],
    ['that it runs again', { state: { kind: 'started-again' } }, '*started again* by a person: its time begins anew.'],
    ['who had it back', { state: { kind: 'restored', by: 'ana (laptop)' } }, '*restored* by ana (laptop).'],
    [
      'which server has its last copy deleted, and what brings it back',
      { reason: 'copy-expiring', copyOf: 'arn:aws:ec2:eu-west-1:222222222222:instance/i-0abc' },
      `the last copy of \`i-0abc\`, deleted from ${noon} on. \`/ttl restore i-0abc\` brings the server back; ` +
        'a later date in the tag `mayfly:keep-until` of the copy keeps it.',
    ],
  ])('%s', (_, about, words) => {
    const notice = aNotice({ items: [anItem('orders', about)] });
    expect(read(notice)).toContain(words);
    expect(violationsOf(warningMessage(notice, policy))).toEqual([]);
  });
});

const idle = anItem('web', { reason: 'idle-soon', idleAt: at('2026-11-24T12:00Z') });
const postponed = { ...idle, state: { kind: 'postponed', to: at('2026-11-27T12:00Z'), by: 'ana' } } as const;
const stopped = { ...idle, state: { kind: 'stopped' } } as const;
const copy = anItem('ami-1', { reason: 'copy-expiring', copyOf: 'arn:aws:rds:eu-west-1:222222222222:db:shop' });

describe('when an idle server is stopped', () => {
  const leads = aPolicy({ idle: { warnings: ['3d', '1d'] } });
  test.each<[string, Partial<NoticeItem>, string]>([
    ['at its date, where that is to come', { idleAt: at('2026-11-26T12:00Z') }, '2026-11-26 13:00'],
    ['a lead after the first word, where its date has passed', { idleAt: at('2026-11-20T12:00Z') }, '2026-11-24 13:00'],
    [
      'a lead after the first word, not after the second',
      { idleAt: at('2026-11-20T12:00Z'), warnedAt: at('2026-11-23T00:00Z') },
      '2026-11-24 01:00',
    ],
  ])('%s', (_, about, when) => {
    const notice = aNotice({ items: [anItem('web', { reason: 'idle-soon', ...about })] });
    expect(warningMessage(notice, leads).text).toContain(`stopped from ${when} Europe/Berlin on.`);
  });
});

describe('the buttons and the title', () => {
  const all = ['extend-1d', 'extend-3d', 'extend-1w', 'keep', 'let-go'];

  test.each<[string, readonly NoticeItem[], readonly string[], RegExp]>([
    [
      'a stop postpone, and let nothing go',
      [idle],
      all.slice(0, -1),
      /^\*Idle, about to be copied and stopped: 1 server,/,
    ],
    ['a last copy are none: its tag is changed by hand', [copy], [], /^\*About to be deleted: 1 last copy,/],
    ['a stop and an expiry are all of them', [idle, anItem('orders')], all, /^\*About to go: 2 resources,/],
    ['a postponed stop stay', [postponed], all.slice(0, -1), /^\*Postponed: 1 server,/],
    ['a stop that has come are gone', [stopped], [], /^\*1 server, account 222222222222: all is settled/],
  ])('of %s', (_, items, buttons, title) => {
    const { blocks } = warningMessage(aNotice({ items }), policy);
    expect(buttonsIn(blocks)).toEqual(buttons);
    expect(read(aNotice({ items }))).toMatch(title);
    expect(/ttl extend/.test(read(aNotice({ items })))).toBe(buttons.length > 0);
  });
});

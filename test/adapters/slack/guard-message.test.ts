import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guardCsv } from '../../../lib/adapters/slack/guard-csv.ts';
import { guardMessage, needsGuardFile } from '../../../lib/adapters/slack/guard-message.ts';
import { violationsOf } from '../../../lib/adapters/slack/limits.ts';
import { readGuardClick } from '../../../lib/core/guard-click.ts';
import type { GuardMessage } from '../../../lib/core/guard-message.ts';
import {
  aCause,
  aDeed,
  aGuardMessage,
  databasePart,
  groupPart,
  scpPart,
  serverArn,
  serverPart,
} from '../../fakes/guard-messages.ts';
import { readCsv } from '../../fakes/read-csv.ts';
import { anyGuardMessage, fullOf } from './guard-arbitraries.ts';
import { hostileTexts, specialsIn } from './hostile.ts';
import { buttonsIn, markupIn, times } from './notices.ts';

const shown = (message: GuardMessage) => guardMessage(message, 'Europe/Berlin');
const read = (message: GuardMessage) => markupIn(shown(message).blocks).join('\n');
const { burn, usual: _, projection: __, ...unlooked } = aGuardMessage({ passed: [] });

const nothing = { parts: [], left: [], lacks: [], losses: [] };
const freezeAhead = {
  ...nothing,
  parts: [scpPart, groupPart('web')],
  left: [{ arn: serverArn('db'), because: 'protected' as const }],
};
const stopAhead = {
  ...nothing,
  parts: [groupPart('web', 'stop'), serverPart('i-1'), databasePart('orders')],
  losses: [{ arn: serverArn('i-1'), what: 'its public address 203.0.113.7' }],
};

describe('a message reads', () => {
  test('what burns, what is usual, why, and what a freeze would do', () => {
    const message = aGuardMessage({ offers: { stage: 'freeze', because: 'approval-awaited', ahead: freezeAhead } });
    expect(read(message).split('\n')).toEqual([
      '*222222222222 (shop): $12.30 an hour, nothing changed*',
      'It burns more than the policy allows.',
      '• $12.30 an hour, where the policy allows $5.00 an hour',
      'Usual at this hour of the week: $1.90 to $2.20 an hour.',
      expect.stringMatching(/^Projected: \$5,?400 by the end of the month, \$950 until now/),
      '*What costs most*',
      '• 40 of ec2:instance, i-1 the most expensive, in eu-west-1: $9.60 an hour',
      '*What a freeze would do*',
      'It burns too much; the policy leaves the next stage to an admin.',
      expect.stringMatching(
        /^A freeze would deny creations by .* mayfly-freeze and keep 1 Auto Scaling group from growing/,
      ),
      '• `web`',
      '• Left as it is: `db`. It is protected by its tag.',
      'A release takes all of it back.',
      '`/ttl guard` tells how it stands.',
      expect.stringMatching(/^<!date\^/),
    ]);
    expect(shown(message).text.split('\n')[0]).toBe(
      'Mayfly guard: 222222222222 (shop): $12.30 an hour, nothing changed',
    );
  });

  test('what was frozen, and what a stop would lose for ever, before the button', () => {
    const message = aGuardMessage({
      ...{ stage: 'freeze', reason: 'freeze-due', mayRelease: true },
      did: aDeed('freeze', { parts: [scpPart, groupPart('web')] }),
      offers: { stage: 'stop', because: 'approval-awaited', ahead: stopAhead },
    });
    expect(read(message)).toMatch(
      /\*What was done\*\nCreations are denied by .*\nKept from growing: 1 .*\n• `web`\n\*What a stop would do\*/,
    );
    const blocks = JSON.stringify(shown(message).blocks);
    expect(blocks.indexOf('a stop would lose for good: 1*')).toBeLessThan(blocks.indexOf('guard-stop'));
    expect(blocks).toContain('`i-1`: its public address 203.0.113.7');
    expect(blocks).toContain('Lost for good: 1 (its public address 203.0.113.7)');
    expect(shown(message).text).toContain('Creations are denied');
  });

  test('what was stopped, left, refused and lost, who decided, and what could not be done', () => {
    const message = aGuardMessage({
      ...{ stage: 'stop', reason: 'stop-approved', by: 'U0ADA000001', environment: 'pr-1', mayRelease: true },
      did: aDeed('stop', {
        isFinished: false,
        parts: [serverPart('i-1'), serverPart('i-2'), databasePart('orders')],
        refused: [{ part: serverArn('i-9'), why: 'IncorrectInstanceState' }],
        left: [{ arn: serverArn('i-8'), because: 'protected' }],
        losses: [{ arn: serverArn('i-1'), what: 'its public address 203.0.113.7' }],
      }),
      problems: ['Mayfly is paused: nothing more was changed'],
    });
    const lines = read(message).split('\n');
    expect(lines[0]).toBe('*222222222222 (shop), environment pr-1: $12.30 an hour, stop not finished*');
    expect(lines[1]).toMatch(/an admin decided to stop.* Decided by <@U0ADA000001>\.$/);
    expect(lines.slice(7)).toEqual([
      '*What was done*',
      'Stopped: 2 servers and 1 database. RDS starts a stopped database by itself after 7 days.',
      'It is not finished: the next sweep goes on with it.',
      '• `i-1`, `i-2`, `orders`',
      '• Left as it is: `i-8`. It is protected by its tag.',
      '*Refused or not answered: 1*',
      '• `i-9`: IncorrectInstanceState',
      '*Lost for good: 1*',
      '• `i-1`: its public address 203.0.113.7',
      '*Not read or not done: 1*',
      '• Mayfly is paused: nothing more was changed',
      expect.stringContaining('`/ttl guard release 222222222222`'),
      expect.stringMatching(/^<!date/),
    ]);
    expect(shown(message).text).toMatch(/Lost for good: 1\.\n1 problem\.$/);
  });

  test('what a release took back, and what is not as it was', () => {
    const did = aDeed('release', {
      parts: [scpPart, serverPart('i-1')],
      differs: [{ part: serverArn('i-1'), says: 'it has another public address' }],
    });
    const message: GuardMessage = { ...unlooked, stage: 'none', reason: 'released', by: 'Ops <!here>', did };
    const lines = read(message).split('\n');
    expect(lines.slice(0, 5)).toEqual([
      '*222222222222 (shop): released*',
      expect.stringMatching(/Decided by Ops &lt;!here&gt;\.$/),
      '*What was done*',
      'Taken back: the service control policy mayfly-freeze and 1 server.',
      '• `i-1`',
    ]);
    expect(lines).toContain('• `i-1`: it has another public address');
    expect(buttonsIn(shown(message))).toEqual([]);
  });

  test('that nothing has a price, and never $0 of it', () => {
    const message = aGuardMessage({
      ...{ stage: 'none', reason: 'no-prices', passed: [] },
      burn: { account: '222222222222', usdPerHour: 0, known: 0, unknown: 7, causes: [] },
    });
    expect(read(message)).toMatch(
      /^\*.*: USD an hour not known, .*\n.*\nNow: not known: none of 7 has a known price\./,
    );
    expect(read(message)).not.toContain('$0');
  });

  test('what has no price beside the sum', () => {
    const message = aGuardMessage({
      burn: { ...(burn ?? { account: '', causes: [] }), usdPerHour: 3, known: 1, unknown: 4 },
    });
    expect(read(message)).toMatch(
      /at least \$3\.00 an hour.*\n[\s\S]*Now: \$3\.00 an hour, and what 4 more cost is not known\./,
    );
  });

  test('an alarm of AWS in its words', () => {
    const message: GuardMessage = {
      ...{ ...unlooked, reason: 'alarm-heard' },
      alarm: { source: 'budget', says: 'Shop monthly is at 120 %' },
    };
    expect(read(message)).toMatch(/AWS Budgets says: Shop monthly is at 120 %/);
    expect(read({ ...message, alarm: { source: 'anomaly', says: 'x' } })).toContain(
      'AWS Cost Anomaly Detection says: x',
    );
  });
});

describe('buttons', () => {
  const offering = (stage: 'freeze' | 'stop', about: Partial<GuardMessage> = {}) =>
    aGuardMessage({ offers: { stage, because: 'approval-awaited' }, ...about });

  test.each([
    [aGuardMessage(), []],
    [offering('freeze'), ['guard-freeze']],
    [offering('stop', { mayRelease: true }), ['guard-stop', 'guard-release']],
    [aGuardMessage({ mayRelease: true }), ['guard-release']],
    [offering('freeze', { environment: 'x'.repeat(5_000) }), []],
  ])('are those of what may be decided: %#', (message, ids) => {
    expect(buttonsIn(shown(message))).toEqual(ids);
  });

  test('say what they are about; a release is of the whole account', () => {
    const { blocks } = shown(offering('stop', { environment: 'pr <1>', mayRelease: true }));
    const values = [...JSON.stringify(blocks).matchAll(/"value":("(?:[^"\\]|\\.)*")/g)].map(([, value = '']) =>
      readGuardClick(JSON.parse(value) as string),
    );
    const about = { account: '222222222222', at: aGuardMessage().at };
    expect(values).toEqual([{ ...about, environment: 'pr <1>' }, about]);
  });

  test('ask first; what was not read is said so, there too', () => {
    const text = JSON.stringify(shown(offering('stop')).blocks);
    expect(text).toMatch(/What a stop would do\*\\n[^"]*nobody knows what a stop would change, or lose/);
    expect(text).toMatch(/"confirm":.*what that loses for good, could not be read/);
  });
});

describe('however much it is', () => {
  test('it fits one message, and the file has every line', () => {
    const message = fullOf((index) => `i-${index}`, 1_000);
    expect(violationsOf(shown(message))).toEqual([]);
    expect(buttonsIn(shown(message))).toEqual(['guard-stop', 'guard-release']);
    expect(needsGuardFile(message)).toBe(true);
    expect(read(message)).toMatch(/and 99\d more, in the file in this thread/);
    expect(readCsv(guardCsv(message))).toHaveLength(1 + 10 + 8 * 1_000);
  });

  test.each(hostileTexts.map((text) => [text.slice(0, 30), text]))('40 times %j', (_name, text) => {
    expect(violationsOf(shown(fullOf(() => text, 40)))).toEqual([]);
  });

  test('what is all shown needs no file; names beyond five do', () => {
    const stopped = (amount: number) =>
      aGuardMessage({ did: aDeed('stop', { parts: times(amount, (index) => serverPart(`i-${index}`)) }) });
    expect(needsGuardFile(stopped(5))).toBe(false);
    expect(needsGuardFile(stopped(6))).toBe(true);
    expect(read(stopped(6))).toMatch(/`i-4` and 1 more/);
  });

  test('the file says what a group was before', () => {
    const message = aGuardMessage({ did: aDeed('freeze', { parts: [groupPart('=web')] }) });
    const [, , row] = readCsv(guardCsv(message));
    expect(row).toEqual(
      expect.arrayContaining(['frozen', '222222222222', 'eu-west-1', 'was 1 at least, 4 desired, 20 at most']),
    );
  });
});

test('whatever names and errors say: it fits, and nothing mentions, links or formats', () => {
  fc.assert(
    fc.property(anyGuardMessage, (message) => {
      const written = shown(message);
      expect(violationsOf(written)).toEqual([]);
      for (const special of markupIn(written.blocks).flatMap(specialsIn)) {
        expect(special).toMatch(/^<!date\^\d+\^[^<>]*>$|^<@U0ADA000001>$/);
      }
      expect(written.text.split('\n')[0]).toMatch(/(an hour|not known), |released|not finished/);
    }),
    { numRuns: 300 },
  );
});

test('a long name of an environment hides no money', () => {
  const environment = 'x'.repeat(300);
  const cause = aCause({ environment, owner: 'y'.repeat(300) });
  const message = aGuardMessage({
    environment,
    burn: { account: '1', usdPerHour: 3, known: 1, unknown: 0, causes: [cause] },
  });
  expect(read(message).split('\n')[0]).toMatch(/x…: \$3\.00 an hour, nothing changed\*$/);
  expect(read(message)).toMatch(/• 40 of .*: \$9\.60 an hour\n/);
});

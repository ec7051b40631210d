import { describe, expect, test } from 'vitest';
import type { GuardDeed, GuardMessage } from '../../lib/core/guard-message.ts';
import { aheadInWords, deedInSentences, leftByReason, stateInWords } from '../../lib/core/guard-summary.ts';
import {
  aDeed,
  aGuardMessage,
  databasePart,
  groupPart,
  scpPart,
  serverArn,
  serverPart,
} from '../fakes/guard-messages.ts';

const burning = { account: '222222222222', usdPerHour: 12.3, known: 3, unknown: 0, causes: [] };
const { burn: _, ...unread } = aGuardMessage();

describe('what a phone shows', () => {
  test.each<[GuardMessage, string]>([
    [aGuardMessage({ burn: burning }), '$12.30 an hour, nothing changed'],
    [aGuardMessage({ burn: { ...burning, unknown: 2 } }), 'at least $12.30 an hour, nothing changed'],
    [
      aGuardMessage({ burn: { ...burning, usdPerHour: 0, known: 0, unknown: 2 } }),
      'USD an hour not known, nothing changed',
    ],
    [aGuardMessage({ burn: { ...burning, usdPerHour: 0, known: 0 } }), '$0.00 an hour, nothing changed'],
    [unread, 'USD an hour not known, nothing changed'],
    [{ ...unread, did: aDeed('release', { parts: [scpPart] }) }, 'released'],
    [aGuardMessage({ stage: 'freeze' }), '$12.30 an hour, frozen'],
    [aGuardMessage({ stage: 'stop' }), '$12.30 an hour, stopped'],
    [aGuardMessage({ stage: 'none', reason: 'calmed' }), '$12.30 an hour, within its limits again'],
  ])('%#', (message, says) => {
    expect(stateInWords(message)).toBe(says);
  });

  test.each<[Partial<GuardDeed> & Pick<GuardDeed, 'kind'>, string]>([
    [{ kind: 'freeze', parts: [scpPart] }, 'frozen'],
    [{ kind: 'freeze', parts: [scpPart], isFinished: false }, 'freeze not finished'],
    [{ kind: 'freeze', parts: [groupPart('web')], lacks: ['scp-not-allowed'] }, 'frozen in part'],
    [{ kind: 'freeze', lacks: ['scp-not-allowed'] }, 'nothing could be frozen'],
    [{ kind: 'freeze', lacks: ['scp-attached-before'] }, 'frozen'],
    [{ kind: 'freeze', left: [{ arn: 'a', because: 'done-already' }] }, 'frozen'],
    [{ kind: 'stop', parts: [serverPart('i-1')], refused: [{ part: 'i-2', why: 'x' }] }, 'stopped in part'],
    [{ kind: 'stop', left: [{ arn: 'a', because: 'protected' }] }, 'nothing could be stopped'],
    [{ kind: 'release', parts: [scpPart], isFinished: false }, 'release not finished'],
  ])('what of a deed is true of all of it: %#', ({ kind, ...about }, says) => {
    expect(stateInWords(aGuardMessage({ did: aDeed(kind, about) }))).toBe(`$12.30 an hour, ${says}`);
  });
});

describe('sentences', () => {
  const parts = [scpPart, serverPart('i-1'), serverPart('i-2'), databasePart('orders'), groupPart('web')];

  test('of what was done', () => {
    expect(deedInSentences(aDeed('freeze', { parts: [scpPart, groupPart('web')] }))).toEqual([
      'Creations are denied by the service control policy mayfly-freeze.',
      'Kept from growing: 1 Auto Scaling group.',
    ]);
    expect(deedInSentences(aDeed('stop', { parts: parts.slice(1), isFinished: false }))).toEqual([
      'Stopped: 1 Auto Scaling group, 2 servers and 1 database. RDS starts a stopped database by itself after 7 days.',
      'It is not finished: the next sweep goes on with it.',
    ]);
    expect(deedInSentences(aDeed('release', { parts }))).toEqual([
      'Taken back: the service control policy mayfly-freeze, 1 Auto Scaling group, 2 servers and 1 database.',
    ]);
    expect(deedInSentences(aDeed('stop'))).toEqual(['Nothing was changed.']);
    const copies = [{ arn: 'i-1', copy: 'ami-1' }];
    expect(deedInSentences(aDeed('stop', { copies }))).toEqual(['Nothing was changed.', 'Copies were begun first: 1.']);
  });

  test('of what a stage would do', () => {
    const ahead = (some: typeof parts) => ({ parts: some, left: [], lacks: [], losses: [] });
    expect(aheadInWords('stop', ahead(parts.slice(1, 2)))).toBe('A stop would stop 1 server.');
    expect(aheadInWords('freeze', ahead([]))).toBe('A freeze would change nothing.');
  });

  test('of what is left, the most of one reason first', () => {
    const left = [
      { arn: serverArn('i-1'), because: 'protected' },
      { arn: serverArn('i-2'), because: 'in-group' },
      { arn: serverArn('i-3'), because: 'in-group' },
    ] as const;
    expect(leftByReason(left)).toEqual([
      { sentence: expect.stringContaining('Auto Scaling'), names: ['i-2', 'i-3'] },
      { sentence: 'It is protected by its tag.', names: ['i-1'] },
    ]);
  });
});

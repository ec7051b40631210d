import { describe, expect, test } from 'vitest';
import type { Notice } from '../../lib/core/notice.ts';
import { day, hour, week } from '../../lib/core/time.ts';
import { awsError } from '../samples/sample.ts';
import { canceled, clock, failing, ledgerStage, losing } from './ledger-stage.ts';

const stage = ledgerStage();

const keys = (count: number) => Array.from({ length: count }, (_, index) => `unread:${index}`);

const notice = (bytes: number): Notice => ({
  id: 'notice-1',
  kind: 'warning',
  at: clock.now(),
  owner: '\u00e9'.repeat(bytes / 2),
  items: [],
});

describe('a request that is taken up', () => {
  test('is that of who has written it, although the answer was lost', async () => {
    const { ledger, calls } = stage.faulty(losing('UpdateItem', 1));
    expect(await ledger.beginTask('task-1')).toBe('first');
    expect(calls).toHaveLength(2);
    expect([await ledger.beginTask('task-1'), await stage.plain().beginTask('task-1')]).toEqual(['begun', 'begun']);
  });

  test('is of nobody else who asks before the answer is given again', async () => {
    let once = true;
    let other: unknown;
    const { ledger } = stage.faulty(async (_, next) => {
      const answer = await next();
      if (!once) return answer;
      once = false;
      other = await stage.plain().beginTask('task-1');
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    });
    expect([await ledger.beginTask('task-1'), other]).toEqual(['first', 'begun']);
  });

  test('is not taken up where the table can not be written: an error is neither first nor begun', async () => {
    const { ledger } = stage.faulty(failing('UpdateItem', 1, () => awsError('AccessDeniedException', 'no')));
    await expect(ledger.beginTask('task-1')).rejects.toThrow(/dynamodb:UpdateItem/);
    expect(await ledger.beginTask('task-1')).toBe('first');
  });
});

describe('thousands of keys', () => {
  test('go as many to a request as it takes', async () => {
    const { ledger, calls } = stage.faulty((_, next) => next());
    await ledger.markTold(keys(3_000), clock.now());
    expect((await ledger.toldAt(keys(3_000))).size).toBe(3_000);
    expect(Map.groupBy(calls, ({ command }) => command).get('TransactWriteItems')).toHaveLength(30);
    expect(Map.groupBy(calls, ({ command }) => command).get('BatchGetItem')).toHaveLength(30);
  });

  test.each(['ThrottlingError', 'TransactionConflict'])(
    'are all written in the end where some meet a %s',
    async (code) => {
      const { ledger } = stage.faulty(failing('TransactWriteItems', 5, canceled('None', code)));
      await ledger.markTold(keys(300), clock.now());
      expect((await stage.plain().toldAt(keys(300))).size).toBe(300);
      expect(stage.pauses()).toHaveLength(5);
    },
  );

  test('are an error where some can not be written, and the others are kept', async () => {
    const refused = canceled('None', 'ItemCollectionSizeLimitExceeded');
    const { ledger } = stage.faulty(failing('TransactWriteItems', 1, refused));
    await expect(ledger.markTold(keys(300), clock.now())).rejects.toThrow(/DynamoDB refused it/);
    expect((await stage.plain().toldAt(keys(300))).size).toBe(200);
  });

  test('are an error where some can not be read: told is never taken for not told', async () => {
    await stage.plain().markTold(keys(300), clock.now());
    await stage.plain().keepPeople(new Map(keys(300).map((email) => [email, { at: clock.now() }])));
    const denied = () => awsError('AccessDeniedException', 'no');
    const first = stage.faulty(failing('BatchGetItem', 1, denied)).ledger;
    await expect(first.toldAt(keys(300))).rejects.toThrow(/dynamodb:BatchGetItem/);
    const { ledger } = stage.faulty(failing('BatchGetItem', 1, denied));
    await expect(ledger.knownPeople(keys(300))).rejects.toThrow(/dynamodb:BatchGetItem/);
    expect((await ledger.toldAt(keys(300))).size).toBe(300);
  });
});

describe('a notice', () => {
  test('of nearly 400 kB is kept', async () => {
    await stage.plain().saveNotice(notice(409_000));
    expect(await stage.plain().notice('notice-1')).toEqual(notice(409_000));
  });

  test('that no item takes is refused with what to do, and the one before it stays', async () => {
    const { ledger, calls } = stage.faulty((_, next) => next());
    await ledger.saveNotice(notice(10));
    await expect(ledger.saveNotice(notice(409_700))).rejects.toThrow(
      /^notices\/notice-1 has 401 kB.* ledger-\S+ takes 400 kB: nothing of it was written; name fewer resources/,
    );
    expect(calls).toHaveLength(1);
    expect(await ledger.notice('notice-1')).toEqual(notice(10));
  });
});

test('each thing ends by itself, and a report that was delivered at once', async () => {
  const ledger = stage.plain();
  const at = clock.now();
  await ledger.saveNotice({ ...notice(2), at: at - week });
  await ledger.markTold(['a'], at - hour);
  await ledger.postpone('run-1', at - hour);
  await ledger.postpone('run-2', at - hour);
  await ledger.forgetPostponed('run-2');
  await ledger.forgetPostponed('run-3');
  await ledger.beginTask('task-1');
  await ledger.beginTask('task-2');
  await ledger.endTask('task-2');
  await ledger.keepPeople(new Map([['ana', { at: at - hour }]]));
  const lasts = (await stage.everything()).map(({ pk, sk, expires }) => [`${pk}/${sk}`, Number(expires) * 1000 - at]);
  expect(Object.fromEntries(lasts)).toEqual({
    'notices/notice-1': 90 * day,
    'told/a': 30 * day - hour,
    'postponed/run-1': 30 * day - hour,
    'postponed/run-2': 0,
    'tasks/task-1': day,
    'tasks/task-2': day,
    'people/ana': week - hour,
  });
});

test('people can read the keys of the table, but for those that it does not take', async () => {
  await stage.plain().markTold(['unread:222222222222:eu-west-1:\u{1f41e}', '', 'x'.repeat(2_000)], clock.now());
  const shown = (await stage.everything()).map(({ sk = '' }) => sk);
  expect(shown.toSorted()).toEqual([
    expect.stringMatching(/^sha256#[0-9a-f]{64}$/),
    expect.stringMatching(/^sha256#[0-9a-f]{64}$/),
    'unread:222222222222:eu-west-1:\u{1f41e}',
  ]);
});

test('no key is longer than the 1,024 bytes that a sort key may have', async () => {
  const texts = [1_000, 1_020, 1_025, 1_050, 9_000].flatMap((bytes) => ['x'.repeat(bytes), '\u00e9'.repeat(bytes / 2)]);
  await stage.plain().markTold(texts, clock.now());
  const lengths = (await stage.everything()).map(({ sk = '' }) => Buffer.byteLength(sk));
  expect(Math.max(...lengths)).toBeLessThanOrEqual(1_024);
  expect(lengths).toHaveLength(texts.length);
});

import { describe, expect, test } from 'vitest';
import { minute } from '../../lib/core/time.ts';
import { awsError } from '../samples/sample.ts';
import { arnOf, canceled, clock, failing, ledgerStage, losing, many, refused } from './ledger-stage.ts';
import type { Fault } from './tables.ts';

const stage = ledgerStage();

describe('reads that DynamoDB answers in part', () => {
  /** Every answer with more than one key leaves half of them unread. */
  const halves: Fault = async ({ command }, next) => {
    const answer = await next();
    if (command !== 'BatchGetItem' || !('Responses' in answer.output)) return answer;
    const items =
      (answer.output as { Responses?: Record<string, Record<string, unknown>[]> }).Responses?.[stage.table()] ?? [];
    const kept = items.slice(0, Math.ceil(items.length / 2));
    const Keys = items.slice(kept.length).map(({ pk, sk }) => ({ pk, sk }));
    const UnprocessedKeys = Keys.length === 0 ? {} : { [stage.table()]: { Keys } };
    return { ...answer, output: { ...answer.output, Responses: { [stage.table()]: kept }, UnprocessedKeys } as never };
  };

  test('are asked for again until they are whole', async () => {
    await stage.plain().record(many(150));
    const { ledger, calls } = stage.faulty(halves);
    expect((await ledger.memories(many(200).map(({ arn }) => arn))).size).toBe(150);
    expect(calls.length).toBeGreaterThan(4);
    expect(stage.pauses()).toHaveLength(calls.length - 2);
  });

  test('are an error where that has no end: never fewer memories, never an open gate', async () => {
    const lease = await stage.plain().acquireLease('run-1', minute);
    await stage.plain().pause(clock.now() + minute, 'ana');
    const { ledger, calls } = stage.faulty(async ({ command, input }, next) => {
      const answer = await next();
      if (command !== 'BatchGetItem') return answer;
      return {
        ...answer,
        output: { ...answer.output, Responses: {}, UnprocessedKeys: input['RequestItems'] } as never,
      };
    });
    await expect(ledger.memories([arnOf(1)])).rejects.toThrow(/left 1 items unread/);
    expect(calls.length).toBeLessThan(50);
    await expect(ledger.gate('run-1', lease.ok ? lease.fence : 0, '222222222222')).rejects.toThrow(/unread/);
    await expect(ledger.pausedUntil()).rejects.toThrow(/unread/);
  });

  test('are complete or an error where a page of many fails', async () => {
    await stage.plain().record(Array.from({ length: 40 }, (_, index) => refused(1, `${index} ${'x'.repeat(3900)}`)));
    const { ledger } = stage.faulty(failing('Query', 1, () => awsError('AccessDeniedException', 'no')));
    await expect(ledger.history(arnOf(1))).rejects.toThrow(/dynamodb:Query/);
    expect(await ledger.history(arnOf(1))).toHaveLength(40);
  });
});

describe('a transaction that is not written at once', () => {
  test.each([
    ['with what stands there by then, where another writer was faster', 'ConditionalCheckFailed', 60],
    ['with what stands there by then, where another transaction is under way', 'TransactionConflict', 60],
    ['as it is, where the table is busy', 'ThrottlingError', 0],
    ['as it is, where the capacity is used up', 'ProvisionedThroughputExceeded', 0],
  ])('is tried again %s', async (_, code, readAgain) => {
    const { ledger, calls } = stage.faulty(failing('TransactWriteItems', 2, canceled('None', code)));
    await ledger.record(many(60));
    await stage.expectWhole(60, () => 1);
    expect(calls.filter(({ command }) => command === 'BatchGetItem')).toHaveLength(1 + readAgain);
  });

  test("is tried again where it is a person's order", async () => {
    const { ledger } = stage.faulty(failing('TransactWriteItems', 3, canceled('TransactionConflict', 'None')));
    await ledger.pause(clock.now() + minute, 'ana');
    expect(await stage.plain().pausedUntil()).toBe(clock.now() + minute);
  });

  test('is not written twice where its answer was lost', async () => {
    const { ledger, calls } = stage.faulty(losing('TransactWriteItems', 2));
    await ledger.record(many(3));
    expect(calls.filter(({ command }) => command === 'TransactWriteItems')).toHaveLength(3);
    await stage.expectWhole(3, () => 1);
  });

  test('is given up in the end, and keeps nothing of what it could not write', async () => {
    const { ledger, calls } = stage.faulty(
      failing('TransactWriteItems', 1000, canceled('TransactionConflict', 'None')),
    );
    await expect(ledger.record([refused(1)])).rejects.toThrow(/others wrote.*queue-1/);
    await expect(ledger.pause(clock.now() + minute, 'ana')).rejects.toThrow(/try again/);
    expect(calls.length).toBeLessThan(100);
    expect(Math.max(...stage.pauses())).toBeLessThan(1_500);
    expect([await stage.plain().history(arnOf(1)), await stage.plain().pausedUntil()]).toEqual([[], undefined]);
  });

  test('is given up where the table stays busy, after about half a minute', async () => {
    const { ledger, calls } = stage.faulty(failing('TransactWriteItems', 1000, canceled('ThrottlingError', 'None')));
    await expect(ledger.record(many(20))).rejects.toThrow(/20 of 20 resources.*too busy 40 times/);
    expect(calls).toHaveLength(41);
    expect(await stage.everything()).toEqual([]);
  });

  test('is not tried again where the caller may not write', async () => {
    const denied = () => awsError('AccessDeniedException', 'no');
    const { ledger, calls } = stage.faulty(failing('TransactWriteItems', 1000, denied));
    await expect(ledger.record(many(60))).rejects.toThrow(/60 of 60 resources.*queue-0.*dynamodb:PutItem/);
    expect(calls.filter(({ command }) => command === 'TransactWriteItems').length).toBeLessThan(5);
  });
});

test.each(['BatchGetItem', 'Query', 'UpdateItem', 'PutItem', 'TransactWriteItems'])(
  'a %s that is throttled a few times is asked again by the SDK',
  async (command) => {
    const busy = () => awsError('ProvisionedThroughputExceededException', 'slow down');
    const { ledger, calls } = stage.faulty(failing(command, 2, busy));
    await ledger.record([refused(1)]);
    await ledger.startRun({ id: 'run-1', startedAt: clock.now() });
    expect(await ledger.acquireLease('run-1', minute)).toMatchObject({ ok: true, fence: 1 });
    expect(await ledger.history(arnOf(1))).toHaveLength(1);
    expect(calls.filter((call) => call.command === command).length).toBeGreaterThan(2);
  },
);

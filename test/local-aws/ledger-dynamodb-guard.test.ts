import { describe, expect, test } from 'vitest';
import type { GuardEvent } from '../../lib/core/guard-memory.ts';
import { keyOfPart } from '../../lib/core/guard-parts.ts';
import { day } from '../../lib/core/time.ts';
import { aServer, foldOf } from '../adapters/ledger-conformance-guard.ts';
import { awsError } from '../samples/sample.ts';
import { canceled, clock, failing, ledgerStage, losing } from './ledger-stage.ts';

const stage = ledgerStage();

const dev = '222222222222';
const told = (environment: string): GuardEvent => ({ kind: 'guard-told', environment });
const changing: GuardEvent = { kind: 'guard-changing', parts: [aServer(1)] };

describe('a record of the guard', () => {
  test('is one read and one transaction of two items, whatever its events', async () => {
    const { ledger, calls } = stage.faulty((_, next) => next());
    const forty = Array.from({ length: 40 }, (_, index) => aServer(index));
    await ledger.recordGuard(dev, [{ kind: 'guard-changing', parts: forty }, changing, told('ci')], clock.now());
    expect(calls.map(({ command }) => command)).toEqual(['BatchGetItem', 'TransactWriteItems']);
    expect(calls[1]?.input['TransactItems']).toHaveLength(2);
    expect(await ledger.recordGuard(dev, [], clock.now())).toEqual(await foldOf(stage.plain(), dev));
    expect(calls.filter(({ command }) => command === 'TransactWriteItems')).toHaveLength(1);
  });

  test.each(['ConditionalCheckFailed', 'TransactionConflict'])(
    'that meets a %s is folded again from what stands there by then',
    async (code) => {
      let left = 3;
      const refuse = canceled(code, 'None');
      const { ledger, calls } = stage.faulty(async ({ command }, next) => {
        if (command !== 'TransactWriteItems' || left-- <= 0) return next();
        await stage.plain().recordGuard(dev, [told(`other-${left}`)], clock.now());
        throw refuse();
      });
      const memory = await ledger.recordGuard(dev, [changing], clock.now());
      expect(Object.keys(memory.scopes)).toEqual(['/other-2', '/other-1', '/other-0']);
      expect(memory).toEqual(await foldOf(stage.plain(), dev));
      expect(calls.filter(({ command }) => command === 'BatchGetItem')).toHaveLength(4);
      expect(stage.pauses()).toHaveLength(3);
    },
  );

  test('that really comes second has the first one in its memory', async () => {
    let once = true;
    const { ledger } = stage.faulty(async ({ command }, next) => {
      if (command === 'TransactWriteItems' && once) {
        once = false;
        await stage.plain().recordGuard(dev, [{ kind: 'guard-release-begun', by: 'ben' }, changing], clock.now());
        await stage.plain().recordGuard(dev, [{ kind: 'guard-release-begun', by: 'ben' }], clock.now());
      }
      return next();
    });
    const memory = await ledger.recordGuard(dev, [{ kind: 'guard-begun', stage: 'freeze', sweep: '1' }], clock.now());
    expect(memory.releasing?.by).toBe('ben');
    expect(memory).toEqual(await foldOf(stage.plain(), dev));
  });

  test('is not written twice where its answer was lost', async () => {
    const { ledger } = stage.faulty(losing('TransactWriteItems', 2));
    await ledger.recordGuard(dev, [changing, told('ci')], clock.now());
    await ledger.recordGuard(dev, [told('ci')], clock.now());
    expect((await stage.plain().guardHistory(dev)).map(({ event }) => event)).toEqual([
      changing,
      told('ci'),
      told('ci'),
    ]);
  });

  test('is given up in the end, and nothing of it is kept', async () => {
    const { ledger, calls } = stage.faulty(
      failing('TransactWriteItems', 1000, canceled('None', 'TransactionConflict')),
    );
    await expect(ledger.recordGuard(dev, [changing], clock.now())).rejects.toThrow(
      /in account 222222222222 30 times.*nothing was written; try again/,
    );
    expect(calls.length).toBeLessThan(100);
    expect(Math.max(...stage.pauses())).toBeLessThan(1_500);
    expect(await stage.everything()).toEqual([]);
  });

  test('is not tried again where the caller may not write', async () => {
    const { ledger, calls } = stage.faulty(
      failing('TransactWriteItems', 1000, () => awsError('AccessDeniedException', 'no')),
    );
    await expect(ledger.recordGuard(dev, [changing], clock.now())).rejects.toThrow(/dynamodb:PutItem/);
    expect(calls).toHaveLength(2);
  });

  test('is refused where the memory can not be read, instead of beginning anew', async () => {
    await stage.plain().recordGuard(dev, [changing], clock.now());
    const { ledger } = stage.faulty(failing('BatchGetItem', 1000, () => awsError('AccessDeniedException', 'no')));
    await expect(ledger.guardMemory(dev)).rejects.toThrow(/dynamodb:BatchGetItem/);
    await expect(ledger.recordGuard(dev, [told('ci')], clock.now())).rejects.toThrow(/dynamodb:BatchGetItem/);
    expect(await stage.plain().guardHistory(dev)).toHaveLength(1);
  });
});

describe('what a transaction or an item does not take', () => {
  test('is refused as a whole: more events than go at once', async () => {
    const parts = Array.from({ length: 700 }, (_, index) => aServer(index));
    const events = Array.from({ length: 16 }, (): GuardEvent => ({ kind: 'guard-changing', parts }));
    const ledger = stage.plain();
    await expect(ledger.recordGuard(dev, events, clock.now())).rejects.toThrow(/16 events of account 2+ .*fewer/);
    const thousands = { kind: 'guard-changing' as const, parts: Array.from({ length: 3_000 }, (_, n) => aServer(n)) };
    await expect(ledger.recordGuard(dev, [thousands], clock.now())).rejects.toThrow(/size/i);
    expect(await stage.everything()).toEqual([]);
    expect(Object.keys((await ledger.recordGuard(dev, events.slice(0, 15), clock.now())).parts)).toHaveLength(700);
    expect(await ledger.guardMemory(dev)).toEqual(await foldOf(ledger, dev));
  });

  test('is said where it is the memory, and what stands there stays', async () => {
    const ledger = stage.plain();
    const before = await ledger.recordGuard(dev, [changing], clock.now());
    // Nothing of it can be compressed.
    const noise = (length: number) => Array.from({ length }, () => Math.random().toString(36).slice(2)).join('');
    const parts = (from: number) =>
      Array.from({ length: 10 }, (_, index) => ({ ...aServer(from + index), failure: noise(1_500) }));
    const events = [100, 200, 300].map((from): GuardEvent => ({ kind: 'guard-changing', parts: parts(from) }));
    await expect(ledger.recordGuard(dev, events, clock.now())).rejects.toThrow(/account 2+ has \d+ kB.*takes 400 kB/);
    expect(await ledger.guardMemory(dev)).toEqual(before);
  });

  test("of a service's refusal is its end, in the memory as in the history", async () => {
    const ledger = stage.plain();
    await ledger.recordGuard(dev, [changing], clock.now());
    const part = keyOfPart(aServer(1));
    const events: GuardEvent[] = [{ kind: 'guard-release-failed', part, why: 'x'.repeat(900_000) }];
    const memory = await ledger.recordGuard(dev, events, clock.now());
    expect(Object.values(memory.parts)[0]?.failure).toBe(`${'x'.repeat(4_000)} …`);
    expect(memory).toEqual(await foldOf(ledger, dev));
  });
});

test('events end after 400 days; what is remembered of an account, and what is usual there, never', async () => {
  await stage.plain().recordGuard(dev, [changing], clock.now());
  await stage.plain().keepGuardSeen(dev, { scopes: {} });
  const ends = (await stage.everything()).map(({ pk, sk, expires }) => [
    `${pk} ${sk}`,
    expires && Number(expires) * 1000 - clock.now(),
  ]);
  expect(Object.fromEntries(ends)).toEqual({
    [`guard ${dev}`]: undefined,
    [`guard-events ${dev}#000000000001`]: 400 * day,
    [`guard-seen ${dev}`]: undefined,
  });
});

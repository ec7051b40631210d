import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DynamoDBClient, paginateScan, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dynamodbLedger } from '../../lib/adapters/ledger-dynamodb.ts';
import type { Event } from '../../lib/core/history.ts';
import type { Memory } from '../../lib/core/resource.ts';
import { day, minute } from '../../lib/core/time.ts';
import type { Ledger } from '../../lib/use-cases/ports.ts';
import { type Ministack, startMinistack } from '../../scripts/local-aws/ministack.ts';
import { heldClock } from '../fakes/clocks.ts';
import { awsError } from '../samples/sample.ts';
import { aTable, type Call, type Fault, hub, type Wire, wire } from './tables.ts';

let ministack: Ministack;
beforeAll(async () => {
  ministack = await startMinistack({ account: hub.account, endpoint: 'http://127.0.0.1:1' });
});
afterAll(() => ministack.stop());

const clock = heldClock();
let table: string;
let plain: Ledger;
let pauses: number[];
beforeEach(async () => {
  const own = wire(ministack.url);
  table = await aTable(own);
  plain = ledgerOver(own);
  pauses = [];
});

/** Pauses between tries are over at once, and written down. */
function ledgerOver({ source }: Wire, name = table): Ledger {
  const sleep = async (duration: number) => void pauses.push(duration);
  return dynamodbLedger({ table: name, region: hub.region, clock, source, sleep });
}

/** A ledger whose calls meet a fault. */
function faulty(fault: Fault): { ledger: Ledger; calls: Call[] } {
  const own = wire(ministack.url, fault);
  return { ledger: ledgerOver(own), calls: own.calls };
}

const arnOf = (number: number) => `arn:aws:sqs:eu-west-1:222222222222:queue-${number}`;
const refused = (number: number, why = 'no'): Event => ({ arn: arnOf(number), at: clock.now(), kind: 'refused', why });
const many = (count: number) => Array.from({ length: count }, (_, index) => refused(index));

/** Throws at the first so many calls of a command. */
const failing = (command: string, times: number, error: () => Error): Fault => {
  let left = times;
  return async (call, next) => {
    if (call.command !== command || left-- <= 0) return next();
    throw error();
  };
};

function canceled(...codes: string[]): () => Error {
  const CancellationReasons = codes.map((Code) => ({ Code, Message: 'said DynamoDB' }));
  return () => new TransactionCanceledException({ message: 'canceled', $metadata: {}, CancellationReasons });
}

/** All items, as texts. */
async function everything(): Promise<Record<string, string>[]> {
  const client = wire(ministack.url).source(DynamoDBClient);
  const items: Record<string, string>[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table })) {
    for (const item of Items) {
      items.push(Object.fromEntries(Object.entries(item).map(([name, { S, N }]) => [name, S ?? N ?? ''])));
    }
  }
  return items;
}

/** Each has as many events as its state says that there were. */
async function expectWhole(count: number, refusals: (number: number) => number): Promise<void> {
  const items = Map.groupBy(await everything(), ({ pk }) => pk);
  for (let number = 0; number < count; number++) {
    const own = items.get(arnOf(number)) ?? [];
    const events = own.flatMap(({ events = '[]' }) => JSON.parse(events) as Event[]);
    const state = own.find(({ sk }) => sk === 'state');
    const known = (JSON.parse(state?.['memory'] ?? '{"refusals":0}') as Memory).refusals;
    expect([number, known, events.length]).toEqual([number, refusals(number), refusals(number)]);
  }
}

describe('reads that DynamoDB answers in part', () => {
  /** Every answer with more than one key leaves half of them unread. */
  const halves: Fault = async ({ command }, next) => {
    const answer = await next();
    if (command !== 'BatchGetItem' || !('Responses' in answer.output)) return answer;
    const items = (answer.output as { Responses?: Record<string, Record<string, unknown>[]> }).Responses?.[table] ?? [];
    const kept = items.slice(0, Math.ceil(items.length / 2));
    const Keys = items.slice(kept.length).map(({ pk, sk }) => ({ pk, sk }));
    const UnprocessedKeys = Keys.length === 0 ? {} : { [table]: { Keys } };
    return { ...answer, output: { ...answer.output, Responses: { [table]: kept }, UnprocessedKeys } as never };
  };

  test('are asked for again until they are whole', async () => {
    await plain.record(many(150));
    const { ledger, calls } = faulty(halves);
    expect((await ledger.memories(many(200).map(({ arn }) => arn))).size).toBe(150);
    expect(calls.length).toBeGreaterThan(4);
    expect(pauses).toHaveLength(calls.length - 2);
  });

  test('are an error where that has no end: never fewer memories, never an open gate', async () => {
    const lease = await plain.acquireLease('run-1', minute);
    await plain.pause(clock.now() + minute, 'ana');
    const { ledger, calls } = faulty(async ({ command, input }, next) => {
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
    await plain.record(Array.from({ length: 40 }, (_, index) => refused(1, `${index} ${'x'.repeat(3900)}`)));
    const { ledger } = faulty(failing('Query', 1, () => awsError('AccessDeniedException', 'no')));
    await expect(ledger.history(arnOf(1))).rejects.toThrow(/dynamodb:Query/);
    expect(await ledger.history(arnOf(1))).toHaveLength(40);
  });
});

describe('a transaction that is not written at once', () => {
  test.each([
    ['another writer was faster', 'ConditionalCheckFailed'],
    ['another transaction is under way', 'TransactionConflict'],
    ['the table is busy', 'ThrottlingError'],
    ['its capacity is used up', 'ProvisionedThroughputExceeded'],
  ])('is tried again where %s', async (_, code) => {
    const { ledger } = faulty(failing('TransactWriteItems', 3, canceled('None', code)));
    await ledger.record(many(60));
    await expectWhole(60, () => 1);
    await ledger.pause(clock.now() + minute, 'ana');
    expect(await plain.pausedUntil()).toBe(clock.now() + minute);
  });

  test('is not written twice where its answer was lost', async () => {
    let lost = 0;
    const { ledger, calls } = faulty(async ({ command }, next) => {
      const answer = await next();
      if (command === 'TransactWriteItems' && lost++ < 2)
        throw Object.assign(new Error('hang up'), { code: 'ECONNRESET' });
      return answer;
    });
    await ledger.record(many(3));
    expect(calls.filter(({ command }) => command === 'TransactWriteItems')).toHaveLength(3);
    await expectWhole(3, () => 1);
  });

  test('is given up in the end, and keeps nothing of what it could not write', async () => {
    const { ledger, calls } = faulty(failing('TransactWriteItems', 1000, canceled('TransactionConflict', 'None')));
    await expect(ledger.record([refused(1)])).rejects.toThrow(/others wrote.*queue-1/);
    await expect(ledger.pause(clock.now() + minute, 'ana')).rejects.toThrow(/try again/);
    expect(calls.length).toBeLessThan(100);
    expect(Math.max(...pauses)).toBeLessThan(1_500);
    expect([await plain.history(arnOf(1)), await plain.pausedUntil()]).toEqual([[], undefined]);
  });

  test('is not tried again where the caller may not write', async () => {
    const denied = () => awsError('AccessDeniedException', 'no');
    const { ledger, calls } = faulty(failing('TransactWriteItems', 1000, denied));
    await expect(ledger.record(many(60))).rejects.toThrow(/60 of 60 resources.*queue-0.*dynamodb:PutItem/);
    expect(calls.filter(({ command }) => command === 'TransactWriteItems').length).toBeLessThan(5);
  });
});

test.each(['BatchGetItem', 'Query', 'UpdateItem', 'PutItem', 'TransactWriteItems'])(
  'a %s that is throttled a few times is asked again by the SDK',
  async (command) => {
    const busy = () => awsError('ProvisionedThroughputExceededException', 'slow down');
    const { ledger, calls } = faulty(failing(command, 2, busy));
    await ledger.record([refused(1)]);
    await ledger.startRun({ id: 'run-1', startedAt: clock.now() });
    expect(await ledger.acquireLease('run-1', minute)).toMatchObject({ ok: true, fence: 1 });
    expect(await ledger.history(arnOf(1))).toHaveLength(1);
    expect(calls.filter((call) => call.command === command).length).toBeGreaterThan(2);
  },
);

describe('two writers at once', () => {
  test('lose no event, with many resources to a transaction', async () => {
    const other = ledgerOver(wire(ministack.url));
    await Promise.all([plain.record(many(90)), other.record(many(90)), plain.record(many(45))]);
    await expectWhole(90, (number) => (number < 45 ? 3 : 2));
  });

  test('do not hold up each other: only what conflicts is written again', async () => {
    let once = true;
    const { ledger } = faulty(async ({ command }, next) => {
      if (command === 'TransactWriteItems' && once) {
        once = false;
        await plain.record([refused(7)]);
      }
      return next();
    });
    await ledger.record(many(20));
    await expectWhole(20, (number) => (number === 7 ? 2 : 1));
  });
});

describe('the lease', () => {
  test('is had by who has written it, although the answer was lost', async () => {
    let lost = false;
    const { ledger } = faulty(async ({ command }, next) => {
      const answer = await next();
      if (command !== 'UpdateItem' || lost) return answer;
      lost = true;
      throw Object.assign(new Error('hang up'), { code: 'ECONNRESET' });
    });
    expect(await ledger.acquireLease('run-1', minute)).toEqual({ ok: true, fence: 1 });
    expect(await plain.acquireLease('run-1', minute)).toMatchObject({ ok: false, holder: 'run-1' });
    expect(await plain.gate('run-1', 1, '222222222222')).toBe('open');
  });

  test('that another run takes over in between is not renewed, and closes the gate', async () => {
    const own = heldClock();
    const at = (source: Wire['source']) => dynamodbLedger({ table, region: hub.region, clock: own, source });
    const other = at(wire(ministack.url).source);
    let taken: unknown;
    const slow = wire(ministack.url, async (call, next) => {
      // The condition was made with the time before this pause.
      if (call.command === 'UpdateItem' && String(call.input['UpdateExpression']) === 'SET #until = :until') {
        own.pass(minute);
        taken = await other.acquireLease('run-2', minute);
      }
      return next();
    });
    const ledger = at(slow.source);
    expect(await ledger.acquireLease('run-1', minute)).toMatchObject({ ok: true, fence: 1 });
    expect(await ledger.renewLease('run-1', 1, minute)).toBe(false);
    expect(taken).toEqual({ ok: true, fence: 2 });
    expect(await ledger.gate('run-1', 1, '222222222222')).toBe('lease-lost');
    expect(await other.gate('run-2', 2, '222222222222')).toBe('open');
  });
});

describe('what DynamoDB does not take', () => {
  const seen = (number: number, values: string): Event => {
    const sighting = { values, firstSeenAt: clock.now(), needsFullLead: false };
    return { arn: arnOf(number), at: clock.now(), kind: 'seen', sighting };
  };

  test('does not keep other resources out, and is named', async () => {
    const events = [...many(10), seen(10, 'x'.repeat(500_000)), refused(11)];
    await expect(plain.record(events)).rejects.toThrow(/1 of 12 resources.*queue-10 among them.*size/i);
    await expectWhole(12, (number) => (number === 10 ? 0 : 1));
  });

  test('of an error message is its end: what follows 4,000 letters is cut off', async () => {
    await plain.record([refused(0, 'x'.repeat(900_000)), refused(1, 'short')]);
    expect(await plain.history(arnOf(0))).toEqual([refused(0, `${'x'.repeat(4_000)} …`)]);
    expect(await plain.history(arnOf(1))).toEqual([refused(1, 'short')]);
  });
});

test('thousands of events of one moment stay in their order', async () => {
  const events = Array.from({ length: 2_000 }, (_, index) => refused(1, `${index} ${'x'.repeat(200)}`));
  await plain.record(events);
  await plain.record([refused(1, 'last')]);
  expect(await plain.history(arnOf(1))).toEqual([...events, refused(1, 'last')]);
});

test('events end after 400 days; states, open removals, switches and the lease never', async () => {
  await plain.record([
    { ...refused(1), kind: 'removal-requested', account: '222222222222', region: 'eu-west-1' },
    refused(2),
  ]);
  await plain.acquireLease('run-1', minute);
  await plain.lowerMode('222222222222', 'observe', 'ana');
  const lasts = ({ expires }: Record<string, string>) => expires && Number(expires) * 1000 - clock.now() === 400 * day;
  const ends = (await everything()).map((item) => [
    `${item['pk']?.replace(/.*:/, '')} ${item['sk']?.replace(/.*:queue/, 'queue').replace(/#.*|^20.*/, '')}`.trim(),
    lasts(item),
  ]);
  expect(Object.fromEntries(ends)).toEqual({
    'lease lease': undefined,
    'open-removals queue-1': undefined,
    orders: true,
    'queue-1 event': true,
    'queue-1 state': undefined,
    'queue-2 event': true,
    'queue-2 state': undefined,
    'switches mode': undefined,
  });
});

describe('what a person can do is said', () => {
  test('where there is no table of the name', async () => {
    const ledger = ledgerOver(wire(ministack.url), 'no-such-table');
    const advice =
      /the ledger table no-such-table in eu-west-1 failed \(ResourceNotFoundException.*state\.table.*AWS_REGION/;
    await expect(ledger.memories([arnOf(1)])).rejects.toThrow(advice);
    await expect(ledger.record([refused(1)])).rejects.toThrow(advice);
    await expect(ledger.acquireLease('run-1', minute)).rejects.toThrow(advice);
    await expect(ledger.pause(1, 'ana')).rejects.toThrow(advice);
    await expect(ledger.sighted(hub)).rejects.toThrow(advice);
  });

  test('where it is a table of something else', async () => {
    const own = wire(ministack.url);
    const other = await aTable(own, { partitionKey: 'id', sortKey: 'at' });
    const ledger = ledgerOver(own, other);
    for (const use of [
      () => ledger.memories([arnOf(1)]),
      () => ledger.openRemovals(),
      () => ledger.acquireLease('run-1', minute),
      () => ledger.startRun({ id: 'run-1', startedAt: 1 }),
    ]) {
      await expect(use()).rejects.toThrow(/none of a hub's.*state\.table/);
    }
  });
});

describe('a process that is killed', () => {
  const script = join(import.meta.dirname, 'record-in-table-until-killed.ts');
  const kill = (fatal: number) =>
    spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script, ministack.url, table, String(fatal)]);

  test.each([1, 2, 4, 5])(
    'at its transaction %i leaves each resource whole, and the next one goes on',
    async (fatal) => {
      const { signal, stderr } = kill(fatal);
      expect(signal, stderr.toString()).toBe('SIGKILL');
      const memories = await plain.memories(many(150).map(({ arn }) => arn));
      // Three transactions are one round; whether the last one arrived nobody knows.
      const rounds = (number: number) => memories.get(arnOf(number))?.refusals ?? 0;
      await expectWhole(150, rounds);
      await plain.record(many(150));
      await expectWhole(150, (number) => rounds(number) + 1);
    },
  );
});

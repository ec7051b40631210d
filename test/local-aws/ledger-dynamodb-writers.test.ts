import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { dynamodbLedger } from '../../lib/adapters/ledger-dynamodb.ts';
import { type Event, NotRecorded } from '../../lib/core/history.ts';
import { day, minute } from '../../lib/core/time.ts';
import { heldClock } from '../fakes/clocks.ts';
import { arnOf, clock, ledgerStage, losing, many, refused } from './ledger-stage.ts';
import { aTable, hub, type Wire, wire } from './tables.ts';

const stage = ledgerStage();

describe('two writers at once', () => {
  test('lose no event, with many resources to a transaction', async () => {
    const other = stage.over(wire(stage.url()));
    await Promise.all([stage.plain().record(many(90)), other.record(many(90)), stage.plain().record(many(45))]);
    await stage.expectWhole(90, (number) => (number < 45 ? 3 : 2));
  });

  test('do not hold up each other: only what conflicts is written again', async () => {
    let once = true;
    const { ledger } = stage.faulty(async ({ command }, next) => {
      if (command === 'TransactWriteItems' && once) {
        once = false;
        await stage.plain().record([refused(7)]);
      }
      return next();
    });
    await ledger.record(many(20));
    await stage.expectWhole(20, (number) => (number === 7 ? 2 : 1));
  });
});

describe('the lease', () => {
  test('is had by who has written it, although the answer was lost', async () => {
    const { ledger } = stage.faulty(losing('UpdateItem', 1));
    expect(await ledger.acquireLease('run-1', minute)).toEqual({ ok: true, fence: 1 });
    expect(await stage.plain().acquireLease('run-2', minute)).toMatchObject({ ok: false, holder: 'run-1' });
    expect(await stage.plain().gate('run-1', 1, '222222222222')).toBe('open');
  });

  test('that another run takes over in between is not renewed, and closes the gate', async () => {
    const own = heldClock();
    const at = (source: Wire['source']) =>
      dynamodbLedger({ table: stage.table(), region: hub.region, clock: own, source });
    const other = at(wire(stage.url()).source);
    let taken: unknown;
    const slow = wire(stage.url(), async (call, next) => {
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
    const error = await stage
      .plain()
      .record(events)
      .catch((thrown: unknown) => thrown as NotRecorded);
    expect(error).toBeInstanceOf(NotRecorded);
    expect(error?.message).toMatch(/1 of 12 resources.*queue-10 among them.*size/i);
    expect(error?.whys).toEqual(new Map([[arnOf(10), expect.stringMatching(/size/i)]]));
    await stage.expectWhole(12, (number) => (number === 10 ? 0 : 1));
  });

  test('of an error message is its end: what follows 4,000 letters is cut off', async () => {
    await stage.plain().record([refused(0, 'x'.repeat(900_000)), refused(1, 'short')]);
    expect(await stage.plain().history(arnOf(0))).toEqual([refused(0, `${'x'.repeat(4_000)} …`)]);
    expect(await stage.plain().history(arnOf(1))).toEqual([refused(1, 'short')]);
  });
});

test('thousands of events of one moment stay in their order', async () => {
  const events = Array.from({ length: 2_000 }, (_, index) => refused(1, `${index} ${'x'.repeat(200)}`));
  await stage.plain().record(events);
  await stage.plain().record([refused(1, 'last')]);
  expect(await stage.plain().history(arnOf(1))).toEqual([...events, refused(1, 'last')]);
});

test('events end after 400 days; states, open removals, switches and the lease never', async () => {
  await stage
    .plain()
    .record([{ ...refused(1), kind: 'removal-requested', account: '222222222222', region: 'eu-west-1' }, refused(2)]);
  await stage.plain().acquireLease('run-1', minute);
  await stage.plain().lowerMode('222222222222', 'observe', 'ana');
  const lasts = ({ expires }: Record<string, string>) => expires && Number(expires) * 1000 - clock.now() === 400 * day;
  const ends = (await stage.everything()).map((item) => [
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
    const ledger = stage.over(wire(stage.url()), 'no-such-table');
    const advice =
      /the ledger table no-such-table in eu-west-1 failed \(ResourceNotFoundException.*state\.table.*AWS_REGION/;
    await expect(ledger.memories([arnOf(1)])).rejects.toThrow(advice);
    await expect(ledger.record([refused(1)])).rejects.toThrow(advice);
    await expect(ledger.acquireLease('run-1', minute)).rejects.toThrow(advice);
    await expect(ledger.pause(1, 'ana')).rejects.toThrow(advice);
    await expect(ledger.sighted(hub)).rejects.toThrow(advice);
  });

  test('where it is a table of something else', async () => {
    const own = wire(stage.url());
    const other = await aTable(own, { partitionKey: 'id', sortKey: 'at' });
    const ledger = stage.over(own, other);
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
  const script = fileURLToPath(new URL('./record-in-table-until-killed.ts', import.meta.url));
  const kill = (fatal: number) =>
    spawnSync(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      script,
      stage.url(),
      stage.table(),
      String(fatal),
    ]);

  test.each([1, 2, 4, 5])(
    'at its transaction %i leaves each resource whole, and the next one goes on',
    async (fatal) => {
      const { signal, stderr } = kill(fatal);
      expect(signal, stderr.toString()).toBe('SIGKILL');
      const memories = await stage.plain().memories(many(150).map(({ arn }) => arn));
      // Three transactions are one round; whether the last one arrived nobody knows.
      const rounds = (number: number) => memories.get(arnOf(number))?.refusals ?? 0;
      await stage.expectWhole(150, rounds);
      await stage.plain().record(many(150));
      await stage.expectWhole(150, (number) => rounds(number) + 1);
    },
  );
});

import { describe, expect, test } from 'vitest';
import { type Event, quarantineFor, remember, sightedIn } from '../../lib/core/history.ts';
import { type Memory, nothingKnown, type Sighting } from '../../lib/core/resource.ts';
import { day, hour } from '../../lib/core/time.ts';
import { aReceipt, at } from '../fakes/builders.ts';

const arn = 'arn:aws:sqs:eu-west-1:222222222222:orders';
const start = at('2026-11-23T12:00Z');

/** An event without its ARN; its time defaults to `start`. */
type Happening = Event extends infer E ? (E extends Event ? Omit<E, 'arn' | 'at'> & { at?: number } : never) : never;

function memoryAfter(...happenings: Happening[]): Memory {
  return happenings.reduce<Memory>((memory, one) => remember(memory, { arn, at: start, ...one }), nothingKnown);
}

const sighting = (hours: number, values = 'ttl=4h'): Sighting => ({
  values,
  firstSeenAt: start + hours * hour,
  needsFullLead: false,
});
const receipt = aReceipt('2026-11-24T12:00Z', '2026-11-23T12:00Z');

describe('a sighting', () => {
  test('sets the values and keeps the very first sight', () => {
    expect(
      memoryAfter({ kind: 'seen', sighting: sighting(5) }, { kind: 'seen', sighting: sighting(9, 'ttl=5h') }),
    ).toEqual({
      ...nothingKnown,
      firstSeenAt: start + 5 * hour,
      sighting: sighting(9, 'ttl=5h'),
    });
  });

  test('keeps what is known of the same identity, and of one that becomes known', () => {
    const memory = memoryAfter(
      { kind: 'seen', sighting: sighting(0) },
      { kind: 'warned', receipt, to: 'ana' },
      { kind: 'seen', sighting: sighting(1), identity: 'q-1' },
      { kind: 'seen', sighting: sighting(2), identity: 'q-1' },
      { kind: 'seen', sighting: sighting(3) },
    );
    expect(memory).toMatchObject({ identity: 'q-1', firstSeenAt: start, receipts: [receipt] });
  });

  test.each<[string, Happening]>([
    ['of another identity', { kind: 'seen', sighting: sighting(9), identity: 'q-2' }],
    ['of something created later', { kind: 'seen', sighting: sighting(9), createdAt: start + 8 * hour }],
  ])('%s forgets all about the earlier resource', (_, seen) => {
    const memory = memoryAfter(
      { kind: 'seen', sighting: sighting(0), identity: 'q-1' },
      { kind: 'warned', receipt, to: 'ana' },
      { kind: 'let-go', by: 'ana', values: 'ttl=4h' },
      { kind: 'extended', to: start + day, by: 'ana', inLedger: true },
      seen,
    );
    const { identity: _identity, ...rest } = memory;
    expect(rest).toEqual({ ...nothingKnown, firstSeenAt: start + 9 * hour, sighting: sighting(9) });
  });

  test('of another identity leaves an order open: nobody has looked how it ended', () => {
    const memory = memoryAfter(
      { kind: 'seen', sighting: sighting(0), identity: 'q-1' },
      { kind: 'removal-requested', identity: 'q-1' },
      { kind: 'seen', sighting: sighting(9), identity: 'q-2' },
    );
    expect(memory).toMatchObject({ identity: 'q-2', removalRequestedAt: start });
  });

  test('of something created before the first sight forgets nothing', () => {
    const memory = memoryAfter(
      { kind: 'seen', sighting: sighting(0) },
      { kind: 'warned', receipt, to: 'ana' },
      { kind: 'seen', sighting: sighting(9), createdAt: start - hour },
    );
    expect(memory.receipts).toEqual([receipt]);
  });
});

describe('tags that were taken off', () => {
  const where = { account: '222222222222', region: 'eu-west-1' };
  const before: Happening[] = [
    { kind: 'seen', sighting: sighting(0), identity: 'q-1', ...where },
    { kind: 'warned', receipt, to: 'ana' },
    { kind: 'let-go', by: 'ana', values: 'ttl=4h', identity: 'q-1' },
  ];

  test('are remembered as gone; receipts for them and an order to let them go count no more', () => {
    expect(memoryAfter(...before, { kind: 'untagged', at: start + hour })).toEqual({
      ...nothingKnown,
      identity: 'q-1',
      firstSeenAt: start,
      seenIn: where,
      sighting: { ...sighting(0), goneAt: start + hour },
    });
  });

  test('are gone since they were first missed, and are new ones once they are seen again', () => {
    const gone: Happening[] = [...before, { kind: 'untagged' }, { kind: 'untagged', at: start + hour }];
    expect(memoryAfter(...gone).sighting?.goneAt).toBe(start);
    expect(memoryAfter(...gone, { kind: 'seen', sighting: sighting(9) }).sighting).toEqual(sighting(9));
  });

  test('are waited for in the shard that showed them, while they stand', () => {
    expect(sightedIn(memoryAfter(...before))).toEqual(where);
    expect(sightedIn(memoryAfter(...before, { kind: 'untagged' }))).toBeUndefined();
    expect(sightedIn(memoryAfter(...before, { kind: 'removed' }))).toBeUndefined();
    expect(sightedIn(memoryAfter({ kind: 'seen', sighting: sighting(0) }))).toBeUndefined();
  });

  test('of what nobody has seen change nothing', () => {
    expect(memoryAfter({ kind: 'untagged' })).toEqual(nothingKnown);
  });
});

test('receipts are added, and the last twenty kept', () => {
  const receipts = Array.from({ length: 25 }, (_, number) => ({ ...receipt, at: start + number }));
  const memory = memoryAfter(...receipts.map((one) => ({ kind: 'warned' as const, receipt: one, to: 'ana' })));
  expect(memory.receipts).toEqual(receipts.slice(-20));
});

test('an extension cancels a letting-go, and is remembered only where it can not be tagged', () => {
  const order: Happening = { kind: 'let-go', by: 'ana', values: 'ttl=4h', identity: 'q-1' };
  expect(memoryAfter(order)).toMatchObject({ letGo: { at: start, by: 'ana', values: 'ttl=4h' }, identity: 'q-1' });
  const tagged = memoryAfter(order, {
    kind: 'extended',
    to: start + day,
    by: 'ana',
    inLedger: false,
    sighting: sighting(1),
  });
  expect(tagged).toEqual({ ...nothingKnown, identity: 'q-1', firstSeenAt: start, sighting: sighting(1) });
  const stack = memoryAfter(order, { kind: 'extended', to: start + day, by: 'ana', inLedger: true });
  expect(stack).toEqual({ ...nothingKnown, identity: 'q-1', firstSeenAt: start, extendedTo: start + day });
});

describe('an order about another resource of the name', () => {
  const before: Happening[] = [
    { kind: 'seen', sighting: sighting(0), identity: 'q-1' },
    { kind: 'warned', receipt, to: 'ana' },
  ];
  const other = { identity: 'q-2', createdAt: start + day, at: start + 2 * day };

  test('to let it go forgets what was known of the earlier one', () => {
    const order: Happening = { kind: 'let-go', by: 'ana', values: 'ttl=4h', ...other };
    expect(memoryAfter(...before, order)).toEqual({
      ...nothingKnown,
      identity: 'q-2',
      letGo: { at: other.at, by: 'ana', values: 'ttl=4h' },
    });
    const { identity: _, ...nameless } = other;
    expect(memoryAfter(...before, { ...order, ...nameless, identity: 'q-1' })).not.toHaveProperty('sighting');
  });

  test('to extend it does, too', () => {
    const order: Happening = {
      kind: 'extended',
      to: start + 3 * day,
      by: 'ana',
      inLedger: false,
      sighting: sighting(48),
    };
    expect(memoryAfter(...before, { ...order, ...other })).toEqual({
      ...nothingKnown,
      identity: 'q-2',
      firstSeenAt: other.at,
      sighting: sighting(48),
    });
  });
});

describe('refusals', () => {
  const refused = (hours: number): Happening => ({ kind: 'refused', why: 'no', at: start + hours * hour });

  test('the third puts a resource aside, further ones for longer', () => {
    expect(memoryAfter(refused(0), refused(1))).toEqual({ ...nothingKnown, refusals: 2 });
    expect(memoryAfter(refused(0), refused(1), refused(2))).toMatchObject({ quarantinedUntil: start + 8 * hour });
    expect(memoryAfter(refused(0), refused(1), refused(2), refused(9))).toMatchObject({
      quarantinedUntil: start + 21 * hour,
    });
  });

  test.each([
    [3, 6 * hour],
    [4, 12 * hour],
    [7, 96 * hour],
    [8, 7 * day],
    [5000, 7 * day],
  ])('after %d of them it rests %d milliseconds', (refusals, rest) => {
    expect(quarantineFor(refusals)).toBe(rest);
  });
});

describe('a removal', () => {
  const requested: Happening = { kind: 'removal-requested', identity: 'q-1' };
  const open = { ...nothingKnown, identity: 'q-1', removalRequestedAt: start };

  test('stays open while it is waited for', () => {
    expect(memoryAfter(requested)).toEqual(open);
    expect(memoryAfter(requested, { kind: 'removal-ended', outcome: 'waiting' })).toEqual(open);
  });

  test.each(['changed', 'blocked', 'failed'] as const)('is not open any more once it is %s', (outcome) => {
    expect(memoryAfter(requested, { kind: 'removal-ended', outcome })).toEqual({ ...nothingKnown, identity: 'q-1' });
  });

  test('that left something to do stays open until that is done, and nothing else is remembered', () => {
    const seen: Happening = { kind: 'seen', sighting: sighting(0) };
    const removed: Happening = { kind: 'removed', unfinished: true };
    expect(memoryAfter(seen, requested, removed)).toEqual(open);
    expect(memoryAfter(seen, requested, removed, { kind: 'finished' })).toEqual({ ...nothingKnown, identity: 'q-1' });
  });

  test('is not open any more once it is refused', () => {
    expect(memoryAfter(requested, { kind: 'refused', why: 'no' })).not.toHaveProperty('removalRequestedAt');
  });

  test.each(['removed', 'gone'] as const)('that ends as %s leaves nothing behind for the next of that name', (kind) => {
    const all: Happening[] = [
      { kind: 'seen', sighting: sighting(0) },
      { kind: 'warned', receipt, to: 'ana' },
      requested,
    ];
    expect(memoryAfter(...all, { kind })).toEqual(nothingKnown);
  });
});

test('what the idle rule knows of a server says nothing about its expiry tags, and ends with the server', () => {
  const configuration = { version: 1, fields: { type: ['t3.micro'] } };
  const configured = {
    arn,
    at: 1,
    kind: 'configured',
    configuration,
    since: 1,
    from: 'launch',
    identity: 'i-1',
  } as const;
  const known = remember(nothingKnown, configured);
  expect(known).toMatchObject({ idle: { since: 1 }, identity: 'i-1' });
  expect(known.firstSeenAt).toBeUndefined();
  expect(remember(known, { ...configured, at: 2, identity: 'i-2', since: 2 }).idle?.since).toBe(2);
  expect(remember(known, { arn, at: 3, kind: 'removed' })).toEqual(nothingKnown);
});

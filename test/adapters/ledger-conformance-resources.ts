import { expect } from 'vitest';
import type { Event } from '../../lib/core/history.ts';
import { hour } from '../../lib/core/time.ts';
import type { Case } from './ledger-conformance.ts';

const queue = 'arn:aws:sqs:eu-west-1:222222222222:orders';

const ireland = { account: '222222222222', region: 'eu-west-1' };
const virginia = { account: '222222222222', region: 'us-east-1' };

function seen(arn: string, at: number, values = 'ttl=3d'): Event {
  return { arn, at, kind: 'seen', sighting: { values, firstSeenAt: at, needsFullLead: false } };
}

/** What a ledger knows of the places where tags were seen. */
export const sightedCases: Readonly<Record<string, Case>> = {
  'what is seen in a shard is sighted there, and in no other': async (ledger, clock) => {
    const at = clock.now();
    await ledger.record([
      { ...seen(`${queue}-1`, at), ...ireland },
      { ...seen(`${queue}-2`, at), ...virginia },
      { ...seen(`${queue}-3`, at), account: '333333333333', region: ireland.region },
      seen(`${queue}-nowhere`, at),
    ]);
    expect(await ledger.sighted(ireland)).toEqual([`${queue}-1`]);
    expect(await ledger.sighted(virginia)).toEqual([`${queue}-2`]);
    expect(await ledger.sighted({ account: '444444444444', region: ireland.region })).toEqual([]);
  },

  'a later sighting that names no shard leaves it where it was, and one in another shard moves it': async (
    ledger,
    clock,
  ) => {
    const at = clock.now();
    await ledger.record([{ ...seen(queue, at), ...ireland }, seen(queue, at, 'ttl=4d')]);
    expect(await ledger.sighted(ireland)).toEqual([queue]);
    await ledger.record([{ ...seen(queue, at, 'ttl=5d'), ...virginia }]);
    expect([await ledger.sighted(ireland), await ledger.sighted(virginia)]).toEqual([[], [queue]]);
  },

  'what lost its tags, was removed or went by itself is sighted no more, until it is seen again': async (
    ledger,
    clock,
  ) => {
    const at = clock.now();
    const kinds = ['untagged', 'removed', 'gone'] as const;
    const all = kinds.map((kind) => ({ ...seen(`${queue}-${kind}`, at), ...ireland }));
    await ledger.record(all);
    await ledger.record(kinds.map((kind) => ({ arn: `${queue}-${kind}`, at: at + 1, kind })));
    expect(await ledger.sighted(ireland)).toEqual([]);
    expect((await ledger.memories([`${queue}-untagged`])).get(`${queue}-untagged`)?.sighting?.goneAt).toBe(at + 1);
    await ledger.record(all);
    expect((await ledger.sighted(ireland)).toSorted()).toEqual(all.map(({ arn }) => arn).toSorted());
  },

  'what was only warned about, refused or asked for is sighted nowhere': async (ledger, clock) => {
    const at = clock.now();
    const receipt = { expiresAt: at + hour, at };
    await ledger.record([
      { arn: `${queue}-1`, at, kind: 'warned', receipt, to: 'ana' },
      { arn: `${queue}-2`, at, kind: 'refused', why: 'no' },
      { arn: `${queue}-3`, at, kind: 'removal-requested', ...ireland },
    ]);
    expect(await ledger.sighted(ireland)).toEqual([]);
  },

  'thousands of one shard are all named': async (ledger, clock) => {
    const arns = Array.from({ length: 3000 }, (_, index) => `${queue}-${index}`);
    await ledger.record(arns.map((arn) => ({ ...seen(arn, clock.now()), ...ireland })));
    expect((await ledger.sighted(ireland)).toSorted()).toEqual(arns.toSorted());
  },
};

/** What a ledger remembers of resources. */
export const resourceCases: Readonly<Record<string, Case>> = {
  'events become memory and stay as history, in their order': async (ledger, clock) => {
    const now = clock.now();
    const receipt = { expiresAt: now + hour, at: now + 1, identity: 'q-1' };
    const events: Event[] = [
      { ...seen(queue, now), run: 'run-1' },
      // Its own time is older: the order is that of recording.
      { arn: queue, at: now - hour, kind: 'warned', receipt, to: 'ana' },
      { arn: queue, at: now + 2, kind: 'extended', to: now + 2 * hour, by: 'ana', inLedger: true, reason: 'demo' },
    ];
    await ledger.record(events.slice(0, 2));
    await ledger.record(events.slice(2));
    expect(await ledger.history(queue)).toEqual(events);
    expect((await ledger.memories([queue])).get(queue)).toEqual({
      firstSeenAt: now,
      sighting: { values: 'ttl=3d', firstSeenAt: now, needsFullLead: false },
      receipts: [receipt],
      extendedTo: now + 2 * hour,
      refusals: 0,
    });
  },

  'the history of one resource says nothing of another, whose name may begin with its own': async (ledger, clock) => {
    await ledger.record([seen(queue, clock.now()), seen(`${queue}-2`, clock.now(), 'ttl=4d')]);
    expect(await ledger.history(queue)).toHaveLength(1);
    const memories = await ledger.memories([`${queue}-2`, `${queue}-3`]);
    expect([...memories.keys()]).toEqual([`${queue}-2`]);
    expect(memories.get(`${queue}-2`)?.sighting?.values).toBe('ttl=4d');
  },

  'texts of strangers come back as they were': async (ledger, clock) => {
    const arn = `${queue}'); DROP TABLE events; -- \u{1f41e} % _`;
    const event = seen(arn, clock.now(), 'ttl=\u001b[31m"soon"\n\\ \u{1f41e}');
    await ledger.record([event]);
    expect(await ledger.history(arn)).toEqual([event]);
    expect((await ledger.memories([arn])).has(arn)).toBe(true);
  },

  'one event that can not be kept keeps the others of its resource out, too': async (ledger, clock) => {
    await ledger.record([seen(queue, clock.now())]);
    const impossible = {
      arn: `${queue}-2`,
      get at(): number {
        throw new Error('torn');
      },
      kind: 'gone',
    } as Event;
    await expect(ledger.record([seen(`${queue}-2`, clock.now()), impossible])).rejects.toThrow('torn');
    expect(await ledger.history(`${queue}-2`)).toEqual([]);
    expect([...(await ledger.memories([queue, `${queue}-2`])).keys()]).toEqual([queue]);
    await ledger.record([seen(`${queue}-3`, clock.now())]);
    expect(await ledger.history(`${queue}-3`)).toHaveLength(1);
  },

  'thousands of resources are recorded and remembered in one call': async (ledger, clock) => {
    const arns = Array.from({ length: 5000 }, (_, index) => `${queue}-${index}`);
    await ledger.record(arns.map((arn, index) => seen(arn, clock.now(), `ttl=${index + 1}h`)));
    const memories = await ledger.memories([...arns, `${queue}-none`]);
    expect(memories.size).toBe(5000);
    expect(memories.get(`${queue}-4999`)?.sighting?.values).toBe('ttl=5000h');
    expect(await ledger.memories([])).toEqual(new Map());
    await ledger.record([]);
  },

  'a removal is open from its request until its end is known, and waiting is no end': async (ledger, clock) => {
    const at = clock.now();
    const names = ['removed', 'gone', 'refused', 'blocked', 'waiting'];
    await ledger.record(names.map((name) => ({ arn: `${queue}-${name}`, at, kind: 'removal-requested' })));
    const open = async () => (await ledger.openRemovals()).map(({ arn }) => arn.slice(queue.length + 1)).toSorted();
    expect(await open()).toEqual(names.toSorted());
    expect((await ledger.openRemovals())[0]?.requestedAt).toBe(at);
    await ledger.record([
      { arn: `${queue}-removed`, at, kind: 'removed' },
      { arn: `${queue}-gone`, at, kind: 'gone' },
      { arn: `${queue}-refused`, at, kind: 'refused', why: 'no' },
      { arn: `${queue}-blocked`, at, kind: 'removal-ended', outcome: 'blocked' },
      { arn: `${queue}-waiting`, at, kind: 'removal-ended', outcome: 'waiting' },
    ]);
    expect(await open()).toEqual(['waiting']);
  },

  'what one process records the other sees at once, and their events do not overwrite each other': async (
    ledger,
    clock,
    open,
  ) => {
    const other = await open(clock);
    try {
      await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          (index % 2 === 0 ? ledger : other).record([
            { arn: queue, at: clock.now() + index, kind: 'refused', why: `try ${index}` },
          ]),
        ),
      );
      expect((await ledger.memories([queue])).get(queue)?.refusals).toBe(40);
      expect(await other.history(queue)).toHaveLength(40);
    } finally {
      other.close();
    }
  },
};

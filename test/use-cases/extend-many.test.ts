import { beforeEach, describe, expect, test } from 'vitest';
import { NotRecorded } from '../../lib/core/history.ts';
import { day } from '../../lib/core/time.ts';
import { extend } from '../../lib/use-cases/extend.ts';
import type { Ledger } from '../../lib/use-cases/ports.ts';
import { aPolicy, at } from '../fakes/builders.ts';
import { account, aWorld, region, type World } from '../fakes/world.ts';
import { awsError } from '../samples/sample.ts';

// It is 2026-11-23T12:00Z.
let world: World;
let sessions: string[];
let told: number[];
beforeEach(() => {
  world = aWorld();
  sessions = [];
  told = [];
  const { cloud } = world.ports;
  world.ports.cloud = {
    ...cloud,
    tagger: (shard) => {
      sessions.push(`${shard.account} ${shard.region}`);
      return cloud.tagger(shard);
    },
  };
  recordsBy((record, events) => record(events));
});

type Record = Ledger['record'];

function recordsBy(how: (record: Record, events: Parameters<Record>[0]) => Promise<void>): void {
  const { ledger } = world.ports;
  const record: Record = (events) => ledger.record(events);
  world.ports.ledger = {
    ...ledger,
    record: (events) => {
      told.push(events.length);
      return how(record, events);
    },
  };
}

const tags = { ttl: '2026-11-24', environment: 'pr-1' };
const queues = (count: number) => Array.from({ length: count }, (_, index) => world.queue(`q-${index}`, tags));
const extending = () =>
  extend(world.ports, { policy: aPolicy({ accounts: [{ id: account }] }), name: 'pr-1', by: day, who: 'ana' });

describe('many at once', () => {
  test('one role is assumed, and the ledger is told of 25 at a time', async () => {
    const arns = queues(30);
    const { changed, failed } = await extending();
    expect([changed.length, failed]).toEqual([30, []]);
    expect(sessions).toEqual([`${account} ${region}`]);
    expect(told).toEqual([25, 5]);
    const memories = await world.ports.ledger.memories(arns);
    for (const arn of arns) {
      expect(world.tagsOf(arn)?.['expires-at']).toBe('2026-11-25T23:00:00Z');
      expect(memories.get(arn)?.sighting).toMatchObject({ expiresAt: at('2026-11-25T23:00Z'), byMayfly: true });
    }
  });

  test('of what AWS refuses the ledger is told nothing, and of the others all', async () => {
    const [bad = '', ...good] = queues(3);
    world.refuse.set('TagQueue', ({ QueueUrl }) => (/q-0$/.test(String(QueueUrl)) ? awsError('Oh') : undefined));
    const { changed, failed } = await extending();
    expect(changed.map(({ arn }) => arn).toSorted()).toEqual(good);
    expect(failed).toMatchObject([{ arn: bad }]);
    expect(told).toEqual([2]);
    expect(await world.ports.ledger.history(bad)).toEqual([]);
  });

  test('where no role lets Mayfly in each of them has failed', async () => {
    const arns = queues(3);
    world.ports.cloud.tagger = async () => Promise.reject(new Error('no way in'));
    const { changed, failed } = await extending();
    expect(changed).toEqual([]);
    expect(failed.toSorted((a, b) => (a.arn < b.arn ? -1 : 1))).toEqual(arns.map((arn) => ({ arn, why: 'no way in' })));
    expect(told).toEqual([]);
  });

  test('what the ledger does not take has failed, and nothing else', async () => {
    const [, lost = ''] = queues(3);
    recordsBy(async (record, events) => {
      await record(events.filter(({ arn }) => arn !== lost));
      throw new NotRecorded('1 of 3', new Map([[lost, 'others wrote to it']]));
    });
    const { changed, failed } = await extending();
    expect(changed).toHaveLength(2);
    expect(failed).toEqual([{ arn: lost, why: 'others wrote to it' }]);
  });

  test('a ledger that takes nothing fails each of them', async () => {
    const arns = queues(2);
    recordsBy(async () => Promise.reject(new Error('the table is gone')));
    const { changed, failed } = await extending();
    expect(changed).toEqual([]);
    expect(failed.map(({ arn }) => arn).toSorted()).toEqual(arns);
    expect(new Set(failed.map(({ why }) => why))).toEqual(new Set(['the table is gone']));
  });
});

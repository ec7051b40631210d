import { describe, expect, it } from 'vitest';
import { readPriceDocument } from '../../lib/core/price-document.ts';
import { type PriceDocument, priceTable } from '../../lib/core/price-table.ts';
import { hour } from '../../lib/core/time.ts';
import type { RegionPriceList } from '../../lib/use-cases/ports-money.ts';
import { refreshPrices } from '../../lib/use-cases/refresh-prices.ts';
import { at } from '../fakes/builders.ts';
import { hurriedClock } from '../fakes/clocks.ts';
import { memoryRunStore } from '../fakes/run-store.ts';

const night = at('2026-11-23T02:00Z');

function listOf(usd: Readonly<Record<string, number>>, problems: string[] = []): RegionPriceList {
  return { groups: [{ unit: 'hour', prefix: 'ec2.linux.', usd }], products: 9, odd: 1, requests: 3, problems };
}

function kept(date: string, region: string, usd: Readonly<Record<string, number>>): PriceDocument {
  return {
    sources: [{ title: 'AWS Price List', date }],
    groups: [{ region, unit: 'hour', source: 0, prefix: 'ec2.linux.', usd }],
  };
}

/** One night: what was kept before, what AWS gives for each region, and what is kept after. */
function aNight(lists: Readonly<Record<string, RegionPriceList | Error>>, before?: unknown) {
  const clock = hurriedClock(night);
  const runStore = memoryRunStore(new Map());
  const asked: string[] = [];
  const after: { document?: unknown } = {};
  const ports = {
    clock,
    runStore,
    list: {
      async pricesIn(region: string) {
        asked.push(region);
        await clock.sleep(hour);
        const list = lists[region] ?? new Error(`nobody asked for ${region}`);
        if (list instanceof Error) throw list;
        return list;
      },
    },
    store: {
      load: async () => before,
      save: async (document: PriceDocument) => {
        after.document = JSON.parse(JSON.stringify(document));
      },
    },
  };
  const refresh = (regions: 'enabled' | string[], until = night + 10 * hour) =>
    refreshPrices(ports, { regions: regions as never }, until);
  const price = (region: string, type: string) =>
    priceTable(readPriceDocument(after.document)).in(region).find(`ec2.linux.${type}`, 'hour');
  return { refresh, price, asked, after, runStore };
}

describe('the prices of a night', () => {
  it('are those of the regions of the policy, with their day', async () => {
    const { refresh, price, asked } = aNight({
      'eu-west-1': listOf({ 'm5.large': 0.1 }),
      'us-east-1': listOf({ a: 2 }),
    });
    expect(await refresh(['eu-west-1', 'us-east-1', 'eu-west-1'])).toEqual({
      regions: 2,
      prices: 2,
      products: 18,
      odd: 2,
      requests: 6,
      behind: 0,
      problems: [],
    });
    expect(asked.toSorted()).toEqual(['eu-west-1', 'us-east-1']);
    expect(price('eu-west-1', 'm5.large')).toEqual({ usd: 0.1, source: 'AWS Price List', date: '2026-11-23' });
  });

  it('of a policy that takes every region are those of the newest sweep', async () => {
    const { refresh, asked, runStore } = aNight({ 'eu-west-1': listOf({ 'm5.large': 0.1 }) });
    await expect(refresh('enabled')).rejects.toThrow('no sweep has ended yet');
    await runStore.save('latest', 'sweep', { run: 'run-1', plan: 'plan-1', at: night, since: night, sweeps: 1 });
    const shards = ['222222222222', '333333333333'].map((account) => ({
      account,
      region: 'eu-west-1',
      mode: 'observe',
    }));
    await runStore.save('run-1', 'shards', shards);
    await refresh('enabled');
    expect(asked).toEqual(['eu-west-1']);
  });

  it('stand beside earlier ones with their own day, where today gave none', async () => {
    const before = kept('2026-11-20', 'eu-west-1', { 'm5.large': 0.2, 't3.micro': 0.01 });
    const { refresh, price } = aNight({ 'eu-west-1': listOf({ 'm5.large': 0.1 }, ['RDS: throttled']) }, before);
    expect((await refresh(['eu-west-1'])).problems).toEqual(['eu-west-1: RDS: throttled']);
    expect(price('eu-west-1', 'm5.large')).toMatchObject({ usd: 0.1, date: '2026-11-23' });
    expect(price('eu-west-1', 't3.micro')).toMatchObject({ usd: 0.01, date: '2026-11-20' });
  });

  it('keep a region that could not be asked as it was, and forget what nobody confirmed for 90 days', async () => {
    const lists = { 'eu-west-1': listOf({ 'm5.large': 0.1 }), 'us-east-1': new Error('throttled') };
    const fresh = aNight(lists, kept('2026-11-22', 'us-east-1', { 'm5.large': 0.3 }));
    expect((await fresh.refresh(['eu-west-1', 'us-east-1'])).problems).toEqual(['us-east-1: throttled']);
    expect(fresh.price('us-east-1', 'm5.large')).toMatchObject({ usd: 0.3, date: '2026-11-22' });
    const old = aNight(lists, kept('2026-08-01', 'us-east-1', { 'm5.large': 0.3 }));
    await old.refresh(['eu-west-1', 'us-east-1']);
    expect(old.price('us-east-1', 'm5.large')).toBeUndefined();
  });

  it('begin with the region that waits the longest, and with none when time is up', async () => {
    const lists = { 'eu-west-1': listOf({ a: 1 }), 'us-east-1': listOf({ a: 2 }) };
    const { refresh, asked } = aNight(lists, kept('2026-11-22', 'eu-west-1', { a: 1 }));
    const { problems } = await refresh(['eu-west-1', 'us-east-1'], night + hour);
    expect(asked).toEqual(['us-east-1']);
    expect(problems).toEqual(['eu-west-1: there was no time left']);
  });

  it('that are damaged are replaced, and that is told', async () => {
    const { refresh, price } = aNight({ 'eu-west-1': listOf({ 'm5.large': 0.1 }) }, { sources: 'none' });
    expect((await refresh(['eu-west-1'])).problems).toEqual([expect.stringContaining("earlier prices can't be used")]);
    expect(price('eu-west-1', 'm5.large')?.usd).toBe(0.1);
  });

  it.each([
    ['are nothing where AWS gives nothing', { ...listOf({}), groups: [] }],
    ['are nothing where AWS is out of reach', new Error('access is denied')],
  ])('%s: the earlier ones stay, and the night has failed', async (_, list) => {
    const { refresh, after } = aNight({ 'eu-west-1': list }, kept('2026-11-22', 'eu-west-1', { a: 1 }));
    await expect(refresh(['eu-west-1'])).rejects.toThrow('no prices could be read');
    expect(after.document).toBeUndefined();
  });

  it.each([
    ['those of today', 'eu-west-1', kept('2026-11-01', 'eu-west-1', { a: 1 }), 0],
    ['those of the night before that was not read', 'us-east-1', kept('2026-11-22', 'us-east-1', { a: 1 }), 0],
    ['those of three days ago', 'us-east-1', kept('2026-11-20', 'us-east-1', { a: 1 }), 0],
    ['those of four days ago', 'us-east-1', kept('2026-11-19', 'us-east-1', { a: 1 }), 1],
    ['none at all', 'us-east-1', undefined, 1],
  ])('leave a region behind that has %s: %s', async (_, region, before, behind) => {
    const { refresh } = aNight({ 'eu-west-1': listOf({ a: 2 }), 'us-east-1': new Error('throttled') }, before);
    expect(await refresh([...new Set(['eu-west-1', region])])).toMatchObject({ behind });
  });
});

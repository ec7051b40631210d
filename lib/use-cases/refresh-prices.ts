import type { Policy } from '../core/policy.ts';
import { daysSince, freshDays, readPriceDocument } from '../core/price-document.ts';
import type { PriceDocument, PriceGroup } from '../core/price-table.ts';
import type { Instant } from '../core/time.ts';
import { loadLatest } from './latest-sweep.ts';
import type { Clock, RunStore } from './ports.ts';
import type { PriceList, PriceStore } from './ports-money.ts';
import { loadShards } from './sweep-steps.ts';

export interface PriceRefreshPorts {
  clock: Pick<Clock, 'now'>;
  list: PriceList;
  store: PriceStore;
  runStore: RunStore;
}

/** What came of it. */
export interface Refreshed {
  regions: number;
  prices: number;
  products: number;
  /** Products in no known shape; nothing is known of what they cost. */
  odd: number;
  requests: number;
  /** Regions whose newest prices are older than nights may fail, or that have none. */
  behind: number;
  /** What keeps its earlier prices, or has none, with the reason, in words. */
  problems: string[];
}

const title = 'AWS Price List';

/**
 * Asks for today's prices of the policy's regions and keeps them in place of the earlier ones. What can't be asked for
 * keeps what it had, with its day; `until` no further region is begun. Throws where nothing at all could be read, or
 * kept.
 */
export async function refreshPrices(
  ports: PriceRefreshPorts,
  policy: Pick<Policy, 'regions'>,
  until: Instant,
): Promise<Refreshed> {
  const { clock, list, store } = ports;
  const problems: string[] = [];
  const before = await earlier(store, problems);
  const regions = await regionsOf(ports, policy);
  const today = new Date(clock.now()).toISOString().slice(0, 10);
  const counted = { regions: 0, products: 0, odd: 0, requests: 0 };
  const sources = [{ title, date: today }];
  const fresh: PriceGroup[] = [];
  // Those that have waited the longest come first, so that none waits for ever.
  for (const region of regions.toSorted((a, b) => (lastDay(before, a) < lastDay(before, b) ? -1 : 1))) {
    if (clock.now() >= until) {
      problems.push(`${region}: there was no time left`);
      continue;
    }
    try {
      const read = await list.pricesIn(region);
      fresh.push(...read.groups.map((group) => ({ ...group, region, source: 0 })));
      problems.push(...read.problems.map((problem) => `${region}: ${problem}`));
      if (read.groups.length > 0) counted.regions += 1;
      counted.products += read.products;
      counted.odd += read.odd;
      counted.requests += read.requests;
    } catch (error) {
      problems.push(`${region}: ${(error as Error).message}`);
    }
  }
  if (fresh.length === 0) throw new Error(`no prices could be read: ${problems.join('; ') || 'there are no regions'}`);
  const now = withEarlier({ sources, groups: fresh }, before);
  await store.save(now);
  const behind = regions.filter((region) => isBehind(lastDay(now, region), clock.now())).length;
  const prices = fresh.reduce((sum, { usd }) => sum + Object.keys(usd).length, 0);
  return { ...counted, prices, behind, problems };
}

/** Damaged ones are told and forgotten. */
async function earlier(store: PriceStore, problems: string[]): Promise<PriceDocument> {
  try {
    const kept = await store.load();
    return kept === undefined ? { sources: [], groups: [] } : readPriceDocument(kept);
  } catch (error) {
    problems.push(`the earlier prices can't be used: ${(error as Error).message}`);
    return { sources: [], groups: [] };
  }
}

/** Where the policy takes whatever is switched on, the regions of the newest sweep. */
async function regionsOf({ runStore }: PriceRefreshPorts, { regions }: Pick<Policy, 'regions'>): Promise<string[]> {
  if (regions !== 'enabled') return [...new Set(regions)];
  const latest = await loadLatest({ runStore });
  if (latest === undefined) throw new Error('no sweep has ended yet, so the regions are not known; wait for the first');
  return [...new Set((await loadShards({ runStore }, latest.run)).map(({ region }) => region))];
}

function lastDay({ sources, groups }: PriceDocument, region: string): string {
  const days = groups.filter((group) => group.region === region).map(({ source }) => sources[source]?.date ?? '');
  return days.toSorted().at(-1) ?? '';
}

function isBehind(date: string, now: Instant): boolean {
  return date === '' || daysSince(date, now) > freshDays;
}

/** Beside the fresh prices those of before that none of them replaces, with their own day. */
function withEarlier(fresh: PriceDocument, before: PriceDocument): PriceDocument {
  const known = new Set(fresh.groups.flatMap((group) => Object.keys(group.usd).map((name) => keyOf(group, name))));
  const sources = [...fresh.sources];
  const groups = [...fresh.groups];
  for (const group of before.groups) {
    const from = before.sources[group.source];
    const rest = Object.entries(group.usd).filter(([name]) => !known.has(keyOf(group, name)));
    if (from === undefined || rest.length === 0 || from.date < oldest(fresh)) continue;
    const same = sources.findIndex(({ title: one, date }) => one === from.title && date === from.date);
    const source = same < 0 ? sources.push(from) - 1 : same;
    groups.push({ ...group, source, usd: Object.fromEntries(rest) });
  }
  return { sources, groups };
}

function keyOf({ region, prefix, unit }: PriceGroup, name: string): string {
  return `${region} ${prefix}${name} ${unit}`;
}

/** What nobody has confirmed for 90 days is forgotten: AWS may sell it no more. */
function oldest({ sources: [today] }: PriceDocument): string {
  const day = new Date(`${today?.date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - 90);
  return day.toISOString().slice(0, 10);
}

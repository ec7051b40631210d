import { createHash } from 'node:crypto';
import type { Price, PriceTable, RegionPrices, Unit } from './cost.ts';

/** Prices as they are kept: in groups of one region, unit and source. */
export interface PriceDocument {
  sources: readonly { title: string; date: string }[];
  groups: readonly PriceGroup[];
}

export interface PriceGroup {
  /** Or `all`: every commercial region, those to come too. */
  region: string;
  unit: Unit;
  /** Its place in `sources`. */
  source: number;
  /** What the name of each item begins with. */
  prefix: string;
  usd: Readonly<Record<string, number>>;
}

/** The region of a price that holds in every commercial one. */
const everywhere = 'all';

/** GovCloud, China and what is closed to the public have prices of their own. */
const commercial =
  /^(af|ap|ca|eu|il|me|mx|sa|us)-(north|south|east|west|central|northeast|northwest|southeast|southwest)-\d+$/;

/** A table of one or more documents. Of two prices of one thing the newer counts, of the same day the first. */
export function priceTable(...documents: readonly PriceDocument[]): PriceTable {
  const byRegion = new Map<string, Map<string, Price>>();
  for (const { sources, groups } of documents) {
    for (const { region, unit, source, prefix, usd } of groups) {
      const from = sources[source];
      if (from === undefined) continue;
      const prices = byRegion.get(region) ?? new Map<string, Price>();
      byRegion.set(region, prices);
      for (const [name, amount] of Object.entries(usd)) {
        add(prices, `${prefix}${name} ${unit}`, { usd: amount, source: from.title, date: from.date });
      }
    }
  }
  let version: string | undefined;
  return {
    in: (region) => regionPrices(region, byRegion),
    version() {
      version ??= versionOf(byRegion);
      return version;
    },
  };
}

/** The same for the same prices, whatever day they were asked for. */
function versionOf(byRegion: ReadonlyMap<string, ReadonlyMap<string, Price>>): string {
  const lines = [...byRegion].flatMap(([region, prices]) =>
    [...prices].map(([key, { usd }]) => `${region} ${key} ${usd}`),
  );
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex').slice(0, 16);
}

/** AWS lists a 0 for what it gives no price of, so a 0 is none. */
function add(prices: Map<string, Price>, key: string, price: Price): void {
  const known = prices.get(key);
  if (!(price.usd > 0) || !Number.isFinite(price.usd)) return;
  if (known === undefined || known.date < price.date) prices.set(key, price);
}

function regionPrices(region: string, byRegion: ReadonlyMap<string, ReadonlyMap<string, Price>>): RegionPrices {
  const own = region === everywhere ? undefined : byRegion.get(region);
  const common = commercial.test(region) ? byRegion.get(everywhere) : undefined;
  return {
    region,
    find(item, unit) {
      const key = `${item} ${unit}`;
      return own?.get(key) ?? common?.get(key);
    },
  };
}

import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Unit, units } from '../lib/core/cost.ts';
import type { PriceDocument, PriceGroup } from '../lib/core/price-table.ts';

// Makes the price table from the CSV files in scripts/prices and in a folder, all of public list prices:
//   node scripts/make-prices.ts FOLDER && npm run docs
// A file has `#` comments and columns `type,unit,usd,region,attributes,source`, the date in the source; or it is named
// ec2-REGION.csv, has columns `instance_type,usd_per_hour` and tells source and date in its comments.

/** One price as it was read. */
export interface Row {
  item: string;
  unit: Unit;
  usd: number;
  region: string;
  source: string;
  date: string;
}

/** What Mayfly has a use for: what things cost while they stand there. Requests and traffic are left out. */
const wanted = [
  /^ebs\./,
  /^rds\.(instance\.|\w+\.(storage|iops)$)/,
  /^aurora\.storage$/,
  /^(elasticache\.node|opensearch|lb|nat-gateway|public-ipv4|vpc-endpoint\.interface|eks|efs|kms\.key)\./,
  /^dynamodb\.(standard|provisioned|backup|pitr)\./,
  /^s3\..*storage/,
  /^(cloudwatch-logs\.archival-storage|secrets-manager\.secret\.month|ssm\.parameter-storage-advanced)$/,
];

/** Reads all prices of a folder that Mayfly can use. */
export function readPrices(folder: string): Row[] {
  return globSync('*.csv', { cwd: folder })
    .toSorted()
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      const region = /^ec2-(.+)\.csv$/.exec(basename(name))?.[1];
      return region === undefined ? priceRows(text) : instanceRows(text, region);
    });
}

/** Prices of a file with a row of its own for region and source. */
export function priceRows(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('type,'))
    .flatMap((line) => {
      const cells = line.split(',');
      const [type = '', unit = '', usd = '', region = '', attributes = '', source = ''] = cells;
      if (cells.length !== 6) throw new Error(`six cells are expected, with no comma in them: ${line}`);
      const date = /\d{4}-\d{2}-\d{2}(?!.*\d{4}-\d{2}-\d{2})/.exec(source)?.[0];
      const item = itemOf(type, attributes);
      // A price that its source rounded, or that names no region or day, is none.
      if (!isUnit(unit) || item === undefined || date === undefined || region === 'unspecified') return [];
      if (!wanted.some((kind) => kind.test(type)) || attributes.includes('2 decimals') || !(Number(usd) > 0)) return [];
      return [{ item, unit, usd: Number(usd), region, source: titleOf(source), date }];
    });
}

function isUnit(text: string): text is Unit {
  return (units as readonly string[]).includes(text);
}

/** Engine and deployment become part of the name, because a price holds for them only. */
function itemOf(type: string, attributes: string): string | undefined {
  const engine = /engine=([\w-]+)/.exec(attributes)?.[1];
  const deployment = /deployment=Multi-AZ/.test(attributes) ? 'multi-az' : 'single-az';
  const instance = /^rds\.instance\.(db\..+)$/.exec(type)?.[1];
  if (instance !== undefined) return engine && `rds.${engine}.${deployment}.${instance}`;
  const node = /^elasticache\.node\.(cache\..+)$/.exec(type)?.[1];
  if (node !== undefined) return engine && `elasticache.${engine}.${node}`;
  const storage = /^rds\.(\w+)\.(storage|iops)$/.exec(type);
  return storage === null ? type : `rds.${deployment}.${storage[1]}.${storage[2]}`;
}

function titleOf(source: string): string {
  return source.replace(/ \(?(effective )?\d{4}-\d{2}-\d{2}\)?$/, '');
}

/** Prices of a file of instance types: Linux, on demand, shared tenancy. */
export function instanceRows(text: string, region: string): Row[] {
  const source = /Source: (.+?) \(/.exec(text)?.[1] ?? /Facts of the (.+?) as of/.exec(text)?.[1];
  const date = /as of (\d{4}-\d{2}-\d{2})/.exec(text)?.[1];
  if (source === undefined || date === undefined) throw new Error(`the prices of ${region} name no source or no day`);
  const prices = [...text.matchAll(/^([a-z][\w-]*\.[\w-]+),([\d.]+)$/gm)].map(
    ([, type = '', usd = '']) => [type, Number(usd)] as const,
  );
  const known = new Set(
    prices.filter(([type]) => !/\.metal/.test(type)).map(([type, usd]) => priceOfFamily(type, usd)),
  );
  return prices
    .filter(([type, usd]) => usd > 0 && (!/\.metal/.test(type) || known.has(priceOfFamily(type, usd))))
    .map(([type, usd]) => ({ item: `ec2.linux.${type}`, unit: 'hour', usd, region, source, date }));
}

/** Sources mix in the rate of dedicated hardware for bare metal; it is right where a virtual size costs the same. */
function priceOfFamily(type: string, usd: number): string {
  return `${type.split('.')[0]} ${usd}`;
}

/** Rows as they are kept: sorted, in groups, the newest price of each thing. */
export function documentOf(rows: readonly Row[]): PriceDocument {
  const newest = new Map<string, Row>();
  for (const row of rows) {
    const key = `${row.region} ${row.item} ${row.unit}`;
    const known = newest.get(key);
    if (known === undefined || known.date < row.date) newest.set(key, row);
    if (known !== undefined && known.date === row.date && known.usd !== row.usd) {
      throw new Error(`${key} has two prices of ${row.date}: ${known.usd} and ${row.usd}`);
    }
  }
  const kept = [...newest.values()];
  const titles = [...new Set(kept.map(({ source, date }) => `${date} ${source}`))].toSorted();
  const sources = titles.map((text) => ({ title: text.slice(11), date: text.slice(0, 10) }));
  const group = ({ region, item, unit, source, date }: Row) =>
    JSON.stringify([region, prefixOf(item), unit, titles.indexOf(`${date} ${source}`)]);
  const groups = [...Map.groupBy(kept, group)].map(([key, some]): PriceGroup => {
    const [region, prefix, unit, source] = JSON.parse(key) as [string, string, Unit, number];
    const usd = some.map((row) => [row.item.slice(prefix.length), row.usd] as const);
    return { region, unit, source, prefix, usd: Object.fromEntries(usd.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
  });
  const order = (one: PriceGroup) => `${one.prefix} ${one.region} ${one.unit} ${String(one.source).padStart(4, '0')}`;
  return { sources, groups: groups.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)) };
}

/** What comes before the class of an instance; other names have only a few things that begin alike. */
function prefixOf(item: string): string {
  return (
    /^(ec2\.linux\.|rds\.[\w-]+\.(?:single|multi)-az\.(?=db\.)|elasticache\.\w+\.|opensearch\.instance\.)/.exec(
      item,
    )?.[0] ?? ''
  );
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  const own = join(import.meta.dirname, 'prices');
  if (folder === undefined) {
    console.error('Name the folder with the CSV files: node scripts/make-prices.ts FOLDER');
    process.exit(2);
  }
  const path = join(import.meta.dirname, '..', 'lib', 'adapters', 'prices', 'prices.json');
  const rows = [...readPrices(own), ...readPrices(folder)];
  writeFileSync(path, `${JSON.stringify(documentOf(rows), undefined, 2)}\n`);
  console.log(`Wrote ${rows.length} prices. Now: npx biome check --write ${path} && npm run docs`);
}

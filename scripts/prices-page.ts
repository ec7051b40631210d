import shipped from '../lib/adapters/prices/prices.json' with { type: 'json' };
import { hoursPerMonth } from '../lib/core/cost.ts';
import { resourceTypes } from '../lib/resource-types/index.ts';
import { code, page, table } from './page.ts';

const rules = [
  `An amount is what a resource costs a month of ${hoursPerMonth} hours while it stands there as it is now, by ` +
    'public list prices in USD: no discount, no free tier, no credit, no tax. What AWS bills by use (requests, ' +
    'traffic, capacity units) is not in it.',
  'Each amount is an *estimate*, an *actual* one that AWS billed, or *unknown* with a reason. Unknown is never ' +
    '0: a sum leaves it out and tells how many it left out. A known 0 has its reason, too.',
  'A price holds for its region, its unit, its engine and its deployment only. Where the table has none, no ' +
    'other is taken instead. Public IPv4 addresses cost the same in all commercial regions, says their source.',
  'One part without a price makes the whole amount unknown: half a bill would look like a cheap resource.',
  'An amount *at most*: AWS shows how much is stored and bills less, because it compresses or keeps what changed.',
  'Each cost is counted once, with the resource that AWS bills: volumes and Elastic IP addresses beside their ' +
    'instance, snapshots beside their image, instances beside their group, resources beside their stack. The one ' +
    'exception are the instances of a database cluster: the cluster is the server, and they are counted with it.',
  'A stopped server costs its storage. That of an EC2 instance is its volumes, which have amounts of their own.',
  'Plans, warnings and reports of a sweep count an EC2 instance together with its volumes, but for those with a ' +
    'decision of their own in the same account and region. What is not due has no amount there: it is not asked.',
  'A database with a standby costs two of it, where the table has no price of the pair. Where it has both ' +
    'prices, the one is twice the other within a hundredth; a test looks.',
];

/** What Mayfly knows about money, and from whom. */
export function pricesPage(): string {
  const types = resourceTypes.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return page([
    '# Prices',
    'Mayfly ships with a table of list prices and needs no network for an estimate.',
    '## Rules',
    rules.map((rule) => `- ${rule}`).join('\n'),
    '## What a type costs',
    table(
      ['Type', 'Costs'],
      types.map(({ id, cost }) => [code(id), `${cost.says}.`]),
    ),
    '## What the table has',
    `${count(shipped.groups.flatMap(({ usd }) => Object.keys(usd)))} prices. Types that Mayfly does not know ` +
      'yet have theirs in advance.',
    table(['Prices of', 'Region', 'Per', 'Number', 'As of'], coverage()),
    '## Sources',
    'Each price has one of these sources and its day. Only facts are taken, and a price that its source ' +
      'rounded, or gave without a region or a day, is left out. Of several the newest counts.',
    table(['Source', 'As of', 'Prices'], sources()),
    '## Make it anew',
    'Add to the files in `scripts/prices`, or put CSV files with the columns ' +
      '`type,unit,usd,region,attributes,source` into a folder, each source with its day; on-demand prices of EC2 ' +
      'go into `ec2-REGION.csv`. Then run `node scripts/make-prices.ts FOLDER`, ' +
      '`npm run format` and `npm run docs`.',
  ]);
}

function count(list: readonly unknown[]): string {
  return list.length.toLocaleString('en');
}

function coverage(): string[][] {
  const prices = shipped.groups.flatMap(({ region, unit, source, prefix, usd }) =>
    Object.keys(usd).map((name) => ({ family: familyOf(prefix, name), region, unit, source })),
  );
  const groups = Map.groupBy(prices, ({ family, region, unit }) => `${code(family)}|${region}|${unit}`);
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, some]) => {
      const dates = some.map(({ source }) => shipped.sources[source]?.date ?? '').toSorted();
      const [first = '', last = ''] = [dates[0], dates.at(-1)];
      return [...key.split('|'), count(some), first === last ? first : `${first} to ${last}`];
    });
}

/** A group of classes is told as one; anything else by the service that it begins with. */
function familyOf(prefix: string, name: string): string {
  return prefix === '' ? (name.split('.')[0] ?? '') : prefix.slice(0, -1);
}

function sources(): string[][] {
  return shipped.sources.map(({ title, date }, index) => {
    const prices = shipped.groups.filter(({ source }) => source === index).flatMap(({ usd }) => Object.keys(usd));
    return [title, date, count(prices)];
  });
}

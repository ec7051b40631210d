import shipped from '../lib/adapters/prices/prices.json' with { type: 'json' };
import { hoursPerMonth } from '../lib/core/cost.ts';
import { costTypes } from '../lib/resource-types/cost-types.ts';
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
    'decision of their own in the same account and region. What is removed is counted without ' +
    'the volumes that stay behind. What is not due has no amount there: it is not asked.',
  'The rows of the weekly report have amounts to the cent, and their sums are those of what the rows show: page, ' +
    'table and message agree.',
  'A database with a standby costs two of it, where the table has no price of the pair. Where it has both ' +
    'prices, the one is twice the other within a hundredth; a test looks.',
];

const nightly = [
  'With `prices: { refresh: nightly }` the hub asks the Price List API at 03:00 in the zone of the policy, and keeps ' +
    'the answers in its bucket under `prices/`. Scans, plans and reports of the hub, and of a command line on its ' +
    '`state`, use them. The command line itself never asks.',
  'It asks for the regions that the policy lists; with `regions: enabled` for those of the newest sweep. Asking is ' +
    'free, and goes no faster than five requests a second.',
  'In it are EC2 instances (Linux, on demand, shared hardware, no bare metal), EBS volumes and snapshots, load ' +
    'balancers, NAT gateways, and instances and storage of MySQL, PostgreSQL, MariaDB and Aurora.',
  'Of each thing the newer price counts, so a shipped price stays where the night has none. What could not be asked ' +
    'for keeps its earlier price, with its day, for 90 days.',
  'A price has to be one price in USD, from the first unit on, of that very region. What is in another shape, or has ' +
    'two prices, is left out; the log of `mayfly-refresh-prices` counts it (`odd`).',
  'Nightly prices that are missing or damaged leave the shipped ones. The report says which are used, and how old ' +
    'they are.',
];

const billed = [
  'With `report: { costExplorer: true }` the weekly report asks Cost Explorer what AWS billed: unblended cost, in ' +
    'the account of the hub. Only the payer account of an organization sees the bills of all accounts.',
  'By account: of 14 whole days that ended at least a day ago, because AWS completes a day in the course of the next ' +
    'one. The report compares accounts that Mayfly sweeps and whose bill it knows, and names the others.',
  'By resource, for who opted in to that (Billing and Cost Management, Cost Explorer preferences): of 13 days, for ' +
    'AWS keeps 14, and the last one is not complete. An idle resource then has an *actual* amount: what was billed ' +
    'for it, for a server with its volumes, times 365 / 12 / 13.',
  'It keeps its estimate where it was not billed on each of these days, because it was made, started or stopped ' +
    'among them; where it was stopped or started since; where a volume of it has no bill; and where it was billed ' +
    'nothing, or its traffic only, because a reservation pays for it. A database cluster keeps it, too: its ' +
    'instances are billed by their own names, and counted with it.',
  'A public IPv4 address is billed under the name of its network interface, and is not in an actual amount.',
  'Each request costs $0.01, each page is one, and a report makes 50 at most. The report says how many it made.',
  'Bills in another currency than USD are named and left out: nothing is converted. A bill that is denied, switched ' +
    'off or not there yet is *not known*, with what to do about it; the report is made all the same.',
];

/** What Mayfly knows about money, and from whom. */
export function pricesPage(): string {
  const types = [...resourceTypes, ...costTypes].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return page([
    '# Prices',
    'Mayfly ships with a table of list prices and needs no network for an estimate. It can ask for newer ones at ' +
      'night, and for what AWS billed.',
    '## Rules',
    list(rules),
    '## Prices of the night',
    list(nightly),
    '## What AWS billed',
    list(billed),
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

function list(points: readonly string[]): string {
  return points.map((point) => `- ${point}`).join('\n');
}

function count(things: readonly unknown[]): string {
  return things.length.toLocaleString('en');
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

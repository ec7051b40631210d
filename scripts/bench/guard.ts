import { installLocalAws } from '../local-aws/install.ts';
import { type Calls, sumOf } from './floor.ts';
import { type Delay, delaysOf, falseAlarms, firstDays, type Runaway } from './guard-delays.ts';
import { type OrderTook, ordersAbout } from './guard-orders.ts';
import { type GuardedSweep, type GuardedWorld, guardedSweep } from './guard-sweeps.ts';
import { markdownTable, seconds } from './markdown.ts';
import { median } from './median.ts';
import { mixedKinds, type WorldPlan } from './mix.ts';
import { type ScanAlone, scanAlone } from './scan-alone.ts';

const quiet = { expired: 0, kinds: mixedKinds } as const;
/** moto's DynamoDB is too slow for a ledger of the larger one. */
const worlds: readonly GuardedWorld[] = [
  { ...quiet, resources: 1000, accounts: 1, regions: ['us-east-1'], hub: true },
  { ...quiet, resources: 10_000, accounts: 10, regions: ['us-east-1', 'eu-west-1'], hub: false },
];

const scanRepeats = 3;
const repeats = 5;
const servers = 40;
const trackedInShards = [0, 100];
const months = 500;
const perHourOfWeek = 12;

/** Forty GPU servers of the guard's tests, and less. USD per hour. */
const forty = 122.4;
const sizes = [forty, 20, 10, 5, 2];
const twoWeeks = 14 * 24;
const knownBefore = { '2 hours': 2, '36 hours': 36, '2 weeks': twoWeeks };

/** What the cost guard costs, how fast it is, and how often it is wrong, as Markdown. */
export async function reportOfGuard(): Promise<string> {
  await installLocalAws({ onProgress: (step) => console.error(`${step} …`) });
  const swept: GuardedSweep[] = [];
  for (const world of worlds) {
    console.error(`  a sweep of ${world.resources.toLocaleString('en')} with and without a guard …`);
    swept.push(await guardedSweep(world));
  }
  console.error('  scan-shard alone …');
  const scans: { without: ScanAlone[]; guarded: ScanAlone[] }[] = [];
  for (let repeat = 0; repeat < scanRepeats; repeat += 1) {
    scans.push({ without: await scanAlone(trackedInShards), guarded: await scanAlone(trackedInShards, true) });
  }
  console.error(`  freeze, stop and release of ${servers} servers …`);
  const orders = await ordersAbout(servers, repeats);
  console.error('  months of ordinary weeks, and what runs away in them …');
  const tables = [sweepTable(swept), addedTable(swept), scanTable(scans), orderTable(orders), orderCallTable(orders)];
  return [...tables, allowTable(), delayTable(), limitTable(), quietTable()].join('\n\n');
}

function titleOf({ resources, accounts, regions }: WorldPlan): string {
  return `${resources.toLocaleString('en')} in ${accounts * regions.length}`;
}

function sweepTable(swept: readonly GuardedSweep[]): string {
  return markdownTable(
    ['sweep', 'calls', 'CPU', 'wall', 'calls with a guard', 'CPU', 'wall'],
    swept.map(({ world, without, guarded }) => [
      titleOf(world),
      ...[without, guarded].flatMap(({ calls, cpuSeconds, wallSeconds }) => [
        String(sumOf(calls)),
        seconds(cpuSeconds),
        seconds(wallSeconds),
      ]),
    ]),
  );
}

function addedTable(swept: readonly GuardedSweep[]): string {
  const names = [...new Set(swept.flatMap(({ guarded }) => [...guarded.calls.keys()]))].toSorted();
  const added = ({ without, guarded }: GuardedSweep, name: string) =>
    (guarded.calls.get(name) ?? 0) - (without.calls.get(name) ?? 0);
  const more = names.filter((name) => swept.some((one) => added(one, name) !== 0));
  return markdownTable(
    ['calls that the guard adds', ...swept.map(({ world }) => titleOf(world))],
    more.map((name) => [name, ...swept.map((one) => String(added(one, name)))]),
  );
}

function scanTable(scans: readonly { without: ScanAlone[]; guarded: ScanAlone[] }[]): string {
  const row = (tracked: number, kind: 'without' | 'guarded') => {
    const some = scans.flatMap((one) => one[kind].filter((scan) => scan.tracked === tracked));
    const took = (what: 'cold' | 'warm', unit: 'ms' | 'cpuMs') => `${middle(some.map((one) => one[what][unit]))} s`;
    return [
      `${tracked} tracked${kind === 'guarded' ? ', with a guard' : ''}`,
      String(some[0]?.callsToAws),
      ...[took('cold', 'ms'), took('cold', 'cpuMs'), took('warm', 'ms'), took('warm', 'cpuMs')],
    ];
  };
  return markdownTable(
    ['scan-shard', 'calls', 'first call of a process', 'CPU of that', 'later calls', 'CPU of that'],
    trackedInShards.flatMap((tracked) => [row(tracked, 'without'), row(tracked, 'guarded')]),
  );
}

function middle(ms: readonly number[]): string {
  return (median(ms) / 1000).toFixed(2);
}

function orderTable(orders: readonly OrderTook[]): string {
  return markdownTable(
    ['an order', 'calls', 'median', `slowest of ${repeats}`, 'CPU'],
    orders.map(({ kind, calls, ...took }) => [
      kind,
      String(sumOf(calls)),
      ...[took.seconds, took.slowest, took.cpuSeconds].map(seconds),
    ]),
  );
}

/** What a call is for, by its name; what is none of these is the look at what burns, and the state of the parts. */
const purposes: readonly [string, RegExp][] = [
  ['ledger: reads', /^dynamodb:(Query|BatchGetItem)$/],
  ['ledger: writes', /^dynamodb:/],
  ['STS: roles', /^sts:/],
  ['Organizations: the service control policy', /^organizations:/],
  ['stopping and starting', /:(Stop|Start)Instances$/],
  ['whether a server may be stopped', /:DescribeInstance(Attribute|Types)$/],
  ['reading what stands there', /./],
];

function orderCallTable(orders: readonly OrderTook[]): string {
  const sum = (calls: Calls, purpose: string) =>
    [...calls].reduce(
      (all, [name, count]) => (purposes.find(([, names]) => names.test(name))?.[0] === purpose ? all + count : all),
      0,
    );
  return markdownTable(
    ['calls of an order', ...orders.map(({ kind }) => kind)],
    purposes.map(([purpose]) => [purpose, ...orders.map(({ calls }) => String(sum(calls, purpose)))]),
  );
}

/** `3 (16)`: the median, and the latest. */
function inSweeps({ median: middleOne, latest }: Delay): string {
  const word = (sweeps: number) => (Number.isFinite(sweeps) ? String(sweeps) : 'never');
  return middleOne === latest ? word(middleOne) : `${word(middleOne)} (${word(latest)})`;
}

function stagesOf(runaway: Runaway): string[] {
  const { tell, freeze, stop } = delaysOf(runaway);
  return [tell, freeze, stop].map(inSweeps);
}

function allowTable(): string {
  return markdownTable(
    ['`allow`', 'told', 'frozen', 'stopped'],
    (['tell', 'freeze', 'stop'] as const).map((allow) => [
      allow,
      ...stagesOf({ usdPerHour: forty, known: twoWeeks, allow }),
    ]),
  );
}

function delayTable(): string {
  return markdownTable(
    ['USD an hour more', 'watched for', 'told', 'frozen', 'stopped'],
    sizes.flatMap((usdPerHour) =>
      Object.entries(knownBefore).map(([before, known]) => [
        String(usdPerHour),
        before,
        ...stagesOf({ usdPerHour, known }),
      ]),
    ),
  );
}

function limitTable(): string {
  return markdownTable(
    ['USD an hour more', 'only this limit', 'told', 'frozen', 'stopped'],
    [forty, 10].flatMap((usdPerHour) =>
      (['burnPerHour', 'budget', 'jump'] as const).map((limit) => [
        String(usdPerHour),
        `\`${limit}\``,
        ...stagesOf({ usdPerHour, known: twoWeeks, limit }),
      ]),
    ),
  );
}

function quietTable(): string {
  const count = (value: number) => Math.round(value).toLocaleString('en');
  const first = new Map(firstDays(perHourOfWeek).map((one) => [one.weeks, one]));
  return markdownTable(
    ['ordinary weeks', 'USD a month', 'months', 'alarms', 'frozen', 'first days', 'alarms', 'frozen'],
    falseAlarms(months).map(({ weeks, usdPerMonth, played, alarmed, changed }) => {
      const days = first.get(weeks);
      const all = [usdPerMonth, played, alarmed, changed, days?.played ?? 0, days?.alarmed ?? 0, days?.changed ?? 0];
      return [weeks, ...all.map(count)];
    }),
  );
}

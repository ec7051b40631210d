import { type ExtendAlone, extendAlone } from './extend-alone.ts';
import { markdownTable, milliseconds, seconds } from './markdown.ts';
import { type Told, tellAll, type WarningsShape } from './warnings.ts';

const thousand = { resources: 1_000, owners: 200 };

/** The same warnings, spread over few and many environments, and all of them one person's. */
const shapes: readonly WarningsShape[] = [
  { ...thousand, environments: 1 },
  { ...thousand, environments: 2 },
  { ...thousand, environments: 5 },
  { resources: 1_000, owners: 1, environments: 200 },
];

const environmentSizes = [1, 3, 20];

/** What warnings and an order cost in calls and in Slack's time, as Markdown. */
export async function reportOfSlack(): Promise<string> {
  const told: [WarningsShape, { first: Told; later: Told }][] = [];
  for (const shape of shapes) told.push([shape, await tellAll(shape)]);
  const extended = await extendAlone(environmentSizes);
  return [warningTable(told), '', extendTable(extended)].join('\n');
}

function warningTable(told: readonly [WarningsShape, { first: Told; later: Told }][]): string {
  const row = ({ resources, owners, environments }: WarningsShape, when: string, told: Told) => {
    if (told.failures.length > 0) throw new Error(`not everybody was told: ${told.failures[0]}`);
    const calls = (method: string) => String(told.calls.get(method) ?? 0);
    return [
      `${resources.toLocaleString('en')} to ${owners}, ${environments} each, ${when}`,
      calls('users.lookupByEmail'),
      calls('conversations.open'),
      calls('chat.postMessage'),
      String(told.refused),
      String(told.mostPostsInAMinute),
      seconds(told.seconds),
    ];
  };
  return markdownTable(
    [
      'warnings, owners, environments',
      '`users.lookupByEmail`',
      '`conversations.open`',
      '`chat.postMessage`',
      'refused',
      'messages in a minute',
      'time',
    ],
    told.flatMap(([shape, { first, later }]) => [row(shape, 'first', first), row(shape, 'later', later)]),
  );
}

/** What a call is for, by its name; what is none of these is asked of the members' services. */
const purposes: readonly [string, RegExp][] = [
  ['the ledger, reads', /^dynamodb:(Query|GetItem|BatchGetItem)$/],
  ['the ledger, writes', /^dynamodb:/],
  ['the run store', /^s3:GetObject$/],
  ['roles and the caller', /^sts:/],
  ['Parameter Store', /^ssm:GetParameter$/],
  ['Slack', /^slack:/],
  ['tagging the resources', /Tag(s|Queue|sToResource)$/],
  ['reading the resources', /./],
];

function purposeOf(name: string): string {
  if (/:(List\w*Tags|DescribeTags)$/.test(name)) return 'reading the resources';
  return purposes.find(([, names]) => names.test(name))?.[0] ?? '';
}

function extendTable(extended: readonly ExtendAlone[]): string {
  const sum = (calls: ExtendAlone['later']['calls'], purpose?: string) =>
    [...calls].reduce(
      (all, [name, count]) => (purpose === undefined || purposeOf(name) === purpose ? all + count : all),
      0,
    );
  const row = (title: string, cell: (one: ExtendAlone) => string) => [title, ...extended.map(cell)];
  return markdownTable(
    ['`/ttl extend pr-102 2d`', ...extended.map(({ resources }) => `${resources} in it`)],
    [
      ...purposes.map(([purpose]) => row(purpose, ({ first }) => String(sum(first.calls, purpose)))),
      row('calls of the first in a process', ({ first }) => String(sum(first.calls))),
      row('its time, the start included', ({ first }) => milliseconds(first.ms)),
      row('CPU of that', ({ first }) => milliseconds(first.cpuMs)),
      row('calls of a later one', ({ later }) => String(sum(later.calls))),
      row('its time', ({ later }) => milliseconds(later.ms)),
      row('CPU of that', ({ later }) => milliseconds(later.cpuMs)),
    ],
  );
}

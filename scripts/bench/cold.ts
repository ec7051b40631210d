import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Bundled,
  bundled,
  type Handler,
  handlers,
  loadedWith,
  outputOf,
  type Size,
  type Started,
  sizeOf,
  startFunction,
  weightsOf,
} from './bundled.ts';
import { kilobytes, markdownTable, milliseconds } from './markdown.ts';
import { median } from './median.ts';
import { slackAnswers } from './slack-answers.ts';

/** What a function may load before its first line. CPU time, because other work on the machine doesn't count there. */
export const budget = { cpuMs: 150, kB: 700 } as const;

const times = 9;

const adapters = 'lib/adapters/sdk';
const types = 'lib/resource-types/sdk';

/** Clients that a function loads while it starts, because it needs them for whatever it is asked. */
const clientsAtStart: Readonly<Partial<Record<Handler, readonly string[]>>> = {
  'slack-command': ['ssm', 'lambda'].map((name) => `${adapters}/${name}.ts`),
};

/** What the first calls of a function load: of a scan always, of a removal for the commonest type. */
const firstClients: Readonly<Partial<Record<Handler, readonly string[]>>> = {
  'scan-shard': ['sts', 'tagging', 'ec2-tags', 'dynamodb', 's3'].map((name) => `${adapters}/${name}.ts`),
  'reap-shard': [...['sts', 'dynamodb', 's3'].map((name) => `${adapters}/${name}.ts`), `${types}/ec2.ts`],
};

interface ColdStart {
  title: string;
  size: Size;
  ms: number;
  cpuMs: number;
  rssMb: number;
  /** Nothing, or how it compares with the budget. */
  verdict: string;
}

/** What each function loads before its first line, and how long that takes, as Markdown. */
export async function reportOfColdStarts(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-bench-'));
  try {
    const bundle = bundled(folder);
    const rows: ColdStart[] = [];
    for (const name of handlers) rows.push(...(await coldStarts(bundle, name)));
    return [coldTable(rows), '', weights(bundle), '', await slackAnswers(bundle)].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function coldStarts(bundle: Bundled, name: Handler): Promise<ColdStart[]> {
  const entry = outputOf(bundle, `lambdas/${name}.ts`);
  const clients = (firstClients[name] ?? []).map((source) => outputOf(bundle, source));
  const started: Started[] = [];
  for (let index = 0; index < times; index += 1) started.push(await startFunction({ entry, clients }));
  const atStart = (clientsAtStart[name] ?? []).map((source) => outputOf(bundle, source));
  const size = sizeOf(loadedWith(bundle, [entry, ...atStart]));
  const loaded = medians(started, ({ loaded: took }) => [took]);
  const bare = { title: name, size, ...loaded, verdict: verdictOf(loaded.cpuMs, size.kB) };
  if (clients.length === 0) return [bare];
  return [
    bare,
    {
      title: `${name}, with its first clients`,
      size: sizeOf(loadedWith(bundle, [entry, ...clients])),
      ...medians(started, ({ loaded: took, connected }) => [took, connected]),
      verdict: '',
    },
  ];
}

function medians(started: readonly Started[], parts: (one: Started) => Started['loaded'][]) {
  const sumOf = (one: Started, key: 'ms' | 'cpuMs') => parts(one).reduce((sum, part) => sum + part[key], 0);
  return {
    ms: median(started.map((one) => sumOf(one, 'ms'))),
    cpuMs: median(started.map((one) => sumOf(one, 'cpuMs'))),
    rssMb: median(started.map((one) => Math.max(...parts(one).map(({ rssMb }) => rssMb)))),
  };
}

function verdictOf(cpuMs: number, kB: number): string {
  const over = [
    ...(kB > budget.kB ? [`over ${budget.kB} kB`] : []),
    ...(cpuMs > budget.cpuMs ? [`over ${budget.cpuMs} ms`] : []),
  ];
  return over.length === 0 ? 'within' : `**${over.join(', ')}**`;
}

function coldTable(rows: readonly ColdStart[]): string {
  return markdownTable(
    ['function', 'loads', 'gzipped', 'import', 'CPU', 'memory', 'budget'],
    rows.map(({ title, size, ms, cpuMs, rssMb, verdict }) => [
      title,
      kilobytes(size.kB),
      kilobytes(size.gzippedKb),
      milliseconds(ms),
      milliseconds(cpuMs),
      `${rssMb.toFixed(0)} MB`,
      verdict,
    ]),
  );
}

const heaviest = 6;

function weights(bundle: Bundled): string {
  const outputs = loadedWith(bundle, [outputOf(bundle, 'lambdas/scan-shard.ts')]);
  const named = weightsOf(bundle, outputs).slice(0, heaviest);
  const texts = named.map(([owner, bytes]) => `${owner} ${kilobytes(bytes / 1000)}`);
  return `The heaviest in scan-shard: ${texts.join(', ')}.`;
}

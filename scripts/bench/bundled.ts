import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Metafile } from 'esbuild';
import { bundleFunctions } from '../../lib/infra/lambda-code.ts';

/** Every function of the hub, by the names of their files in lambdas/. */
export const handlers = [
  'list-shards',
  'scan-shard',
  'settle-open',
  'make-plan',
  'warn',
  'reap-shard',
  'conclude',
  'end-run',
  'slack-command',
  'slack-worker',
] as const;

export type Handler = (typeof handlers)[number];

const repository = join(import.meta.dirname, '..', '..');

/** The code of the functions as it is deployed, in a folder of this machine. */
export interface Bundled {
  folder: string;
  metafile: Metafile;
}

export function bundled(folder: string): Bundled {
  return { folder, metafile: bundleFunctions(handlers, folder) };
}

/** The file that a source file became: an entry, or what is imported only when it is needed. */
export function outputOf({ metafile }: Bundled, source: string): string {
  const found = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === source);
  if (found === undefined) throw new Error(`nothing in the bundle begins at ${source}`);
  return found[0];
}

/** Everything that is loaded before the first line of an output runs. */
export function loadedWith({ metafile }: Bundled, outputs: readonly string[]): string[] {
  const seen = new Set<string>();
  const queue = [...outputs];
  for (const path of queue) {
    if (seen.has(path)) continue;
    seen.add(path);
    const imports = metafile.outputs[path]?.imports ?? [];
    queue.push(
      ...imports.flatMap(({ kind, external, path: to }) => (kind === 'import-statement' && !external ? to : [])),
    );
  }
  return [...seen];
}

export interface Size {
  kB: number;
  gzippedKb: number;
}

export function sizeOf(outputs: readonly string[]): Size {
  const texts = outputs.map((path) => readFileSync(join(repository, path)));
  const sum = (sizes: readonly number[]) => sizes.reduce((all, size) => all + size, 0) / 1000;
  return { kB: sum(texts.map(({ length }) => length)), gzippedKb: sum(texts.map((text) => gzipSync(text).length)) };
}

/** Bytes of what is loaded, by package or by folder of this repository; the heaviest first. */
export function weightsOf({ metafile }: Bundled, outputs: readonly string[]): [string, number][] {
  const weights = new Map<string, number>();
  for (const path of outputs) {
    for (const [input, { bytesInOutput }] of Object.entries(metafile.outputs[path]?.inputs ?? {})) {
      const owner = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input.split('/').slice(0, 2).join('/');
      weights.set(owner, (weights.get(owner) ?? 0) + bytesInOutput);
    }
  }
  return [...weights].toSorted(([, one], [, other]) => other - one);
}

export interface Took {
  ms: number;
  cpuMs: number;
}

/** What one process says that only loads a function, and perhaps its clients, and perhaps calls it. */
export interface Started {
  loaded: Took & { rssMb: number };
  connected: Took & { rssMb: number };
  called: readonly (Took & { result: unknown })[];
}

export interface Start {
  entry: string;
  clients?: readonly string[];
  /** The same for each of the calls. */
  event?: unknown;
  calls?: number;
  /** Instead, one for each call. */
  events?: readonly unknown[];
}

/** Starts a function in a process of its own, with nothing of this one's environment. */
export function startFunction(start: Start, env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const paths = { entry: join(repository, start.entry), clients: start.clients?.map((path) => join(repository, path)) };
  const child = fork(join(import.meta.dirname, 'start-function.mjs'), [JSON.stringify({ ...start, ...paths })], {
    env: { PATH: process.env['PATH'], ...env },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('message', (message) => resolve(message as Started));
    child.on('close', (code) => reject(new Error(`${start.entry} ended with ${code}: ${said}`)));
  });
}

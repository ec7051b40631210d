import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { ShardItem } from '../../lib/use-cases/sweep-steps.ts';
import { read } from '../local-aws/forward.ts';

export interface PlayedSettings {
  shards: readonly ShardItem[];
  /** Shards that the plan has removals in. */
  work: readonly ShardItem[];
  /** Shards whose scan fails each time. */
  poisoned?: readonly ShardItem[];
}

/** What the state machine asked for. */
export interface Played {
  url: string;
  /** Calls of a function with one shard, by `account region`. */
  calls: (functionName: string) => ReadonlyMap<string, number>;
  /** Most calls of a function that were under way at once. */
  atOnce: (functionName: string) => number;
  stop: () => Promise<void>;
}

/** As long as a scan that finds little; without it no two calls would ever be under way at once. */
const callLastsMs = 50;

const run = 'run-bench';

/**
 * Plays the functions of a sweep and the bucket that its maps read, for a Step Functions on this machine: answers what
 * each step's contract says, at once, and counts. So the definition runs as it is deployed.
 */
export async function playFunctions(settings: PlayedSettings): Promise<Played> {
  const calls = new Map<string, Map<string, number>>();
  const underWay = new Map<string, { now: number; most: number }>();

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = (await read(incoming)).toString();
    const { pathname } = new URL(incoming.url ?? '/', 'http://local');
    const list = /\/runs\/run-bench\/(shards|work)\.json$/.exec(pathname)?.[1];
    if (list !== undefined) return sendJson(outgoing, list === 'shards' ? settings.shards : settings.work);
    const name = /function:([\w-]+)\/invocations$/.exec(decodeURIComponent(pathname))?.[1];
    if (name === undefined) return sendJson(outgoing, { Message: `nobody plays ${pathname}` }, { status: 404 });
    const { shard } = JSON.parse(body) as { shard?: ShardItem };
    count(calls, name, shard === undefined ? 'all' : keyOf(shard));
    const counted = underWay.get(name) ?? { now: 0, most: 0 };
    underWay.set(name, counted);
    counted.now += 1;
    counted.most = Math.max(counted.most, counted.now);
    await new Promise((resolve) => setTimeout(resolve, callLastsMs));
    counted.now -= 1;
    if (shard !== undefined && name === 'mayfly-scan-shard' && isIn(settings.poisoned ?? [], shard)) {
      const error = { errorType: 'Error', errorMessage: 'this shard is poisoned' };
      return sendJson(outgoing, error, { headers: { 'x-amz-function-error': 'Unhandled' } });
    }
    return sendJson(outgoing, answerOf(name, settings));
  };

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: Error) => outgoing.writeHead(500).end(error.message));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls: (name) => calls.get(name) ?? new Map(),
    atOnce: (name) => underWay.get(name)?.most ?? 0,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export function keyOf({ account, region }: ShardItem): string {
  return `${account} ${region}`;
}

function isIn(items: readonly ShardItem[], shard: ShardItem): boolean {
  return items.some((one) => keyOf(one) === keyOf(shard));
}

function count(calls: Map<string, Map<string, number>>, name: string, key: string): void {
  const ofOne = calls.get(name) ?? new Map<string, number>();
  calls.set(name, ofOne);
  ofOne.set(key, (ofOne.get(key) ?? 0) + 1);
}

/** The answer of a step, in the form that the next state looks into. */
function answerOf(name: string, { shards, work }: PlayedSettings): unknown {
  const message = { run, fence: 1, startedAt: Date.now(), paused: false, ahead: 0 };
  const answers: Readonly<Record<string, unknown>> = {
    'mayfly-list-shards': { started: true, shards: shards.length, message },
    'mayfly-scan-shard': { tracked: 0 },
    'mayfly-settle-open': { settled: 0 },
    'mayfly-make-plan': { plan: 'plan-bench', removals: work.length, held: 0, work: work.length },
    'mayfly-warn': { warned: 0 },
    'mayfly-reap-shard': { pending: 0 },
    'mayfly-conclude': { run },
  };
  return answers[name] ?? {};
}

interface Sent {
  status?: number;
  headers?: Readonly<Record<string, string>>;
}

function sendJson(outgoing: ServerResponse, document: unknown, { status = 200, headers = {} }: Sent = {}): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(document));
}

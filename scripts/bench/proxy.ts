import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { type Answer, forward, read, send, withoutHeaders } from '../local-aws/forward.ts';
import { operationOf } from './operation.ts';
import { refusals, seededRandom } from './throttle.ts';

export interface ProxySettings {
  target: string;
  latencyMs: number;
  /** Share of the calls that are refused. */
  throttled: number;
}

export interface Proxy {
  url: string;
  /** Calls by operation, refused ones included. */
  calls: ReadonlyMap<string, number>;
  refused: () => number;
  stop: () => Promise<void>;
}

const seed = 20_261_123;

/** Stands between the command and moto on the loopback address: counts the calls, delays them, and refuses some. */
export async function startProxy({ target, latencyMs, throttled }: ProxySettings): Promise<Proxy> {
  const calls = new Map<string, number>();
  const random = seededRandom(seed);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let refused = 0;

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = await read(incoming);
    const { name, protocol } = operationOf(incoming, body.toString('latin1'));
    calls.set(name, (calls.get(name) ?? 0) + 1);
    await setTimeout(latencyMs);
    if (random() < throttled) {
      refused += 1;
      const { status, headers, body: text } = refusals[protocol];
      outgoing.writeHead(status, headers).end(text);
      return;
    }
    send(await asAws(name, body, (sent) => forward(target, agent, incoming, sent)), outgoing);
  };

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: Error) => {
      outgoing.writeHead(502).end(error.message);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    refused: () => refused,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, 'close');
    },
  };
}

type Ask = (body: Buffer) => Promise<Answer>;

/**
 * moto pages the tagging API unlike AWS: it cuts GetResources at 100 tags however many resources are asked for, and
 * gives a tag key once for each resource. Both are put right here, so that the pages are those of AWS.
 */
async function asAws(operation: string, body: Buffer, ask: Ask): Promise<Answer> {
  if (operation === 'tag:GetResources') {
    return ask(Buffer.from(JSON.stringify({ ...JSON.parse(body.toString()), TagsPerPage: 500 })));
  }
  if (operation !== 'tag:GetTagKeys') return ask(body);
  const keys = new Set<string>();
  let last = await ask(body);
  for (;;) {
    const { TagKeys = [], PaginationToken } = JSON.parse(last.body.toString()) as {
      TagKeys?: string[];
      PaginationToken?: string;
    };
    for (const key of TagKeys) keys.add(key);
    if (!PaginationToken) break;
    last = await ask(Buffer.from(JSON.stringify({ PaginationToken })));
  }
  const whole = Buffer.from(JSON.stringify({ TagKeys: [...keys] }));
  const headers = [...withoutHeaders(last.headers, ['content-length']), 'content-length', String(whole.length)];
  return { ...last, headers, body: whole };
}

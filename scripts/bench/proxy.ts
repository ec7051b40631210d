import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
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
    const forward = (sent: Buffer) => askMoto(new URL(incoming.url ?? '/', target), agent, incoming, sent);
    const answered = await asAws(name, body, forward);
    outgoing.writeHead(answered.status, answered.headers).end(answered.body);
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

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

type Forward = (body: Buffer) => Promise<Answer>;

/**
 * moto pages the tagging API unlike AWS: it cuts GetResources at 100 tags however many resources are asked for, and
 * gives a tag key once for each resource. Both are put right here, so that the pages are those of AWS.
 */
async function asAws(operation: string, body: Buffer, forward: Forward): Promise<Answer> {
  if (operation === 'tag:GetResources') {
    return forward(Buffer.from(JSON.stringify({ ...JSON.parse(body.toString()), TagsPerPage: 500 })));
  }
  if (operation !== 'tag:GetTagKeys') return forward(body);
  const keys = new Set<string>();
  let last = await forward(body);
  for (;;) {
    const { TagKeys = [], PaginationToken } = JSON.parse(last.body.toString()) as {
      TagKeys?: string[];
      PaginationToken?: string;
    };
    for (const key of TagKeys) keys.add(key);
    if (!PaginationToken) break;
    last = await forward(Buffer.from(JSON.stringify({ PaginationToken })));
  }
  return { ...last, body: Buffer.from(JSON.stringify({ TagKeys: [...keys] })) };
}

/** Hop-by-hop headers and lengths are each connection's own. */
const notForwarded = new Set(['connection', 'content-length', 'transfer-encoding', 'keep-alive', 'expect']);

function askMoto(url: URL, agent: Agent, { method, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  const kept = Object.entries(headers).filter(([name]) => !notForwarded.has(name));
  const sent = { ...Object.fromEntries(kept), 'content-length': String(body.length) };
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: method ?? 'GET', headers: sent, agent }, (response) => {
      read(response).then((answered) => {
        const given = Object.entries(response.headers).flatMap(([name, value]) =>
          typeof value === 'string' && !notForwarded.has(name) ? [[name, value] as const] : [],
        );
        resolve({ status: response.statusCode ?? 502, headers: Object.fromEntries(given), body: answered });
      }, reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

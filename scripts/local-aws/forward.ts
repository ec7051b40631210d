import { type Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';

export interface Answer {
  status: number;
  /** Names and values in turn, so that a header that comes twice stays so. */
  headers: string[];
  body: Buffer;
}

/** Each connection has its own. The length stays: the answer to a HEAD has one and no body. */
const ofOneConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'expect']);

/** Asks another server the same, under the same Host: it is part of what was signed. */
export function forward(
  target: string,
  agent: Agent,
  incoming: IncomingMessage,
  body: Buffer,
  more: readonly string[] = [],
): Promise<Answer> {
  const kept = withoutHeaders(incoming.rawHeaders, ['content-length']);
  const headers = [...kept, 'content-length', String(body.length), ...more];
  return new Promise((resolve, reject) => {
    const options = { method: incoming.method ?? 'GET', headers, agent };
    const asked = request(new URL(incoming.url ?? '/', target), options, (response) => {
      read(response).then((answered) => {
        const given = withoutHeaders(response.rawHeaders);
        resolve({ status: response.statusCode ?? 502, headers: given, body: answered });
      }, reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

export function send({ status, headers, body }: Answer, outgoing: ServerResponse): void {
  outgoing.writeHead(status, headers).end(body);
}

export async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The others, without those of one connection. */
export function withoutHeaders(raw: readonly string[], names: readonly string[] = []): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name, value] = [raw[index] ?? '', raw[index + 1] ?? ''];
    const lower = name.toLowerCase();
    if (!ofOneConnection.has(lower) && !names.includes(lower)) kept.push(name, value);
  }
  return kept;
}

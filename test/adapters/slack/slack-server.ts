import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Called {
  method: string;
  params: Readonly<Record<string, string>>;
  authorization: string | undefined;
}

/** What a call is answered with: Slack's JSON, an HTTP status, silence, or a cut connection. */
export type Answered =
  | Readonly<Record<string, unknown>>
  | { status: number; retryAfter?: string; body?: string }
  | 'silence'
  | 'cut';

export interface SlackServer {
  apiUrl: string;
  calls: Called[];
  methods(): string[];
  /** The next answers of a method, one after the other; then it answers as always. */
  next(method: string, ...answers: Answered[]): void;
  /** From now on. */
  always(method: string, answer: (called: Called) => Answered): void;
}

/** Something on this machine that answers like Slack's Web API, until the test is over. */
export async function slackServer(): Promise<SlackServer> {
  const calls: Called[] = [];
  const queued = new Map<string, Answered[]>();
  const usual = new Map<string, (called: Called) => Answered>();
  const answerTo = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const method = (request.url ?? '').replace(/^\/(api\/)?/, '');
    const params = request.headers['content-type']?.startsWith('application/x-www-form')
      ? Object.fromEntries(new URLSearchParams(body))
      : { body };
    const called = { method, params, authorization: request.headers.authorization };
    calls.push(called);
    const answer = queued.get(method)?.shift() ?? usual.get(method)?.(called) ?? { ok: true };
    if (answer === 'silence') return;
    if (answer === 'cut') return void request.socket.destroy();
    if (typeof answer === 'object' && typeof answer['status'] === 'number' && !('ok' in answer)) {
      const { status, retryAfter, body: text = '' } = answer as { status: number; retryAfter?: string; body?: string };
      response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end(text);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  };
  const server = createServer((request, response) => void answerTo(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve(undefined)));
  });
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    calls,
    methods: () => calls.map(({ method }) => method),
    next: (method, ...answers) => void queued.set(method, [...(queued.get(method) ?? []), ...answers]),
    always: (method, answer) => void usual.set(method, answer),
  };
}

/** Where nothing listens. */
export async function nobodyThere(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/api/`;
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { read } from '../local-aws/forward.ts';
import type { Json } from './conversation.ts';
import { parsed, type ResponseUrls } from './response-urls.ts';
import { callApi, type Params, type WebApi } from './web-api.ts';

/** One call as it came in, for tests of pace and of retries. */
export interface Call {
  at: number;
  method: string;
  status: number;
  /** What was answered for an error, such as `ratelimited`. */
  error?: string;
}

export interface FrontParts {
  api: WebApi;
  responses: ResponseUrls;
  calls: Call[];
}

export interface Listening {
  url: string;
  close: () => Promise<void>;
}

/** What may come in one request; Slack's own limit for a file is far beyond it, but nothing here is that large. */
const largestBody = 8_000_000;

/** The server that Mayfly takes for Slack. It listens before its parts are there: they need to know its address. */
export async function listen(parts: () => FrontParts | undefined): Promise<Listening> {
  const server = createServer((request, response) => {
    answer(parts(), request, response).catch((error: Error) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(error.message);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(
  parts: FrontParts | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (parts === undefined) return send(response, 503, 'the local Slack is not up yet');
  const { api, responses, calls } = parts;
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
  const body = await read(request);
  const [, method = pathname] = /^\/api\/([\w.]+)$/.exec(pathname) ?? [];
  const given = paramsOf(method, request.headers['content-type'] ?? '', body.toString(), searchParams);
  const params = withChannelId(api, method, given);
  const refusal = api.state.refusal(method, params['channel'] ?? params['channel_id']);
  const done = (status: number, said: Json | string, headers?: Record<string, string>) => {
    const error = typeof said === 'string' ? undefined : said['error'];
    calls.push({ at: Date.now(), method, status, ...(typeof error === 'string' && { error }) });
    send(response, status, said, headers);
  };
  if (refusal?.kind === 'cut') {
    calls.push({ at: Date.now(), method, status: 0, error: 'cut' });
    request.socket.destroy();
  } else if (refusal?.kind === 'slow-down') {
    done(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(refusal.retryAfter) });
  } else if (refusal?.kind === 'error') {
    done(200, { ok: false, error: refusal.error });
  } else if (body.length > largestBody) {
    done(413, { ok: false, error: 'request_too_large' });
  } else if (pathname.startsWith('/commands/')) {
    const { status, body: said } = responses.post(pathname, body.toString());
    done(status, said);
  } else if (pathname.startsWith('/upload/v1/')) {
    const { status, text } = await upload(api, pathname, request, body);
    done(status, text);
  } else if (method === pathname) {
    done(404, { ok: false, error: 'unknown_method' });
  } else {
    const reply = await callApi(api, method, params, bearer(request) ?? params['token']);
    done(reply.status, reply.body, { 'x-oauth-scopes': api.scopes.join(',') });
  }
}

function send(response: ServerResponse, status: number, body: Json | string, headers: Record<string, string> = {}) {
  const [type, text] = typeof body === 'string' ? ['text/plain', body] : ['application/json', JSON.stringify(body)];
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, ...headers }).end(text);
}

async function upload(
  { workspace, uploads }: WebApi,
  path: string,
  request: IncomingMessage,
  body: Buffer,
): Promise<{ status: number; text: string }> {
  const contentType = request.headers['content-type'] ?? 'application/octet-stream';
  await uploads.keep(path.slice('/upload/v1/'.length), contentType, body);
  const answered = await fetch(`${workspace.emulator.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: new Uint8Array(body),
  });
  return { status: answered.status, text: await answered.text() };
}

function bearer({ headers }: IncomingMessage): string | undefined {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
}

/** Where something is posted, Slack takes the name of a channel for its id. */
function withChannelId({ workspace }: WebApi, method: string, params: Params): Params {
  const { channel = '' } = params;
  if (!method.startsWith('chat.post') || !channel.startsWith('#')) return params;
  const named = workspace.channels.find(({ name }) => `#${name}` === channel);
  return named === undefined ? params : { ...params, channel: named.id };
}

/** Slack reads JSON only where it writes; elsewhere it does not see the arguments in it. */
const readsJson = /^(chat\.|views\.|conversations\.open$|files\.completeUploadExternal$|auth\.test$)/;

function paramsOf(method: string, contentType: string, body: string, query: URLSearchParams): Params {
  const inUrl = Object.fromEntries(query);
  if (!contentType.startsWith('application/json'))
    return { ...inUrl, ...Object.fromEntries(new URLSearchParams(body)) };
  if (!readsJson.test(method)) return inUrl;
  const given = Object.entries(parsed(body) ?? {}).filter(([, value]) => value !== null && value !== undefined);
  const texts = given.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  return { ...inUrl, ...Object.fromEntries(texts) };
}

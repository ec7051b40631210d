import { once } from 'node:events';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { type Incoming, readRequest } from '../../lib/adapters/slack/request.ts';
import { doubtIn } from '../../lib/adapters/slack/signature.ts';
import { read } from '../../scripts/local-aws/forward.ts';
import { type LocalSlack, type LocalSlackSettings, startLocalSlack } from '../../scripts/local-slack/slack.ts';

export interface Taken {
  incoming: Incoming;
  /** Why its signature would be refused. */
  doubt: string | undefined;
}

type Answering = (taken: Taken) => { status?: number; body?: unknown } | Promise<{ status?: number; body?: unknown }>;

/** The same for one test. */
export async function standInFor(slack: LocalSlack, answer?: Answering): Promise<Taken[]> {
  const { taken, stop } = await startStandIn(slack, answer);
  onTestFinished(stop);
  return taken;
}

/** An app that reads requests as Mayfly's endpoint does, and answers them as a test wants. */
export async function startStandIn(
  slack: LocalSlack,
  answer: Answering = () => ({}),
): Promise<{ taken: Taken[]; stop: () => Promise<void> }> {
  const all: Taken[] = [];
  const server = createServer((request, response) => {
    read(request)
      .then(async (body) => {
        const header = (name: string) => String(request.headers[name] ?? '');
        const [timestamp, signature] = [header('x-slack-request-timestamp'), header('x-slack-signature')];
        const doubt = doubtIn({ body, timestamp, signature }, slack.signingSecret, Date.now());
        const taken = { incoming: readRequest(body), doubt };
        all.push(taken);
        const { status = 200, body: said = '' } = await answer(taken);
        response.writeHead(status).end(typeof said === 'string' ? said : JSON.stringify(said));
      })
      .catch((error: Error) => response.writeHead(500).end(error.message));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  slack.sendTo(`http://127.0.0.1:${address.port}/slack`);
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { taken: all, stop };
}

export async function aSlack(settings?: LocalSlackSettings): Promise<LocalSlack> {
  const slack = await startLocalSlack(settings);
  onTestFinished(slack.stop);
  return slack;
}

/** A call of the app, as it would make it without a library. */
export async function call(slack: LocalSlack, method: string, params: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.token}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(params),
  });
  return (await response.json()) as Record<string, unknown>;
}

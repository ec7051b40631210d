import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Bundled, outputOf, type Started, startFunction } from './bundled.ts';
import { markdownTable, milliseconds } from './markdown.ts';

const starts = 9;
const calls = 50;
const secret = 'of the bench';

/** As far away as another service in the same region of AWS. */
const serviceMs = 10;

/**
 * How long a person waits for the first line: from the start of the function, with verification and handing over, to
 * the answer; and of a function that is there already. Parameter Store and Lambda answer after ten milliseconds.
 */
export async function slackAnswers(bundle: Bundled): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const isInvoke = incoming.url?.includes('/invocations') === true;
    const body = isInvoke ? '' : JSON.stringify({ Parameter: { Value: secret } });
    incoming.resume();
    incoming.on('end', () => setTimeout(() => outgoing.writeHead(isInvoke ? 202 : 200).end(body), serviceMs));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const env = environment(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const entry = outputOf(bundle, 'lambdas/slack-command.ts');
    const started: Started[] = [];
    for (let index = 0; index < starts; index += 1) {
      started.push(await startFunction({ entry, event: signedCommand(), calls }, env));
    }
    return table(started);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function environment(endpoint: string): NodeJS.ProcessEnv {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: '111111111111',
    AWS_SECRET_ACCESS_KEY: 'local',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    SLACK_COMMAND: '/ttl',
    TIME_ZONE: 'Europe/Berlin',
    WORKER: 'mayfly-slack-worker',
  };
}

function signedCommand(): object {
  const body = new URLSearchParams({
    command: '/ttl',
    text: 'extend pr-102 2d',
    user_id: 'U012AB3CD',
    team_id: 'T0123ABCD',
    channel_id: 'C0123ABCD',
    response_url: 'https://hooks.slack.com/commands/T0123ABCD/1/x',
    trigger_id: '1.1.x',
  }).toString();
  const seconds = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
  return {
    headers: { 'x-slack-request-timestamp': String(seconds), 'x-slack-signature': `v0=${signature}` },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}

function table(started: readonly Started[]): string {
  const firsts = started.flatMap(({ loaded, called: [first] }) => {
    if ((first?.result as { statusCode?: number } | undefined)?.statusCode !== 200)
      throw new Error('it was not answered');
    return first === undefined ? [] : [{ ms: loaded.ms + first.ms, cpuMs: loaded.cpuMs + first.cpuMs }];
  });
  const later = started.flatMap(({ called }) => called.slice(1));
  const row = (title: string, took: readonly { ms: number; cpuMs: number }[]) => [
    title,
    milliseconds(
      quantile(
        took.map(({ ms }) => ms),
        0.5,
      ),
    ),
    milliseconds(
      quantile(
        took.map(({ ms }) => ms),
        0.99,
      ),
    ),
    milliseconds(
      quantile(
        took.map(({ cpuMs }) => cpuMs),
        0.5,
      ),
    ),
  ];
  return markdownTable(
    ['a command in Slack is answered', 'median', 'slowest of 100', 'CPU'],
    [row('by a function that has to start: import, verify, hand over', firsts), row('by one that is there', later)],
  );
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

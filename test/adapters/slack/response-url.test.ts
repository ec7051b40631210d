import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { isSlacks, respond } from '../../../lib/adapters/slack/response-url.ts';

const local = 'http://127.0.0.1:4000/api/';

test.each([
  ['https://hooks.slack.com/commands/T1/1/x', undefined, true],
  ['https://hooks.slack-gov.com/actions/T1/1/x', undefined, true],
  ['http://hooks.slack.com/commands/T1/1/x', undefined, false],
  ['https://hooks.slack.com:8443/commands', undefined, false],
  ['https://hooks.slack.com@example.com/', undefined, false],
  ['https://ana:secret@hooks.slack.com/', undefined, false],
  ['https://hooks.slack.com.example.com/', undefined, false],
  ['https://example.com/hooks.slack.com', undefined, false],
  ['https://hooks-slack.com/', undefined, false],
  ['https://slack.com/api/', undefined, false],
  ['http://169.254.169.254/latest/meta-data/', undefined, false],
  ['file:///etc/passwd', undefined, false],
  ['', undefined, false],
  ['hooks.slack.com/commands', undefined, false],
  ['http://127.0.0.1:4000/response/1', local, true],
  ['http://127.0.0.1:4001/response/1', local, false],
  ['http://localhost:4000/response/1', local, false],
  ['http://127.0.0.1:4000/response/1', undefined, false],
  ['https://other.example.com/response/1', 'https://other.example.com/api/', false],
  ['https://hooks.slack.com/commands/T1/1/x', local, true],
])('%s, where Slack is %s: %s', (url, slackApiUrl, expected) => {
  expect(isSlacks(url, slackApiUrl)).toBe(expected);
});

async function server(listener: RequestListener): Promise<{ url: string; slackApiUrl: string }> {
  const started = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => {
    started.close();
    started.closeAllConnections();
  });
  await new Promise((resolve) => started.once('listening', resolve));
  const url = `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  return { url: `${url}/response/1`, slackApiUrl: `${url}/api/` };
}

describe('an answer', () => {
  const said = { response_type: 'ephemeral', text: 'done' } as const;

  test('that Slack does not take is an error with what Slack said', async () => {
    const { url, slackApiUrl } = await server((_, outgoing) => outgoing.writeHead(404).end('used_url'));
    await expect(respond(url, said, { slackApiUrl })).rejects.toThrow('did not take the answer (404: used_url)');
  });

  test('is never sent on to where a redirect leads', async () => {
    const reached = vi.fn();
    const elsewhere = await server((_, outgoing) => {
      reached();
      outgoing.end('ok');
    });
    const { url, slackApiUrl } = await server((_, out) => out.writeHead(307, { location: elsewhere.url }).end());
    await expect(respond(url, said, { slackApiUrl })).rejects.toThrow();
    expect(reached).not.toHaveBeenCalled();
  });

  test('is not waited for without end', async () => {
    const { url, slackApiUrl } = await server(() => undefined);
    await expect(respond(url, said, { slackApiUrl, timeoutMs: 50 })).rejects.toThrow(/timeout/);
  });
});

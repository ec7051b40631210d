import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { secretNames } from '../../lib/adapters/slack/secret-names.ts';
import { day, toIso } from '../../lib/core/time.ts';
import { read } from '../local-aws/forward.ts';
import { startMoto } from '../local-aws/moto.ts';
import { createOrganization } from '../local-aws/organization.ts';
import { answerOf, team } from './answered-slack.ts';
import { type Bundled, bundled, type Handler, outputOf, type Started, startFunction, type Took } from './bundled.ts';
import { type Calls, since } from './floor.ts';
import { hubEnvironment, makeHub } from './lone-hub.ts';
import type { Planned } from './mix.ts';
import { benchPolicy } from './policy.ts';
import { startProxy } from './proxy.ts';
import { latencyMs } from './scenarios.ts';
import { seedPlanned } from './seed.ts';

/** What the worker does for one `/ttl extend pr-102 2d`. */
export interface ExtendAlone {
  resources: number;
  /** The first call of a process, its start included. */
  first: Took & { calls: Calls };
  /** One that finds the process, its clients and its credentials there. */
  later: Took & { calls: Calls };
}

/** What a preview environment is made of; more are queues. */
const kinds = ['instance', 'database', 'queue'] as const;

const region = 'us-east-1';
const person = 'U0OWNER0001';

/** Calls the worker as it is deployed, with AWS and Slack 30 ms away, about environments of so many resources. */
export async function extendAlone(sizes: readonly number[]): Promise<ExtendAlone[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-bench-'));
  const bundle = bundled(folder);
  try {
    const extended: ExtendAlone[] = [];
    for (const size of sizes) extended.push(await extendIn(bundle, size));
    return extended;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function extendIn(bundle: Bundled, resources: number): Promise<ExtendAlone> {
  const moto = await startMoto();
  const proxy = await startProxy({ target: moto.url, latencyMs, throttled: 0 });
  const slack = await startSlack();
  try {
    const { accounts } = await createOrganization(moto.url, ['bench']);
    const account = accounts['bench'] ?? '';
    await seedPlanned(moto.url, environmentOf(account, resources));
    await makeHub(moto.url);
    await putToken(moto.url);
    writeFileSync(
      join(bundle.folder, 'policy.json'),
      benchPolicy([account], [region], { slack: { team, channel: '#cloud-costs' } }),
    );
    const call = (name: Handler, ...events: readonly object[]) => {
      const env = { ...hubEnvironment(proxy.url, bundle, name), SLACK_API_URL: slack.apiUrl };
      return startFunction({ entry: outputOf(bundle, `lambdas/${name}.ts`), events }, env);
    };
    await sweep(call, account);
    const total = () => new Map([...proxy.calls, ...slack.calls]);
    const counted = async (...events: readonly object[]) => {
      const before = total();
      const started = await call('slack-worker', ...events);
      return { started, calls: since(before, total()) };
    };
    const alone = await counted(requestOf(slack.url, 'one'));
    const both = await counted(requestOf(slack.url, 'two'), requestOf(slack.url, 'three'));
    slack.mustHaveSaid(/Extended: \d+ resource/, 3);
    const { loaded, called } = both.started;
    const [first, later] = called;
    if (first === undefined || later === undefined) throw new Error('the worker was not called twice');
    return {
      resources,
      first: { ms: loaded.ms + first.ms, cpuMs: loaded.cpuMs + first.cpuMs, calls: alone.calls },
      later: { ms: later.ms, cpuMs: later.cpuMs, calls: since(alone.calls, both.calls) },
    };
  } finally {
    await slack.stop();
    await proxy.stop();
    await moto.stop();
  }
}

function environmentOf(account: string, resources: number): Planned[] {
  const tags = { owner: person, environment: 'pr-102', 'expires-at': toIso(Date.now() + day / 2) };
  return Array.from({ length: resources }, (_, index): Planned => {
    const kind = kinds[index] ?? 'queue';
    return { account, region, expired: false, seed: { kind, name: `pr-102-${index}`, fate: 'kept', tags, parts: [] } };
  });
}

/** One sweep of the deployed functions, so that the name of the environment means something. */
async function sweep(call: (name: Handler, event: object) => Promise<Started>, account: string): Promise<void> {
  const startedAt = new Date().toISOString();
  const { message } = resultOf<{ message: object }>(
    await call('list-shards', { execution: 'bench', startedAt, input: {} }),
  );
  await call('scan-shard', { message, shard: { account, region, mode: 'enforce' } });
  const plan = resultOf<object>(await call('make-plan', { message }));
  await call('conclude', { message, plan });
}

function resultOf<T>({ called: [first] }: Started): T {
  return first?.result as T;
}

function requestOf(slackUrl: string, key: string): object {
  const from = { kind: 'command', text: 'extend pr-102 2d' };
  return { ask: { key, person, team, from }, reply: { responseUrl: `${slackUrl}/response`, channel: 'C0CLOUDCOSTS' } };
}

async function startSlack() {
  const calls = new Map<string, number>();
  const said: string[] = [];
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = (await read(incoming)).toString();
    const [, method] = /^\/api\/([\w.]+)/.exec(incoming.url ?? '') ?? [];
    const name = `slack:${method ?? 'the address for answers'}`;
    calls.set(name, (calls.get(name) ?? 0) + 1);
    if (method === undefined) said.push(body);
    await setTimeout(latencyMs);
    const says = method === undefined ? 'ok' : answerOf(method, Object.fromEntries(new URLSearchParams(body)));
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(says));
  };
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: Error) => outgoing.writeHead(500).end(error.message));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    apiUrl: `${url}/api/`,
    calls,
    mustHaveSaid: (words: RegExp, times: number) => {
      const fitting = said.filter((one) => words.test(one)).length;
      if (fitting !== times) throw new Error(`the worker said ${said.join('\n') || 'nothing'}`);
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function putToken(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SSMClient({ endpoint, region, credentials });
  await client.send(new PutParameterCommand({ Name: secretNames.botToken, Value: 'xoxb-bench', Type: 'SecureString' }));
}

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { GuardOrder } from '../../lib/use-cases/ports-guard.ts';
import { localAwsEnvironment } from '../local-aws/environment.ts';
import { gpuServers, statesOf } from '../local-aws/gpu-servers.ts';
import { startMoto } from '../local-aws/moto.ts';
import { createOrganization, credentialsIn } from '../local-aws/organization.ts';
import { type Site, siteIn } from '../local-aws/site.ts';
import { runCommand } from './command.ts';
import { type Calls, since } from './floor.ts';
import type { OrderAlone } from './guard-order-alone.ts';
import { hubState, makeHub } from './lone-hub.ts';
import { median } from './median.ts';
import { benchPolicy } from './policy.ts';
import { startProxy } from './proxy.ts';
import { latencyMs } from './scenarios.ts';

/** A person's order about so many servers: medians of a few, each in a world of its own. */
export interface OrderTook {
  kind: GuardOrder['kind'];
  seconds: number;
  slowest: number;
  cpuSeconds: number;
  calls: Calls;
}

const region = 'us-east-1';
const kinds = ['freeze', 'stop', 'release'] as const;

type Given = OrderAlone & { kind: GuardOrder['kind']; calls: Calls };

/** `servers` GPU servers appear, and one that is protected; a sweep tells of them, and an admin decides three times. */
export async function ordersAbout(servers: number, worlds: number): Promise<OrderTook[]> {
  const given: Given[] = [];
  for (let world = 0; world < worlds; world += 1) given.push(...(await ordersIn(servers)));
  return kinds.map((kind) => {
    const some = given.filter((one) => one.kind === kind);
    const seconds = some.map((one) => one.seconds);
    return {
      kind,
      seconds: median(seconds),
      slowest: Math.max(...seconds),
      cpuSeconds: median(some.map((one) => one.cpuSeconds)),
      calls: some.at(-1)?.calls ?? new Map(),
    };
  });
}

async function ordersIn(servers: number): Promise<Given[]> {
  const moto = await startMoto();
  const proxy = await startProxy({ target: moto.url, latencyMs, throttled: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-bench-'));
  try {
    const { accounts } = await createOrganization(moto.url, ['bench']);
    const account = accounts['bench'] ?? '';
    const credentials = await credentialsIn(moto.url, account);
    const site = siteIn(account, { endpoint: moto.url, region, credentials });
    const { ids } = await gpuServers(site, servers + 1);
    await makeHub(moto.url);
    const config = join(folder, 'mayfly.yaml');
    writeFileSync(config, policyFor(account));
    const env = { ...process.env, ...localAwsEnvironment(proxy.url) };
    const swept = await runCommand(['reap', '--enforce', '--config', config, '--json'], env);
    if (swept.exitCode !== 0) throw new Error(`the sweep ended with ${swept.exitCode}: ${swept.stderr}`);
    const given: Given[] = [];
    for (const kind of kinds) {
      const before = new Map(proxy.calls);
      const took = await inOwnProcess(config, { kind, account, by: 'bench' }, env);
      given.push({ ...took, kind, calls: since(before, proxy.calls) });
      await mustBe(site, ids, kind === 'stop' ? servers : 0, took);
    }
    return given;
  } finally {
    await proxy.stop();
    await moto.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inOwnProcess(config: string, order: GuardOrder, env: NodeJS.ProcessEnv): Promise<OrderAlone> {
  const script = join(import.meta.dirname, 'guard-order-alone.mjs');
  const args = ['--disable-warning=ExperimentalWarning', script, config, JSON.stringify(order)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout) as OrderAlone;
}

/** A fast order that did not do its work would be no result. */
async function mustBe(site: Site, ids: readonly string[], stopped: number, took: OrderAlone): Promise<void> {
  const states = await statesOf(site, ids);
  if ((states['stopped'] ?? 0) === stopped && took.isFinished) return;
  throw new Error(`after ${JSON.stringify(took)} the servers are ${JSON.stringify(states)}`);
}

function policyFor(account: string): string {
  return benchPolicy([account], [region], {
    expiry: { requireWarning: false },
    state: hubState,
    guard: { allow: 'tell', accounts: { [account]: { burnPerHour: 5 } } },
  });
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMoto } from '../local-aws/moto.ts';
import { createOrganization } from '../local-aws/organization.ts';
import { type Bundled, bundled, outputOf, type Started, startFunction, type Took } from './bundled.ts';
import { hubEnvironment, makeHub } from './lone-hub.ts';
import { mixedKinds, planWorld } from './mix.ts';
import { benchPolicy } from './policy.ts';
import { type Proxy as CountingProxy, startProxy } from './proxy.ts';
import { latencyMs } from './scenarios.ts';
import { seedPlanned } from './seed.ts';

/** What one call of scan-shard takes alone on this machine, in a world that is as the ledger knows it. */
export interface ScanAlone {
  tracked: number;
  callsToAws: number;
  /** The first call of a process, its start included. */
  cold: Took;
  warm: Took;
}

const warmCalls = 5;

/** Calls the function as it is deployed, with each of its calls to AWS 30 ms away; `guards`: the policy has a guard. */
export async function scanAlone(trackedInShards: readonly number[], guards = false): Promise<ScanAlone[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-bench-'));
  const bundle = bundled(folder);
  try {
    const scans: ScanAlone[] = [];
    for (const tracked of trackedInShards) scans.push(await scanIn(bundle, tracked, guards));
    return scans;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function scanIn(bundle: Bundled, tracked: number, guards: boolean): Promise<ScanAlone> {
  const moto = await startMoto();
  const proxy = await startProxy({ target: moto.url, latencyMs, throttled: 0 });
  try {
    const { accounts } = await createOrganization(moto.url, ['bench']);
    const account = accounts['bench'] ?? '';
    const world = { resources: tracked, accounts: 1, regions: ['us-east-1'], expired: 0, kinds: mixedKinds } as const;
    await seedPlanned(moto.url, planWorld(world, [account], Date.now()));
    await makeHub(moto.url);
    writeFileSync(join(bundle.folder, 'policy.json'), policyFor(account, guards));
    const scan = (calls: number) => scanInProcess(bundle, proxy, account, calls);
    // After the first one the ledger knows everything, as it does in nearly every hour.
    await scan(1);
    const before = sum(proxy);
    const one = await scan(1);
    const callsToAws = sum(proxy) - before;
    const many = await scan(1 + warmCalls);
    const [first] = one.called;
    if (first === undefined || (first.result as { tracked: number }).tracked !== tracked) {
      throw new Error(`a scan of ${tracked} resources answered ${JSON.stringify(first?.result)}`);
    }
    const cold = { ms: one.loaded.ms + first.ms, cpuMs: one.loaded.cpuMs + first.cpuMs };
    return { tracked, callsToAws, cold, warm: fastest(many.called.slice(1)) };
  } finally {
    await proxy.stop();
    await moto.stop();
  }
}

function scanInProcess(bundle: Bundled, proxy: CountingProxy, account: string, calls: number): Promise<Started> {
  const message = { run: 'run-bench', fence: 1, startedAt: Date.now(), paused: false, ahead: 0 };
  const shard = { account, region: 'us-east-1', mode: 'enforce' };
  const env = hubEnvironment(proxy.url, bundle, 'scan-shard');
  return startFunction({ entry: outputOf(bundle, 'lambdas/scan-shard.ts'), event: { message, shard }, calls }, env);
}

function sum({ calls }: CountingProxy): number {
  return [...calls.values()].reduce((all, count) => all + count, 0);
}

/** The quietest call, because other work on the machine only ever adds. */
function fastest(called: Started['called']): Took {
  const ms = Math.min(...called.map((one) => one.ms));
  const cpuMs = Math.min(...called.map((one) => one.cpuMs));
  return { ms, cpuMs };
}

function policyFor(account: string, guards: boolean): string {
  return benchPolicy([account], ['us-east-1'], {
    expiry: { requireWarning: false },
    ...(guards && { guard: { accounts: { [account]: { burnPerHour: 1e6 } } } }),
  });
}

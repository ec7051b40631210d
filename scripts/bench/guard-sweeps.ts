import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localAwsEnvironment } from '../local-aws/environment.ts';
import { startMoto } from '../local-aws/moto.ts';
import { createOrganization } from '../local-aws/organization.ts';
import { runCommand } from './command.ts';
import { type Calls, since } from './floor.ts';
import { hubState, makeHub } from './lone-hub.ts';
import { median } from './median.ts';
import { planWorld, type WorldPlan } from './mix.ts';
import { benchPolicy } from './policy.ts';
import { startProxy } from './proxy.ts';
import { latencyMs } from './scenarios.ts';
import { seedPlanned } from './seed.ts';

/** The same sweep of the command line without a guard in the policy, and with one. */
export interface GuardedSweep {
  world: GuardedWorld;
  without: Sweep;
  guarded: Sweep;
}

/** `hub`: ledger and run store are a hub's, so that their calls are counted, too; else they lie in a folder. */
export type GuardedWorld = WorldPlan & { hub: boolean };

/** Medians of a few; the calls are those of the last. */
interface Sweep {
  calls: Calls;
  wallSeconds: number;
  cpuSeconds: number;
}

const rounds = 3;

/**
 * Sweeps a world in which nothing has expired and no limit is passed, as it is in nearly every hour: ledger and guard
 * know everything from a sweep before.
 */
export async function guardedSweep(world: GuardedWorld): Promise<GuardedSweep> {
  const moto = await startMoto();
  const proxy = await startProxy({ target: moto.url, latencyMs, throttled: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-bench-'));
  try {
    const names = Array.from({ length: world.accounts }, (_, index) => `bench-${index}`);
    const accounts = Object.values((await createOrganization(moto.url, names)).accounts);
    await seedPlanned(moto.url, planWorld(world, accounts, Date.now()));
    if (world.hub) await makeHub(moto.url);
    const sweep = async (guards: boolean): Promise<Sweep> => {
      const config = join(folder, 'mayfly.yaml');
      writeFileSync(config, policyFor(accounts, world, guards));
      const before = new Map(proxy.calls);
      const env = { ...process.env, ...localAwsEnvironment(proxy.url) };
      const run = await runCommand(['reap', '--enforce', '--config', config, '--json'], env);
      if (run.exitCode !== 0) throw new Error(`the sweep ended with ${run.exitCode}: ${run.stderr}`);
      return { ...run, calls: since(before, proxy.calls) };
    };
    for (const guards of [false, true]) await sweep(guards);
    const sweeps = { without: [] as Sweep[], guarded: [] as Sweep[] };
    for (let round = 0; round < rounds; round += 1) {
      sweeps.without.push(await sweep(false));
      sweeps.guarded.push(await sweep(true));
    }
    return { world, without: middle(sweeps.without), guarded: middle(sweeps.guarded) };
  } finally {
    await proxy.stop();
    await moto.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function middle(sweeps: readonly Sweep[]): Sweep {
  return {
    calls: sweeps.at(-1)?.calls ?? new Map(),
    wallSeconds: median(sweeps.map(({ wallSeconds }) => wallSeconds)),
    cpuSeconds: median(sweeps.map(({ cpuSeconds }) => cpuSeconds)),
  };
}

/** The limit is one that nothing passes. */
function policyFor(accounts: readonly string[], { regions, hub }: GuardedWorld, guards: boolean): string {
  const limits = Object.fromEntries(accounts.map((id) => [id, { burnPerHour: 1e6, budget: 1e9, jump: 5 }]));
  return benchPolicy(accounts, regions, {
    expiry: { requireWarning: false },
    ...(hub && { state: hubState }),
    ...(guards && { guard: { allow: 'stop', accounts: limits } }),
  });
}

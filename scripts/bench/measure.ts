import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localAwsEnvironment } from '../local-aws/environment.ts';
import { resetMoto } from '../local-aws/moto.ts';
import { createOrganization } from '../local-aws/organization.ts';
import { type Run, runCommand } from './command.ts';
import { type Calls, scanFloor, sumOf, sweepFloor } from './floor.ts';
import { planWorld } from './mix.ts';
import { benchPolicy } from './policy.ts';
import { startProxy } from './proxy.ts';
import { latencyMs, type Scenario } from './scenarios.ts';
import { seedPlanned } from './seed.ts';

export interface Measured {
  scenario: Scenario;
  run: Run;
  calls: Calls;
  floor: Calls;
  refused: number;
  expired: number;
  /** Outcomes of a sweep by kind, or decisions of a plan by action. */
  results: Readonly<Record<string, number>>;
}

/** Seeds a fresh world and runs the command on it once. */
export async function measure(moto: string, scenario: Scenario): Promise<Measured> {
  await resetMoto(moto);
  const names = Array.from({ length: scenario.world.accounts }, (_, index) => `bench-${index}`);
  const accounts = Object.values((await createOrganization(moto, names)).accounts);
  const seeded = await seedPlanned(moto, planWorld(scenario.world, accounts, Date.now()));
  const proxy = await startProxy({ target: moto, latencyMs, throttled: scenario.throttled });
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-bench-'));
  try {
    const config = join(folder, 'mayfly.yaml');
    writeFileSync(config, policyFor(accounts, scenario.world.regions));
    const args = scenario.command === 'plan' ? ['plan'] : ['reap', '--enforce'];
    const env = { ...process.env, ...localAwsEnvironment(proxy.url) };
    const run = await runCommand([...args, '--config', config, '--json'], env);
    const expired = seeded.filter((one) => one.expired).length;
    const floor = scenario.command === 'plan' ? scanFloor(seeded) : sweepFloor(seeded);
    const { calls, refused } = proxy;
    return { scenario, run, calls, floor, refused: refused(), expired, results: checked(run, scenario, expired) };
  } finally {
    await proxy.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Limits that hold nothing, and one role, so that every removal runs in a pinned session. */
function policyFor(accounts: readonly string[], regions: readonly string[]): string {
  return benchPolicy(accounts, regions, {
    expiry: { requireWarning: false },
    limits: { removalsPerRun: 100_000, removalsPerAccount: 100_000, shareOfTracked: 1 },
  });
}

interface Document {
  decisions: { action: string }[];
  outcomes?: { outcome: string; detail?: string }[];
}

/** A fast run that did not do its work would be no result. */
function checked({ stdout, stderr, exitCode }: Run, { command }: Scenario, expired: number): Measured['results'] {
  if (stdout === '') throw new Error(`the command ended with ${exitCode}: ${stderr}`);
  const { decisions, outcomes = [] } = JSON.parse(stdout) as Document;
  const words = command === 'plan' ? decisions.map(({ action }) => action) : outcomes.map(({ outcome }) => outcome);
  const results = Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]));
  const done = results[command === 'plan' ? 'remove' : 'removed'] ?? 0;
  if (done !== expired) {
    const first = outcomes.find(({ outcome }) => outcome !== 'removed');
    console.error(`expected ${expired}, got ${JSON.stringify(results)}; the first other: ${JSON.stringify(first)}`);
  }
  return results;
}

export function ratioOf({ calls, floor }: Measured): number {
  return sumOf(calls) / sumOf(floor);
}

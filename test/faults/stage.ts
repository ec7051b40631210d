import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished, vi } from 'vitest';
import { clockStartingAt, systemClock } from '../../lib/adapters/clock.ts';
import { sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';
import { connect } from '../../lib/cli/connect.ts';
import { type Instant, minute } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import type { Clock, Ledger, Ports } from '../../lib/use-cases/ports.ts';
import { type SweepResult, sweep } from '../../lib/use-cases/sweep.ts';
import { localAwsEnvironment } from '../../scripts/local-aws/environment.ts';
import { resetMoto } from '../../scripts/local-aws/moto.ts';
import { credentialsIn, memberRole } from '../../scripts/local-aws/organization.ts';
import type { Row } from '../../scripts/local-aws/story/row.ts';
import { type SeededResource, seedSite } from '../../scripts/local-aws/world.ts';
import { liveTags } from './live.ts';
import { type FaultProxy, startProxy } from './proxy/proxy.ts';

export const account = '222222222222';
export const otherAccount = '333333333333';
export const region = 'us-east-1';

export interface Sweeping {
  /** The ledger's clock is this much ahead: the lease of a run that was killed has ended by then. */
  later?: number;
  signal?: AbortSignal;
}

/** A seeded world behind a proxy, and the real house in front of it. */
export interface Stage {
  proxy: FaultProxy;
  /** The policy file; the ledger stands beside it. */
  config: string;
  environment: NodeJS.ProcessEnv;
  manifest: readonly SeededResource[];
  /** The ARN of what was seeded under a name, such as `queue/old-jobs`. */
  arn: (name: `${string}/${string}`) => string;
  /** From now on it must survive. */
  keep: (arn: string) => void;
  exists: (arn: string) => Promise<boolean>;
  sweep: (how?: Sweeping) => Promise<SweepResult>;
  /** A second connection to the ledger, as another process has it. */
  withLedger: <T>(work: (ledger: Ledger) => Promise<T>, later?: number) => Promise<T>;
}

export interface Staging {
  rows: readonly Row[];
  /** Laid over the policy. */
  policy?: Readonly<Record<string, unknown>>;
  /** Seeded with the same rows in each. */
  accounts?: readonly string[];
  seed?: number;
}

/** Sets a stage for one test and clears it away after it. */
export async function openStage({ rows, policy = {}, accounts = [account], seed = 1 }: Staging): Promise<Stage> {
  const motoUrl = inject('motoUrl');
  await resetMoto(motoUrl);
  const proxy = await startProxy(motoUrl, seed);
  onTestFinished(proxy.close);
  const manifest: SeededResource[] = [];
  for (const one of accounts) {
    await makeRole(motoUrl, one);
    manifest.push(...(await seedSite(await proxy.site(one, region), one, rows, Date.now())));
  }
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-faults-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const config = join(folder, 'mayfly.yaml');
  // JSON is YAML, too.
  writeFileSync(config, JSON.stringify({ ...policyOf(accounts), ...policy }));
  const environment = { ...process.env, ...localAwsEnvironment(proxy.url) };
  for (const [name, value] of Object.entries(localAwsEnvironment(proxy.url))) vi.stubEnv(name, value);
  const kept = new Set<string>();
  return {
    proxy,
    config,
    environment,
    get manifest() {
      return manifest.map((one) => (kept.has(one.arn) ? { ...one, fate: 'kept' as const } : one));
    },
    arn: (name) => arnOf(manifest, name),
    keep: (arn) => void kept.add(arn),
    exists: (arn) => exists(proxy, manifest, arn),
    sweep: (how) => sweepOnce(config, how),
    withLedger: (work, later) => withLedger(config, work, later),
  };
}

/** Lambda's functions want a role that exists. moto checks no signature, which spares a client for IAM. */
async function makeRole(motoUrl: string, id: string): Promise<void> {
  const { accessKeyId } = await credentialsIn(motoUrl, id);
  const query = { Action: 'CreateRole', Version: '2010-05-08', RoleName: memberRole, AssumeRolePolicyDocument: '{}' };
  const answer = await fetch(motoUrl, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/iam/aws4_request` },
    body: new URLSearchParams(query),
  });
  if (!answer.ok) throw new Error(`moto made no role: ${answer.status} ${await answer.text()}`);
}

function policyOf(accounts: readonly string[]) {
  return {
    version: 1,
    mode: 'enforce',
    accounts: accounts.map((id) => ({ id })),
    regions: [region],
    role: 'mayfly',
    roles: { stack: 'mayfly-stack' },
    types: 'all',
    expiry: { requireWarning: false },
    limits: { shareOfTracked: 1 },
  };
}

function arnOf(manifest: readonly SeededResource[], name: string): string {
  const found = manifest.find((one) => `${one.kind}/${one.name}` === name);
  if (found === undefined) throw new Error(`nothing was seeded as ${name}`);
  return found.arn;
}

async function exists(proxy: FaultProxy, manifest: readonly SeededResource[], arn: string): Promise<boolean> {
  const place = manifest.find((one) => one.arn === arn) ?? { account, region };
  return (await liveTags(await proxy.site(place.account, place.region), arn)) !== undefined;
}

/** Waits are shortened to a twentieth; what they are for has happened by then on this machine. */
const hurried: Clock = {
  now: () => systemClock.now(),
  sleep: (duration, signal) => systemClock.sleep(duration / 20, signal),
};

async function sweepOnce(config: string, { later = 0, signal }: Sweeping = {}): Promise<SweepResult> {
  const { policy, ports, close } = await connect({ config, writes: true });
  const ledger = later === 0 ? ports.ledger : ledgerOf(config, later);
  const hurry: Ports = { ...ports, clock: hurried, ledger };
  try {
    const request = { policy, filters: noFilters, enforce: true, lasts: minute, ...(signal && { signal }) };
    return await sweep(hurry, request);
  } finally {
    if (ledger !== ports.ledger) ledger.close();
    close();
  }
}

function ledgerOf(config: string, later: Instant): Ledger {
  const clock = later === 0 ? systemClock : clockStartingAt(Date.now() + later);
  return sqliteLedger(join(config, '..', '.mayfly', 'ledger.sqlite'), clock);
}

async function withLedger<T>(config: string, work: (ledger: Ledger) => Promise<T>, later = 0): Promise<T> {
  const ledger = ledgerOf(config, later);
  try {
    return await work(ledger);
  } finally {
    ledger.close();
  }
}

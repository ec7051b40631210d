import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';
import { hour, toIso } from '../../lib/core/time.ts';
import { localAwsEnvironment } from '../../scripts/local-aws/environment.ts';
import { credentialsIn } from '../../scripts/local-aws/organization.ts';
import { type Site, siteIn } from '../../scripts/local-aws/site.ts';
import type { Region } from '../../scripts/local-aws/story/row.ts';

const root = join(import.meta.dirname, '..', '..');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** One test's own corner: a folder with a policy, accounts that no other test uses, and the command line. */
export interface Bench {
  accounts: readonly [string, string];
  folder: string;
  config: string;
  file(name: string): string;
  site(account?: string, region?: Region): Promise<Site>;
  /** The command with `--config` at its end, where it takes one. */
  mayfly(...args: string[]): Promise<Ended>;
  mayflyIn(env: NodeJS.ProcessEnv, ...args: string[]): Running;
}

interface Running extends Promise<Ended> {
  interrupt(): void;
  stderrSays(text: string): Promise<void>;
}

const region = 'us-east-1';

const folders = mkdtempSync(join(tmpdir(), 'mayfly-cli-'));
afterAll(() => rmSync(folders, { recursive: true, force: true }));

const nextAccount = () => String(randomInt(200_000_000_000, 999_999_999_999));

/** `policy` gives the lines behind version and accounts; the first account is enforced, the second observed. */
export function bench(policy = '', accountLines?: (accounts: readonly [string, string]) => string): Bench {
  const folder = mkdtempSync(join(folders, 'test-'));
  mkdirSync(join(folder, 'policy'));
  const config = join(folder, 'policy', 'mayfly.yaml');
  const accounts = [nextAccount(), nextAccount()] as const;
  const [first, second] = accounts;
  const own = accountLines?.(accounts) ?? `  - { id: "${first}", mode: enforce }\n  - { id: "${second}" }`;
  writeFileSync(config, `version: 1\naccounts:\n${own}\nregions: [${region}]\n${policy || quickPolicy}`);
  const url = inject('motoUrl');
  const base = { ...process.env, ...localAwsEnvironment(url), NO_COLOR: '1' };
  const mayflyIn = (env: NodeJS.ProcessEnv, ...args: string[]) =>
    start({ ...base, ...env }, /^(types|init)$/.test(args[0] ?? '') ? args : [...args, '--config', config]);
  return {
    accounts,
    folder,
    config,
    file: (name) => join(folder, name),
    site: async (account = accounts[0], where = region) =>
      siteIn(account, { endpoint: url, region: where, credentials: await credentialsIn(url, account) }),
    mayfly: (...args) => mayflyIn({}, ...args),
    mayflyIn,
  };
}

/** Everything that is tagged and due goes, without Slack. */
export const quickPolicy = `role: mayfly
types: all
expiry: { requireWarning: false, timeZone: UTC }
`;

function start(env: NodeJS.ProcessEnv, args: readonly string[]): Running {
  const command = ['--disable-warning=ExperimentalWarning', join(root, 'bin', 'mayfly.ts'), ...args];
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  const heard = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    for (const hear of heard) hear();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  const stderrSays = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const hear = () => (stderr.includes(text) ? resolve() : undefined);
      heard.add(hear);
      hear();
      child.on('close', () => reject(new Error(`it ended without saying "${text}": ${stderr}`)));
    });
  return Object.assign(ended, { interrupt: () => void child.kill('SIGINT'), stderrSays });
}

/** `2026-11-23T17:00:00Z`, so many hours ago; to come where it is negative. */
export function ago(hours: number): string {
  return toIso(Date.now() - hours * hour);
}

/** Outcomes by the last part of the ARN. */
export function outcomesIn(ended: Ended): Record<string, string> {
  const { outcomes } = document<{ outcomes: { arn: string; outcome: string }[] }>(ended);
  return Object.fromEntries(outcomes.map(({ arn, outcome }) => [arn.split(/[:/]/).at(-1), outcome]));
}

/** The document on stdout. */
export function document<T = unknown>({ stdout, stderr }: Ended): T {
  try {
    return JSON.parse(stdout) as T;
  } catch {
    throw new Error(`no JSON on stdout: ${stdout.slice(0, 500)}\n${stderr.slice(0, 2000)}`);
  }
}

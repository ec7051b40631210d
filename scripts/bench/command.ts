import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one run of the command took, by its own account. */
export interface Run {
  exitCode: number;
  wallSeconds: number;
  cpuSeconds: number;
  peakMb: number;
  stdout: string;
  stderr: string;
}

const repository = join(import.meta.dirname, '..', '..');
const longestMs = 15 * 60_000;

/** Runs bin/mayfly.ts as its own process and waits for its end. */
export async function runCommand(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-bench-usage-'));
  const usage = join(folder, 'usage.json');
  const hook = join(import.meta.dirname, 'usage.mjs');
  const node = ['--disable-warning=ExperimentalWarning', '--import', hook, join(repository, 'bin', 'mayfly.ts')];
  const started = performance.now();
  const child = spawn(process.execPath, [...node, ...args], {
    env: { ...env, MAYFLY_BENCH_USAGE: usage },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: longestMs,
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.stderr += chunk.toString();
  });
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        if (code === null) reject(new Error(`the command was ended by ${signal}: ${said.stderr}`));
        else resolve(code);
      });
    });
    const wallSeconds = (performance.now() - started) / 1000;
    const used = JSON.parse(readFileSync(usage, 'utf8')) as Pick<Run, 'cpuSeconds' | 'peakMb'>;
    return { exitCode, wallSeconds, ...used, ...said };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.ts';
import { MissingPrerequisite } from './missing-prerequisite.ts';
import { findPython } from './python.ts';

export interface InstallSettings {
  /** Told in a few words what happens now; the whole takes about twelve seconds. */
  onProgress?: (step: string) => void;
  /** Where `.venv-local-aws` goes. */
  root?: string;
}

const repository = join(import.meta.dirname, '..', '..');
const bootstrap = join(import.meta.dirname, 'bootstrap.txt');
const requirements = join(import.meta.dirname, 'requirements.txt');

/** Makes the Python environment of the local AWS if it is not there yet, and tells its interpreter. */
export async function installLocalAws({ onProgress = () => {}, root = repository }: InstallSettings = {}): Promise<{
  python: string;
}> {
  const venv = join(root, '.venv-local-aws');
  const python = interpreterIn(venv);
  if (isInstalled(venv, python)) return { python };
  mkdirSync(venv, { recursive: true });
  await withLock(join(venv, 'lock'), { onWait: () => onProgress('waiting for another installation') }, async () => {
    // The process that had the lock before may have done the work.
    if (!isInstalled(venv, python)) await install(venv, python, onProgress);
  });
  return { python };
}

function interpreterIn(venv: string): string {
  return process.platform === 'win32' ? join(venv, 'Scripts', 'python.exe') : join(venv, 'bin', 'python');
}

/** The stamp is written last, so half an installation is never taken for a whole one. */
function isInstalled(venv: string, python: string): boolean {
  const stamp = stampIn(venv);
  return existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted();
}

function stampIn(venv: string): string {
  return join(venv, 'requirements.sha256');
}

function wanted(): string {
  return createHash('sha256').update(readFileSync(requirements)).digest('hex');
}

async function install(venv: string, python: string, onProgress: (step: string) => void): Promise<void> {
  const base = await findPython();
  // Packages of an earlier lock, or of half an installation, must not stay; the lock of this one must.
  for (const name of readdirSync(venv)) {
    if (!name.startsWith('lock')) rmSync(join(venv, name), { recursive: true, force: true });
  }
  onProgress(`making a Python environment in ${venv}`);
  await run('making the Python environment', base, ['-m', 'venv', venv]);
  const hashed = ['install', '--quiet', '--require-hashes', '-r'];
  onProgress('installing uv');
  await run('installing uv', python, ['-m', 'pip', ...hashed, bootstrap]);
  onProgress('installing moto and ministack');
  await run('installing moto and ministack', python, ['-m', 'uv', 'pip', ...hashed, requirements, '--python', python]);
  writeFileSync(`${stampIn(venv)}.new`, wanted());
  renameSync(`${stampIn(venv)}.new`, stampIn(venv));
}

/** Ends with the command; its last words go into the error, because pip says there what went wrong. */
async function run(doing: string, command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code === 0) return;
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const why = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? `exit status ${code}`;
  throw new MissingPrerequisite(
    `${doing} for the local AWS failed; it needs the Python package index once, try again with network: ${why.trim()}`,
  );
}

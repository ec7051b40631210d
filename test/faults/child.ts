import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Stage } from './stage.ts';

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Child {
  kill: (signal: NodeJS.Signals) => void;
  ended: Promise<Ended>;
  /** Resolves once its standard error contains the text. */
  said: (text: string) => Promise<void>;
}

const repository = join(import.meta.dirname, '..', '..');

/** The command line as a process of its own, against the proxy. It never outlives its test. */
export function mayfly({ environment: env, config }: Pick<Stage, 'environment' | 'config'>, ...args: string[]): Child {
  const command = ['--disable-warning=ExperimentalWarning', 'bin/mayfly.ts', ...args, '--config', config];
  const child = spawn(process.execPath, command, { cwd: repository, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = once(child, 'close').then(
    ([code, signal]): Ended => ({ code: code as Ended['code'], signal: signal as Ended['signal'], stdout, stderr }),
  );
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    kill: (signal) => void child.kill(signal),
    ended,
    async said(text) {
      while (!stderr.includes(text)) await Promise.race([once(child.stderr, 'data'), ended.then(neverSaid(text))]);
    },
  };
}

function neverSaid(text: string) {
  return ({ code, stderr }: Ended): never => {
    throw new Error(`it ended with ${code} and never said "${text}": ${stderr}`);
  };
}

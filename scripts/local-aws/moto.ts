import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { installLocalAws } from './install.ts';

/** A running moto. */
export interface Moto {
  url: string;
  pid: number;
  /** Ends it; safe to call twice. */
  stop: () => Promise<void>;
}

const startMs = 30_000;
const stopMs = 3_000;
const askAgainMs = 50;
const keptOutput = 20_000;

/** Starts moto on 127.0.0.1 and waits until it answers. It ends with this process, whatever ends that. */
export async function startMoto({ port }: { port?: number } = {}): Promise<Moto> {
  const { python } = await installLocalAws();
  const chosen = await freePort(port);
  const url = `http://127.0.0.1:${chosen}`;
  const server = join(import.meta.dirname, 'moto_server.py');
  const child = spawn(python, [server, '-H', '127.0.0.1', '-p', String(chosen)], {
    // The 1,301 images that moto would load at the first EC2 call cost three seconds, and any image id is accepted.
    env: { ...process.env, MOTO_EC2_LOAD_DEFAULT_AMIS: 'false', PYTHONUNBUFFERED: '1' },
    // Its standard input closes when this process is gone, which is how it learns of that.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = recorded(child);
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);
  const stop = async () => {
    await stopped(child);
    process.off('exit', kill);
  };
  try {
    await answering(child, url);
  } catch (error) {
    await stop();
    throw new Error(`moto did not start on ${url}: ${(error as Error).message}\n${output()}`.trimEnd());
  }
  return { url, pid: child.pid ?? 0, stop };
}

/** Empties every account and region. */
export async function resetMoto(url: string): Promise<void> {
  const response = await fetch(`${url}/moto-api/reset`, { method: 'POST' });
  if (!response.ok) throw new Error(`moto refused to reset: ${response.status} ${await response.text()}`);
}

/** A port is tried before it is used: whoever has it might answer like our moto. */
async function freePort(wanted = 0): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1');
  await once(server, 'listening').catch((error: Error) => {
    throw new Error(`moto can't have port ${wanted}: ${error.message}`);
  });
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

/** Keeps the end of what it prints, to be shown if the start fails. */
function recorded(child: ChildProcess): () => string {
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-keptOutput);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => output;
}

async function answering(child: ChildProcess, url: string): Promise<void> {
  let failure: Error | undefined;
  child.on('error', (error) => {
    failure = error;
  });
  for (const until = Date.now() + startMs; Date.now() < until; ) {
    if (failure !== undefined) throw failure;
    if (hasEnded(child)) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
    if (await answers(url)) return;
    await setTimeout(askAgainMs);
  }
  throw new Error(`no answer within ${startMs / 1000} seconds`);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/moto-api/data.json`, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function stopped(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = new AbortController();
  const late = setTimeout(stopMs, 'late', { signal: patience.signal }).catch(() => 'ended');
  if ((await Promise.race([ended, late])) === 'late') {
    child.kill('SIGKILL');
    await ended;
  }
  patience.abort();
}

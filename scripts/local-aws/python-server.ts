import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { installLocalAws } from './install.ts';

export interface PythonServer {
  url: string;
  pid: number;
  /** The end of what it printed. */
  output: () => string;
  /** Ends it; safe to call twice. */
  stop: () => Promise<void>;
}

export interface PythonServerSettings {
  name: string;
  /** A file of this folder. It ends when its standard input does. */
  script: string;
  /** Any free one, if none is given. */
  port?: number | undefined;
  arguments?: (port: number) => string[];
  env: (port: number) => NodeJS.ProcessEnv;
  /** Answers with 2xx once the server is up. */
  probe: string;
}

const startMs = 30_000;
/** Its files go with it, which takes a while on a busy machine. */
const stopMs = 20_000;
const askAgainMs = 50;
const keptOutput = 20_000;

/** Starts a server on 127.0.0.1 and waits until it answers. It ends with this process, whatever ends that. */
export async function startPythonServer(settings: PythonServerSettings): Promise<PythonServer> {
  const { name, script, probe, env, arguments: given = () => [] } = settings;
  const { python } = await installLocalAws();
  const port = await freePort(settings.port).catch((error: Error) => {
    throw new Error(`${name} can't have port ${settings.port}: ${error.message}`);
  });
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(python, [join(import.meta.dirname, script), ...given(port)], {
    env: { ...env(port), PYTHONUNBUFFERED: '1' },
    // Its standard input closes when this process is gone, which is how it learns of that.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = recorded(child);
  const stop = () => stopped(child);
  try {
    await answering(child, `${url}${probe}`);
  } catch (error) {
    await stop();
    throw new Error(`${name} did not start on ${url}: ${(error as Error).message}\n${output()}`.trimEnd());
  }
  return { url, pid: child.pid ?? 0, output, stop };
}

/** A port is tried before it is used: whoever has it might answer like our server. */
async function freePort(wanted = 0): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

/** Keeps the end of what it prints, to be shown if something fails. */
function recorded(child: ChildProcess): () => string {
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-keptOutput);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  // A server that is gone can't be written to; that it is gone shows elsewhere.
  child.stdin?.on('error', () => {});
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
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
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
  child.stdin?.end();
  const patience = new AbortController();
  const late = setTimeout(stopMs, 'late', { signal: patience.signal }).catch(() => 'ended');
  if ((await Promise.race([ended, late])) === 'late') {
    child.kill('SIGKILL');
    await ended;
  }
  patience.abort();
}

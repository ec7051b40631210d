import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { localAwsEnvironment } from './environment.ts';

export interface CdkSettings {
  endpoint: string;
  account: string;
  region: string;
  /** A folder outside the repository, for everything that is written on the way. */
  folder: string;
  /** Where cdk.json is. */
  root?: string;
  /** Gets each line that `cdk` prints. */
  onProgress?: (line: string) => void;
  timeoutMs?: number;
  /** Ends it early. */
  signal?: AbortSignal | undefined;
}

/** Outputs of a stack by their names. */
export type StackOutputs = Readonly<Record<string, string>>;

const repository = join(import.meta.dirname, '..', '..');
const command = join(repository, 'node_modules', '.bin', 'cdk');
const shownLines = 6;

/** Prepares an account and region for deployments, as a person does once. */
export function bootstrap(settings: CdkSettings): Promise<void> {
  // Where a cdk.json is, its app would be synthesized first, for nothing.
  return cdk(['bootstrap', `aws://${settings.account}/${settings.region}`], settings, settings.folder);
}

/** Makes the templates and the code of the functions, and gives the folder that has them. */
export async function synthesize(context: Readonly<Record<string, string>>, settings: CdkSettings): Promise<string> {
  const assembly = join(settings.folder, 'cdk.out');
  const given = Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  await cdk(['synth', '--quiet', '--output', assembly, ...given], settings);
  return assembly;
}

/** Deploys one stack of what was synthesized. */
export async function deploy(stack: string, assembly: string, settings: CdkSettings): Promise<StackOutputs> {
  const outputs = join(settings.folder, 'outputs.json');
  const quiet = ['--require-approval', 'never', '--progress', 'events'];
  await cdk(['deploy', stack, '--app', assembly, '--outputs-file', outputs, ...quiet], settings);
  const written = JSON.parse(readFileSync(outputs, 'utf8')) as Record<string, StackOutputs>;
  return written[stack] ?? {};
}

/** Runs the project's own `cdk` against the local AWS; what it said last is in the error. */
async function cdk(args: readonly string[], settings: CdkSettings, cwd = settings.root ?? repository): Promise<void> {
  const { onProgress = () => {}, timeoutMs = 5 * 60_000, signal } = settings;
  const child = spawn(process.execPath, [command, ...args, '--no-notices', '--no-color'], {
    cwd,
    env: cdkEnvironment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: the app that it starts has to end with it.
    detached: true,
  });
  const last: string[] = [];
  const keep = linesTo((line) => {
    last.splice(0, last.length - shownLines + 1);
    last.push(line);
    onProgress(line);
  });
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const patience = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
  const code = await endOf(child, patience);
  if (code === 0) return;
  const stopped = signal?.aborted ? 'was stopped' : `did not end within ${timeoutMs / 1000} seconds`;
  const how = patience.aborted ? stopped : `failed with exit status ${code}`;
  throw new Error(`cdk ${args[0]} ${how}; it said last:\n  ${last.join('\n  ')}`);
}

/** Waits until a command and all that it started have ended, as long as there is patience. */
async function endOf(child: ChildProcess, patience: AbortSignal): Promise<number | null> {
  const kill = () => {
    // Of a group that is gone there is nothing left to end.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  if (patience.aborted) kill();
  patience.addEventListener('abort', kill);
  process.on('exit', kill);
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
  } finally {
    patience.removeEventListener('abort', kill);
    process.off('exit', kill);
  }
}

function cdkEnvironment({ endpoint, account, region, folder }: CdkSettings): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...localAwsEnvironment(endpoint),
    // The emulator takes a key of twelve digits for the root user of that account.
    AWS_ACCESS_KEY_ID: account,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // It starts the app by `node`, which must be this one.
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    // What it remembers of accounts and versions stays away from the person's own.
    CDK_HOME: folder,
    // The unit tests of the stacks validate the same templates; here it costs seconds.
    CDK_VALIDATION: 'false',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: 'true',
  };
}

function linesTo(tell: (line: string) => void): (chunk: Buffer) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.map((text) => stripVTControlCharacters(text).trim())) if (line !== '') tell(line);
  };
}

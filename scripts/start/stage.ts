import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import { localAwsEnvironment } from '../local-aws/environment.ts';
import type { Moto } from '../local-aws/moto.ts';
import type { World } from '../local-aws/world.ts';

/** What a chapter plays on. */
export interface Stage {
  moto: Moto;
  world: World;
  /** Where the policy file of the demo organization is: `mayfly.yaml`. */
  folder: string;
}

/** One part of the demonstration. It throws if the world afterwards is not what its story says. */
export type Chapter = (stage: Stage) => Promise<void>;

const command = join(import.meta.dirname, '..', '..', 'bin', 'mayfly.ts');

/** Runs the real command as a person would, in the policy's folder, and gives its exit status. */
export async function mayfly(
  { moto, folder }: Stage,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<number> {
  tell(`\n${styleText('dim', '$')} ${styleText('bold', `npx mayfly ${args.join(' ')}`)}`);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', command, ...args], {
    cwd: folder,
    env: { ...process.env, ...localAwsEnvironment(moto.url), ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status ?? 1;
}

/** Everything goes to stderr, like the command's own tables, so that their order stays. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function heading(text: string): void {
  tell(`\n${styleText(['bold', 'cyan'], text)}`);
}

export interface Step {
  title: string;
  skip?: () => boolean;
  /** May say how far it is; the last it says stays. */
  task: (tellStep: (line: string) => void) => Promise<void>;
}

/** One after the other, with a line for each that changes in place in a terminal. */
export async function steps(all: readonly Step[]): Promise<void> {
  const tasks = all.map(({ title, skip, task }) => ({
    title,
    ...(skip !== undefined && { skip }),
    task: (_: unknown, line: { title: string }) =>
      task((text) => {
        line.title = text;
      }),
  }));
  await new Listr(tasks, {
    renderer: process.stderr.isTTY ? 'default' : 'simple',
    rendererOptions: {
      logger: new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) }),
    },
  }).run();
}

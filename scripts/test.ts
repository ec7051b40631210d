import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pLimit from 'p-limit';

/** What waits for emulators takes its time, and the rest takes the processor: so two of these run at the same time. */
const whole: readonly (readonly string[])[] = [
  ['--project', '!local-aws'],
  ...[1, 2, 3].map((part) => ['--project', 'local-aws', `--shard=${part}/3`]),
];
const atOnce = 2;

/** `npm test -- FILE` is one run of what it names. */
const given = process.argv.slice(2);
const runs = given.length === 0 ? whole : [given];

const vitest = join(import.meta.dirname, '..', 'node_modules', 'vitest', 'vitest.mjs');
const closing = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/** One run of vitest: its lines are shown as they come, but for the last one, which is counted. */
async function run(args: readonly string[], children: Set<ChildProcess>): Promise<Count & { status: number }> {
  const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(process.execPath, [vitest, 'run', ...args], {
    env: { ...process.env, ...color },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  let count: Count | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [, passed, failed, skipped = 0] = closing.exec(line) ?? [];
    if (passed === undefined) console.log(line);
    else count = { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
  });
  const [status] = (await once(child, 'close')) as [number | null];
  children.delete(child);
  // One that ended without a word has failed, however many tests it had passed.
  return { ...(count ?? { passed: 0, failed: 1, skipped: 0 }), status: status ?? 1 };
}

/** Ends as badly as the worst run, and with the sum of all as the very last line. */
async function main(): Promise<number> {
  const children = new Set<ChildProcess>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      for (const child of children) child.kill(signal);
    });
  }
  const limit = pLimit(atOnce);
  const all = await Promise.all(runs.map((args) => limit(() => run(args, children))));
  const sum = (of: keyof Count) => all.reduce((total, one) => total + one[of], 0);
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
  return Math.max(...all.map(({ status }) => status));
}

process.exit(await main());

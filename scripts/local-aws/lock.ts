import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { MissingPrerequisite } from './missing-prerequisite.ts';

const askAgainMs = 200;
const longestMs = 5 * 60_000;

/** Runs `work` while no other process holds the folder; the lock of a process that died is taken over. */
export async function withLock(
  folder: string,
  { onWait }: { onWait: () => void },
  work: () => Promise<void>,
): Promise<void> {
  const until = Date.now() + longestMs;
  for (let waited = false; !take(folder); waited = true) {
    if (!waited) onWait();
    if (Date.now() > until) {
      throw new MissingPrerequisite(
        `Another installation of the local AWS does not end: stop it, or delete ${folder}.`,
      );
    }
    await setTimeout(askAgainMs);
  }
  try {
    await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The folder appears together with its holder's id, because renaming onto a folder that isn't empty fails. */
function take(folder: string): boolean {
  const mine = `${folder}.${process.pid}`;
  mkdirSync(mine, { recursive: true });
  writeFileSync(join(mine, 'pid'), String(process.pid));
  try {
    renameSync(mine, folder);
    return true;
  } catch {
    rmSync(mine, { recursive: true, force: true });
    if (isAbandoned(folder)) rmSync(folder, { recursive: true, force: true });
    return false;
  }
}

function isAbandoned(folder: string): boolean {
  const file = join(folder, 'pid');
  if (!existsSync(file)) return false;
  try {
    const holder = Number(readFileSync(file, 'utf8'));
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installLocalAws } from './local-aws/install.ts';
import { MissingPrerequisite } from './local-aws/missing-prerequisite.ts';
import { type Moto, resetMoto, startMoto } from './local-aws/moto.ts';
import { demoPolicy } from './local-aws/policy.ts';
import { seedWorld, type World } from './local-aws/world.ts';
import { guardChapter } from './start/guard-chapter.ts';
import { hubChapter } from './start/hub-chapter.ts';
import { idleChapter } from './start/idle-chapter.ts';
import { moneyChapter } from './start/money-chapter.ts';
import { slackChapter } from './start/slack-chapter.ts';
import { type Chapter, type Stage, steps } from './start/stage.ts';
import { sweepChapter } from './start/sweep-chapter.ts';

/** `npm start -- CHAPTER` shows one of these. */
const chapters: Readonly<Record<string, Chapter>> = {
  guard: guardChapter,
  hub: hubChapter,
  idle: idleChapter,
  money: moneyChapter,
  slack: slackChapter,
  sweep: sweepChapter,
};

/**
 * Without a name: the whole of Mayfly as it runs in the cloud. What people see of it in Slack is the chapter
 * `slack`, the way of idle servers down and back is `idle`, what finance reads is `money`, a runaway bill is
 * `guard`, the command line alone is `sweep`.
 */
const byDefault = ['hub'];

/** `npm start`: a local AWS organization, a real sweep, and what became of everything. Ends by itself. */
async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.find((name) => chapters[name] === undefined);
  if (unknown !== undefined) {
    console.error(`There is no chapter "${unknown}"; there is: ${Object.keys(chapters).join(', ')}.`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-start-'));
  let moto: Moto | undefined;
  try {
    for (const name of wanted.length === 0 ? byDefault : wanted) {
      const stage = await setUp(folder, moto);
      moto = stage.moto;
      await chapters[name]?.(stage);
    }
    return 0;
  } finally {
    await moto?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Installs and starts what is missing and seeds a fresh world, saying how far it is. */
async function setUp(folder: string, running: Moto | undefined): Promise<Stage> {
  let moto = running;
  let world: World | undefined;
  const policy = join(folder, 'mayfly.yaml');
  await steps([
    {
      title: 'Installing the local AWS (once, about twelve seconds)',
      skip: () => moto !== undefined,
      task: async (tellStep) => {
        await installLocalAws({ onProgress: (line) => tellStep(`Installing the local AWS (once): ${line}`) });
        tellStep('The local AWS is installed');
      },
    },
    {
      title: 'Starting it on 127.0.0.1',
      task: async (tellStep) => {
        moto ??= await startMoto();
        tellStep(`The local AWS answers on ${moto.url}`);
      },
    },
    {
      title: 'Seeding an organization of three accounts in two regions',
      task: async (tellStep) => {
        if (moto === undefined) throw new Error('the local AWS did not start');
        if (running !== undefined) await resetMoto(moto.url);
        world = await seedWorld({ url: moto.url, now: Date.now() });
        writeFileSync(policy, demoPolicy(world.organization, world.regions));
        tellStep(`Seeded ${world.manifest.length} resources in three accounts and two regions`);
      },
    },
  ]);
  if (moto === undefined || world === undefined) throw new Error('the local AWS did not start');
  return { moto, world, folder };
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof MissingPrerequisite)) throw error;
  console.error(error.message);
  process.exit(1);
}

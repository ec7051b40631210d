import { reportOfCloud } from './bench/cloud.ts';
import { reportOfColdStarts } from './bench/cold.ts';
import { runCommand } from './bench/command.ts';
import { reportOfCost } from './bench/cost.ts';
import { reportOfFinance } from './bench/finance.ts';
import { reportOfGuard } from './bench/guard.ts';
import { type Measured, measure } from './bench/measure.ts';
import { reportOf } from './bench/report.ts';
import { type Scenario, scenarios } from './bench/scenarios.ts';
import { reportOfSlack } from './bench/slack.ts';
import { installLocalAws } from './local-aws/install.ts';
import { MissingPrerequisite } from './local-aws/missing-prerequisite.ts';
import { startMoto } from './local-aws/moto.ts';

const helpRuns = 5;

/**
 * Numbers of the cloud side, of Slack and of the cost guard, by the word that `npm run bench` takes; each is a few
 * tables of its own.
 */
const reports: Readonly<Record<string, () => string | Promise<string>>> = {
  cloud: reportOfCloud,
  cold: reportOfColdStarts,
  cost: reportOfCost,
  finance: reportOfFinance,
  guard: reportOfGuard,
  slack: reportOfSlack,
};

/** `npm run bench [-- scenario ...]`: measures the command line and the cloud side, and prints tables. */
async function main(wanted: readonly string[]): Promise<void> {
  const known = { ...scenarios, ...reports };
  const names = wanted.length > 0 ? wanted : Object.keys(known);
  const unknown = names.filter((name) => known[name] === undefined);
  if (unknown.length > 0) {
    throw new MissingPrerequisite(`no scenario ${unknown.join(', ')}; there are ${Object.keys(known).join(', ')}`);
  }
  console.log(`Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`);
  const runs = names.flatMap((name) => scenarios[name] ?? []);
  if (runs.length > 0) console.log(`\n${await reportOfCommands(runs)}`);
  for (const [name, report] of Object.entries(reports)) {
    if (!names.includes(name)) continue;
    console.error(`${name} …`);
    console.log(`\n${await report()}`);
  }
}

async function reportOfCommands(runs: readonly Scenario[]): Promise<string> {
  await installLocalAws({ onProgress: (step) => console.error(`${step} …`) });
  const measured: Measured[] = [];
  for (const scenario of runs) {
    console.error(`${scenario.title} …`);
    // A fresh moto each time: one that has been through a world is slower and larger.
    const moto = await startMoto();
    try {
      measured.push(await measure(moto.url, scenario));
    } finally {
      await moto.stop();
    }
  }
  return `${reportOf(measured)}\n\nmayfly --help: ${(await helpCpuSeconds()).toFixed(3)} CPU seconds`;
}

/** The quietest of a few runs, because other work on the machine only ever adds. */
async function helpCpuSeconds(): Promise<number> {
  const runs: number[] = [];
  for (let index = 0; index < helpRuns; index += 1) runs.push((await runCommand(['--help'])).cpuSeconds);
  return Math.min(...runs);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof MissingPrerequisite)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

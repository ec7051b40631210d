import { runCommand } from './bench/command.ts';
import { type Measured, measure } from './bench/measure.ts';
import { reportOf } from './bench/report.ts';
import { scenarios } from './bench/scenarios.ts';
import { installLocalAws } from './local-aws/install.ts';
import { MissingPrerequisite } from './local-aws/missing-prerequisite.ts';
import { startMoto } from './local-aws/moto.ts';

const helpRuns = 5;

/** `npm run bench [-- scenario ...]`: measures the command line against a local AWS, and prints tables. */
async function main(wanted: readonly string[]): Promise<void> {
  const names = wanted.length > 0 ? wanted : Object.keys(scenarios);
  const unknown = names.filter((name) => scenarios[name] === undefined);
  if (unknown.length > 0) {
    throw new MissingPrerequisite(`no scenario ${unknown.join(', ')}; there are ${Object.keys(scenarios).join(', ')}`);
  }
  await installLocalAws({ onProgress: (step) => console.error(`${step} …`) });
  const measured: Measured[] = [];
  for (const name of names) {
    const scenario = scenarios[name];
    if (scenario === undefined) continue;
    console.error(`${scenario.title} …`);
    // A fresh moto each time: one that has been through a world is slower and larger.
    const moto = await startMoto();
    try {
      measured.push(await measure(moto.url, scenario));
    } finally {
      await moto.stop();
    }
  }
  console.log(`Node ${process.version}, ${new Date().toISOString().slice(0, 10)}\n`);
  console.log(reportOf(measured));
  console.log(`\nmayfly --help: ${(await helpCpuSeconds()).toFixed(3)} CPU seconds`);
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

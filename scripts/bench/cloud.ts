import { type DeployedSweep, deployedSweeps } from './deployed-sweeps.ts';
import { markdownTable, milliseconds, seconds } from './markdown.ts';
import { type ScanAlone, scanAlone } from './scan-alone.ts';
import { type GraphRun, regions, runGraph } from './sweep-graph.ts';

const accounts = 200;

/** Shards with an expiry tag on nothing, on a few things, and on many. */
const trackedInShards = [0, 10, 100];

/** The sweep in the cloud, as far as this machine can measure it, as Markdown. */
export async function reportOfCloud(): Promise<string> {
  const tell = (step: string) => console.error(`  ${step} …`);
  const shards = accounts * regions.length;
  const runs: GraphRun[] = [];
  for (const poisoned of [0, 1]) {
    tell(`the definition over ${shards} shards${poisoned > 0 ? ', one of which always fails' : ''}`);
    runs.push(await runGraph({ shards, work: shards / 100, poisoned }));
  }
  const sweeps = await deployedSweeps(tell);
  tell('scan-shard alone');
  const scans = await scanAlone(trackedInShards);
  return [graphTable(runs), '', stepTable(sweeps), '', deployedTable(sweeps), '', scanTable(scans)].join('\n');
}

function graphTable(runs: readonly GraphRun[]): string {
  return markdownTable(
    [
      'the definition in moto',
      'ended',
      'wall',
      'scanned once',
      'not once',
      'at once',
      'reaped once',
      'states of the parent',
    ],
    runs.map(({ world, status, wallSeconds, steps, scansAtOnce, scannedOnce, scannedOtherwise, reapedOnce }) => [
      `${world.shards.toLocaleString('en')} shards, ${world.poisoned} poisoned`,
      status,
      seconds(wallSeconds),
      scannedOnce.toLocaleString('en'),
      String(scannedOtherwise),
      String(scansAtOnce),
      `${reapedOnce} of ${world.work}`,
      String(steps.length),
    ]),
  );
}

function stepTable(sweeps: readonly DeployedSweep[]): string {
  const names = [...new Set(sweeps.flatMap(({ steps }) => steps.map(({ name }) => name)))];
  const secondsIn = ({ steps }: DeployedSweep, name: string) =>
    steps.filter((step) => step.name === name).reduce((sum, step) => sum + step.seconds, 0);
  return markdownTable(
    ['seconds in', ...sweeps.map(({ title }) => title)],
    [
      ...names.map((name) => [name, ...sweeps.map((sweep) => secondsIn(sweep, name).toFixed(2))]),
      ['together', ...sweeps.map((sweep) => sweep.seconds.toFixed(2))],
    ],
  );
}

function deployedTable(sweeps: readonly DeployedSweep[]): string {
  const to = (sweep: DeployedSweep, place: string) => String(sweep.calls.get(place) ?? 0);
  return markdownTable(
    ['the deployed app', 'shards', 'tracked', 'ledger items written', 'calls to the ledger', 'calls to the run store'],
    sweeps.map((sweep) => [
      sweep.title,
      String(sweep.shards),
      String(sweep.tracked),
      String(sweep.ledgerItems),
      to(sweep, 'hub dynamodb'),
      to(sweep, 'hub s3'),
    ]),
  );
}

function scanTable(scans: readonly ScanAlone[]): string {
  return markdownTable(
    ['scan-shard alone', 'calls to AWS', 'first call of a process', 'of that CPU', 'later calls', 'of that CPU'],
    scans.map(({ tracked, callsToAws, cold, warm }) => [
      `${tracked} tracked`,
      String(callsToAws),
      milliseconds(cold.ms),
      milliseconds(cold.cpuMs),
      milliseconds(warm.ms),
      milliseconds(warm.cpuMs),
    ]),
  );
}

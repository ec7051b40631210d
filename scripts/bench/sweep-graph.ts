import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { ShardItem } from '../../lib/use-cases/sweep-steps.ts';
import { type Moto, startMoto } from '../local-aws/moto.ts';
import { given } from '../local-aws/site.ts';
import { startSweepExecution } from '../local-aws/sweep-execution.ts';
import { endOf, type Step, stepsOf } from './execution-steps.ts';
import { keyOf, type Played, playFunctions } from './played-functions.ts';
import { sweepDefinition } from './sweep-definition.ts';

/** Some shards of as many accounts as that takes, with work in the first ones. */
export interface GraphWorld {
  shards: number;
  work: number;
  poisoned: number;
}

/** What one run of the definition took, on this machine. */
export interface GraphRun {
  world: GraphWorld;
  status: string;
  wallSeconds: number;
  steps: readonly Step[];
  scansAtOnce: number;
  /** Shards that were scanned once, as it should be; and otherwise. */
  scannedOnce: number;
  scannedOtherwise: number;
  reapedOnce: number;
}

const account = '123456789012';
const region = 'us-east-1';
const longestMs = 10 * 60_000;

/** Regions that are switched on in every account by default. */
export const regions = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1'],
  ...['eu-central-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-north-1'],
  ...['ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
];

/** Runs the definition of the sweep, as it is deployed, with functions that answer at once. */
export async function runGraph(world: GraphWorld): Promise<GraphRun> {
  const shards = someShards(world.shards);
  const work = shards.slice(0, world.work);
  // Not the first ones, so that a shard that fails is one among others that go on.
  const poisoned = shards.slice(shards.length - world.poisoned);
  const played = await playFunctions({ shards, work, poisoned });
  let moto: Moto | undefined;
  try {
    moto = await startMoto({ callsTo: Number(new URL(played.url).port) });
    return { world, ...(await measured(moto.url, played, shards)) };
  } finally {
    await moto?.stop();
    await played.stop();
  }
}

async function measured(url: string, played: Played, shards: readonly ShardItem[]): Promise<Omit<GraphRun, 'world'>> {
  const body = JSON.stringify({ stepfunctions: { execute_state_machine: true } });
  const configured = await fetch(`${url}/moto-api/config`, { method: 'POST', body });
  if (!configured.ok) throw new Error(`moto refused its configuration: ${configured.status}`);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sfn = new SFNClient({ endpoint: url, region, credentials });
  const { text, roleArn } = sweepDefinition(account, region);
  const definition = inMotosWords(text);
  const made = await sfn.send(new CreateStateMachineCommand({ name: 'mayfly-sweep', definition, roleArn }));
  const started = performance.now();
  const execution = await startSweepExecution(sfn, given(made.stateMachineArn, 'a state machine'));
  const status = await endOf(sfn, execution, longestMs);
  const wallSeconds = (performance.now() - started) / 1000;
  const scans = played.calls('mayfly-scan-shard');
  const once = shards.filter((shard) => scans.get(keyOf(shard)) === 1).length;
  const reaps = [...played.calls('mayfly-reap-shard').values()];
  return {
    status,
    wallSeconds,
    steps: await stepsOf(sfn, execution),
    scansAtOnce: played.atOnce('mayfly-scan-shard'),
    scannedOnce: once,
    scannedOtherwise: Math.max(shards.length, scans.size) - once,
    reapedOnce: reaps.filter((count) => count === 1).length,
  };
}

/** moto knows only standard children, and writes percentages as decimals; it runs both kinds of children alike. */
function inMotosWords(definition: string): string {
  return definition
    .replaceAll('"ExecutionType":"EXPRESS"', '"ExecutionType":"STANDARD"')
    .replaceAll('"ToleratedFailurePercentage":100', '"ToleratedFailurePercentage":100.0');
}

function someShards(count: number): ShardItem[] {
  return Array.from({ length: count }, (_, index) => ({
    account: String(300_000_000_000 + Math.floor(index / regions.length)),
    region: regions[index % regions.length] ?? region,
    mode: 'enforce',
  }));
}

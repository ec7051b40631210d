import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { type Hub, type HubOutputs, startHub } from '../local-aws/hub.ts';
import { startMoto } from '../local-aws/moto.ts';
import { createOrganization, type Organization } from '../local-aws/organization.ts';
import { hubPolicy } from '../local-aws/policy.ts';
import type { Traffic } from '../local-aws/router.ts';
import { type Step, stepsOf } from './execution-steps.ts';
import { mixedKinds, planWorld } from './mix.ts';
import { seedPlanned } from './seed.ts';
import { regions } from './sweep-graph.ts';

/** One sweep of the app as it is deployed. */
export interface DeployedSweep {
  title: string;
  seconds: number;
  steps: readonly Step[];
  shards: number;
  tracked: number;
  /** Items of the ledger that are new or other than before. */
  ledgerItems: number;
  /** Calls of the functions by where they went: `hub s3`, `members tagging`. */
  calls: Calls;
}

const resources = 300;
const seededRegions = ['us-east-1', 'eu-west-1'] as const;

/** Two sweeps of 2 accounts in 17 regions, where nothing has changed in between. Most regions are empty, as in life. */
export async function deployedSweeps(tell: (step: string) => void): Promise<DeployedSweep[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-bench-'));
  const moto = await startMoto();
  let hub: Hub | undefined;
  try {
    const organization = await createOrganization(moto.url, ['one', 'two']);
    tell(`seeding ${resources} resources`);
    await seed(moto.url, organization);
    hub = await startHub({ moto });
    tell('deploying the app');
    const policy = join(folder, 'mayfly.yaml');
    writeFileSync(policy, hubPolicy(organization, regions, hub.account));
    const outputs = await hub.deploy(policy);
    const sweeps: DeployedSweep[] = [];
    for (const title of ['first sweep', 'second sweep, nothing changed']) {
      tell(title);
      sweeps.push(await sweep(title, hub, outputs));
    }
    return sweeps;
  } finally {
    await hub?.stop();
    await moto.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function seed(url: string, { accounts }: Organization): Promise<void> {
  const world = { resources, accounts: 2, regions: seededRegions, expired: 0, kinds: mixedKinds } as const;
  await seedPlanned(url, planWorld(world, Object.values(accounts), Date.now()));
}

async function sweep(title: string, hub: Hub, outputs: HubOutputs): Promise<DeployedSweep> {
  const before = await ledgerItems(hub, outputs);
  const earlier = callsOf(hub.router.traffic());
  const execution = await hub.startSweep();
  const end = await hub.waitForSweep(execution);
  const calls = callsSince(earlier, callsOf(hub.router.traffic()));
  if (end.status !== 'SUCCEEDED') throw new Error(`the sweep ended as ${end.status}: ${end.cause ?? end.error}`);
  const { scanned, unread } = end.output as { scanned: number; unread: number };
  if (unread > 0) throw new Error(`${unread} shards were not read`);
  const after = await ledgerItems(hub, outputs);
  const changed = [...after].filter(([key, item]) => before.get(key) !== item).length;
  const steps = await stepsOf(new SFNClient(asRoot(hub)), execution);
  return {
    title,
    seconds: steps.reduce((sum, step) => sum + step.seconds, 0),
    steps,
    shards: 2 * regions.length,
    tracked: scanned,
    ledgerItems: changed,
    calls,
  };
}

function asRoot({ router, region, account }: Hub) {
  return { endpoint: router.url, region, credentials: { accessKeyId: account, secretAccessKey: 'local' } };
}

async function ledgerItems(hub: Hub, { ledgerTable }: HubOutputs): Promise<Map<string, string>> {
  const client = new DynamoDBClient(asRoot(hub));
  const items = new Map<string, string>();
  for await (const { Items = [] } of paginateScan({ client }, { TableName: ledgerTable })) {
    for (const item of Items) items.set(`${item['pk']?.S} ${item['sk']?.S}`, JSON.stringify(item));
  }
  return items;
}

type Calls = ReadonlyMap<string, number>;

/** The router goes on counting in what it gave, so the numbers of this moment are taken out at once. */
function callsOf(traffic: readonly Traffic[]): Calls {
  return new Map(traffic.map(({ place, service, calls }) => [`${place} ${service}`, calls]));
}

function callsSince(before: Calls, after: Calls): Calls {
  return new Map([...after].map(([name, calls]) => [name, calls - (before.get(name) ?? 0)]));
}

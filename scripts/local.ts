import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localAwsShellLines } from './local-aws/environment.ts';
import { type Hub, type HubOutputs, startHub } from './local-aws/hub.ts';
import { installLocalAws } from './local-aws/install.ts';
import { MissingPrerequisite } from './local-aws/missing-prerequisite.ts';
import { type Moto, startMoto } from './local-aws/moto.ts';
import { hubPolicy } from './local-aws/policy.ts';
import { seedWorld, type World } from './local-aws/world.ts';

/** `npm run local`: a local AWS with the demo organization and the deployed hub, until Ctrl-C. */
async function main(): Promise<void> {
  const stop = new AbortController();
  const stopAsked = untilStopped().then(() => stop.abort());
  await installLocalAws({ onProgress: say });
  const moto = await startMoto();
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-local-'));
  const hub = await startHub({ moto, onProgress: say, signal: stop.signal });
  try {
    // Ctrl-C while seeding or deploying ends it too, without a stack trace from what is in flight.
    await Promise.race([stopAsked, present(moto, hub, folder).then(() => stopAsked)]);
  } finally {
    await hub.stop();
    await moto.stop();
    rmSync(folder, { recursive: true, force: true });
    console.error('\nThe local AWS is gone, and what was in it.');
  }
}

function say(line: string): void {
  console.error(`  ${line.slice(0, 110)}`);
}

async function present(moto: Moto, hub: Hub, folder: string): Promise<void> {
  const world = await seedWorld({ url: moto.url, now: Date.now() });
  const policy = join(folder, 'mayfly.yaml');
  const written = hubPolicy(world.organization, world.regions, hub.account);
  writeFileSync(policy, written);
  const outputs = await hub.deploy(policy);
  // Command lines use the ledger and the bucket that were just deployed.
  writeFileSync(policy, `${written}state: { table: ${outputs.ledgerTable}, bucket: ${outputs.runBucket} }\n`);
  console.log(instructions(world, hub, outputs, policy).join('\n'));
}

function instructions(world: World, hub: Hub, outputs: HubOutputs, policy: string): string[] {
  const { manifest, organization } = world;
  const accounts = Object.entries(organization.accounts).map(([name, id]) => `${name} ${id}`);
  const live = manifest.find(({ kind, fate, tracked }) => kind === 'instance' && fate === 'kept' && tracked);
  return [
    `A local AWS runs on ${hub.router.url} with ${manifest.length} resources in ${accounts.join(', ')}.`,
    `Mayfly is deployed into its account ${hub.account} and would sweep every hour.`,
    'Nothing in it is real, and these lines keep a shell away from everything that is. Paste them into another one:',
    '',
    ...localAwsShellLines(hub.router.url, { account: hub.account }),
    '',
    'Then, in this repository:',
    '',
    `  npx mayfly plan    --config ${policy}`,
    `  npx mayfly explain ${live?.arn} --config ${policy}`,
    `  npx mayfly extend  pr-102 2d --account ${organization.accounts['preview']} --config ${policy}`,
    `  aws stepfunctions start-execution --state-machine-arn ${outputs.sweepArn} --input '{}'`,
    `  aws s3 ls --recursive s3://${outputs.runBucket}`,
    `  aws dynamodb scan --table-name ${outputs.ledgerTable} --max-items 5`,
    '',
    'Ctrl-C ends it.',
  ];
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

try {
  await main();
  process.exit(0);
} catch (error) {
  if (!(error instanceof MissingPrerequisite)) throw error;
  console.error(error.message);
  process.exit(1);
}

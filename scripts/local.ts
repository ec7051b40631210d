import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localAwsShellLines } from './local-aws/environment.ts';
import { installLocalAws } from './local-aws/install.ts';
import { MissingPrerequisite } from './local-aws/missing-prerequisite.ts';
import { type Moto, startMoto } from './local-aws/moto.ts';
import { demoPolicy } from './local-aws/policy.ts';
import { seedWorld, type World } from './local-aws/world.ts';

/** `npm run local`: a local AWS with the demo organization, until Ctrl-C. */
async function main(): Promise<void> {
  const stopAsked = untilStopped();
  await installLocalAws({ onProgress: (step) => console.error(`${step} …`) });
  const moto = await startMoto();
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-local-'));
  try {
    // Ctrl-C while seeding ends it too, without a stack trace from the calls in flight.
    await Promise.race([stopAsked, present(moto, folder).then(() => stopAsked)]);
  } finally {
    await moto.stop();
    rmSync(folder, { recursive: true, force: true });
    console.error('\nThe local AWS is gone, and what was in it.');
  }
}

async function present(moto: Moto, folder: string): Promise<void> {
  const world = await seedWorld({ url: moto.url, now: Date.now() });
  const policy = join(folder, 'mayfly.yaml');
  writeFileSync(policy, demoPolicy(world.organization, world.regions));
  console.log(instructions(moto, world, policy).join('\n'));
}

function instructions(moto: Moto, { manifest, organization }: World, policy: string): string[] {
  const accounts = Object.entries(organization.accounts).map(([name, id]) => `${name} ${id}`);
  const live = manifest.find(({ kind, fate, tracked }) => kind === 'instance' && fate === 'kept' && tracked);
  return [
    `A local AWS runs on ${moto.url} with ${manifest.length} resources in ${accounts.join(', ')}.`,
    'Nothing in it is real, and these lines keep a shell away from everything that is. Paste them into another one:',
    '',
    ...localAwsShellLines(moto.url),
    '',
    'Then, in this repository:',
    '',
    `  npx mayfly plan    --config ${policy}`,
    `  npx mayfly explain ${live?.arn} --config ${policy}`,
    `  npx mayfly extend  pr-102 2d --account ${organization.accounts['preview']} --config ${policy}`,
    `  npx mayfly reap    --config ${policy} --enforce`,
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

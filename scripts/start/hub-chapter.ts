import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { showOutcomes } from '../../lib/cli/show-outcomes.ts';
import { table } from '../../lib/cli/table.ts';
import type { RunSummary } from '../../lib/use-cases/conclude-steps.ts';
import { type Hub, type HubOutputs, startHub } from '../local-aws/hub.ts';
import { hubPolicy } from '../local-aws/policy.ts';
import { checkStory } from './check-story.ts';
import { byShard, type RunDocuments, runDocuments } from './run-documents.ts';
import { slackPreview } from './slack-preview.ts';
import { type Chapter, heading, mayfly, type Stage, steps, tell } from './stage.ts';

/**
 * The CDK app, deployed into a hub account on this machine, sweeps the organization: an hour with work, an hour
 * without, and an hour in which one region is throttled.
 */
export const hubChapter: Chapter = async (stage) => {
  const { hub, outputs } = await setUp(stage);
  try {
    heading('1. Ben still needs pull request 102. The order goes into the ledger of the hub.');
    const preview = stage.world.organization.accounts['preview'] ?? '';
    const place = { ...stage, moto: { ...stage.moto, url: hub.router.url } };
    const extended = ['extend', 'pr-102', '2d', '--account', preview, '--reason', 'demo', '--config', 'hub.yaml'];
    await mayfly(place, extended, { AWS_ACCESS_KEY_ID: hub.account });

    heading('2. The first hour: what the schedule starts.');
    const first = await sweepOnce(hub, outputs);
    showShards(first);
    showOutcomes(first.outcomes);
    checkStory(stage.world, first.plan, first.outcomes);

    heading('3. The second hour: the same world, so nothing happens.');
    showShards(await sweepOnce(hub, outputs));
    tell('What is due now is blocked, or it is still listed though it has gone: removed was nothing.');

    heading('4. The third hour: AWS refuses every third call in eu-west-1.');
    const end = hub.router.throttle({ region: 'eu-west-1', share: 1 / 3 });
    showShards(await sweepOnce(hub, outputs));
    end();
    const refused = hub.router.traffic().reduce((sum, one) => sum + one.refused, 0);
    tell(`${refused} calls were refused and asked again, more slowly; the other region went on as before.`);

    heading('5. What Slack would see of the first hour.');
    tell(slackPreview(first.plan, first.outcomes));

    heading('6. Why was that one kept?');
    const unreadable = first.plan.decisions.find(({ reason }) => reason === 'expiry-unreadable');
    if (unreadable === undefined) throw new Error('the story has a tag that cannot be read, and the plan has none');
    await mayfly(place, ['explain', unreadable.arn, '--config', 'hub.yaml'], { AWS_ACCESS_KEY_ID: hub.account });
  } finally {
    await hub.stop();
  }
};

async function setUp(stage: Stage): Promise<{ hub: Hub; outputs: HubOutputs }> {
  let hub: Hub | undefined;
  let outputs: HubOutputs | undefined;
  const policy = join(stage.folder, 'hub.yaml');
  await steps([
    {
      title: 'Starting the hub account beside it',
      task: async (tellStep) => {
        hub = await startHub({ moto: stage.moto, onProgress: (line) => tellStep(`cdk: ${line.slice(0, 90)}`) });
        tellStep(`The hub account ${hub.account} answers on ${hub.router.url}`);
      },
    },
    {
      title: 'cdk bootstrap and cdk deploy Mayfly',
      task: async (tellStep) => {
        const { organization, regions } = stage.world;
        const written = hubPolicy(organization, regions, hub?.account ?? '');
        writeFileSync(policy, written);
        outputs = await hub?.deploy(policy);
        // The command line of step 1 works on the ledger that was just deployed.
        writeFileSync(policy, `${written}state: { table: ${outputs?.ledgerTable}, bucket: ${outputs?.runBucket} }\n`);
        tellStep('Deployed Mayfly: the state machine, its functions, the ledger, the schedule, the alarms');
      },
    },
  ]);
  if (hub === undefined || outputs === undefined) throw new Error('the hub did not start');
  return { hub, outputs };
}

async function sweepOnce(hub: Hub, { runBucket }: HubOutputs): Promise<RunDocuments> {
  let summary: RunSummary | undefined;
  const started = Date.now();
  await steps([
    {
      title: 'The sweep begins',
      task: async (tellStep) => {
        const execution = await hub.startSweep({ scheduledTime: new Date().toISOString() });
        const end = await hub.waitForSweep(execution, { onState: (name) => tellStep(`The sweep is in ${name}`) });
        if (end.status !== 'SUCCEEDED') throw new Error(`the sweep ended as ${end.status}: ${end.cause ?? end.error}`);
        summary = end.output as RunSummary;
        const seconds = ((Date.now() - started) / 1000).toFixed(1);
        tellStep(`The sweep ${summary.run} went through ${end.states.length} states in ${seconds} s`);
      },
    },
  ]);
  if (summary === undefined) throw new Error('the sweep left no summary');
  return runDocuments(hub, runBucket, summary.run, summary.plan);
}

function showShards(documents: RunDocuments): void {
  const columns = [
    { title: 'Account', width: 12 },
    { title: 'Region', width: 10 },
    { title: 'Tracked', width: 7 },
    { title: 'Due', width: 4 },
    { title: 'Removed', width: 7 },
    { title: 'On hold', width: 7 },
    { title: 'Blocked', width: 7 },
    { title: 'Not read, because', width: 'rest' },
  ] as const;
  tell(table(columns, byShard(documents)));
}

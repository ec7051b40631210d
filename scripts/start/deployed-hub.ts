import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunSummary } from '../../lib/use-cases/conclude-steps.ts';
import { type Hub, type HubOutputs, startHub } from '../local-aws/hub.ts';
import { hubPolicy } from '../local-aws/policy.ts';
import type { SweepInput } from '../local-aws/sweep-execution.ts';
import { type RunDocuments, runDocuments } from './run-documents.ts';
import { type Stage, steps } from './stage.ts';

export interface DeployedHub {
  hub: Hub;
  outputs: HubOutputs;
}

export interface Connection {
  /** The slack block of the policy. */
  policyBlock: string;
  /** Where Slack answers. */
  apiUrl: string;
}

/** The CDK app in a hub account beside the seeded world; the policy of the command line is `hub.yaml`. */
export async function deployHub(stage: Stage, slack?: Connection): Promise<DeployedHub> {
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
        const written = hubPolicy(organization, regions, hub?.account ?? '', slack?.policyBlock);
        writeFileSync(policy, written);
        outputs = await hub?.deploy(policy, slack && { context: { slackApiUrl: slack.apiUrl } });
        // A command line works on the ledger that was just deployed.
        writeFileSync(policy, `${written}state: { table: ${outputs?.ledgerTable}, bucket: ${outputs?.runBucket} }\n`);
        tellStep('Deployed Mayfly: the state machine, its functions, the ledger, the schedule, the alarms');
      },
    },
  ]).catch(async (error: Error) => {
    await hub?.stop();
    throw error;
  });
  if (hub === undefined || outputs === undefined) throw new Error('the hub did not start');
  return { hub, outputs };
}

const sweepMs = 3 * 60_000;

/** One sweep to its end, with what it left in the bucket. */
export async function sweepOnce({ hub, outputs }: DeployedHub, input?: SweepInput): Promise<RunDocuments> {
  let summary: RunSummary | undefined;
  const started = Date.now();
  await steps([
    {
      title: 'The sweep begins',
      task: async (tellStep) => {
        const execution = await hub.startSweep(input ?? { scheduledTime: new Date().toISOString() });
        const onState = (name: string) => tellStep(`The sweep is in ${name}`);
        const end = await hub.waitForSweep(execution, { onState, timeoutMs: sweepMs });
        if (end.status !== 'SUCCEEDED') throw new Error(`the sweep ended as ${end.status}: ${end.cause ?? end.error}`);
        summary = end.output as RunSummary;
        const seconds = ((Date.now() - started) / 1000).toFixed(1);
        tellStep(`The sweep ${summary.run} went through ${end.states.length} states in ${seconds} s`);
      },
    },
  ]);
  if (summary === undefined) throw new Error('the sweep left no summary');
  return runDocuments(hub, outputs.runBucket, summary.run, summary.plan);
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Hub, type HubOutputs, startHub } from '../../scripts/local-aws/hub.ts';
import { policySlackBlock } from '../../scripts/local-slack/connect.ts';
import { type LocalSlack, startLocalSlack } from '../../scripts/local-slack/slack.ts';

export interface SlackHub {
  slack: LocalSlack;
  hub: Hub;
  outputs: HubOutputs;
  policyFile: string;
  stop: () => Promise<void>;
}

/** A function's process starts slower on a busy machine than on AWS. */
const patient = { patienceMs: 30_000, triggerMs: 60_000 };

/** Deploys a hub beside a moto and a Slack, by the policy that is made for it; what it began is stopped if it fails. */
export async function startSlackHub(
  motoUrl: string,
  policyFor: (hub: Hub, slackBlock: string) => string | Promise<string>,
): Promise<SlackHub> {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-test-'));
  const begun: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of begun.toReversed()) await end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const slack = await startLocalSlack(patient);
    begun.push(() => slack.stop());
    const hub = await startHub({ moto: { url: motoUrl } });
    begun.push(() => hub.stop());
    const policyFile = join(folder, 'mayfly.yaml');
    writeFileSync(policyFile, await policyFor(hub, policySlackBlock(slack)));
    const outputs = await hub.deploy(policyFile, { context: { slackApiUrl: slack.apiUrl } });
    return { slack, hub, outputs, policyFile, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

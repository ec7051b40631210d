import { connectSlack, policySlackBlock } from '../local-slack/connect.ts';
import { type LocalSlack, startLocalSlack } from '../local-slack/slack.ts';
import { type DeployedHub, deployHub } from './deployed-hub.ts';
import { type Narrator, narrator } from './slack-narrator.ts';
import type { Stage } from './stage.ts';

/** A function's process starts slower on this machine than on AWS, so the local Slack has more patience than Slack. */
const patience = { patienceMs: 10_000, triggerMs: 20_000 };

/** A hub that is deployed, and a Slack that it talks to. */
export interface SlackStage {
  deployed: DeployedHub;
  slack: LocalSlack;
  narrate: Narrator;
}

/** Plays a story between a deployed hub and a local Slack, and stops both. `besides`: blocks of the policy. */
export async function withSlack(
  stage: Stage,
  besides: string,
  play: (about: SlackStage) => Promise<void>,
): Promise<void> {
  const slack = await startLocalSlack(patience);
  const narrate = narrator(slack);
  let deployed: DeployedHub | undefined;
  try {
    const policyBlock = `${policySlackBlock(slack)}${besides}`;
    deployed = await deployHub(stage, { policyBlock, apiUrl: slack.apiUrl });
    await connectSlack(deployed.hub, deployed.outputs, slack);
    await play({ deployed, slack, narrate });
  } catch (error) {
    // What people were told says more than where the story stopped.
    narrate.all();
    throw error;
  } finally {
    await deployed?.hub.stop();
    await slack.stop();
  }
}

import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { secretNames } from '../../lib/adapters/slack/secret-names.ts';
import type { Hub, HubOutputs } from '../local-aws/hub.ts';
import { ownerDomain } from './people.ts';
import type { LocalSlack } from './slack.ts';

/** What a person does to connect a deployed hub with a workspace: the two secrets, and the address for requests. */
export async function connectSlack(hub: Hub, { slackUrl }: HubOutputs, slack: LocalSlack): Promise<void> {
  const credentials = { accessKeyId: hub.account, secretAccessKey: 'local' };
  const ssm = new SSMClient({ endpoint: hub.router.url, region: hub.region, credentials });
  const secrets = { [secretNames.signingSecret]: slack.signingSecret, [secretNames.botToken]: slack.token };
  for (const [Name, Value] of Object.entries(secrets)) {
    await ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }));
  }
  ssm.destroy();
  slack.sendTo(slackUrl);
}

/** The slack block of a policy file for this workspace. */
export function policySlackBlock({ team }: Pick<LocalSlack, 'team'>): string {
  return `slack:
  command: /ttl
  team: ${team.id}
  channel: "#cloud-costs"
  fallbackChannel: "#cloud-lost"
  admins: ["@platform"]
  extenders: ["@developers"]
  ownerDomain: ${ownerDomain}
`;
}

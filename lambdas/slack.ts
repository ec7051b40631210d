import type { WebClient } from '@slack/web-api';
import { clientSource, retryStrategyForShard } from '../lib/adapters/aws-clients.ts';
import { systemClock } from '../lib/adapters/clock.ts';
import { noMessenger, unreachableMessenger } from '../lib/adapters/no-messenger.ts';
import { type Connected, lazySlack } from '../lib/adapters/slack/lazily.ts';
import { type SlackSecrets, slackSecrets } from '../lib/adapters/slack/secrets.ts';
import type { Policy } from '../lib/core/policy.ts';
import type { HubEnv } from './hub.contract.ts';

/** Slack, as a function of the hub has it. */
export interface Slack extends Connected {
  client: () => Promise<WebClient>;
}

const secretsIn = new Map<string, SlackSecrets>();

/** Connects when something is told. Slack lives in the real time, whatever day a sweep is tried on. */
export function slackOf({ slack }: Policy, { SLACK_API_URL: apiUrl }: HubEnv, region: string): Slack {
  const secrets =
    secretsIn.get(region) ?? slackSecrets(clientSource({ region, retryStrategy: retryStrategyForShard() }));
  secretsIn.set(region, secrets);
  const client = async () => {
    const { slackClient } = await import('../lib/adapters/slack/client.ts');
    return slackClient({ token: () => secrets.botToken(), apiUrl, clock: systemClock });
  };
  const connected = lazySlack(async () => {
    const { slackDirectory } = await import('../lib/adapters/slack/directory.ts');
    const directory = slackDirectory({ client: await client(), team: slack?.team ?? '', clock: systemClock });
    return { directory, messenger: unreachableMessenger };
  });
  return { ...connected, ...(slack === undefined && { messenger: noMessenger }), client };
}

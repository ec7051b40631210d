import type { WebClient } from '@slack/web-api';
import { clientSource, retryStrategyForShard } from '../lib/adapters/aws-clients.ts';
import { systemClock } from '../lib/adapters/clock.ts';
import { noMessenger } from '../lib/adapters/no-messenger.ts';
import { type Connected, lazySlack } from '../lib/adapters/slack/lazily.ts';
import { type SlackSecrets, slackSecrets } from '../lib/adapters/slack/secrets.ts';
import type { Policy } from '../lib/core/policy.ts';
import type { TellingLedger } from '../lib/use-cases/ports-people.ts';
import type { HubEnv } from './hub.contract.ts';

/** Slack, as a function of the hub has it. */
export interface Slack extends Connected {
  client: () => Promise<WebClient>;
}

/** What the sessions of a person's request are called after. */
export function requestRun(person: string): string {
  return `slack-${person}-${new Date().toISOString().replaceAll(/[-:]|\..*/g, '')}`;
}

/** Clients with the function's own role, in its own region. */
export function ownClients(): ReturnType<typeof clientSource> {
  const region = process.env['AWS_REGION'] ?? 'us-east-1';
  return clientSource({ region, retryStrategy: retryStrategyForShard() });
}

const secretsIn = new Map<string, SlackSecrets>();

/** Connects when something is told. Slack lives in the real time, whatever day a sweep is tried on. */
export function slackOf(
  policy: Policy,
  { SLACK_API_URL: apiUrl }: HubEnv,
  region: string,
  people: Pick<TellingLedger, 'knownPeople' | 'keepPeople'>,
): Slack {
  const { slack } = policy;
  const secrets =
    secretsIn.get(region) ?? slackSecrets(clientSource({ region, retryStrategy: retryStrategyForShard() }));
  secretsIn.set(region, secrets);
  const client = async () => {
    const { slackClient } = await import('../lib/adapters/slack/client.ts');
    return slackClient({ token: () => secrets.botToken(), apiUrl, clock: systemClock });
  };
  const connected = lazySlack(async () => {
    const [{ slackDirectory }, { slackMessenger }, connection] = await Promise.all([
      import('../lib/adapters/slack/directory.ts'),
      import('../lib/adapters/slack/messenger.ts'),
      client(),
    ]);
    const directory = slackDirectory({ client: connection, team: slack?.team ?? '', clock: systemClock });
    if (slack === undefined) return { directory, messenger: noMessenger };
    const telling = { policy: { ...policy, slack }, client: connection, directory, people, clock: systemClock };
    return { directory, messenger: slackMessenger(telling) };
  });
  return { ...connected, ...(slack === undefined && { messenger: noMessenger }), client };
}

import { clientSource, retryStrategyForShard } from '../adapters/aws-clients.ts';
import { ownRegion } from '../adapters/aws-cloud.ts';
import { systemClock } from '../adapters/clock.ts';
import { slackClient } from '../adapters/slack/client.ts';
import { slackDirectory } from '../adapters/slack/directory.ts';
import { examineSlack, type Finding } from '../adapters/slack/examine.ts';
import { slackSecrets } from '../adapters/slack/secrets.ts';
import { listedIn } from '../core/people.ts';
import type { Policy } from '../core/policy.ts';

/** What is not looked at, and why. */
export interface Skipped {
  what: string;
  skipped: string;
}

/** Looks at everything that warnings and answers in Slack need. Changes nothing, and posts nothing. */
export async function findingsInSlack(policy: Policy, account: string): Promise<(Finding | Skipped)[]> {
  const { slack, organization, report } = policy;
  if (slack === undefined) return [{ what: 'Slack', skipped: 'the policy has no slack block, so nobody is warned' }];
  const hub = organization?.hub ?? account;
  if (account !== hub) {
    const skipped = `its secrets are in the hub ${hub}, and these credentials belong to ${account}`;
    return [{ what: 'Slack', skipped }];
  }
  const region = await ownRegion();
  const secrets = slackSecrets(clientSource({ region, retryStrategy: retryStrategyForShard() }));
  const signing = await secretIn(region, 'Slack signing secret', secrets.signingSecret);
  const token = await secretIn(region, 'Slack bot token', secrets.botToken);
  if (!token.isGood) return [signing, token];
  const client = slackClient({ token: secrets.botToken, apiUrl: process.env['SLACK_API_URL'], clock: systemClock });
  const directory = slackDirectory({ client, team: slack.team, clock: systemClock });
  const named = [slack.channel, report.channel, slack.fallbackChannel].filter((name) => name !== undefined);
  const channels = [...new Set(named)];
  const { people, groups } = listedIn([...slack.admins, ...slack.extenders, ...Object.values(slack.owners)]);
  const examined = { client, directory, team: slack.team, channels, groups, people };
  return [signing, token, ...(await examineSlack(examined))];
}

async function secretIn(region: string, what: string, read: () => Promise<string>): Promise<Finding> {
  try {
    await read();
    return { what, found: `is there in ${region}`, isGood: true };
  } catch (error) {
    return { what, found: `${(error as Error).message} (${region})`, isGood: false };
  }
}

import type { WebClient } from '@slack/web-api';
import type { OwnerRef } from '../../core/people.ts';
import type { Directory } from '../../use-cases/ports-people.ts';
import { botScopes } from './manifest.ts';
import { slackProblem } from './slack-problem.ts';

/** One thing that was looked at, and how it is. */
export interface Finding {
  what: string;
  /** In words. */
  found: string;
  isGood: boolean;
}

export interface Examined {
  client: Pick<WebClient, 'auth' | 'conversations'>;
  directory: Directory;
  team: string;
  channels: readonly string[];
  groups: readonly string[];
  people: readonly OwnerRef[];
}

/** Looks whether Slack is as the policy says. Changes nothing, and posts nothing. */
export async function examineSlack(examined: Examined): Promise<Finding[]> {
  const { client, directory, team, groups, people } = examined;
  const token = await finding('Slack token', () => checkToken(client, team));
  // Whatever else is asked would only fail in the same way.
  if (!token.isGood) return [token];
  return [
    token,
    ...(await checkChannels(examined)),
    ...(await Promise.all(
      groups.map((group) => finding(`Slack user group ${group}`, () => checkGroup(directory, group))),
    )),
    ...(await Promise.all(
      people.map((ref) => finding(`Slack person ${nameOf(ref)}`, () => checkPerson(directory, ref))),
    )),
  ];
}

async function finding(what: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { what, found: await look(), isGood: true };
  } catch (error) {
    return { what, found: slackProblem(error), isGood: false };
  }
}

async function checkToken({ auth }: Examined['client'], team: string): Promise<string> {
  const { team_id, team: name, user, response_metadata } = await auth.test();
  if (team_id !== team) {
    throw new Error(`it is of the workspace ${name} (${team_id}), and slack.team of the policy says ${team}`);
  }
  const given = response_metadata?.scopes ?? [];
  const missing = Object.entries(botScopes).filter(([scope]) => !given.includes(scope));
  if (missing.length === 0) return `${user} in the workspace ${name}, with all scopes`;
  const lacking = missing.map(([scope, what]) => `${scope} (${what})`).join(', ');
  throw new Error(`it lacks ${lacking}: change the app by the manifest of today, and install it again`);
}

async function checkChannels({ client, channels }: Examined): Promise<Finding[]> {
  let listed: Promise<Channel[]> | undefined;
  const all = () => {
    listed ??= listChannels(client);
    return listed;
  };
  return Promise.all(
    channels.map((wanted) =>
      finding(`Slack channel ${wanted}`, async () => {
        const channel = (await all()).find(({ id, name }) => id === wanted || `#${name}` === wanted || name === wanted);
        if (channel === undefined) {
          throw new Error(
            'no public channel is called so; a private one is not seen from outside: invite Mayfly there',
          );
        }
        if (channel.isArchived) throw new Error('it is archived: name another one, or bring it back');
        if (!channel.isMember) throw new Error('Mayfly is not in it: write /invite @Mayfly there');
        return 'Mayfly is in it';
      }),
    ),
  );
}

interface Channel {
  id: string | undefined;
  name: string | undefined;
  isMember: boolean;
  isArchived: boolean;
}

async function listChannels({ conversations }: Examined['client']): Promise<Channel[]> {
  const channels: Channel[] = [];
  let cursor = '';
  do {
    const page = await conversations.list({ types: 'public_channel', limit: 1000, ...(cursor !== '' && { cursor }) });
    for (const { id, name, is_member: isMember = false, is_archived: isArchived = false } of page.channels ?? []) {
      channels.push({ id, name, isMember, isArchived });
    }
    cursor = page.response_metadata?.next_cursor ?? '';
  } while (cursor !== '');
  return channels;
}

async function checkGroup(directory: Directory, group: string): Promise<string> {
  const found = await directory.members(group);
  if (found === undefined) throw new Error('Slack knows no such user group, so nobody may anything by it');
  return `${found.length} members`;
}

function nameOf(ref: OwnerRef): string {
  return ref.kind === 'id' ? ref.id : ref.email;
}

async function checkPerson(directory: Directory, ref: OwnerRef): Promise<string> {
  const found = await (ref.kind === 'id' ? directory.person(ref.id) : directory.personByEmail(ref.email));
  if (found === undefined) throw new Error('Slack knows nobody of this name');
  if (found.standing === 'member') return found.name;
  throw new Error(`${found.name} is no member of the workspace, so may nothing here (${found.standing})`);
}

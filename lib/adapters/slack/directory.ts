import type { UsersInfoResponse, WebClient } from '@slack/web-api';
import { type Duration, type Instant, minute } from '../../core/time.ts';
import type { Clock } from '../../use-cases/ports.ts';
import type { Directory, Person } from '../../use-cases/ports-people.ts';
import { SlackFailed, slackError } from './slack-problem.ts';

export interface DirectorySettings {
  client: Pick<WebClient, 'users' | 'usergroups'>;
  /** `slack.team` of the policy. */
  team: string;
  clock: Clock;
}

/** Who left, or came, counts after this at the latest. */
const maxAge: Duration = 5 * minute;

/** What Slack says of somebody whom it does not know, or does not show to the app. */
const nobody = ['user_not_found', 'users_not_found', 'user_not_visible'];

/** Who is who in the workspace of the policy. What was asked for is remembered for a few minutes; failures are not. */
export function slackDirectory({ client, team, clock }: DirectorySettings): Directory {
  const people = remembered<Person | undefined>(clock);
  const groups = remembered<readonly { id: string; handle: string }[]>(clock);
  const members = remembered<readonly string[] | undefined>(clock);
  const inTeam = team.startsWith('T') ? { team_id: team } : {};
  const ask = async (asking: () => Promise<UsersInfoResponse>, doing: string) => {
    try {
      return personOf((await asking()).user, team);
    } catch (error) {
      if (nobody.includes(slackError(error) ?? '')) return undefined;
      throw new SlackFailed(doing, error);
    }
  };
  const groupNamed = async (name: string) => {
    const all = await groups('', async () => {
      const { usergroups = [] } = await client.usergroups
        .list({ include_disabled: false, ...inTeam })
        .catch((error) => Promise.reject(new SlackFailed('asking for user groups', error)));
      return usergroups.flatMap(({ id, handle, date_delete: deleted }) =>
        id === undefined || handle === undefined || deleted ? [] : [{ id, handle }],
      );
    });
    const wanted = name.trim().replace(/^@/, '');
    return all.find(({ id, handle }) => id === wanted || handle.toLowerCase() === wanted.toLowerCase());
  };
  return {
    person: (id) => people(id, () => ask(() => client.users.info({ user: id }), `asking who ${id} is`)),
    personByEmail: (email) =>
      people(email.toLowerCase(), () =>
        ask(() => client.users.lookupByEmail({ email }), 'asking whose an e-mail address is'),
      ),
    async members(name) {
      const group = await groupNamed(name);
      if (group === undefined) return undefined;
      return members(group.id, () =>
        client.usergroups.users.list({ usergroup: group.id, ...inTeam }).then(
          ({ users = [] }) => users,
          (error) => {
            if (slackError(error) === 'no_such_subteam') return undefined;
            throw new SlackFailed('asking for the members of a user group', error);
          },
        ),
      );
    },
  };
}

type User = NonNullable<UsersInfoResponse['user']>;

function personOf(user: User | undefined, team: string): Person | undefined {
  if (user?.id === undefined) return undefined;
  const { id, profile, tz } = user;
  const name = [profile?.display_name, profile?.real_name, user.real_name, user.name].find((one) => one) ?? id;
  const email = profile?.email;
  return {
    id,
    name,
    ...(email !== undefined && { email }),
    ...(tz !== undefined && { timeZone: tz }),
    standing: standingOf(user, team),
  };
}

function standingOf(user: User, team: string): Person['standing'] {
  if (user.deleted === true) return 'deactivated';
  if (user.is_bot === true || user.is_workflow_bot === true || user.id === 'USLACKBOT') return 'bot';
  if (user.is_stranger === true || !isOfTeam(user, team)) return 'stranger';
  return user.is_restricted === true || user.is_ultra_restricted === true ? 'guest' : 'member';
}

/** On Enterprise Grid a person has an organization, and works in some of its workspaces. */
function isOfTeam({ team_id: own, enterprise_user: grid }: User, team: string): boolean {
  return own === team || grid?.enterprise_id === team || grid?.teams?.includes(team) === true;
}

/** Asks once for what several want at the same time, and again when the answer is old. */
function remembered<T>(clock: Clock): (key: string, ask: () => Promise<T>) => Promise<T> {
  const known = new Map<string, { at: Instant; answer: Promise<T> }>();
  return (key, ask) => {
    const before = known.get(key);
    if (before !== undefined && clock.now() - before.at < maxAge) return before.answer;
    const answer = ask();
    const entry = { at: clock.now(), answer };
    known.set(key, entry);
    answer.catch(() => {
      if (known.get(key) === entry) known.delete(key);
    });
    return answer;
  };
}

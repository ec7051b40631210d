import type { Json } from './conversation.ts';
import type { Answered, Member, Workspace } from './workspace.ts';

/** `emulate` takes everybody for a member in no time zone; Slack tells more about people. */
export function tellPerson({ members }: Workspace, answered: Answered): Answered {
  const tell = (user: unknown): Json => {
    const known = members.find(({ id }) => id === (user as { id?: string }).id);
    return { ...(user as Json), ...(known && standingOf(known)) };
  };
  const { user, members: listed } = answered;
  return {
    ...answered,
    ...(user !== undefined && { user: tell(user) }),
    ...(Array.isArray(listed) && { members: listed.map(tell) }),
  };
}

function standingOf({ standing, timeZone, realName }: Member): Json {
  return {
    real_name: realName,
    tz: timeZone,
    deleted: standing === 'deactivated',
    is_bot: standing === 'bot',
    is_restricted: standing === 'guest',
    is_ultra_restricted: false,
    is_stranger: standing === 'stranger',
    ...(standing === 'stranger' && { team_id: strangersTeam }),
  };
}

/** The other company that shares a channel. */
export const strangersTeam = 'T0OTHERCO1';

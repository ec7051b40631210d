import { clean, cut } from './mrkdwn.ts';
import { secretNames } from './secret-names.ts';

const newToken = `put the app's bot token into Parameter Store of the hub as ${secretNames.botToken}`;
const slacksOwn = 'that is a trouble of Slack itself; the next sweep tries again';
const channelName = 'check the channel in the slack block of the policy; a private one is found only by its members';

/** What a person can do about what Slack says, by Slack's error codes. */
const remedies: Readonly<Record<string, string>> = {
  not_in_channel: 'invite the app with /invite @Mayfly in that channel',
  channel_not_found: `${channelName}: invite the app there with /invite @Mayfly`,
  is_archived: 'the channel is archived: take it out of the archive, or name another one in the policy',
  restricted_action: 'the workspace lets only some people post there: allow the app, or name another channel',
  not_authed: newToken,
  invalid_auth: `the token is none of Slack's: ${newToken}`,
  token_revoked: `the token was revoked: install the app again and ${newToken}`,
  token_expired: `the token has expired: switch token rotation off in the app, and ${newToken}`,
  account_inactive: `the app was taken out of the workspace: install it again and ${newToken}`,
  team_access_not_granted: 'the app may not work in this workspace: have it approved and installed there',
  org_login_required: 'the workspace is being moved; the next sweep tries again',
  user_disabled: 'this person has left the workspace',
  user_not_found: 'there is no such person',
  users_not_found: 'there is no such person',
  user_not_visible: 'the app may not see this person',
  cannot_dm_bot: 'this is no person',
  messages_tab_disabled: 'switch the Messages tab on in the settings of the app',
  message_not_found: 'the message was deleted',
  cant_update_message: 'the message is none of this app',
  edit_window_closed: 'the workspace does not let messages be changed any more',
  invalid_blocks: 'Slack does not take the form of this message, which is a defect of Mayfly',
  msg_blocks_too_long: 'the message is too long, which is a defect of Mayfly',
  msg_too_long: 'the message is too long, which is a defect of Mayfly',
  internal_error: slacksOwn,
  fatal_error: slacksOwn,
  request_timeout: slacksOwn,
  service_unavailable: slacksOwn,
  team_added_to_org: slacksOwn,
};

interface Said {
  message: string;
  code?: string;
  name?: string;
  cause?: { code?: string; message?: string };
  /** Of Slack's client: what a request broke over. */
  original?: Said;
  retryAfter?: number;
  statusCode?: number;
  data?: { error?: string; needed?: string };
}

/** What was asked of Slack and went wrong, in words; its cause is what Slack's client threw. */
export class SlackFailed extends Error {
  override name = 'SlackFailed';

  constructor(doing: string, cause: unknown) {
    super(`${doing} failed: ${slackProblem(cause)}`, { cause });
  }
}

/** Slack's code for what was refused; `undefined` where Slack did not answer like that. */
export function slackError(error: unknown): string | undefined {
  const { data, retryAfter, statusCode } = thrown(error);
  if (retryAfter !== undefined || statusCode === 429) return 'ratelimited';
  return data?.error;
}

/** Whether the same call may go well in an hour without anybody doing something. */
export function passes(error: unknown): boolean {
  const code = slackError(error);
  if (code !== undefined) return code === 'ratelimited' || remedies[code] === slacksOwn;
  const { statusCode = 0, original } = thrown(error);
  return statusCode >= 500 || isNetwork(original);
}

function thrown(error: unknown): Said {
  return (error instanceof SlackFailed ? error.cause : error) as Said;
}

/** `fetch` throws nothing else where the way is broken. */
function isNetwork(original: Said | undefined): boolean {
  return original?.name === 'TimeoutError' || original?.name === 'TypeError';
}

/** What Slack or the way to it said, and what to do next. */
export function slackProblem(error: unknown): string {
  const said = error as Said;
  if (error instanceof SlackFailed) return said.message;
  const code = slackError(error);
  if (code === 'ratelimited') return 'Slack asks for more patience than there is time now; the next sweep tries again';
  if (code === 'missing_scope') {
    const scope = said.data?.needed === undefined ? 'a scope' : `the scope ${said.data.needed}`;
    return `Slack says missing_scope: give the app ${scope} (mayfly slack manifest lists all) and install it again`;
  }
  if (code !== undefined) {
    const remedy = remedies[code];
    return `Slack says ${cut(clean(code), 100)}${remedy === undefined ? '' : `: ${remedy}`}`;
  }
  if (said.statusCode !== undefined) return `Slack answered with HTTP ${said.statusCode}; ${slacksOwn}`;
  const { original } = said;
  if (original === undefined || !isNetwork(original)) return (original ?? said).message;
  if (original.name === 'TimeoutError') {
    return 'Slack did not answer in time, so whether it took this is not known; the next sweep tries again';
  }
  const why = original.cause?.code ?? original.cause?.message ?? original.message;
  return `Slack can't be reached (${why}); the next sweep tries again`;
}
